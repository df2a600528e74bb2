"""How long guesses wait, and that they are counted once whoever counts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.watching import rows
from webapp.attempts.actions import begin, forget, slowed, succeeded
from webapp.attempts.models import Attempt
from webapp.attempts.rules import FORGOTTEN, FORGOTTEN_INSIDE, LONGEST, LONGEST_INSIDE, Pace, wait
from webapp.db import open_session

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_waits_grow_to_the_longest() -> None:
    seconds = [wait(failures).total_seconds() for failures in range(12)]
    assert seconds == [0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30, 30]
    assert wait(12, LONGEST_INSIDE) == timedelta(seconds=512)
    assert wait(13, LONGEST_INSIDE) == wait(10**9, LONGEST_INSIDE) == LONGEST_INSIDE
    assert wait(10**9) == LONGEST


def test_turns(session: Session) -> None:
    name, other = b"a" * 32, b"b" * 32
    assert [begin(session, name, NOON) for _ in range(3)] == [(0, 1), (0, 2), (0, 3)]
    assert begin(session, name, NOON) == (1, 3)
    assert begin(session, name, NOON + SECOND * 0.999).wait == 1
    assert begin(session, other, NOON) == (0, 1)
    assert begin(session, name, NOON + SECOND) == (0, 4)
    succeeded(session, name)
    assert begin(session, name, NOON + SECOND) == (0, 1)


def test_what_is_old_is_forgotten(session: Session) -> None:
    for number in range(3):
        begin(session, bytes([number]) * 32, NOON)
    late = NOON + FORGOTTEN + SECOND
    assert begin(session, b"\0" * 32, late) == (0, 1)
    assert begin(session, b"\1" * 32, late, LONGEST_INSIDE) == (0, 2), "inside, a slow guesser is not forgotten"
    forget(session, late + FORGOTTEN_INSIDE - SECOND)
    session.commit()
    assert len(rows(session, Attempt)) == 2
    forget(session, late + FORGOTTEN_INSIDE + SECOND)
    session.commit()
    assert rows(session, Attempt) == []


def test_a_pace(session: Session) -> None:
    """So many in one go, then the rest of the time must pass; others are counted by themselves."""
    name, other, pace = b"a" * 32, b"b" * 32, Pace(3, timedelta(minutes=1))
    assert [slowed(session, name, NOON + SECOND * n, pace) for n in range(5)] == [0, 0, 0, 57, 56]
    assert slowed(session, other, NOON + SECOND * 5, pace) == 0
    assert slowed(session, name, NOON + SECOND * 59.5, pace) == 1
    assert [slowed(session, name, NOON + SECOND * (60 + n), pace) for n in range(4)] == [0, 0, 0, 57]


def test_a_pace_holds_for_many_workers_at_once(engine: Engine) -> None:
    """Each on a connection of its own: no more get through than one after the other."""

    def ask(_: int) -> int:
        with open_session(engine, writes=True) as own, own.begin():
            return slowed(own, b"a" * 32, NOON, Pace(5, timedelta(minutes=1)))

    with ThreadPoolExecutor(8) as workers:
        assert sorted(workers.map(ask, range(24))) == [0] * 5 + [60] * 19
