"""The units for systemd: read by it without a word; and the command that gives out the examples."""

import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import machine
from tests.commands.terminal import Terminal
from tests.operation import proxy
from webapp.cli import COMMANDS
from webapp.launch import EXAMPLES

UNITS = sorted(path.name for path in (EXAMPLES / "systemd").glob("*.*") if path.is_file())
JIRGA = "/opt/jirga/bin/jirga"


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """A folder as systemd reads it, with our command in the place of the installed one."""
    shutil.copytree(EXAMPLES / "systemd", tmp_path / "units")
    for path in (tmp_path / "units").glob("*.service"):
        path.write_text(path.read_text().replace(JIRGA, str(Path(sys.executable).with_name("jirga"))))
    return tmp_path / "units"


def analyze(units: Path, *words: object) -> "subprocess.CompletedProcess[str]":
    """`systemd-analyze` on these units alone."""
    environment = {**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:"}
    command = [machine.need("systemd-analyze"), *map(str, words)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def said_of(units: Path) -> str:
    """What is wrong with them."""
    done = analyze(units, "verify", *(units / name for name in UNITS))
    return done.stdout + done.stderr


def test_systemd_reads_every_unit(units: Path) -> None:
    assert len(UNITS) == 7
    assert said_of(units) == ""


@pytest.mark.parametrize(
    ("file", "right", "wrong"),
    [
        ("jirga-.service.d/common.conf", "NoNewPrivileges", "NoNewPrivilege"),
        ("jirga-backup.timer", "Asia/Karachi", "Asia/Karatschi"),
        ("jirga-site.service", "ExecStart=", "ExecStart=no"),
    ],
)
def test_a_mistake_would_be_said(units: Path, file: str, right: str, wrong: str) -> None:
    path = units / file
    path.write_text(path.read_text().replace(right, wrong))
    assert said_of(units) != ""


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_units_are_fenced_in(units: Path, name: str) -> None:
    """systemd's own measure of what a unit could do to the machine: 10 is anything, an unfenced one has 9.6."""
    done = analyze(units, "security", "--offline=yes", "--threshold=20", name)
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    assert found, done.stderr
    assert float(found[1]) <= 1.5


def test_what_units_call_is_there() -> None:
    """Every command of `jirga` in a unit is one of the program's; copies of the data have a day to go."""
    text = "\n".join((EXAMPLES / "systemd" / name).read_text() for name in UNITS)
    called = set(re.findall(rf"{JIRGA} (\w+)", text))
    assert called >= {"init", "serve", "check", "reminders", "backup"}
    assert called <= set(COMMANDS)
    assert "-mtime +30 -delete" in text


def test_more_than_one_copy_a_day() -> None:
    """A copy is never written over, so its name must tell the minute: one is made by hand before an update."""
    name = re.findall(r"\$\$\(date \+(\S+)\)", (EXAMPLES / "systemd" / "jirga-backup.service").read_text())[0]
    morning = datetime(2026, 11, 28, 1, 30, tzinfo=UTC)
    names = {(morning + timedelta(minutes=late)).strftime(name.replace("%%", "%")) for late in (0, 1, 600)}
    assert len(names) == 3


def test_the_site_is_tried_without_end() -> None:
    """A limit of starts in ten seconds would leave it down when the database comes back."""
    assert (
        "\nStartLimitIntervalSec=0\n" in (EXAMPLES / "systemd" / "jirga-site.service").read_text().split("[Service]")[0]
    )


def test_the_command_gives_them_out(bare: Terminal, tmp_path: Path) -> None:
    """To the screen, or as files; what is there already stays."""
    assert bare.right("example", "nginx") == f"# ---- jirga.conf ----\n{proxy.EXAMPLE}\n"
    assert bare.right("example", "systemd").count("# ---- ") == 8
    bare.right("example", "systemd", "--to", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*UNITS, "jirga-.service.d"])
    (tmp_path / UNITS[0]).write_text("mine")
    assert "already" in bare.refused("example", "systemd", "--to", tmp_path, code=1)
    assert (tmp_path / UNITS[0]).read_text() == "mine"
