"""How due days are told: so many days from a start, and those that did not count, each with one reason."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.handling.states import NOON, Was, state
from webapp.clocks.rules import Span, dues, reckoned
from webapp.config import day_of
from webapp.grievances.rules import Status
from webapp.history.rules import Pause, course, pauses, uncounted
from webapp.history.tables import Step

START, FEW = day_of(NOON), st.integers(0, 60)


@given(FEW, FEW, FEW, FEW)
def test_every_day_is_told(asked: int, waited: int, closed: int, length: int) -> None:
    """Days of the clock and days that did not count make up the whole span."""
    ways = (
        Was(0, Step.ACKNOWLEDGE, Status.ACKNOWLEDGED),
        Was(asked, Step.ASK, Status.INFO_REQUESTED),
        Was(asked + waited, Step.ANSWER, Status.ACKNOWLEDGED),
    )
    first = START + timedelta(days=closed)
    one = replace(state(*ways), shutdowns=(Span(first, first + timedelta(days=length)),))
    today = START + timedelta(days=asked + waited)
    found = reckoned(course(one), today)
    assert tuple(due.due for due in found) == dues(course(one), today)
    for due in found:
        assert sum(uncounted(one, due).values()) == (due.due.day - due.start).days - due.days


def test_a_day_that_is_stopped_twice_has_one_reason() -> None:
    ways = (
        Was(0, Step.ACKNOWLEDGE, Status.ACKNOWLEDGED),
        Was(1, Step.ASK, Status.INFO_REQUESTED),
        Was(5, Step.ANSWER, Status.ACKNOWLEDGED),
    )
    shut = Span(START + timedelta(days=3), START + timedelta(days=7))
    one = replace(state(*ways), shutdowns=(shut,))
    assert pauses(one)[Pause.SHUTDOWN] == (shut,)
    last = reckoned(course(one), START + timedelta(days=9))[-1]
    assert uncounted(one, last) == {Pause.SHUTDOWN: 4, Pause.QUESTION: 2}
    assert last.due.day == last.start + timedelta(days=last.days + 6)
