"""Cells, changes, eras, when a release is due, and which areas make up a row."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.summary.counts import OPENED, WEEK
from webapp.places.queries import atlas
from webapp.questions.rules import Area, Question
from webapp.summary.rules import (
    ERAS,
    Cell,
    Counts,
    changes,
    era,
    members,
    minus,
    month_of,
    plus,
    release_due,
    rows_of,
)

ONE, TWO, THREE = (Cell("bannu", 24300, "category", code) for code in ("a", "b", "c"))
TODAY = date(2026, 11, 22)
SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def test_months_divide_into_quarters_and_years() -> None:
    """So that SQL needs no calendar."""
    assert [month_of(date(2025, month, 1)) - 2025 * 12 for month in range(1, 13)] == list(range(12))
    assert {month_of(date(2025, month, 28)) // 3 for month in (7, 8, 9)} == {2025 * 4 + 2}
    assert {month_of(date(2025, month, 28)) // 12 for month in (1, 12)} == {2025}


def test_changes_turn_the_old_into_the_new() -> None:
    """Adding them to the old counts gives the new ones; what stays is not posted."""
    old = {ONE: Counts(1, 1, 0, 5, 9, 0), TWO: Counts(2, 0, 1, 7, 0, 3)}
    new = {TWO: Counts(2, 0, 1, 7, 0, 3), THREE: Counts(1, 1, 1, 5, 9, 5)}
    changed = changes(old, new)
    assert changed == {ONE: Counts(-1, -1, 0, -5, -9, 0), THREE: Counts(1, 1, 1, 5, 9, 5)}
    assert {cell: plus(old.get(cell, Counts()), counts) for cell, counts in changed.items()} == {
        ONE: Counts(),
        THREE: new[THREE],
    }
    assert changes(old, old) == {}
    assert minus(new[THREE], new[THREE]) == Counts()


@pytest.mark.parametrize(
    ("year", "code"),
    [
        (1979, "before_2014"),
        (2013, "before_2014"),
        (2014, "y2014_2017"),
        (2017, "y2014_2017"),
        (2018, "y2018_2023"),
        (2023, "y2018_2023"),
        (2024, "since_2024"),
        (2026, "since_2024"),
        (None, "not_recorded"),
    ],
)
def test_eras(year: int | None, code: str) -> None:
    """Each year lies in one."""
    assert era(year) == code
    assert code in ERAS


@pytest.mark.parametrize(
    ("waited", "changed", "due"),
    [(WEEK, 10, True), (WEEK, 9, False), (WEEK - timedelta(seconds=1), 10, False), (timedelta(), 10**6, False)],
)
def test_a_release_needs_time_and_changes(waited: timedelta, changed: int, due: bool) -> None:
    """Seven days, and ten grievances for each to hide among."""
    assert release_due(OPENED, OPENED + waited, changed) is due


@SQLITE
def test_rows_and_their_members(session: Session) -> None:
    """Every ledger area counts in one row; only a province takes what was posted at the province."""
    places = atlas(session)
    for area, codes in (
        (Area.PROVINCE, places.provinces),
        (Area.DIVISION, places.divisions),
        (Area.DISTRICT, places.districts),
    ):
        asked = Question(area=area)
        rows = rows_of(asked, places, TODAY)
        assert rows == tuple(codes)
        found = members(asked, places, rows)
        assert set(found) == set(places.districts) | (set(places.provinces) if area is Area.PROVINCE else set())
        assert set(found.values()) == set(rows)


@SQLITE
def test_narrowed_rows(session: Session) -> None:
    """One province or one district, at any area."""
    places = atlas(session)
    own = [code for code in places.districts if places.province_of(code) == "PK-BA"]
    assert list(rows_of(Question(province="PK-BA"), places, TODAY)) == own
    assert rows_of(Question(province="PK-BA", area=Area.PROVINCE), places, TODAY) == ("PK-BA",)
    one = Question(district="bannu", province="PK-KP")
    assert members(one, places, rows_of(one, places, TODAY)) == {"bannu": "bannu"}
    divisions = rows_of(Question(province="PK-BA", area=Area.DIVISION), places, TODAY)
    assert set(members(Question(area=Area.DIVISION), places, divisions)) == set(own)


@SQLITE
def test_what_came_later_has_no_row_in_an_old_file(session: Session) -> None:
    """All districts are valid from 2014 on, so a file of an earlier day would have none."""
    places = atlas(session)
    assert rows_of(Question(), places, date(2013, 12, 31)) == ()
    assert len(rows_of(Question(), places, date(2014, 1, 1))) == 81
