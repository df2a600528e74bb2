"""Reading people and sign-ins."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, bindparam, func, select
from sqlalchemy.orm import Session

from webapp.orm import Base
from webapp.people.labels import NOTICES
from webapp.people.models import Notice, Person, SignIn
from webapp.people.rules import Role, Stage, lives, stage

#: People on one page of the list.
PAGE = 20


@dataclass(frozen=True)
class Signed:
    """Who is asking: what the rest of the house needs to know of a person and of this sign-in."""

    id: uuid.UUID
    role: Role
    scope: tuple[str, ...]
    language: str
    started_at: datetime
    last_seen_at: datetime
    session_id: uuid.UUID
    own_phone: bool
    reset_at: datetime | None
    stage: Stage
    #: when the password was last typed in this sign-in; see rules.proved
    proved_at: datetime | None = None


@dataclass(frozen=True)
class Listed:
    """One line of the list of people; `last_seen_at` is shown by its month alone."""

    person: Person
    last_seen_at: datetime | None


#: An account that can be used today.
ABLE = (Person.disabled_at.is_(None), Person.password_hash.is_not(None))


def at_work(session: Session) -> Sequence[tuple[Role, tuple[str, ...]]]:
    """Role and places of every account that can be used today."""
    return [(role, scope) for role, scope in session.execute(select(Person.role, Person.scope).where(*ABLE))]


def token_hash(token: str) -> bytes:
    """What is stored of a token; it is random and long, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).digest()


def session_id(token: str) -> uuid.UUID:
    """The number of a sign-in, by which its person can end it; nothing leads from it back to the token."""
    return uuid.UUID(bytes=token_hash(token)[:16])


def just_signed_in(
    person: Person, token: str, at: datetime, *, own_phone: bool, with_factor: bool, factor_required: bool
) -> Signed:
    """Whom a sign-in that was made just now is of, without asking the database for it."""
    reached = stage(person.role, has_factor=bool(person.factor_at), given=with_factor, required=factor_required)
    return Signed(
        person.id,
        person.role,
        person.scope,
        person.language,
        at,
        at,
        session_id(token),
        own_phone,
        person.reset_at,
        reached,
        at,
    )


PEOPLE: Table = Base.metadata.tables[Person.__tablename__]
SIGN_INS: Table = Base.metadata.tables[SignIn.__tablename__]
#: Built once, of tables and not of mapped classes: every page of a signed-in person asks it.
SIGNED_IN = (
    select(
        *PEOPLE.c["id", "role", "scope", "language", "reset_at", "factor_at"], SIGN_INS.c.id.label("session_id"),
        *SIGN_INS.c["started_at", "last_seen_at", "own_phone", "factor_given_at", "proved_at"],
    )
    .join_from(PEOPLE, SIGN_INS, SIGN_INS.c.person_id == PEOPLE.c.id)
    .where(SIGN_INS.c.token_hash == bindparam("token"), SIGN_INS.c.ended_at.is_(None), PEOPLE.c.disabled_at.is_(None))
)  # fmt: skip


def signed_in(
    session: Session | Connection, token: str, at: datetime, *, factor_required: bool = False
) -> Signed | None:
    """The person behind a session token, unless it ended, lapsed, or the person is disabled."""
    row = session.execute(SIGNED_IN, {"token": token_hash(token)}).one_or_none()
    if row is None or not lives(own_phone=row.own_phone, started=row.started_at, last_seen=row.last_seen_at, at=at):
        return None
    reached = stage(
        row.role, has_factor=bool(row.factor_at), given=bool(row.factor_given_at), required=factor_required
    )  # fmt: skip
    return Signed(
        row.id, row.role, row.scope, row.language, row.started_at, row.last_seen_at, row.session_id,
        row.own_phone, row.reset_at, reached, row.proved_at,
    )  # fmt: skip


def once_signed_in(session: Session, token: str) -> uuid.UUID | None:
    """Whose session a token was, lapsed or ended, unless the person is disabled."""
    query = select(Person.id).join(SignIn, SignIn.person_id == Person.id).where(Person.disabled_at.is_(None))
    return session.scalar(query.where(SignIn.token_hash == token_hash(token)))


def by_username(session: Session, username: str) -> Person | None:
    """The account of that name, disabled or not."""
    return session.scalars(select(Person).where(Person.username == username)).one_or_none()


def by_id(session: Session, person_id: uuid.UUID) -> Person | None:
    """The account of that id, disabled, left or not."""
    return session.get(Person, person_id)


def sessions_of(session: Session, person_id: uuid.UUID, at: datetime) -> list[SignIn]:
    """A person's living sign-ins, the one used last on top."""
    mine = (SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    found = session.scalars(select(SignIn).where(*mine).order_by(SignIn.last_seen_at.desc()))
    return [
        one for one in found
        if lives(own_phone=one.own_phone, started=one.started_at, last_seen=one.last_seen_at, at=at)
    ]  # fmt: skip


def notices_of(session: Session, person_id: uuid.UUID) -> Sequence[Notice]:
    """What a person has still to be told, oldest first."""
    query = select(Notice).where(Notice.person_id == person_id, Notice.what.in_(NOTICES))
    return session.scalars(query.order_by(Notice.at)).all()


def administrators(session: Session) -> set[uuid.UUID]:
    """Who can manage people today."""
    able = (Person.role == Role.ADMINISTRATOR, Person.disabled_at.is_(None), Person.password_hash.is_not(None))
    return set(session.scalars(select(Person.id).where(*able)))


def listed(
    session: Session, *, name: str = "", role: Role | None = None, after: str = "", invited_by: uuid.UUID | None = None
) -> tuple[list[Listed], bool]:
    """A page of accounts by user name, and whether more follow; those that were left are in no list."""
    uses = select(func.max(SignIn.last_seen_at)).where(SignIn.person_id == Person.id)
    last = uses.correlate(Person).scalar_subquery()
    query = select(Person, last).where(Person.username > after).order_by(Person.username).limit(PAGE + 1)
    if name:
        query = query.where(Person.username.contains(name, autoescape=True))
    if role:
        query = query.where(Person.role == role)
    if invited_by:
        query = query.where(Person.invited_by == invited_by)
    found = [Listed(person, seen) for person, seen in session.execute(query)]
    return found[:PAGE], len(found) > PAGE


def last_seen(session: Session, person_id: uuid.UUID) -> datetime | None:
    """When a person was last here; to be shown by its month alone."""
    return session.scalar(select(func.max(SignIn.last_seen_at)).where(SignIn.person_id == person_id))
