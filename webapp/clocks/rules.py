"""The clocks of a grievance: by which day what is due, what is overdue, whom it goes to then. Calendar days. Pure."""

import enum
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from webapp.concerns.rules import Urgency
from webapp.config import KARACHI

DAY = timedelta(days=1)


class Limits(NamedTuple):
    """Days from the start; `updated` from the last word."""

    acknowledged: int
    replied: int
    acted: int
    updated: int
    #: the days on which what is overdue goes to supervisor, province, auditor
    escalates: tuple[int, int, int]


LIMITS: Mapping[Urgency, Limits] = {
    Urgency.LIFE_DANGER: Limits(1, 3, 7, 3, (2, 4, 8)),
    Urgency.HIGH: Limits(2, 10, 20, 15, (11, 21, 31)),
    Urgency.NORMAL: Limits(3, 20, 40, 30, (21, 41, 61)),
    Urgency.LONG_TERM: Limits(7, 30, 60, 30, (31, 61, 91)),
}
#: Places in the queue are days (date.toordinal): lives in danger before all others, what waits for nobody last.
CALM, NEVER = 10_000_000, 30_000_000
#: A shutdown is marked from so many days back at most, and lasts so many days ahead at most.
MOST_BACK, MOST_AHEAD = 7, 30
#: Letters of the reason that is told for it.
WHY = (5, 300)
#: A question to the jirga stops the clocks for so many days at most, and only so many questions do.
LONGEST_PAUSE, MOST_PAUSES = 15, 2


def months_later(day: date, months: int) -> date:
    """The same day some months later, or earlier; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def over_since(today: date, months: int) -> datetime:
    """The moment, midnight in Karachi, before which must have been what so many months are over from today."""
    first = months_later(today, -months) + DAY
    while months_later(first, months) <= today:
        first += DAY
    return datetime.combine(first, time(), KARACHI)


class Kind(enum.StrEnum):
    """What is due."""

    ACKNOWLEDGED = "acknowledged"
    REPLIED = "replied"
    ACTED = "acted"
    #: the day that an officer gave for an action
    PLANNED = "planned"
    UPDATED = "updated"


class Span(NamedTuple):
    """Days on which clocks stand still: from the first, until the one on which they run again, None for not yet."""

    first: date
    until: date | None


class Due(NamedTuple):
    """What is due by the end of which day."""

    day: date
    kind: Kind


class Reckoned(NamedTuple):
    """How a due day was found: so many days from the start, and one more for each on which the clocks stood still."""

    due: Due
    start: date
    days: int


@dataclass(frozen=True)
class Course:
    """What of one grievance moves its clocks; days in Karachi."""

    urgency: Urgency
    #: when it was received, or opened again
    start: date
    #: whether it waits for an official at all: not closed, not withdrawn, not answered, not only a number
    running: bool
    acknowledged: bool = False
    replied: bool = False
    acted: bool = False
    #: the last word that its jirga could read
    told: date | None = None
    planned: date | None = None
    #: the last one may still last
    pauses: tuple[Span, ...] = ()


def questions(asked: Sequence[Span]) -> tuple[Span, ...]:
    """The spans in which questions to the jirga stop the clocks: the first two, 15 days each at most."""
    return tuple(
        Span(one.first, min(one.until or date.max, one.first + LONGEST_PAUSE * DAY)) for one in asked[:MOST_PAUSES]
    )


def unfit(first: date | None, last: date | None, today: date) -> Iterator[tuple[str, str]]:
    """What is wrong with a shutdown from one day to another, both within: field and code; None is told elsewhere."""
    if first and first > today:
        yield "first", "not_begun"
    if first and first < today - MOST_BACK * DAY:
        yield "first", "too_far_back"
    if last and last > today + MOST_AHEAD * DAY:
        yield "last", "too_far_ahead"
    if first and last and last < first:
        yield "last", "ends_before"


def merged(spans: Iterable[Span]) -> list[Span]:
    """Ended spans as one where they touch or overlap, oldest first."""
    found: list[Span] = []
    for one in sorted(spans):
        if found and one.first <= (found[-1].until or date.max):
            found[-1] = Span(found[-1].first, max(found[-1].until or date.max, one.until or date.max))
        else:
            found.append(one)
    return found


def stopped(course: Course, today: date) -> bool:
    """Whether the clocks stand still on a day."""
    return any(within(one, today) for one in course.pauses)


def reckoned(course: Course, today: date) -> tuple[Reckoned, ...]:
    """All that is due, the earliest first; a pause that still lasts is taken to end with today."""
    if not course.running:
        return ()
    awaited = _awaited(course)
    return tuple(
        sorted(Reckoned(Due(_after(start, days, course, today), kind), start, days) for kind, start, days in awaited)
    )


def dues(course: Course, today: date) -> tuple[Due, ...]:
    """All that is due, the earliest first, as `reckoned`."""
    return tuple(one.due for one in reckoned(course, today))


def overdue(course: Course, today: date) -> tuple[Due, ...]:
    """What should have been done before today."""
    return tuple(due for due in dues(course, today) if due.day < today)


def escalation(course: Course, today: date) -> int:
    """Whom what is overdue has reached: 0 nobody, 1 the supervisor, 2 the province, 3 the auditor."""
    if not overdue(course, today):
        return 0
    return sum(today >= _after(course.start, days, course, today) for days in LIMITS[course.urgency].escalates)


def queue_key(course: Course) -> int:
    """The place in the queue: the earliest due day, CALM later where no life is in danger, NEVER for nothing due."""
    waiting = dues(course, course.start)
    if not waiting:
        return NEVER
    return waiting[0].day.toordinal() + (0 if course.urgency is Urgency.LIFE_DANGER else CALM)


def escalates_on(course: Course) -> date | None:
    """The first day on which it is overdue and has reached a supervisor, if nothing happens; None for nothing due."""
    waiting = dues(course, course.start)
    if not waiting:
        return None
    first = _after(course.start, LIMITS[course.urgency].escalates[0], course, course.start)
    return max(first, waiting[0].day + DAY)


def promised(course: Course, today: date) -> Due | None:
    """The next day promised to the jirga, passed or not; None while the clocks stand still and when nothing is due."""
    waiting = () if stopped(course, today) else dues(course, today)
    return waiting[0] if waiting else None


def _awaited(course: Course) -> Iterator[tuple[Kind, date, int]]:
    """What has not been done: from which day, in how many days."""
    limits = LIMITS[course.urgency]
    if not course.acknowledged:
        yield Kind.ACKNOWLEDGED, course.start, limits.acknowledged
    if not course.replied:
        yield Kind.REPLIED, course.start, limits.replied
    if not course.acted:
        yield Kind.ACTED, course.start, limits.acted
    if course.planned:
        yield Kind.PLANNED, course.planned, 0
    yield Kind.UPDATED, max(course.told or course.start, course.start), limits.updated


def _after(start: date, days: int, course: Course, today: date) -> date:
    """The day on which the clocks have run for so many days; spans may overlap."""
    day, left = start, days
    for first, until in sorted((one.first, one.until or today + DAY) for one in course.pauses):
        runs = max((first - day).days, 0)
        if left < runs:
            break
        if first < until and day < until:
            day, left = until, left - runs
    return day + left * DAY


def within(span: Span, day: date) -> bool:
    """Whether the clocks stand still on a day because of a span."""
    return span.first <= day and (span.until is None or day < span.until)
