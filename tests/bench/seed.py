"""Rows a second of `jirga seed` and of `jirga import`, each from the start of its process to its end, on disk.

The floor is a bare insert of as many rows of that size, committed as often as the command does."""

import random
import sqlite3
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import Any

import psycopg

from tests import factories, postgres
from tests.bench import _lines as lines
from tests.browser import site as sites
from tests.paper.sheets import csv_of
from webapp.config import day_of, now
from webapp.office import Office
from webapp.seed import CHUNK, Fiction

SEEDED, IMPORTED = 20_000, 5_000
#: Bytes of a grievance with its event, its sealed text and its share of the ledger's rows.
SIZE = 1_500
#: Targets: 100,000 in a minute; MB.
RATE, MEMORY = 100_000 / 60, 300


def bare(office: Office, commits: Sequence[int]) -> float:
    """Rows a second of the floor: that many rows with each commit."""
    url = office.settings.database_url
    on_sqlite = url.startswith("sqlite")
    opened: Any = (
        sqlite3.connect(url[len("sqlite:///") :]) if on_sqlite else psycopg.connect(url.replace("+psycopg", ""))
    )
    mark = "?" if on_sqlite else "%s"
    with closing(opened) as connection:
        cursor = connection.cursor()
        if on_sqlite:
            cursor.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
        cursor.execute(f"CREATE TABLE bare (id VARCHAR(36) PRIMARY KEY, body {'BLOB' if on_sqlite else 'bytea'})")
        connection.commit()
        begun = time.perf_counter()
        for count in commits:
            rows = [(str(uuid.uuid4()), random.randbytes(SIZE)) for _ in range(count)]
            cursor.executemany(f"INSERT INTO bare VALUES ({mark}, {mark})", rows)
            connection.commit()
        taken = time.perf_counter() - begun
        cursor.execute("DROP TABLE bare")
        connection.commit()
    return sum(commits) / taken


def sheet(office: Office, path: Path) -> list[int]:
    """Write a file of made-up forms; how many rows each gathering in it has."""
    fiction = Fiction(1, office.world(), {}, day_of(now()))
    rows = [row.cells for sketch in fiction.sketches(IMPORTED) for row in fiction.rows(sketch)]
    path.write_bytes(csv_of(rows))
    return [len(list(several)) for _, several in groupby(rows, key=lambda cells: cells["gathering_ref"])]


def measured(name: str, made: lines.Maker, folder: Path) -> Iterator[lines.Line]:
    """All lines of one database."""
    office = made("seed")
    floor = bare(office, [CHUNK] * (SEEDED // CHUNK))
    begun = time.perf_counter()
    held = lines.peak(office, "seed", "--grievances", str(SEEDED))
    rate = SEEDED / (time.perf_counter() - begun)
    office.engine.dispose()
    yield lines.Line(f"seed, {name}: rate", rate, "rows/s", floor, SEEDED, RATE)
    yield lines.Line(f"seed, {name}: memory", held, "MB", None, SEEDED, MEMORY)
    office = made("import")
    where, url = office.settings.data_dir, office.settings.database_url
    sites.add_account(where, "bench", "representative", factories.PASSWORD, JIRGA_DATABASE_URL=url)
    path = folder / f"{name}.csv"
    floor = bare(office, sheet(office, path))
    begun = time.perf_counter()
    held = lines.peak(office, "import", str(path), "--as", "bench")
    rate = IMPORTED / (time.perf_counter() - begun)
    office.engine.dispose()
    yield lines.Line(f"import, {name}: rate", rate, "rows/s", floor, IMPORTED, None)
    yield lines.Line(f"import, {name}: memory", held, "MB", None, IMPORTED, MEMORY)


if __name__ == "__main__":
    # what is stored here has to survive
    postgres.OPTIONS.update(fsync="on", full_page_writes="on")
    with tempfile.TemporaryDirectory() as given, lines.databases(Path(given), "seed and import") as found:
        for name, made in found.items():
            for line in measured(name, made, Path(given)):
                line.print()
