"""A restore that is killed leaves nothing or everything, says which, and is not served in between."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.backup.conftest import ALONE, SAME, rows, tables
from tests.backup.killed import AFTER_COMMIT, BEFORE_COMMIT
from tests.backup.test_everything_comes_back import TOUCHED
from tests.commands.terminal import Terminal, environment_of
from tests.handling.acting import Place
from webapp.config import Settings
from webapp.office import RESTORING


@pytest.fixture
def file(jirga: Terminal, lived: Place, settings: Settings) -> Path:
    """A backup of a site that was lived in, with a file of the office's own."""
    shutil.copy(Path("webapp/helplines/data/help_numbers.csv"), settings.data_dir / "help_numbers.csv")
    made = jirga.folder / "site.jirga"
    jirga.right("backup", made)
    return made


def killed_at(point: str, file: Path, target: Settings) -> None:
    """Restore in a process of its own, up to there."""
    command = [sys.executable, "-m", "tests.backup.killed", point, "restore", str(file)]
    given = {**os.environ, **environment_of(target)}
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, ""), done


@SAME
def test_before_its_commit(jirga: Terminal, file: Path, settings: Settings, target: Settings) -> None:
    """Nothing is in the database, neither `serve` nor `init` begins an empty site in it, and the next try succeeds."""
    before = rows(settings)
    jirga.uses(target)
    for point in BEFORE_COMMIT:
        killed_at(point, file, target)
        assert tables(target) == [], point
        said = "schema: not at head" if point == "looked through" else "restore: a restore is under way, or was stopped"
        assert jirga.run("check").out.startswith(said), point
    for command in ("serve", "init", "backup x"):
        said = jirga.refused(*command.split(), code=1)
        assert "left nothing in the database: run `jirga restore` again" in said, command
    (target.data_dir / "help_numbers.csv").write_text("another")
    assert "other content" in jirga.refused("restore", file, code=1)
    assert (target.data_dir / RESTORING).exists(), "a try that fails says nothing of the one before it"
    (target.data_dir / "help_numbers.csv").unlink()
    assert tables(target) == []
    jirga.right("restore", file)
    after = rows(target)
    assert {name for name in before if before[name] != after[name]} == TOUCHED
    assert (target.data_dir / "help_numbers.csv").read_bytes() == (settings.data_dir / "help_numbers.csv").read_bytes()
    assert sorted(path.name for path in target.data_dir.iterdir() if path.is_file()) == ["help_numbers.csv"]
    assert jirga.whole()


@SAME
def test_after_its_commit(jirga: Terminal, file: Path, settings: Settings, target: Settings) -> None:
    """Everything is there; `jirga init` finishes it, and a second restore goes nowhere."""
    before = rows(settings)
    jirga.uses(target)
    (point,) = AFTER_COMMIT
    killed_at(point, file, target)
    after = rows(target)
    assert {name for name in before if before[name] != after[name]} == TOUCHED
    for command in ("serve", "backup x"):
        assert "run `jirga init`, which finishes it" in jirga.refused(*command.split(), code=1)
    assert jirga.run("check").out.startswith("restore: a restore put everything in")
    assert "goes into an empty one alone" in jirga.refused("restore", file, code=1)
    assert rows(target) == after
    jirga.right("init")
    assert not (target.data_dir / RESTORING).exists()
    assert jirga.whole()


@ALONE
def test_whoever_begins_with_nothing_after_all(jirga: Terminal, file: Path, target: Settings) -> None:
    """The mark is named, and without it an empty database is one like any other."""
    jirga.uses(target)
    killed_at("half of the rows", file, target)
    mark = target.data_dir / RESTORING
    assert f"remove {mark} to begin with nothing" in jirga.refused("init", code=1)
    mark.unlink()
    jirga.right("init")
    assert jirga.whole()
