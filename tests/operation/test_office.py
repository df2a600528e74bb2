"""The README's chapter for an office, read and run: its settings, its command, its update."""

import os
import re
import shutil
import stat
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.house import sources
from webapp.cli import COMMANDS
from webapp.launch import EXAMPLES

CHAPTER = (sources.ROOT / "README.md").read_text("utf-8").split("\n## Run it for an office\n")[1].split("\n## ")[0]
BLOCKS = re.findall(r"^```sh\n(.*?)^```", CHAPTER, re.MULTILINE | re.DOTALL)
JIRGA = Path(sys.executable).with_name("jirga")
#: Stands in for the real one, which only root may call: `runuser -u jirga -- COMMAND…`.
RUNUSER = '#!/bin/sh\ntest "$1 $2 $3" = "-u jirga --" && shift 3 && exec "$@"\n'
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "instance", "dist", "__pycache__", "*.mo", ".*_cache", ".hypothesis")


def shell(text: str, folder: Path, *words: object) -> "subprocess.CompletedProcess[str]":
    """Lines of bash in a folder, with nothing of this process's settings."""
    environment = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "HOME": str(folder), "LANG": "C.UTF-8"}
    command = ["bash", "-euc", text, "bash", *map(str, words)]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder in the place of the machine's, in which the chapter's files were written by its own lines; SQLite."""
    here = {
        "/usr/local/bin/": f"{tmp_path}/bin/",
        "/etc/jirga.env": f"{tmp_path}/jirga.env",
        "/var/lib/jirga": f"{tmp_path}/data",
        "/opt/jirga/bin/jirga": str(JIRGA),
    }
    lines = BLOCKS[0].replace("JIRGA_DATABASE_URL=postgresql:///jirga\n", "")
    written = lines[lines.index("install -m 600 /dev/null") : lines.index("/opt/jirga/bin/jirga example")]
    for known, path in here.items():
        assert known in written or known in lines
        written = written.replace(known, path)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/runuser").write_text(RUNUSER)
    (tmp_path / "bin/runuser").chmod(0o755)
    done = shell(lines.splitlines()[0] + "\n" + written, tmp_path)
    assert done.returncode == 0, done.stderr
    return tmp_path


def test_its_lines_are_bash(tmp_path: Path) -> None:
    assert len(BLOCKS) == 3
    for number, block in enumerate(BLOCKS):
        (tmp_path / str(number)).write_text(block)
        done = shell('exec bash -n "$1"', tmp_path, number)
        assert (done.returncode, done.stderr) == (0, "")


def test_what_it_calls_is_there() -> None:
    """Every command of `jirga`, and every unit that can be switched on, each time that they are switched."""
    text = "\n".join(BLOCKS)
    called = set(re.findall(r"(?:^|&& )(?:/opt/jirga/bin/)?jirga (\w+)", text, re.MULTILINE))
    assert called == {"example", "check", "people", "restore"}
    assert called <= set(COMMANDS)
    started = {
        path.name for path in (EXAMPLES / "systemd").glob("*.*") if path.is_file() and "[Install]" in path.read_text()
    }
    switched = re.findall(r"systemctl (?:en|dis)able --now (jirga-site(?: jirga-[\w.-]+)*)", text)
    assert [{f"{name}.service".replace(".timer.service", ".timer") for name in line.split()} for line in switched] == (
        [started] * 3
    )


def test_its_settings_and_its_command(office: Path) -> None:
    """For the operator's eyes alone; one word, from any folder, works on the instance that the settings name."""
    assert stat.S_IMODE((office / "jirga.env").stat().st_mode) == 0o600
    begun = shell("jirga init", office)
    assert (begun.returncode, begun.stderr) == (0, "")
    assert {path.name for path in (office / "data").iterdir()} >= {"secrets", "jirga.sqlite3"}
    invited = shell("cd / && jirga people invite --role administrator", office)
    assert "https://forms.example.gov.pk/ur/join/" in invited.stdout
    checked = shell("jirga check", office)
    assert checked.returncode == 0
    assert [line for line in checked.stdout.splitlines() if not line.endswith(": ok")] == []


def test_its_command_says_what_failed(office: Path) -> None:
    """With the exit code of the command behind it; without settings it does nothing at all."""
    assert shell('jirga import "$1" --as nobody', office, "away.csv").returncode == 2
    (office / "jirga.env").unlink()
    assert shell("jirga init", office).returncode != 0
    assert not (office / "instance").exists()


def test_an_update_replaces_what_is_there(tmp_path: Path) -> None:
    """The chapter's line, twice, with a change between: the version's number need not change."""
    line = next(line for line in BLOCKS[1].splitlines() if line.endswith(" ."))
    assert line in BLOCKS[0]
    words = line.partition(" install ")[2].split()
    shutil.copytree(sources.ROOT, tmp_path / "source", ignore=LEFT_OUT)
    venv.create(tmp_path / "venv", with_pip=False, symlinks=True)
    base = {"base": str(tmp_path / "venv"), "platbase": str(tmp_path / "venv")}
    inside = Path(sysconfig.get_path("purelib", "venv", vars=base))
    lent = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (inside / "lent.pth").write_text("\n".join(sorted(lent)) + "\n")
    command = [sys.executable, "-m", "pip", "--python", tmp_path / "venv", "install", "--quiet", "--no-index", *words]
    for told in ("older", "newer"):
        (tmp_path / "source/webapp/examples/word.conf").write_text(told)
        subprocess.run(command, cwd=tmp_path / "source", check=True, capture_output=True)
        assert (inside / "webapp/examples/word.conf").read_text() == told
