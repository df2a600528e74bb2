"""Programs that tests need and pip cannot give: found here, or named in one line with the command that gets them."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

SERVERS = Path("/usr/lib/postgresql")


def postgresql() -> Path | None:
    """The folder of PostgreSQL's server programs, 15 or newer where Debian keeps several."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).parent] if on_path else []
    versions = sorted((int(path.name) for path in SERVERS.glob("[0-9]*") if path.name.isdigit()), reverse=True)
    found += [SERVERS / str(version) / "bin" for version in versions]
    return next((folder for folder in found if (folder / "initdb").exists()), None)


def program(*names: str) -> Callable[[], Path | None]:
    """A finder for the first of these commands on the PATH."""

    def find() -> Path | None:
        paths = filter(None, map(shutil.which, names))
        return next(map(Path, paths), None)

    return find


#: what tests ask for: how it is found, and Debian's package
PROGRAMS: dict[str, tuple[Callable[[], Path | None], str]] = {
    "postgresql": (postgresql, "postgresql"),
    "chromium": (program("chromium", "chromium-browser", "google-chrome"), "chromium"),
    "nginx": (program("nginx", "/usr/sbin/nginx"), "nginx"),
    "systemd-analyze": (program("systemd-analyze"), "systemd"),
    "msgfmt": (program("msgfmt"), "gettext"),
    "libreoffice": (program("soffice", "libreoffice"), "libreoffice-calc"),
}


#: Memory that can be used like a disk, where the system has it, and how much must be free.
MEMORY, ROOM = Path("/dev/shm"), 2 * 1024**3


def memory() -> Path | None:
    """A folder that no disk slows down: nothing that tests store has to survive them. None where it is small."""
    if not os.access(MEMORY, os.W_OK) or os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        return None
    return MEMORY if shutil.disk_usage(MEMORY).free >= ROOM else None


def missing() -> dict[str, str]:
    """What this machine lacks, with the packages that give it."""
    return {name: package for name, (find, package) in PROGRAMS.items() if find() is None}


def advice(lacking: dict[str, str]) -> str:
    """One line: what is missing and the command that gets it."""
    return f"not on this machine: {', '.join(lacking)}; get it with: apt-get install {' '.join(lacking.values())}"


def need(name: str) -> Path:
    """The path of a program; without it the test is skipped, or fails where CI=true."""
    find, package = PROGRAMS[name]
    return find() or _without(advice({name: package}))


def _without(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
