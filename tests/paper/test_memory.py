"""How much memory an import takes, and what it draws on a terminal."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.commands.terminal import Terminal, environment_of
from tests.paper.sheets import LEAST, csv_of, filed, row, sheet
from tests.paper.workbook import MAIN, line_of, raw
from webapp.config import Settings

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
KB = 1024
#: The command, which at its end says the most memory that it had; a parent's count would hold the parent's own.
TOLD = """
import atexit
from pathlib import Path
atexit.register(lambda: print(Path("/proc/self/status").read_text()))
from webapp.cli import main
main()
"""


def peak(settings: Settings, path: Path) -> float:
    """The most MB that looking through a file took, in a process of its own."""
    command = [sys.executable, "-c", TOLD, "import", str(path), "--as", "elder", "--dry-run"]
    environment = {**os.environ, **environment_of(settings)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert " would be added, 0 there before, 0 refused\n" in done.stdout
    return most_memory(done.stdout)


def most_memory(said: str) -> float:
    """The most MB that a command had which was TOLD to say so."""
    return int(said.partition("VmHWM:")[2].split()[0]) / KB


def met(count: int) -> list[dict[str, str]]:
    """So many right rows, five of each gathering."""
    return [{**one, "gathering_ref": f"g{n // 5}"} for n, one in enumerate(sheet(count))]


@pytest.mark.nightly
def test_memory_does_not_grow_with_a_csv(jirga: Terminal, session: Session, settings: Settings) -> None:
    factories.person(session, username="elder")
    few, many = (peak(settings, filed(jirga, met(rows))) for rows in (10_000, 100_000))
    print(f"CSV: {few:.0f} MB with 10,000 rows, {many:.0f} MB with 100,000")
    assert many - few < 40


@pytest.mark.nightly
def test_memory_of_a_workbook(jirga: Terminal, session: Session, settings: Settings) -> None:
    factories.person(session, username="elder")
    lines = (line_of(number, one.values()) for number, one in enumerate(sheet(100_000), start=2))
    path = filed(jirga, raw(line_of(1, LEAST) + "".join(lines)))
    inline = peak(settings, path)
    texts = "".join(f"<si><t>{one['narrative']}</t></si>" for one in sheet(100_000))
    shared = peak(
        settings, filed(jirga, raw(line_of(1, LEAST) + _pointing(100_000), sharedStrings=f"<sst {MAIN}>{texts}</sst>"))
    )
    print(f"XLSX of 100,000 rows: {inline:.0f} MB, with shared texts {shared:.0f} MB")
    assert max(inline, shared) < 1000


def _pointing(count: int) -> str:
    """Rows whose story is one of the shared texts."""
    place = list(LEAST).index("narrative")
    return "".join(
        line_of(n + 2, list(one.values())[:place]).removesuffix("</row>")
        + f'<c t="s"><v>{n}</v></c>'
        + line_of(0, list(one.values())[place + 1 :]).partition(">")[2]
        for n, one in enumerate(sheet(count))
    )


def seen(command: list[str], settings: Settings) -> str:
    """All that a command shows on a terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, **environment_of(settings), "TERM": "xterm"}
    process = subprocess.Popen(command, env=environment, stdout=theirs, stderr=theirs, stdin=theirs)
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 4096):
            shown += piece
    except OSError:  # how a terminal says that nobody writes to it any more
        pass
    os.close(ours)
    assert process.wait() == 3
    return shown.decode()


def test_a_terminal_shows_how_far_it_is(jirga: Terminal, session: Session, settings: Settings) -> None:
    factories.person(session, username="elder")
    rows = [*sheet(300), row(gathering_ref="bad", urgency="soon"), row(gathering_ref="worse", district="atlantis")]
    path = filed(jirga, csv_of(rows))
    command = [sys.executable, "-m", "webapp", "import", str(path), "--as", "elder"]
    shown = seen(command, settings)
    assert re.search(r"\[#+-*\] +\d+%", shown)
    assert "100%" in shown
    lines = [re.split(r"\r|\x1b\[K", line)[-1] for line in shown.replace("\r\n", "\n").split("\n")]
    for line in (302, 303):
        (error,) = [one for one in lines if f"line {line}," in one]
        assert error.startswith("error: ")
        assert error.endswith("Choose one of the answers in the list.")
    assert "300 added, 0 there before, 2 refused" in lines
    done = jirga.run("import", path, "--as", "elder")
    assert "%" not in done.err
    assert "\r" not in done.err
