"""The built wheel carries its catalogues and migrations and works alone, in a fresh environment and an empty folder."""

import csv
import io
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.house import sources

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "instance", "dist", "__pycache__", "*.mo", ".*_cache", ".hypothesis")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a copy of this checkout, built offline with what is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(sources.ROOT, folder / "source", ignore=LEFT_OUT)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, folder / "source"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of a fresh environment that has the wheel; the packages it needs are lent from here."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    paths = sysconfig.get_paths("venv", vars={"base": str(folder), "platbase": str(folder)})
    command = [sys.executable, "-m", "pip", "--python", folder, "install", "--quiet", "--no-deps", "--no-index", wheel]
    subprocess.run(command, check=True, capture_output=True)
    lent = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    Path(paths["purelib"], "lent.pth").write_text("\n".join(sorted(lent)) + "\n")
    return Path(paths["scripts"])


def test_what_is_inside(wheel: Path) -> None:
    """Catalogues, migrations, tables, templates, styles; no tests."""
    names = zipfile.ZipFile(wheel).namelist()
    for language in ("ur", "ps"):
        assert f"webapp/translations/{language}/LC_MESSAGES/messages.mo" in names
    for path in [*(sources.ROOT / "migrations").rglob("*.py"), sources.ROOT / "migrations" / "script.py.mako"]:
        assert f"webapp/{sources.name(path)}" in names
    inside = [path for path in sources.WEBAPP.rglob("*.*") if path.is_file() and "__pycache__" not in path.parts]
    assert {sources.name(path) for path in inside} - set(names) == set()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"webapp"}


def test_it_works_alone(programs: Path, tmp_path: Path) -> None:
    """`jirga demo --no-serve && jirga summary` in an empty folder."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8", "JIRGA_DEFAULT_LANGUAGE": "ps"}
    where = "import webapp; print(webapp.__file__)"
    found = subprocess.run([programs / "python", "-c", where], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert Path(found.stdout).is_relative_to(programs.parent)
    for words in (["demo", "--no-serve"], ["summary"], ["check"]):
        command = [programs / "jirga", *words]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        if words == ["summary"]:
            rows = list(csv.DictReader(io.StringIO(done.stdout.decode("utf-8-sig"))))
            assert rows
            assert any(row["grievances"] for row in rows)
            assert any("\u0600" <= letter <= "\u06ff" for letter in rows[0]["label"])
