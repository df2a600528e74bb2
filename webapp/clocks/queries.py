"""Reading the days on which clocks stand still."""

import uuid
from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from webapp.clocks.models import Shutdown
from webapp.clocks.rules import DAY, Span
from webapp.people.models import Person
from webapp.people.rules import Role

#: Built once: it is on the path of every filing.
SPANS = select(Shutdown.district, Shutdown.first, Shutdown.until).where(
    Shutdown.district.in_(bindparam("districts", expanding=True))
)


class Told(NamedTuple):
    """A shutdown as everybody may see it; `username` is for officials alone, None for an account that was left."""

    id: uuid.UUID
    district: str
    first: date
    #: within
    last: date
    why: str
    language: str
    role: Role
    username: str | None


def spans(session: Session, districts: Collection[str]) -> dict[str, list[Span]]:
    """District -> the spans in which it was, is or will be shut down; districts without any are left out."""
    found: dict[str, list[Span]] = {}
    for district, first, until in session.execute(SPANS, {"districts": list(districts)}):
        found.setdefault(district, []).append(Span(first, until))
    return found


def told(session: Session, districts: Collection[str], since: date) -> list[Told]:
    """The shutdowns of districts that lasted beyond a day, the latest first."""
    query = select(
        Shutdown.id, Shutdown.district, Shutdown.first, Shutdown.until, Shutdown.why, Shutdown.language,
        Person.role, Person.username,
    ).join(Person, Person.id == Shutdown.made_by)  # fmt: skip
    query = query.where(Shutdown.district.in_(districts), Shutdown.until > since)
    rows = session.execute(query.order_by(Shutdown.until.desc(), Shutdown.first.desc(), Shutdown.id))
    return [
        Told(row.id, row.district, row.first, row.until - DAY, row.why, row.language, row.role, row.username)
        for row in rows
    ]


def held(session: Session, shutdown_id: uuid.UUID, districts: Collection[str]) -> Shutdown | None:
    """A shutdown of one of these districts, locked until the transaction ends."""
    mine = (Shutdown.id == shutdown_id, Shutdown.district.in_(districts))
    return session.scalars(select(Shutdown).where(*mine).with_for_update()).one_or_none()


def touched(session: Session, since: datetime) -> dict[str, date]:
    """District -> the first day of the earliest of its shutdowns that were marked or ended since a moment."""
    lately = or_(Shutdown.made_at >= since, Shutdown.ended_at >= since)
    rows = session.execute(
        select(Shutdown.district, func.min(Shutdown.first)).where(lately).group_by(Shutdown.district)
    )
    return {row.district: row[1] for row in rows}
