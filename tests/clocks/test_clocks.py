"""The clocks: by which day what is due, what stops them, whom what is overdue reaches; calendar days in Karachi."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.clocks.rules import LIMITS, Course, Due, Kind, Span, dues, escalation, overdue, promised, questions, stopped
from webapp.concerns.rules import Urgency
from webapp.config import day_of

MARCH = date(2026, 3, 1)
NEW = Course(Urgency.NORMAL, MARCH, running=True)
DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
URGENCIES = st.sampled_from(Urgency)


def on(day: int) -> date:
    """That many days after the first of March."""
    return MARCH + timedelta(days=day)


@pytest.mark.parametrize(
    ("urgency", "acknowledged", "replied", "acted", "updated"),
    [("life_danger", 1, 3, 7, 3), ("high", 2, 10, 20, 15), ("normal", 3, 20, 40, 30), ("long_term", 7, 30, 60, 30)],
)
def test_the_table(urgency: str, acknowledged: int, replied: int, acted: int, updated: int) -> None:
    found = {due.kind: due.day for due in dues(replace(NEW, urgency=Urgency(urgency)), MARCH)}
    assert found == {
        Kind.ACKNOWLEDGED: on(acknowledged), Kind.REPLIED: on(replied), Kind.ACTED: on(acted), Kind.UPDATED: on(updated)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("urgency", "days"),
    [("life_danger", (2, 4, 8)), ("high", (11, 21, 31)), ("normal", (21, 41, 61)), ("long_term", (31, 61, 91))],
)
def test_whom_it_reaches(urgency: str, days: tuple[int, int, int]) -> None:
    course = replace(NEW, urgency=Urgency(urgency))
    for level, day in enumerate(days, start=1):
        assert (escalation(course, on(day - 1)), escalation(course, on(day))) == (level - 1, level)
    assert escalation(replace(course, running=False), on(500)) == 0


def test_what_was_done_in_time_reaches_nobody() -> None:
    done = replace(NEW, acknowledged=True, replied=True, told=on(20))
    assert escalation(done, on(25)) == 0
    assert escalation(done, on(41)) == 2, "no action, no plan"
    planned = replace(done, acted=True, planned=on(60), told=on(35))
    assert (escalation(planned, on(60)), escalation(planned, on(61))) == (0, 3)


def test_overdue_begins_the_day_after() -> None:
    assert overdue(NEW, on(3)) == ()
    assert overdue(NEW, on(4)) == (Due(on(3), Kind.ACKNOWLEDGED),)


def test_what_is_promised_next() -> None:
    assert promised(NEW, MARCH) == Due(on(3), Kind.ACKNOWLEDGED)
    read = replace(NEW, acknowledged=True, told=on(2))
    assert promised(read, on(2)) == Due(on(20), Kind.REPLIED)
    planned = replace(read, replied=True, acted=True, planned=on(15), told=on(5))
    assert promised(planned, on(5)) == Due(on(15), Kind.PLANNED)
    assert promised(replace(planned, planned=on(50)), on(5)) == Due(on(35), Kind.UPDATED)
    assert promised(planned, on(99)) == Due(on(15), Kind.PLANNED), "a passed promise stands"
    assert promised(replace(NEW, running=False), MARCH) is None


def test_questions_stop_them_twice_and_not_for_ever() -> None:
    asked = [Span(on(1), on(4)), Span(on(10), None), Span(on(40), on(44))]
    assert questions(asked) == (Span(on(1), on(4)), Span(on(10), on(25)))
    course = replace(NEW, acknowledged=True, pauses=questions(asked[:1]))
    assert dues(course, on(30))[0] == Due(on(23), Kind.REPLIED)
    open_one = replace(NEW, acknowledged=True, told=on(10), pauses=questions(asked[1:2]))
    assert stopped(open_one, on(24))
    assert not stopped(open_one, on(25))
    assert promised(open_one, on(24)) is None
    assert dues(open_one, on(100))[0] == Due(on(35), Kind.REPLIED)


def test_a_shut_district_is_not_in_time_and_not_late() -> None:
    shut = replace(NEW, pauses=(Span(on(2), None),))
    for day in (2, 30, 300):
        assert overdue(shut, on(day)) == ()
        assert promised(shut, on(day)) is None
    assert overdue(replace(NEW, pauses=(Span(on(5), None),)), on(6)) == (Due(on(3), Kind.ACKNOWLEDGED),)
    assert dues(replace(NEW, pauses=(Span(on(2), on(12)),)), on(20))[0] == Due(on(13), Kind.ACKNOWLEDGED)


@given(URGENCIES, DAYS)
def test_without_a_pause_days_are_counted(urgency: Urgency, day: date) -> None:
    """Leap days too."""
    found = {due.kind: (due.day - day).days for due in dues(Course(urgency, day, running=True), day)}
    assert (
        tuple(found[kind] for kind in (Kind.ACKNOWLEDGED, Kind.REPLIED, Kind.ACTED, Kind.UPDATED))
        == LIMITS[urgency][:4]
    )


@given(URGENCIES, DAYS, st.integers(0, 200), st.integers(0, 60), st.integers(0, 400))
def test_a_pause_never_hurries(urgency: Urgency, day: date, after: int, length: int, today: int) -> None:
    """It moves what is due by its own length, or not at all where it begins later."""
    free = Course(urgency, day, running=True)
    first = day + timedelta(days=after)
    held = replace(free, pauses=(Span(first, first + timedelta(days=length)),))
    then, seen = {due.kind: due.day for due in dues(free, day)}, day + timedelta(days=today)
    for due in dues(held, seen):
        moved = (due.day - then[due.kind]).days
        assert moved == (length if first <= then[due.kind] else 0)
    assert escalation(held, seen) <= escalation(free, seen)


@given(URGENCIES, DAYS, st.lists(st.integers(0, 400), min_size=2, max_size=2).map(sorted))
def test_it_only_gets_worse(urgency: Urgency, day: date, days: list[int]) -> None:
    course = Course(urgency, day, running=True)
    sooner, later = (day + timedelta(days=number) for number in days)
    assert escalation(course, sooner) <= escalation(course, later)
    assert len(overdue(course, sooner)) <= len(overdue(course, later))


@given(DAYS)
def test_midnight_is_karachis(day: date) -> None:
    """19:00 UTC is the next day there, and that decides what is late."""
    before = datetime(day.year, day.month, day.day, 18, 59, 59, tzinfo=UTC)
    course = Course(Urgency.LIFE_DANGER, day, running=True)
    tomorrow = day + timedelta(days=1)
    assert day_of(before) == day
    assert day_of(before + timedelta(seconds=1)) == tomorrow
    last = before + timedelta(days=1)
    assert overdue(course, day_of(last)) == ()
    assert overdue(course, day_of(last + timedelta(seconds=1))) == (Due(tomorrow, Kind.ACKNOWLEDGED),)


def test_over_a_leap_day() -> None:
    course = replace(NEW, start=date(2028, 2, 27))
    assert dues(course, MARCH)[0] == Due(date(2028, 3, 1), Kind.ACKNOWLEDGED)
    assert dues(replace(course, start=date(2027, 2, 27)), MARCH)[0] == Due(date(2027, 3, 2), Kind.ACKNOWLEDGED)
