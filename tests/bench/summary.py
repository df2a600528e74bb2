"""How long a summary takes from the ledger of 10,000 and 1,000,000 grievances, and from one as full as 10,000,000 make.

Beside it, what the database needs to count the grievances themselves, and pandas. All are synthetic."""

import csv
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from flask.testing import FlaskClient
from sqlalchemy import TextClause, text

from tests import factories
from tests.bench import _lines as lines
from tests.bench import _synthetic as synthetic
from webapp import db
from webapp.app import create_app
from webapp.config import day_of, now
from webapp.export.queries import file as summary
from webapp.grievances.queries import recount
from webapp.office import Office
from webapp.people.rules import Role
from webapp.rebuild import rebuild
from webapp.summary.queries import ledger_cells, misprinted

FEW, MANY, FULLER = 10_000, 1_000_000, 10
TURNS, PANDAS_NEEDS = 5, 3000
#: Targets: ms, times the time of 10,000, times the time of 1,000,000, MB.
QUICK, GROWS, GROWS_FULL, MEMORY = 150, 3, 1.5, 150
PAGES = {"the summary": "/en/summary", "one district": "/en/summary/bannu"}
QUESTIONS: dict[str, dict[str, list[str]]] = {"all time": {}, "every year": {"every": ["year"]}}
#: Which grievances stand in tables of districts, and what must be read to know and count them.
COUNTED = """consent_statistics AND sensitivity <> 'referral_only' AND coalesce(prior_result, '') <> 'threatened'
    AND confidentiality IN ('district_officials', 'numbers_only')"""
NEEDED = "district, subcategory, sensitivity, confidentiality, prior_result, consent_statistics"
INDEX = f"CREATE INDEX bench ON grievances ({NEEDED}, received_date) WHERE {COUNTED}"
YEAR = {"sqlite": "substr(received_date, 1, 4)", "postgresql": "extract(year FROM received_date)"}


def by_ledger(office: Office, given: Mapping[str, list[str]]) -> bytes:
    """The file as the site makes it."""
    asked = {"by": ["category"], "area": ["district"], **given}
    with db.open_session(office.engine, writes=False) as session:
        return summary(session, asked, office.reference, "en", today=day_of(now()))


def by_database(office: Office, given: Mapping[str, list[str]]) -> dict[tuple[Any, ...], int]:
    """The true numbers by district, category and year, counted in the database from the grievances themselves."""
    with db.open_session(office.engine, writes=False) as session:
        rows = session.execute(counting(office, given))
        return {(*row[:-1],): int(row[-1]) for row in rows}


def counting(office: Office, given: Mapping[str, list[str]]) -> TextClause:
    """The query; without years it groups by a word less."""
    year = f"{YEAR[office.engine.dialect.name]} AS year, " if given else ""
    word = "year, " if given else ""
    return text(f"""SELECT district, {word}category, sum(n) FROM (
        SELECT district, {year}subcategory, count(*) AS n FROM grievances WHERE {COUNTED}
        GROUP BY district, {word}subcategory) AS found
        JOIN subcategories ON code = subcategory GROUP BY district, {word}category""")


def by_pandas(office: Office) -> "pd.Series[int]":
    """The same of all time, from the grievances read into a frame."""
    taxonomy = office.reference[1]
    categories = {code: topic.category for code, topic in taxonomy.subcategories.items()}
    with office.engine.connect() as connection:
        frame = pd.read_sql_query(text(f"SELECT {NEEDED} FROM grievances"), connection)
    seen = frame["consent_statistics"].astype(bool) & (frame["sensitivity"] != "referral_only")
    open_ = frame["confidentiality"].isin(["district_officials", "numbers_only"])
    frame = frame[seen & open_ & (frame["prior_result"] != "threatened")]
    return frame.groupby(["district", frame["subcategory"].map(categories)]).size()


def milliseconds(*works: Callable[[], Any], turns: int = TURNS) -> list[float]:
    """The median time of each, done by turns so that a noisy machine is as noisy for all, after one to warm up."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(turns + 1):
        for work, times in zip(works, taken, strict=True):
            begun = time.perf_counter()
            work()
            times.append((time.perf_counter() - begun) * 1000)
    return [statistics.median(times[1:]) for times in taken]


def compare(shown: bytes, true: Mapping[tuple[Any, ...], int]) -> None:
    """Whether the file shows what is there: each number within the noise of 3, and none where there is nothing."""
    rows = csv.DictReader(shown.decode("utf-8-sig").splitlines())
    published = {(row["district_code"], row["code"]): int(row["grievances"] or 0) for row in rows}
    far = [key for key in published.keys() | true.keys() if abs(published.get(key, 0) - true.get(key, 0)) > 3]
    if far or any(published[key] for key in published.keys() - true.keys()):
        raise RuntimeError(f"{len(far)} figures are not those of the grievances")


def ready(office: Office) -> None:
    """What an index gives the database to count fast, and what its own upkeep gives both."""
    with office.writing() as session:
        session.execute(text(INDEX))
    lines.settle(office)


def timed(name: str, few: Office, many: Office, full: Office) -> Iterator[lines.Line]:
    """A summary at each size beside its floor, and how it grows."""
    for period, given in QUESTIONS.items():
        at = f"summary, {period}, {name}"
        small, large, largest = milliseconds(*(partial(by_ledger, office, given) for office in (few, many, full)))
        floors = milliseconds(*(partial(by_database, office, given) for office in (few, many)))
        yield lines.Line(f"{at}, {FEW:,} grievances", small, "ms", floors[0], TURNS, QUICK)
        yield lines.Line(f"{at}, {MANY:,} grievances", large, "ms", floors[1], TURNS, QUICK)
        yield lines.Line(f"{at}, as full as {FULLER * MANY:,}", largest, "ms", None, TURNS, None)
        yield lines.Line(f"{at}, {MANY:,} to {FEW:,}", large / small, "x", None, TURNS, GROWS)
        yield lines.Line(
            f"{at}, as full as {FULLER * MANY:,} to {MANY:,}", largest / large, "x", None, TURNS, GROWS_FULL
        )


def weighed(name: str, few: Office, many: Office, full: Office) -> Iterator[lines.Line]:
    """What a process holds that makes one summary; and what pandas needs, which reads the grievances."""
    floor = lines.peak(few, "--help")
    for size, office in ((f"{FEW:,}", few), (f"{MANY:,}", many), (f"as full as {MANY * FULLER:,}", full)):
        value = lines.peak(office, "summary", "--by", "category")
        yield lines.Line(f"peak memory of `jirga summary`, {name}, {size}", value, "MB", floor, 1, MEMORY)


def browser(office: Office) -> FlaskClient:
    """One in which an analyst is signed in, in this process."""
    client = create_app(replace(office.settings, second_factor="optional")).test_client()
    with office.writing() as session:
        person = factories.person(session, Role.ANALYST, ())
    factories.sign_in(client, person)
    return client


def looked_at(name: str, few: Office, many: Office, full: Office) -> Iterator[lines.Line]:
    """The pages of figures, drawn whole, the first time after a release and later, when a worker has read it; the floor
    counts one of their tables from the grievances."""
    (floor,) = milliseconds(partial(by_database, many, {}))
    readers = [browser(office) for office in (few, many, full)]
    for page, address in PAGES.items():
        for size, office in ((f"{MANY:,} grievances", many), (f"as full as {FULLER * MANY:,}", full)):
            reader = browser(office)
            fetch(reader, "/en/account")
            begun = time.perf_counter()
            fetch(reader, address)
            value = (time.perf_counter() - begun) * 1000
            yield lines.Line(f"page of {page}, first time, {name}, {size}", value, "ms", floor, 1, None)
        small, large, largest = milliseconds(*(partial(fetch, reader, address) for reader in readers))
        at = f"page of {page}, {name}"
        yield lines.Line(f"{at}, {FEW:,} grievances", small, "ms", None, TURNS, None)
        yield lines.Line(f"{at}, {MANY:,} grievances", large, "ms", floor, TURNS, QUICK)
        yield lines.Line(f"{at}, as full as {FULLER * MANY:,}", largest, "ms", None, TURNS, None)
        yield lines.Line(f"{at}, {MANY:,} to {FEW:,}", large / small, "x", None, TURNS, GROWS)
        yield lines.Line(
            f"{at}, as full as {FULLER * MANY:,} to {MANY:,}", largest / large, "x", None, TURNS, GROWS_FULL
        )


def fetch(reader: FlaskClient, address: str) -> None:
    """The page, which must be one."""
    if reader.get(address).status_code != 200:
        raise RuntimeError(f"{address} does not open")


def proved(name: str, office: Office, count: int) -> None:
    """The ledger against a recount of every grievance, as `jirga check` does it, and `jirga rebuild`, which must find
    nothing to put right."""
    at = f"{name}, {count:,} grievances"
    begun = time.perf_counter()
    with office.reading() as session:
        if recount(session, office.world()) != ledger_cells(session) or misprinted(session):
            raise RuntimeError("the ledger is not what a recount finds")
    lines.Line(f"ledger proved by a recount, {at}", time.perf_counter() - begun, "s", None, 1, None).print()
    begun = time.perf_counter()
    if any(rebuild(office)):
        raise RuntimeError("the rebuild changed what was right")
    lines.Line(f"`jirga rebuild`, {at}", time.perf_counter() - begun, "s", None, 1, None).print()


def with_pandas(name: str, office: Office, count: int) -> None:
    """The peer: pandas over all grievances."""
    at, turns = f"counted by pandas, all time, {name}, {count:,} grievances", TURNS if count == FEW else 1
    if lines.free_memory() < PANDAS_NEEDS:
        lines.left_out(at, f"fewer than {PANDAS_NEEDS} MB of memory are free")
        return
    (floor,) = milliseconds(partial(by_database, office, {}))
    (value,) = milliseconds(partial(by_pandas, office), turns=turns)
    lines.Line(at, value, "ms", floor, turns, None).print()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as given, lines.databases(Path(given), "summary") as makers:
        few, many, full = ({name: make(size) for name, make in makers.items()} for size in ("few", "many", "full"))
        synthetic.fill(list(few.values()), FEW)
        cells = synthetic.fill(list(many.values()), MANY)
        fuller = synthetic.fuller(cells, FULLER)
        name = f"cells of the ledger, as full as {MANY * FULLER:,} grievances make it"
        lines.Line(name, len(fuller), "cells", len(cells), 1, None).print()
        for name in makers:
            offices = few[name], many[name], full[name]
            synthetic.fill_ledger(full[name], fuller)
            for office in offices:
                ready(office)
            for office in offices[:2]:
                compare(by_ledger(office, {}), by_database(office, {}))
            for line in itertools.chain(timed(name, *offices), looked_at(name, *offices), weighed(name, *offices)):
                line.print()
            proved(name, many[name], MANY)
            for office, count in ((few[name], FEW), (many[name], MANY)):
                with_pandas(name, office, count)
