"""The clocks against a recomputation that walks from day to day: pauses of any kind, overlapping, over leap days."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.clocks.rules import (
    CALM,
    DAY,
    LIMITS,
    NEVER,
    Course,
    Kind,
    Span,
    dues,
    escalates_on,
    escalation,
    merged,
    overdue,
    queue_key,
    unfit,
)
from webapp.concerns.rules import Urgency

URGENCIES = st.sampled_from(Urgency)
STARTS = st.dates(date(2023, 11, 1), date(2028, 3, 15))
TODAY = date(2028, 2, 29)


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """One that waits, with up to five pauses around its limits; the last may still last."""
    start = draw(STARTS)

    def later(most: int) -> date:
        return start + draw(st.integers(0, most)) * DAY

    pauses = []
    for _ in range(draw(st.integers(0, 5))):
        first = start + draw(st.integers(-20, 100)) * DAY
        pauses.append(Span(first, draw(st.none() | st.just(first + draw(st.integers(0, 45)) * DAY))))
    return Course(
        draw(URGENCIES), start, running=draw(st.booleans()), acknowledged=draw(st.booleans()),
        replied=draw(st.booleans()), acted=draw(st.booleans()), told=draw(st.none() | st.just(later(60))),
        planned=draw(st.none() | st.just(later(90))), pauses=tuple(pauses),
    )  # fmt: skip


def stands_still(pauses: Sequence[Span], day: date, today: date) -> bool:
    """Whether no clock runs on a day; what still lasts is taken to end with today."""
    return any(one.first <= day < (one.until or today + DAY) for one in pauses)


def walked(start: date, days: int, course: Course, today: date) -> date:
    """One day after the other: each on which the clocks run counts, and none ends on a day on which they do not."""
    day, counted = start, 0
    while counted < days or stands_still(course.pauses, day, today):
        counted += not stands_still(course.pauses, day, today)
        day += DAY
    return day


def slowly(course: Course, today: date) -> dict[Kind, date]:
    """All that is due, by walking."""
    limits, last = LIMITS[course.urgency], max(course.told or course.start, course.start)
    waits = {
        Kind.ACKNOWLEDGED: None if course.acknowledged else (course.start, limits.acknowledged),
        Kind.REPLIED: None if course.replied else (course.start, limits.replied),
        Kind.ACTED: None if course.acted else (course.start, limits.acted),
        Kind.PLANNED: (course.planned, 0) if course.planned else None,
        Kind.UPDATED: (last, limits.updated),
    }
    found = {kind: walked(*wait, course, today) for kind, wait in waits.items() if wait}
    return found if course.running else {}


@given(courses(), st.integers(0, 200))
def test_what_is_due(course: Course, after: int) -> None:
    today = course.start + after * DAY
    true = slowly(course, today)
    assert {one.kind: one.day for one in dues(course, today)} == true
    assert [one.day for one in dues(course, today)] == sorted(true.values())
    assert {one.kind for one in overdue(course, today)} == {kind for kind, day in true.items() if day < today}
    reached = [walked(course.start, days, course, today) for days in LIMITS[course.urgency].escalates]
    late = any(day < today for day in true.values())
    assert escalation(course, today) == (sum(day <= today for day in reached) if late else 0)


@given(courses())
def test_the_place_in_the_queue(course: Course) -> None:
    true = slowly(course, course.start)
    if not true:
        assert (queue_key(course), escalates_on(course)) == (NEVER, None)
        return
    first, calm = min(true.values()), 0 if course.urgency is Urgency.LIFE_DANGER else CALM
    assert queue_key(course) == first.toordinal() + calm
    reached = walked(course.start, LIMITS[course.urgency].escalates[0], course, course.start)
    assert escalates_on(course) == max(reached, first + DAY)


@given(courses(), st.integers(-20, 100), st.integers(1, 40))
def test_whom_a_shutdown_does_not_move(course: Course, after: int, length: int) -> None:
    """Whatever reached its supervisor before the first day: settling leaves it out."""
    first = course.start + after * DAY
    held = replace(course, pauses=(*course.pauses, Span(first, first + length * DAY)))
    before, then = escalates_on(course), escalates_on(held)
    if before is not None and before < first:
        assert (queue_key(held), then) == (queue_key(course), before)
    if then is not None and then < first:
        assert (queue_key(held), then) == (queue_key(course), before), "ending one that was marked finds all it moved"


@given(courses(), st.lists(st.tuples(st.integers(-20, 100), st.integers(0, 40)), min_size=1, max_size=6), st.randoms())
def test_overlapping_marks_are_one(course: Course, days: list[tuple[int, int]], order: object) -> None:
    """In whatever order they were made, also twice the same; each day that is marked counts once."""
    spans = [Span(course.start + one * DAY, course.start + (one + length) * DAY) for one, length in days]
    shuffled = [*spans, spans[0]]
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    several, together = (replace(course, pauses=tuple(some)) for some in (shuffled, merged(spans)))
    assert dues(several, course.start) == dues(together, course.start)
    marked = {
        one.first + number * DAY
        for one in spans
        for number in range((one.until or one.first - DAY).toordinal() - one.first.toordinal())
    }
    whole = merged(spans)
    assert sum(((one.until or one.first) - one.first).days for one in whole) == len(marked)
    assert all(one.until is not None and one.until < two.first for one, two in pairwise(whole))


def test_one_shutdown_over_two_limits() -> None:
    """What was due before it is not moved; what was due in it, and after it, is, by the days that it took."""
    start = date(2028, 2, 20)
    course = Course(Urgency.HIGH, start, running=True, pauses=(Span(date(2028, 2, 26), date(2028, 3, 12)),))
    found = {one.kind: one.day for one in dues(course, start)}
    assert found[Kind.ACKNOWLEDGED] == date(2028, 2, 22)
    assert found[Kind.REPLIED] == date(2028, 3, 1) + timedelta(days=15), "29 February is one of them"
    assert found[Kind.ACTED] == date(2028, 3, 11) + timedelta(days=15)


@pytest.mark.parametrize(
    ("first", "last", "wrong"),
    [
        (0, 0, []),
        (-7, 30, []),
        (-7, -7, []),
        (-8, 3, [("first", "too_far_back")]),
        (1, 3, [("first", "not_begun")]),
        (0, 31, [("last", "too_far_ahead")]),
        (0, -1, [("last", "ends_before")]),
        (-3, None, []),
        (None, 2, []),
        (None, None, []),
    ],
)
def test_which_days_may_be_marked(first: int | None, last: int | None, wrong: list[tuple[str, str]]) -> None:
    days = (None if one is None else TODAY + one * DAY for one in (first, last))
    assert list(unfit(*days, TODAY)) == wrong
