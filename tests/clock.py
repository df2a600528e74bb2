"""The time as the site sees it, stopped, so that waits and lapses are tested to the second without waiting."""

import sys
from datetime import datetime, timedelta

import pytest

from webapp import config


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.at = config.now().replace(microsecond=0)
        real = config.now
        for name, module in list(sys.modules.items()):
            if name.startswith(("webapp", "tests")) and getattr(module, "now", None) is real:
                patch.setattr(module, "now", lambda: self.at)

    def forward(self, **span: float) -> datetime:
        """Go on by seconds, minutes, days; the new time."""
        self.at += timedelta(**span)
        return self.at
