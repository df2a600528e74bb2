"""Forms a second over HTTP, on disk before they are acknowledged: two workers, synthetic forms, three a gathering.

The floor is a bare insert with its commit, from as many connections; from one in SQLite, which has one writer."""

import json
import sqlite3
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import psycopg

from tests import factories, machine, postgres
from tests.bench import _lines as lines
from tests.browser import site as sites
from tests.browser.site import JIRGA

CONNECTIONS, SECONDS = 16, 8.0
#: Forms that a connection may send in that time; they are made before.
MOST = 1500
DISTRICTS = ("bannu", "lakki-marwat", "north-waziristan", "khyber", "kohat", "mardan", "peshawar", "zhob")
TOPICS = ("house_damage", "schools_closed_damaged", "girls_education", "armed_group_presence")
STORY = "مصنوعی مثال: سڑک کے پاس کے مکانات کو نقصان پہنچا اور کوئی دیکھنے نہیں آیا۔ " * 4
#: Targets: forms a second, ms, ms, ms of CPU.
RATE, P99, ONE, CPU = 300, 120, 6, 3
Store = Callable[[], object]


def signed_in(base: str, username: str, password: str) -> tuple[HTTPConnection, dict[str, str]]:
    """A connection of somebody's browser, and the headers that it sends with each form."""
    connection = HTTPConnection(urlsplit(base).netloc, timeout=30)
    headers = {"Origin": base, "Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/ur/sign-in", urlencode({"username": username, "password": password}), headers)
    answer = connection.getresponse()
    answer.read()
    headers["Cookie"] = (answer.headers.get("Set-Cookie") or "").partition(";")[0]
    return connection, headers


def sender(base: str, password: str, number: int) -> Store:
    """A representative's browser on one connection; it files one form after the other."""
    connection, headers = signed_in(base, "bench", password)
    forms = iter([urlencode(form(number, turn), doseq=True).encode() for turn in range(MOST)])

    def store() -> None:
        connection.request("POST", "/ur/submit", next(forms), headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 201:
            raise RuntimeError(f"{answer.status}: {content[:500].decode()}")

    return store


def form(number: int, turn: int) -> dict[str, object]:
    """The form that a connection sends in its turn; no two are equal."""
    gathering = number * 1_237 + turn // 3  # of 20,000 different ones: each connection files into its own
    place, day = DISTRICTS[gathering % len(DISTRICTS)], date(2015, 1, 1) + timedelta(gathering % 4000)
    people = ("lt20", "p20_50", "p51_100", "p101_500", "gt500")[gathering // 4000 % 5]
    return factories.full(
        gathering_district=place, gathering_tehsil=None, district=place, gathering_date=str(day), participants=people,
        subcategory=TOPICS[turn % len(TOPICS)], narrative=f"{STORY}{number}.{turn}",
    )  # fmt: skip


def timed(stores: list[Store], seconds: float) -> tuple[float, list[float]]:
    """Store from all connections at once for so long: how many a second, and milliseconds of each, in order."""
    until = time.perf_counter() + seconds

    def keep_on(store: Store) -> list[float]:
        taken: list[float] = []
        while (begun := time.perf_counter()) < until:
            store()
            taken.append((time.perf_counter() - begun) * 1000)
        return taken

    begun = time.perf_counter()
    with ThreadPoolExecutor(len(stores)) as pool:
        taken = sorted(one for each in pool.map(keep_on, stores) for one in each)
    return len(taken) / (time.perf_counter() - begun), taken


def bare(url: str) -> list[Store]:
    """Connections that insert a row as big as a sealed form and commit."""
    if url.startswith("sqlite"):
        path = url.removeprefix("sqlite:///")
        lite = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        lite.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE bare (id TEXT, body BLOB)")
        return [partial(_insert, lite, "INSERT INTO bare VALUES (?, ?)")]
    opened = [psycopg.connect(url.replace("+psycopg", ""), autocommit=True) for _ in range(CONNECTIONS)]
    opened[0].execute("CREATE TABLE bare (id text PRIMARY KEY, body bytea)")
    return [partial(_insert, each, "INSERT INTO bare VALUES (%s, %s)") for each in opened]


def _insert(connection: Any, statement: str) -> None:
    connection.execute(statement, (str(uuid.uuid4()), STORY.encode()))


def used(server: int, postmaster: int | None) -> tuple[float, float, float]:
    """Seconds of CPU so far: our server's workers, this benchmark, the database's processes."""
    database = sites.workers(postmaster) if postmaster else []
    return lines.cpu_seconds(*sites.workers(server)), time.process_time(), lines.cpu_seconds(*database)


def measured(name: str, url: str, folder: Path, postmaster: int | None = None) -> Iterator[lines.Line]:
    """All lines of one database."""
    floor, quick = timed(bare(url), SECONDS / 2)
    environment = sites.environment(folder, JIRGA_DATABASE_URL=url)
    subprocess.run([JIRGA, "init"], env=environment, check=True, capture_output=True)
    password = factories.PASSWORD
    sites.add_account(folder, "bench", "representative", password, JIRGA_DATABASE_URL=url)
    with sites.serving(folder, "serve", "--workers", "2", JIRGA_DATABASE_URL=url, JIRGA_LOG_LEVEL="WARNING") as running:
        base, pid, _ = running
        stores = [sender(base, password, number) for number in range(CONNECTIONS + 1)]
        _, alone = timed(stores[-1:], SECONDS / 2)
        timed(stores[:-1], SECONDS / 4)  # so that every connection of the server has met every statement
        before = used(pid, postmaster)
        rate, taken = timed(stores[:-1], SECONDS)
        server, bench, database = (
            (after - start) / len(taken) * 1000 for start, after in zip(before, used(pid, postmaster), strict=True)
        )
    n, at = len(taken), f"submit, {name}, {CONNECTIONS} connections"
    yield lines.Line(f"submit, {name}, one connection: p50", alone[len(alone) // 2], "ms", None, len(alone), ONE)
    yield lines.Line(f"{at}: rate", rate, "/s", floor, n, RATE)
    yield lines.Line(f"{at}: p50", taken[n // 2], "ms", quick[len(quick) // 2], n, None)
    yield lines.Line(f"{at}: p99", taken[n * 99 // 100], "ms", quick[len(quick) * 99 // 100], n, P99)
    yield lines.Line(f"{at}: CPU of the server each", server, "ms", None, n, CPU)
    yield lines.Line(f"{at}: CPU of this benchmark each", bench, "ms", None, n, None)
    if postmaster:
        yield lines.Line(f"{at}: CPU of the database each", database, "ms", None, n, None)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as given:
        folder = Path(given)
        programs = machine.postgresql()
        if programs is None:
            print(json.dumps({"name": "submit, PostgreSQL", "left out": machine.advice(machine.missing())}))
        else:
            # unlike in the tests, what is stored here has to survive
            postgres.OPTIONS.update(fsync="on", full_page_writes="on")
            with postgres.running(programs) as server:
                postmaster = int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
                for line in measured("PostgreSQL", server.create("bench"), folder / "postgresql", postmaster):
                    line.print()
        (folder / "lite").mkdir()
        for line in measured("SQLite", f"sqlite:///{folder / 'lite.sqlite3'}", folder / "lite"):
            line.print()
