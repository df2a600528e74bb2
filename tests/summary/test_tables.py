"""The table of every question, against counting the same synthetic grievances one by one; on both databases."""

from collections.abc import Iterable, Mapping
from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.summary import counts
from tests.summary.counts import MARCH, OPENED, WEEK, Made
from webapp.places.queries import atlas
from webapp.questions.rules import Area, Dimension, Period, Question, Unit
from webapp.summary import queries
from webapp.summary.queries import Table
from webapp.summary.rules import Cell, Counts, figures, members, rows_of

TODAY = date(2026, 11, 22)
#: Districts of both provinces, and what must not be placed.
AREAS = ("bannu", "khyber", "quetta-east", "lakki-marwat", "PK-KP", "PK-BA", "pishin")
CODES = ("a", "b", "c", "d")
YEAR = Period(Unit.YEAR, 2025)


def table(session: Session, asked: Question, release: int | None) -> Table:
    """The table with its rows' members from the atlas."""
    places = atlas(session)
    return queries.table(session, asked, members(asked, places, rows_of(asked, places, TODAY)), release)


def rows_by_hand(session: Session, area: Area) -> Mapping[str, set[str]]:
    """Row to ledger areas, from the reference tables."""
    places = atlas(session)
    rows: dict[str, set[str]] = {}
    for code, place in places.districts.items():
        province = places.divisions[place.parent].parent
        row = {Area.DISTRICT: code, Area.DIVISION: place.parent, Area.PROVINCE: province}[area]
        rows.setdefault(row, {province} if area is Area.PROVINCE else set()).add(code)
    return rows


def among(people: Iterable[Made], areas: set[str], code: str = "", period: Period = YEAR) -> list[Made]:
    """Who counts in a cell."""
    months = period.months or range(10**6)
    return [one for one in people if one.area in areas and code in ("", one.code) and one.month in months]


@pytest.mark.parametrize("by", Dimension)
def test_every_table_of_the_closed_list(session: Session, by: Dimension) -> None:
    """Protected at the last release and at an older one, bare now: summed first, then protected once."""
    counts.opened(session)
    old, new = counts.made(300, CODES, 1, AREAS), counts.made(200, CODES, 2, AREAS)
    counts.publish(session, counts.cells(old, by))
    counts.publish(session, counts.cells(new, by), OPENED + WEEK)
    for area in Area:
        rows = rows_by_hand(session, area)
        assert set(AREAS) <= set().union(*rows.values()) | {"PK-KP", "PK-BA"}
        for release, people in ((1, old), (2, old + new), (None, old + new)):
            found = table(session, Question(area=area, by=by, period=YEAR), release)
            assert found.periods == (YEAR,)
            assert found.cells == by_hand(rows, people, by, release)


def by_hand(
    rows: Mapping[str, set[str]], people: list[Made], by: Dimension, release: int | None
) -> dict[tuple[str, int, str], tuple[int, ...]]:
    """The cells of a table of 2025 that hold anything, each counted from the beginning."""
    codes = ("total",) if by is Dimension.NONE else CODES
    chosen = {
        (row, 2025, code): counts.counts_of(among(people, areas, "" if code == "total" else code))
        for row, areas in rows.items() for code in codes
    }  # fmt: skip
    return {key: figures(found) if release else found[:3] for key, found in chosen.items() if found.grievances}


@pytest.mark.parametrize("release", [1, None])
def test_totals_are_cells_of_their_own(session: Session, release: int | None) -> None:
    """Protected by the keys of all; so a row need not add up, but some must not, else there was no noise."""
    counts.opened(session)
    people = counts.made(400, CODES, 5, AREAS)
    counts.publish(session, counts.cells(people))
    found = table(session, Question(), release)
    off = 0
    for row, areas in rows_by_hand(session, Area.DISTRICT).items():
        whole = counts.counts_of(among(people, areas, period=Period()))
        total = found.totals.get((row, 0), (0, 0, 0))
        assert total == (figures(whole) if release else whole[:3])
        off += total[0] != sum(found.cells.get((row, 0, code), (0, 0, 0))[0] for code in CODES)
    assert (off > 0) == bool(release)


def test_an_older_release_is_the_last_one_as_it_was(session: Session) -> None:
    """Whatever is posted, taken out or published later; the last one is read from its own table."""
    counts.opened(session)
    people = counts.made(300, CODES, 1, AREAS)
    counts.publish(session, counts.cells(people))
    questions = [Question(area=area, every=every) for area in Area for every in (None, Unit.MONTH)]
    before = [table(session, asked, 1) for asked in questions]
    counts.publish(session, counts.negative(counts.cells(people[:150])), OPENED + WEEK)
    counts.publish(session, counts.cells(counts.made(100, CODES, 9, AREAS)), OPENED + 2 * WEEK)
    assert [table(session, asked, 1) for asked in questions] == before
    assert [table(session, asked, 3) for asked in questions] != before


def test_filing_changes_nothing_before_a_release(session: Session) -> None:
    """One table for whoever asks, however often."""
    counts.opened(session)
    people = counts.made(60, CODES, 1, AREAS)
    counts.publish(session, counts.cells(people))
    before = table(session, Question(), 1)
    for one in counts.made(32, CODES, 3, ["bannu"]):
        counts.actions.post(session, counts.cells([one]))
        assert table(session, Question(), 1) == before
    assert table(session, Question(), None) != before


@pytest.mark.parametrize(
    ("every", "shown"),
    [
        (Unit.MONTH, ["2025-03", "2025-04", "2025-05", "2025-06", "2025-07"]),
        (Unit.QUARTER, ["2025-Q1", "2025-Q2", "2025-Q3"]),
        (Unit.YEAR, ["2025"]),
    ],
)
def test_blocks(session: Session, every: Unit, shown: list[str]) -> None:
    """From the first to the last that shows anything, with the empty ones between."""
    counts.opened(session)
    people = [Made("bannu", MARCH + later, "a", key, False, None) for later in (0, 4) for key in range(6)]
    counts.publish(session, counts.cells(people))
    for release in (1, None):
        found = table(session, Question(every=every), release)
        assert [str(period) for period in found.periods] == shown


def test_a_block_that_the_noise_hides_is_left_out(session: Session) -> None:
    """One grievance in March, published as 0; the operator sees it."""
    counts.opened(session)
    posted = [Made("bannu", MARCH, "a", 0), *(Made("bannu", MARCH + 2, "a", key) for key in range(7))]
    counts.publish(session, counts.cells(posted))
    asked = Question(every=Unit.MONTH)
    assert [str(period) for period in table(session, asked, 1).periods] == ["2025-05"]
    assert len(table(session, asked, None).periods) == 3


def test_blocks_of_one_value(session: Session) -> None:
    """The selection is what was asked for: one code, one province."""
    counts.opened(session)
    people = [Made("bannu", MARCH, "a", key) for key in range(9)] + [
        Made("quetta-east", MARCH + 3, "b", key) for key in range(9)
    ]
    counts.publish(session, counts.cells(people))
    every = {"every": Unit.MONTH}
    assert len(table(session, Question(**every), 1).periods) == 4
    assert [str(part) for part in table(session, Question(**every, value="b"), 1).periods] == ["2025-06"]
    assert [str(part) for part in table(session, Question(**every, province="PK-KP"), 1).periods] == ["2025-03"]
    assert table(session, Question(**every, district="khyber"), 1).periods == ()


def test_a_value_keeps_one_code(session: Session) -> None:
    """With the same figures as among the others."""
    counts.opened(session)
    counts.publish(session, counts.cells(counts.made(300, CODES, 1, AREAS)))
    whole, one = table(session, Question(), 1), table(session, Question(value="b"), 1)
    assert one.cells == {key: shown for key, shown in whole.cells.items() if key[2] == "b"}
    assert one.cells
    assert (one.totals, one.reported) == (whole.totals, whole.reported)


def test_no_report_published(session: Session) -> None:
    """An area whose number of all time shows as 0: never filed, or few enough for the noise to hide."""
    counts.opened(session)
    people = [Made("bannu", MARCH, "a", 4095), Made("khyber", MARCH, "a", 0)]
    counts.publish(session, counts.cells(people))
    assert table(session, Question(period=Period(Unit.YEAR, 2024)), 1).reported == {"bannu"}
    assert table(session, Question(), None).reported == {"bannu", "khyber"}
    assert table(session, Question(area=Area.PROVINCE), 1).reported == {"PK-KP"}


def test_before_the_first_release(session: Session) -> None:
    """Nothing is published, whatever is posted."""
    counts.opened(session)
    counts.actions.post(session, counts.cells(counts.made(100, CODES, 1, AREAS)))
    for every in (None, Unit.MONTH):
        found = table(session, Question(every=every), 0)
        assert (found.cells, found.totals, found.reported) == ({}, {}, frozenset())
        assert found.periods == (() if every else (Period(),))


def test_protection_stands_alone(session: Session) -> None:
    """In no other total; a province that has nothing else is not hidden by the rule of no report."""
    counts.opened(session)
    people = [Made("PK-BA", MARCH, "total", key * 300) for key in range(9)]
    counts.publish(session, counts.cells(people, Dimension.PROTECTION))
    asked = Question(area=Area.PROVINCE, by=Dimension.PROTECTION, every=Unit.YEAR)
    found = table(session, asked, 1)
    assert found.cells == {("PK-BA", 2025, "total"): figures(counts.counts_of(people))}
    assert found.reported == {"PK-BA"}
    other = table(session, Question(area=Area.PROVINCE, by=Dimension.NONE), 1)
    assert (other.cells, other.reported) == ({}, frozenset())


def test_a_release_made_while_a_table_is_read(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it added to the published counts is not shown under the older number."""
    counts.opened(session)
    counts.publish(session, counts.cells(counts.made(100, CODES, 1, AREAS)))
    before = table(session, Question(), 1)
    counts.publish(session, counts.cells(counts.made(100, CODES, 2, AREAS)), OPENED + WEEK)
    asked = iter([1, 2])
    monkeypatch.setattr(queries, "last_number", lambda session: next(asked))
    assert table(session, Question(), 1) == before


def test_sums_are_whole_numbers(session: Session) -> None:
    """PostgreSQL adds big integers up to decimals; keys beyond 32 bits stay exact."""
    counts.opened(session)
    big = Counts(10, 0, 0, 2**40 + 1, 0, 0)
    counts.actions.post(session, {Cell("bannu", MARCH + n, Dimension.NONE, "total"): big for n in range(3)})
    found = queries.ledger_cells(session)
    assert sum(one.grievance_keys for one in found.values()) == 3 * (2**40 + 1)
    shown = table(session, Question(by=Dimension.NONE), None).cells["bannu", 0, "total"]
    assert [type(number) for number in shown] == [int, int, int]
