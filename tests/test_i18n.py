"""Days as they are written out: the same in every language but for the month, and on one line."""

from datetime import date

import pytest

from webapp.i18n import day


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "22 November 2026"), ("ur", "22 نومبر 2026"), ("ps", "22 نومبر 2026")],
)
def test_a_day_never_breaks(language: str, written: str) -> None:
    assert day(date(2026, 11, 22), language) == written.replace(" ", "\u00a0")
    assert day(date(2026, 3, 1), "en") == "1\u00a0March\u00a02026"
