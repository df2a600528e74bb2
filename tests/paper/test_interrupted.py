"""An import that is stopped, or runs twice at once: what is in stays, and handing in again completes it, once."""

import os
import subprocess
import sys
from itertools import count
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.commands.terminal import Terminal, environment_of
from tests.paper.sheets import REAL, filed, sheet
from webapp import commands, intake
from webapp.config import Settings
from webapp.grievances.models import Gathering, Grievance
from webapp.summary.models import Release


def stored(session: Session) -> tuple[int, ...]:
    """How many grievances, gatherings and releases stand."""
    session.rollback()
    found = tuple(session.scalar(select(func.count()).select_from(one)) or 0 for one in (Grievance, Gathering, Release))
    session.rollback()
    return found


def test_stopped_in_the_middle(jirga: Terminal, session: Session) -> None:
    factories.person(session, username="elder")
    path, calls, whole = filed(jirga, sheet(12)), count(1), intake.enter_batch

    def stopped(*given: Any) -> Any:
        if next(calls) == 6:
            raise KeyboardInterrupt
        return whole(*given)

    with jirga.patch.context() as patch:
        patch.setattr(intake, "enter_batch", stopped)
        assert jirga.run("import", path, "--as", "elder").code == 1
    assert stored(session) == (5, 5, 0), "each gathering is a transaction of its own"
    assert jirga.whole()
    assert jirga.right("import", path, "--as", "elder") == "7 added, 5 there before, 0 refused\n"
    assert stored(session) == (12, 12, 1)
    assert jirga.whole()


def test_stopped_before_the_first_release(jirga: Terminal, session: Session) -> None:
    """All rows are in but nothing was published; handing in again publishes."""
    factories.person(session, username="elder")
    path = filed(jirga, sheet(12))

    def stopped(*given: Any) -> Any:
        raise KeyboardInterrupt

    with jirga.patch.context() as patch:
        patch.setattr(commands, "first_release", stopped)
        assert jirga.run("import", path, "--as", "elder").code == 1
    assert stored(session) == (12, 12, 0)
    assert jirga.right("import", path, "--as", "elder") == "0 added, 12 there before, 0 refused\n"
    assert stored(session) == (12, 12, 1)


def test_handed_in_twice_at_once(jirga: Terminal, session: Session, settings: Settings) -> None:
    factories.person(session, username="elder")
    command = [sys.executable, "-m", "webapp", "import", str(REAL), "--as", "elder"]
    environment = {**os.environ, **environment_of(settings)}
    running = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    ended = [one.communicate() for one in running]
    assert [one.returncode for one in running] == [0, 0, 0], ended
    added, before = (sum(int(out.split()[place]) for out, _ in ended) for place in (0, 2))
    assert (added, before) == (257, 2 * 257)
    assert stored(session) == (257, 55, 1)
    assert jirga.whole()
