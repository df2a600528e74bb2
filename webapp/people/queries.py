"""Reading people and sign-ins."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from webapp.people.models import Person, SignIn
from webapp.people.rules import Role, lives


@dataclass(frozen=True)
class Signed:
    """Who is asking: what the rest of the house needs to know of a person."""

    id: uuid.UUID
    role: Role
    scope: tuple[str, ...]
    language: str
    last_seen_at: datetime


def token_hash(token: str) -> bytes:
    """What is stored of a token; it is random and long, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).digest()


#: Built once: every page of a signed-in person asks it.
SIGNED_IN = (
    select(Person.id, Person.role, Person.scope, Person.language, SignIn.last_seen_at, SignIn.started_at)
    .join(SignIn, SignIn.person_id == Person.id)
    .where(SignIn.token_hash == bindparam("token"), SignIn.ended_at.is_(None), Person.disabled_at.is_(None))
)


def signed_in(session: Session, token: str, at: datetime) -> Signed | None:
    """The person behind a session token, unless it ended, lapsed, or the person is disabled."""
    row = session.execute(SIGNED_IN, {"token": token_hash(token)}).one_or_none()
    if row is None or not lives(row.role, row.started_at, row.last_seen_at, at):
        return None
    return Signed(row.id, row.role, row.scope, row.language, row.last_seen_at)


def by_username(session: Session, username: str) -> Person | None:
    """The account of that name, disabled or not."""
    return session.scalars(select(Person).where(Person.username == username)).one_or_none()
