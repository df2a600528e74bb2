"""An import that the machine kills: what was in stays in, and handing in again completes it, once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.commands.terminal import Terminal, environment_of
from tests.paper.sheets import filed, sheet
from webapp.config import Settings
from webapp.grievances.models import Gathering, Grievance

#: Enough that a kill comes in between, by far more than a batch.
ROWS, LONGEST = 400, 120.0


def stored(session: Session) -> int:
    """How many grievances stand at this moment."""
    found = session.scalar(select(func.count()).select_from(Grievance)) or 0
    session.rollback()
    return found


def reads(process: "subprocess.Popen[bytes]", path: Path) -> bool:
    """Whether the process has the file open."""
    for handle in Path(f"/proc/{process.pid}/fd").iterdir():
        try:
            if handle.readlink() == path:
                return True
        except FileNotFoundError:
            continue
    return False


def killed(command: list[str], settings: Settings, ready: Callable[["subprocess.Popen[bytes]"], bool]) -> None:
    """Start a command and kill it as soon as the moment has come."""
    environment = {**os.environ, **environment_of(settings)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    started = time.monotonic()
    while not ready(process):
        assert process.poll() is None, "it ended before the moment came"
        assert time.monotonic() - started < LONGEST
        time.sleep(0.005)
    process.kill()
    assert process.wait() == -signal.SIGKILL


@pytest.mark.parametrize(
    "moment",
    ["some", pytest.param("reading", marks=pytest.mark.nightly), pytest.param("nearly all", marks=pytest.mark.nightly)],
)
def test_killed(jirga: Terminal, session: Session, settings: Settings, moment: str) -> None:
    factories.person(session, username="elder")
    path = filed(jirga, sheet(ROWS))
    command = [sys.executable, "-m", "webapp", "import", str(path), "--as", "elder"]
    moments: dict[str, Callable[[subprocess.Popen[bytes]], bool]] = {
        "reading": lambda process: reads(process, path),
        "some": lambda process: stored(session) > 0,
        "nearly all": lambda process: stored(session) > ROWS * 0.9,
    }
    killed(command, settings, moments[moment])
    there = stored(session)
    assert (there > 0, there < ROWS) == (moment != "reading", True)
    assert jirga.whole()
    said = jirga.right("import", path, "--as", "elder")
    assert said == f"{ROWS - there} added, {there} there before, 0 refused\n"
    assert jirga.right("import", path, "--as", "elder") == f"0 added, {ROWS} there before, 0 refused\n"
    assert (stored(session), session.scalar(select(func.count()).select_from(Gathering))) == (ROWS, ROWS)
    assert jirga.whole()
