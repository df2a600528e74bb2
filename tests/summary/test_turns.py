"""Many who post while releases are made: nothing lands in a closed release, nobody waits for ever, nobody deadlocks."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from tests.factories import VAULT
from tests.summary import counts
from tests.summary.counts import MARCH, OPENED, WEEK, Made
from webapp.questions.rules import Dimension
from webapp.summary import actions, queries
from webapp.summary.models import Ledger, OpenRelease, Release

TOPICS = ("a", "b", "c")


def writing(engine: Engine) -> Session:
    """A session as a request that writes has it."""
    return Session(engine.execution_options(writes=True))


def prepared(engine: Engine) -> None:
    """Release 1 open, committed."""
    with writing(engine) as session, session.begin():
        counts.opened(session)


def post(engine: Engine, people: list[Made]) -> list[int]:
    """Each in a transaction of its own; the releases they went to, as the transactions were told."""
    numbers = []
    for one in people:
        with writing(engine) as session, session.begin():
            numbers.append(actions.post(session, counts.cells([one])))
    return numbers


def release(engine: Engine, turn: int = 1) -> int:
    """One release."""
    with writing(engine) as session, session.begin():
        at = OPENED + turn * WEEK
        return actions.release(session, VAULT, by=None, why="test", changed=lambda number: 10, at=at, force=True)


def held(engine: Engine, number: int) -> int:
    """All grievances that a release and those before it hold, from the ledger alone."""
    closed = (Ledger.dimension == Dimension.NONE, Ledger.release <= number)
    with Session(engine) as session:
        return int(session.scalar(select(func.sum(Ledger.grievances)).where(*closed)) or 0)


def test_nothing_lands_in_a_closed_release(engine: Engine) -> None:
    """Six who post and one who releases, at once: each posting is in the release it was told, and in no other."""
    prepared(engine)
    hands = [counts.made(25, TOPICS, seed) for seed in range(6)]
    closed: dict[int, int] = {}
    with ThreadPoolExecutor(7) as pool:
        told = [pool.submit(post, engine, people) for people in hands]
        for turn in range(1, 9):
            number = release(engine, turn)
            closed[number] = held(engine, number)
        numbers = [number for posted in told for number in posted.result()]
    for number, count in closed.items():
        assert held(engine, number) == count == sum(1 for went in numbers if went <= number)
    release(engine, 9)
    with Session(engine) as session:
        assert queries.misprinted(session) == []
        assert queries.ledger_cells(session) == counts.cells([one for people in hands for one in people])


def test_whoever_posts_waits_for_the_release(engine: Engine) -> None:
    """And then posts to the next one."""
    prepared(engine)
    found: list[int] = []
    with writing(engine) as session, session.begin():
        assert actions.release(session, VAULT, by=None, why=None, changed=lambda number: 0, at=OPENED) == 1
        other = threading.Thread(target=lambda: found.extend(post(engine, counts.made(1, TOPICS))))
        other.start()
        other.join(0.3)
        assert found == []
    other.join(15)
    assert found == [2]
    assert held(engine, 1) == 0


def test_a_release_waits_for_whoever_posts(engine: Engine) -> None:
    """So that what was told release 1 is published with it."""
    prepared(engine)
    made: list[int] = []
    with writing(engine) as session, session.begin():
        actions.post(session, counts.cells(counts.made(1, TOPICS)))
        other = threading.Thread(target=lambda: made.append(release(engine)))
        other.start()
        other.join(0.3)
        assert made == []
    other.join(15)
    assert made == [1]
    assert held(engine, 1) == 1


def test_without_the_number_locked_it_would_be_lost(engine: Engine) -> None:
    """The failing case: a posting that only read the number lands in a release already closed."""
    prepared(engine)
    with Session(engine) as session:
        read = session.scalar(select(OpenRelease.number))
    release(engine)
    with writing(engine) as session, session.begin():
        rows = [cell._asdict() | found._asdict() for cell, found in counts.cells(counts.made(1, TOPICS)).items()]
        session.execute(Ledger.__table__.insert(), [{**row, "release": read} for row in rows])
    with Session(engine) as session:
        assert len(queries.misprinted(session)) == 2


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_release_gets_its_turn(engine: Engine) -> None:
    """Who comes after it waits behind it; past a row lock alone writers file for ever, and it never comes."""
    prepared(engine)
    with ThreadPoolExecutor(2) as pool, writing(engine) as session:
        with session.begin():
            assert actions.open_number(session) == 1
            turn = pool.submit(release, engine)
            while not waiting(engine):
                time.sleep(0.01)
            late = pool.submit(post, engine, counts.made(1, TOPICS))
            time.sleep(0.3)
            assert not late.done()
        assert (turn.result(15), late.result(15)) == (1, [2])


def waiting(engine: Engine) -> int:
    """How many wait for a lock."""
    with engine.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")) or 0


def test_one_release_is_made_by_many_who_ask(engine: Engine) -> None:
    """The first makes it; the others find it made."""
    prepared(engine)
    post(engine, counts.made(12, TOPICS))

    def ask(_: int) -> int | None:
        with writing(engine) as session, session.begin():
            changed = {1: 12, 2: 0}.__getitem__
            return actions.release_if_due(session, VAULT, changed=changed, at=OPENED + timedelta(days=8))

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(ask, range(6)), key=str) == [1, *[None] * 5]
    with Session(engine) as session:
        assert session.scalars(select(Release.number)).all() == [1]


def test_writers_in_other_orders_do_not_deadlock(engine: Engine) -> None:
    """Cells are posted in one order, whichever order they came in."""
    prepared(engine)
    people = counts.made(40, TOPICS, months=2)
    ways = (counts.cells(people), counts.cells(list(reversed(people))))

    def repeat(way: int) -> None:
        for _ in range(10):
            with writing(engine) as session, session.begin():
                actions.post(session, ways[way % 2])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(repeat, range(4)))
    with Session(engine) as session:
        found = queries.ledger_cells(session)
    assert sum(one.grievances for one in found.values()) == 4 * 10 * 40 * 2
    assert {cell.month for cell in found} <= {MARCH, MARCH + 1}
