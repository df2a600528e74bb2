"""The figures of the real gatherings against a count of the file itself: bare ones equal, published ones protected."""

import csv
import io
import itertools
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.commands.terminal import Terminal, environment_of
from tests.conftest import DATABASES, settings_for
from tests.grievances import counting
from tests.paper.sheets import csv_of, filed, real, sheet
from webapp.config import Settings
from webapp.orm import make_engine

Rows = list[dict[str, str]]
GATHERED = ("none", "women_heard", "youth_heard", "displaced_heard", "minorities_heard")
BY = ("category", "subcategory", "urgency", "theme", "remedy", "era", "households", *GATHERED)
AREAS = ("district", "division", "province")
#: (area, by, every)
TABLES = [
    *(("province", by, "") for by in BY),
    *(("district", by, "") for by in BY if by != "minorities_heard"),
    *(("division", by, "") for by in ("none", "category", "subcategory", "women_heard")),
    *((area, by, "year") for area in AREAS for by in ("none", "category")),
    ("district", "none", "quarter"),
    ("division", "urgency", "quarter"),
    ("province", "remedy", "year"),
    ("province", "subcategory", "year"),
    ("province", "minorities_heard", "quarter"),
]


def as_reported() -> Rows:
    """The real file, each paper received on the day of its gathering."""
    return [{**row, "received_date": row["gathering_date"]} for row in real()]


def as_wished() -> Rows:
    """A copy with other wishes: 20 rows do not consent, 5 are province_only, 5 protected; and synthetic remedies."""
    rows = as_reported()
    for place, row in enumerate(rows):
        row["remedies"] = ("", "compensation", "compensation;inquiry apology")[place % 3]
        row["start_year"] = ("", "2009", "2014", "2018", "2024")[place % 5]
        row["women_heard"] = ("no", "in_jirga", "separately")[int(row["gathering_ref"][1:]) % 3]
    for row in rows[::12][:20]:
        row["consent_statistics"] = "no"
    for row in rows[5::50][:5]:
        row["confidentiality"] = "province_only"
    of_one_year = [row for row in rows[1::2] if row["gathering_date"] > "2025" and row["consent_statistics"] == "yes"]
    for row in [row for row in of_one_year if row["confidentiality"] == "district_officials"][:5]:
        row["confidentiality"] = "protected"
    return rows


class Office(NamedTuple):
    """An instance that was filled from a file by the command itself, and released; the tests only read it."""

    settings: Settings
    rows: Rows


@pytest.fixture(
    scope="module",
    params=itertools.product(DATABASES, (as_reported, as_wished)),
    ids=lambda one: f"{one[0]}-{one[1].__name__}",
)
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The real file and the copy, on both databases."""
    kind, rows = request.param
    folder = tmp_path_factory.mktemp("figures")
    with _prepared(kind, request, folder) as settings:
        engine = make_engine(settings.database_url)
        with Session(engine.execution_options(writes=True)) as session:
            factories.person(session, username="elder")
        engine.dispose()
        (folder / "forms.csv").write_bytes(csv_of(rows()))
        command = [sys.executable, "-m", "webapp", "import", folder / "forms.csv", "--as", "elder"]
        environment = {**os.environ, **environment_of(settings)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, "257 added, 0 there before, 0 refused\n"), done.stderr
        yield Office(settings, rows())


@contextmanager
def _prepared(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[Settings]:
    if kind == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), folder / "jirga.sqlite3")
        yield settings_for(f"sqlite:///{folder / 'jirga.sqlite3'}", folder)
        return
    template, server = request.getfixturevalue("postgresql_template"), request.getfixturevalue("server")
    yield settings_for(server.create(folder.name, template), folder)
    server.drop(folder.name)


@pytest.fixture
def filled(bare: Terminal, office: Office) -> Terminal:
    """A terminal at that instance."""
    bare.uses(office.settings)
    return bare


@pytest.fixture
def rows(office: Office) -> Rows:
    """The rows of its file."""
    return office.rows


def test_the_copy_is_what_it_says() -> None:
    rows = as_wished()
    assert Counter(row["consent_statistics"] for row in rows) == {"yes": 237, "no": 20}
    assert Counter(row["confidentiality"] for row in rows) == {
        "district_officials": 247, "province_only": 5, "protected": 5,
    }  # fmt: skip
    sensitive = Counter(counting.topics()[row["subcategory"]]["sensitive"] for row in rows)
    assert sensitive["confidential"] > 40
    assert all(row["consent_statistics"] == "yes" for row in rows if row["confidentiality"] != "district_officials")
    assert {row["received_date"][:4] for row in rows if row["confidentiality"] == "protected"} == {"2025"}


def table(jirga: Terminal, area: str, by: str, every: str = "", *more: str) -> Rows:
    """A summary file, read as a stranger would."""
    words = ["--area", area, "--by", by, *(["--every", every] if every else []), *more]
    return list(csv.DictReader(io.StringIO(jirga.right("summary", *words).removeprefix("\ufeff"))))


def shown(rows: Rows, area: str, column: str) -> dict[tuple[str, str, str], int]:
    """(period, area, code) -> the number; an empty cell reads as 0."""
    found = {(row["period"], row[f"{area}_code"], row["code"]): int(row[column] or 0) for row in rows}
    assert len(found) == len(rows), "each cell once"
    return found


def wrong(found: Mapping[tuple[str, str, str], int], true: counting.Figures) -> dict[tuple[str, str, str], object]:
    """Cells that differ, and true ones that are missing."""
    keys = found.keys() | {key for key, number in true.items() if number}
    return {key: (found.get(key), true[key]) for key in keys if found.get(key) != true[key]}


def test_bare_figures_are_the_count(filled: Terminal, rows: Rows) -> None:
    for area, by, every in TABLES:
        file = table(filled, area, by, every, "--unprotected")
        true = counting.grievances(rows, area, by, every)
        assert wrong(shown(file, area, "grievances"), true) == {}, (area, by, every)
        assert {row["protected"] for row in file} == {"no"}
        assert {row["confirmed"] for row in file} <= {"0", ""}
        if by in GATHERED:
            met = counting.gatherings(rows, area, by, every)
            assert wrong(shown(file, area, "gatherings"), met) == {}, (area, by, every)
        else:
            assert {row["gatherings"] for row in file} == {""}


def test_bare_figures_are_empty_where_nothing_was_reported(filled: Terminal, rows: Rows) -> None:
    for area in AREAS:
        ever = counting.by_area(counting.grievances(rows, area, "none"))
        for by in ("none", "category", "subcategory"):
            file = table(filled, area, by, "", "--unprotected")
            assert {row[f"{area}_code"] for row in file if row["grievances"]} == set(ever), (area, by)
            empty = [row for row in file if not row["grievances"]]
            assert {row["gatherings"] + row["confirmed"] for row in empty} <= {""}


def test_protected_ones_stand_alone(filled: Terminal, rows: Rows) -> None:
    """One number for each province and year, exact for the operator and within the noise for the others."""
    true = counting.grievances(rows, "province", "protection", "year")
    file = table(filled, "province", "protection", "", "--unprotected")
    assert wrong(shown(file, "province", "grievances"), true) == {}
    assert {row["gatherings"] + row["confirmed"] for row in file} <= {""}
    published = shown(table(filled, "province", "protection"), "province", "grievances")
    assert bad_figures(published, true) == {}
    if rows == as_wished():
        assert sum(true.values()) == 5
        assert 3 <= sum(published.values()) <= 8


def bad_figures(
    found: Mapping[tuple[str, str, str], int], true: counting.Figures
) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Published cells that are further than 3 from the truth, or 1, or 2, or not 0 where nothing was said."""
    return {
        key: (number, true[key])
        for key, number in found.items()
        if abs(number - true[key]) > 3 or number < 0 or number in (1, 2) or (number and not true[key])
    }


def test_published_figures_are_protected(filled: Terminal, rows: Rows) -> None:
    small: Counter[bool] = Counter()
    for area, by, every in TABLES:
        file = table(filled, area, by, every)
        found, true = shown(file, area, "grievances"), counting.grievances(rows, area, by, every)
        assert bad_figures(found, true) == {}, (area, by, every)
        hidden = {key: number for key, number in true.items() if key not in found and number > 3}
        assert {key: number for key, number in hidden.items() if key[0] in {period for period, _, _ in found}} == {}
        small.update(found[key] != number for key, number in true.items() if key in found and 1 <= number <= 9)
        assert {(row["release"], row["protected"]) for row in file} == {("1", "yes")}
        for row in file:
            low = [int(row[name] or 0) for name in ("gatherings", "confirmed", "grievances")]
            assert max(low[:2]) <= low[2], row
            assert not {1, 2} & set(low), row
    assert small.total() > 500
    assert small[True] >= small.total() / 4


def test_published_gatherings_are_protected(filled: Terminal, rows: Rows) -> None:
    for area in AREAS:
        for by in GATHERED[: 5 if area == "province" else 4]:
            found = shown(table(filled, area, by), area, "gatherings")
            over = shown(table(filled, area, by), area, "grievances")
            true = counting.gatherings(rows, area, by)
            bad = bad_figures(found, true)
            assert {key: cell for key, cell in bad.items() if found[key] != over[key]} == {}, (area, by)
            assert all(number == 0 for key, number in found.items() if not true[key])


def test_one_number_by_every_route(filled: Terminal) -> None:
    """A cell asked for alone, for one province or in another layout shows the same number."""
    whole = shown(table(filled, "district", "category", "year"), "district", "grievances")
    for year in sorted({period for period, _, _ in whole}):
        one = shown(table(filled, "district", "category", "", "--period", year), "district", "grievances")
        assert one == {key: number for key, number in whole.items() if key[0] == year}
    for place in ("bannu", "khyber", "gwadar"):
        one = shown(table(filled, "district", "category", "year", "--district", place), "district", "grievances")
        years = {period for period, _, _ in one}
        rest = {key: number for key, number in whole.items() if key[1] == place}
        assert one == {key: number for key, number in rest.items() if key[0] in years}
        assert years


def test_a_month_is_the_day_received_not_the_day_met(jirga: Terminal, session: Session) -> None:
    factories.person(session, username="elder")
    late = [{**row, "received_date": "2026-02-28"} for row in real() if row["district"] == "khyber"]
    jirga.right("import", filed(jirga, late), "--as", "elder")
    for period, number in (("2026-02", 62), ("2026-Q1", 62), ("2026", 62), ("2025", 0), ("2026-03", 0)):
        file = table(jirga, "district", "none", "", "--unprotected", "--period", period, "--district", "khyber")
        assert [row["grievances"] for row in file] == [str(number)], period
    assert {row["period"] for row in table(jirga, "district", "none", "month", "--unprotected")} == {"2026-02"}


def test_nothing_moves_between_two_releases(jirga: Terminal, session: Session) -> None:
    factories.person(session, username="elder")
    jirga.right("import", filed(jirga, sheet(30)), "--as", "elder")
    words = [("--by", by, "--area", area) for by in ("none", "category", "urgency") for area in AREAS]
    words += [("--by", "protection"), ("--by", "category", "--every", "month", "--layout", "wide")]
    before = [jirga.right("summary", *one) for one in words]
    jirga.right("import", filed(jirga, sheet(60, district="khyber", subcategory="electricity")), "--as", "elder")
    jirga.right("import", filed(jirga, sheet(9, confidentiality="protected")), "--as", "elder")
    assert [jirga.right("summary", *one) for one in words] == before
    assert next(row["grievances"] for row in table(jirga, "province", "none", "", "--unprotected")) == "90"
    jirga.right("release", "--now", "--why", "test")
    after = [jirga.right("summary", *one) for one in words]
    assert all(one != other for one, other in zip(before, after, strict=True))
    assert [jirga.right("summary", *one, "--release", "1") for one in words] == before
