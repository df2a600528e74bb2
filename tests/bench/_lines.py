"""One benchmark line, what Linux says of a process, and new instances to measure on each database of this machine."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import text

from tests import machine, postgres
from tests.browser import site as sites
from webapp.config import settings_from
from webapp.office import Office

#: Makes a new instance of a given name.
Maker = Callable[[str], Office]


class Line(NamedTuple):
    """A measured value beside its floor (the least that this machine needs for it) and its target."""

    name: str
    value: float
    unit: str
    floor: float | None
    n: int
    target: float | None

    def print(self) -> None:
        """As one JSON object on one line."""
        ratio = round(self.value / self.floor, 2) if self.floor else None
        floor = None if self.floor is None else round(self.floor, 2)
        told = {**self._asdict(), "value": round(self.value, 2), "floor": floor, "ratio": ratio}
        print(json.dumps(told), flush=True)


def left_out(name: str, why: str) -> None:
    """Say in a line of its own what is not measured here."""
    print(json.dumps({"name": name, "left out": why}), flush=True)


def cpu_seconds(*pids: int) -> float:
    """User and system time that processes have used, all their threads together."""
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(each[11]) + int(each[12]) for each in fields) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> float:
    """Megabytes of memory that a process holds, what it shares with others too."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(rollup.split("\nRss:")[1].split()[0]) / 1024


def free_memory() -> float:
    """Megabytes that this machine could still give."""
    return int(Path("/proc/meminfo").read_text().split("MemAvailable:")[1].split()[0]) / 1024


#: The command, which says at its end what it held at most: what its parent is told would begin with the parent's own.
_WATCHED = """
import sys
from pathlib import Path
from webapp.cli import main
try:
    main()
finally:
    print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0], file=sys.stderr)
"""


def peak(office: Office, *words: str) -> float:
    """The most megabytes that `jirga WORDS` held, in a process of its own."""
    command = [sys.executable, "-c", _WATCHED, *words]
    done = subprocess.run(command, env=_environment(office), check=True, capture_output=True, text=True)
    return int(done.stderr.split()[-1]) / 1024


@contextmanager
def databases(folder: Path, what: str) -> Iterator[dict[str, Maker]]:
    """The databases of this machine by name; PostgreSQL, where it is missing, is left out in one line."""
    with ExitStack() as stack:
        found: dict[str, Maker] = {"SQLite": lambda name: _made(folder / name, f"sqlite:///{folder / name}.sqlite3")}
        programs = machine.postgresql()
        if programs is None:
            left_out(f"{what}, PostgreSQL", machine.advice(machine.missing()))
        else:
            server = stack.enter_context(postgres.running(programs))
            found["PostgreSQL"] = lambda name: _made(folder / f"pg-{name}", server.create(name))
        yield found


def _made(folder: Path, url: str) -> Office:
    folder.mkdir()
    environment = sites.environment(folder, JIRGA_DATABASE_URL=url)
    subprocess.run([sites.JIRGA, "init"], env=environment, check=True, capture_output=True)
    return opened(folder, url)


def opened(folder: Path, url: str) -> Office:
    """An instance that was made before."""
    return Office(settings_from(sites.environment(folder, JIRGA_DATABASE_URL=url)))


def _environment(office: Office) -> dict[str, str]:
    return sites.environment(office.settings.data_dir, JIRGA_DATABASE_URL=office.settings.database_url)


def settle(office: Office) -> None:
    """What PostgreSQL does by itself in time."""
    if office.engine.dialect.name == "postgresql":
        with office.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))
