"""`jirga reminders run`: asks once more, closes what stayed silent, and tells an office's own system a number."""

import stat
from pathlib import Path
from typing import Any

import pytest

from tests import factories
from tests.commands.terminal import Terminal
from tests.shutdowns.conftest import Offices
from webapp.config import BadSetting, Settings, settings_from
from webapp.grievances.rules import Outcome, Status
from webapp.handling import actions
from webapp.history.tables import Step
from webapp.reminders import tell

ONE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
NOTHING = "0 jirgas reminded, 0 closed without an answer\n"


def answered(offices: Offices, **changes: Any) -> str:
    """One whose jirga is asked whether it is solved."""
    reference = offices.place.file(**changes)
    offices.place.take("reviewer", reference, Step.ACKNOWLEDGE)
    offices.place.take("reviewer", reference, Step.REPORT_ACTION)
    return reference


def hook(folder: Path, lines: str) -> Path:
    """A program of the office's own."""
    path = folder / "tell them"
    path.write_text(f"#!/bin/sh\n{lines}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_three_times_then_it_is_closed(offices: Offices, jirga: Terminal, settings: Settings) -> None:
    """Twice a day in a row does nothing twice."""
    reference = answered(offices)
    said = {
        10: "1 jirgas reminded, 0",
        20: "1 jirgas reminded, 0",
        27: "1 jirgas reminded, 0",
        30: "0 jirgas reminded, 1",
    }
    for day in range(1, 32):
        offices.forward(days=1)
        assert jirga.right("reminders", "run").startswith(said.get(day, NOTHING.rstrip())), day
        assert jirga.right("reminders", "run").startswith(NOTHING)
    row = offices.place.row(reference)
    assert (row.status, row.outcome) == (Status.CLOSED, Outcome.NO_ANSWER_FROM_JIRGA)
    assert factories.wrong(settings) == []


@ONE
def test_what_cannot_be_done_is_told(offices: Offices, jirga: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are done all the same; the erasing says so too."""
    first, second = answered(offices), answered(offices, narrative="Synthetic: the other one.")
    offices.forward(days=10)
    keys, real = {offices.place.state(first).id}, actions.lapse

    def stumble(acting: Any, world: Any, step: Step, key: Any) -> bool:
        if key in keys:
            raise RuntimeError("matter")
        return real(acting, world, step, key)

    monkeypatch.setattr("webapp.retention.lapse", stumble)
    done = jirga.run("reminders", "run")
    assert (done.code, done.out.splitlines()[0]) == (3, "1 jirgas reminded, 0 closed without an answer")
    assert "1 could not be done" in done.err
    assert "matter" not in done.err
    offices.place.take("owner", second, Step.WITHDRAW)
    keys.add(offices.place.state(second).id)
    offices.forward(days=3)
    assert jirga.run("retention", "run").code == 3
    keys.clear()
    assert jirga.right("retention", "run").startswith("texts of withdrawn grievances: 1 erased\n")
    assert jirga.right("reminders", "run").startswith("1 jirgas reminded")


@ONE
def test_an_offices_own_system_is_told_a_number(offices: Offices, jirga: Terminal, tmp_path: Path) -> None:
    """Once a run, of all queues; the program gets the number, and of the environment nothing but PATH and LANG."""
    out = tmp_path / "told"
    program = hook(tmp_path, f'echo "$# $2 $1" >> "{out}"; env >> "{out}"')
    jirga.set(JIRGA_REMINDER_HOOK=f"'{program}' --office", JIRGA_OPERATOR_NAME="Synthetic", PGPASSWORD="secret")
    offices.place.file()
    offices.place.file(urgency="life_danger", confirm_danger="yes")
    assert jirga.right("reminders", "run") == NOTHING + "0 overdue, 0 due today\n"
    offices.forward(days=3)
    for _ in range(2):
        assert jirga.right("reminders", "run") == NOTHING + "1 overdue, 1 due today\n"
    lines = out.read_text().splitlines()
    assert [line for line in lines if line.endswith("--office")] == ["2 0 --office", "2 2 --office", "2 2 --office"]
    names = {line.partition("=")[0] for line in lines if "=" in line}
    assert names <= {"PATH", "LANG", "PWD", "SHLVL", "_", "OLDPWD"}
    assert not any("Synthetic" in line or "secret" in line for line in lines)


@ONE
@pytest.mark.parametrize("lines", ["exit 4", "sleep 20", None], ids=["fails", "hangs", "is not there"])
def test_a_program_that_does_not_take_it(
    offices: Offices, jirga: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str | None
) -> None:
    """Everything is done before it is called; it is named in one line, and the run ends."""
    monkeypatch.setattr("webapp.reminders.PATIENCE", 0.2)
    program = hook(tmp_path, lines) if lines else tmp_path / "none"
    jirga.set(JIRGA_REMINDER_HOOK=f'"{program}"')
    answered(offices)
    offices.forward(days=10)
    done = jirga.run("reminders", "run")
    assert done.code == 3
    assert done.out.startswith("1 jirgas reminded")
    assert "JIRGA_REMINDER_HOOK failed" in done.err


@ONE
def test_no_shell_reads_it(offices: Offices, jirga: Terminal, tmp_path: Path) -> None:
    jirga.set(JIRGA_REMINDER_HOOK=f"true; touch {tmp_path / 'made'}")
    assert jirga.run("reminders", "run").code == 3
    assert not (tmp_path / "made").exists()
    assert tell("true", 5)
    assert not tell("false", 5)


def test_a_command_line_that_is_none(tmp_path: Path) -> None:
    given = {"JIRGA_DATA_DIR": str(tmp_path), "JIRGA_SECRET_KEY": "x" * 32, "JIRGA_VAULT_KEYS": factories.KEYS}
    assert settings_from(given).reminder_hook == ""
    assert settings_from({**given, "JIRGA_REMINDER_HOOK": " /bin/tell -q "}).reminder_hook == "/bin/tell -q"
    with pytest.raises(BadSetting, match="JIRGA_REMINDER_HOOK"):
        settings_from({**given, "JIRGA_REMINDER_HOOK": 'tell "them'})
    assert "tell" not in repr(settings_from({**given, "JIRGA_REMINDER_HOOK": "tell"}))
