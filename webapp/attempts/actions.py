"""Counting guesses, the same for all workers. Each is counted as wrong before it is looked at, then forgiven."""

import math
import os
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from webapp.attempts.models import Attempt
from webapp.attempts.rules import FORGOTTEN, FORGOTTEN_INSIDE, LONGEST, Pace, wait
from webapp.orm import Base, deleted, lock

TABLE = Base.metadata.tables[Attempt.__tablename__]
#: Built once: it is on the path of every sign-in.
FOUND = select(TABLE.c.failures, TABLE.c.last_at, TABLE.c.next_at).where(TABLE.c.name == bindparam("wanted"))


class Turn(NamedTuple):
    """Seconds to wait before a guess may be made, 0 for none; and the guesses in a row with this one."""

    wait: int
    failures: int


def begin(session: Session, name: bytes, at: datetime, longest: timedelta = LONGEST) -> Turn:
    """Count a guess, if it may be made now. Many at once take turns."""
    lock(session, name)
    row = session.execute(FOUND, {"wanted": name}).one_or_none()
    if row and at < row.next_at <= at + longest:  # beyond that the clock was ahead when it was set
        return Turn(math.ceil((row.next_at - at).total_seconds()), row.failures)
    forgotten = FORGOTTEN_INSIDE if longest > LONGEST else FORGOTTEN
    failures = row.failures + 1 if row and row.last_at >= at - forgotten else 1
    counted = {"failures": failures, "last_at": at, "next_at": at + wait(failures, longest)}
    if row:
        session.execute(update(TABLE).where(TABLE.c.name == name).values(counted))
    else:
        session.execute(insert(TABLE).values(name=name, **counted))
    return Turn(0, failures)


def slowed(session: Session, name: bytes, at: datetime, pace: Pace) -> int:
    """Count something that is no guess; the seconds after which it may be done again, 0 when it may be done now.

    Counted from the first of them until the time of the pace is over, then anew.
    """
    times, until = tally(session, name, at, pace.inside)
    return math.ceil((until - at).total_seconds()) if times > pace.most else 0


def tally(session: Session, name: bytes, at: datetime, inside: timedelta) -> tuple[int, datetime]:
    """Count something; how many of it there were with this one since the first, and until when it is counted so.

    As many statements the first time as later: how long it takes tells nothing.
    """
    lock(session, name)
    row = session.execute(FOUND, {"wanted": name}).one_or_none()
    running = row and at < row.next_at <= at + inside
    times, until = (row.failures + 1, row.next_at) if row and running else (1, at + inside)
    counted = {"failures": times, "last_at": at, "next_at": until}
    if row:
        session.execute(update(TABLE).where(TABLE.c.name == name).values(counted))
    else:
        session.execute(insert(TABLE).values(name=name, **counted))
    return times, until


def touch(session: Session, at: datetime) -> None:
    """Store a row that means nothing and take it away again, to see whether anything can be stored."""
    name = os.urandom(32)
    session.execute(insert(TABLE).values(name=name, failures=0, last_at=at, next_at=at))
    session.execute(delete(TABLE).where(TABLE.c.name == name))


def succeeded(session: Session, name: bytes) -> None:
    """It was right: nothing is held against it."""
    session.execute(delete(TABLE).where(TABLE.c.name == name))


def forget(session: Session, at: datetime) -> int:
    """Remove what counts no longer, whatever was guessed at; how many."""
    return deleted(session, delete(TABLE).where(TABLE.c.last_at < at - FORGOTTEN_INSIDE))
