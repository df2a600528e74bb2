"""Adding people, signing in and out."""

import functools
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.config import Refused
from webapp.people import rules
from webapp.people.models import Person, SignIn
from webapp.people.queries import by_username, token_hash

#: OWASP's argon2id minimum: 19 MiB, 2 passes, 1 lane; about 25 ms.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@functools.cache
def nobody() -> str:
    """A hash that no password opens, verified when there is no such account so that the answer takes as long."""
    return HASHER.hash(secrets.token_hex(16))


class Unfit(Refused):
    """An account cannot be made like that; the message says what to do."""


def add(
    session: Session, username: str, password: str, role: rules.Role, scope: Sequence[str], language: str, at: datetime
) -> Person:
    """Make an account at once; raises Unfit."""
    if not rules.username_fits(username):
        raise Unfit(
            "a user name has 3 to 40 of the characters a-z 0-9 . _ -, starting and ending with a letter or digit"
        )
    if not rules.password_fits(password):
        raise Unfit(f"a password has {rules.SHORTEST_PASSWORD} to {rules.LONGEST_PASSWORD} characters")
    if rules.missing_scope(role, scope):
        raise Unfit("this role needs --scope with province or district codes, like PK-KP or bannu,khyber")
    if by_username(session, username):
        raise Unfit("this user name is taken; choose another")
    person = Person(
        username=username,
        password_hash=HASHER.hash(password),
        role=role,
        scope=tuple(scope),
        language=language,
        created_at=at,
    )
    session.add(person)
    session.flush()
    return person


def verified(session: Session, username: str, password: str) -> Person | None:
    """The person, or None for a wrong name, a wrong password or a disabled account; slow on purpose, writes nothing."""
    person = by_username(session, username) if rules.username_fits(username) else None
    right = _opens(person.password_hash if person else nobody(), password)
    return person if right and person and not person.disabled_at else None


def sign_in(session: Session, person: Person, at: datetime) -> str:
    """A new session token for somebody whose password was verified."""
    token = secrets.token_urlsafe(32)
    session.add(SignIn(token_hash=token_hash(token), person_id=person.id, started_at=at, last_seen_at=at))
    session.flush()
    return token


def _opens(hashed: str, password: str) -> bool:
    try:
        return HASHER.verify(hashed, password[: rules.LONGEST_PASSWORD + 1])
    except (VerificationError, InvalidHashError):
        return False


def set_password(session: Session, person: Person, password: str, at: datetime) -> None:
    """A new password ends every sign-in."""
    person.password_hash = HASHER.hash(password)
    session.execute(update(SignIn).where(SignIn.person_id == person.id, SignIn.ended_at.is_(None)).values(ended_at=at))


def sign_out(session: Session, token: str, at: datetime) -> None:
    """End one sign-in; harmless when it is none."""
    session.execute(
        update(SignIn).where(SignIn.token_hash == token_hash(token), SignIn.ended_at.is_(None)).values(ended_at=at)
    )


def seen(session: Session, token: str, at: datetime) -> None:
    """Note that a sign-in is in use, at most once a minute."""
    stale = SignIn.last_seen_at < at - timedelta(minutes=1)
    session.execute(update(SignIn).where(SignIn.token_hash == token_hash(token), stale).values(last_seen_at=at))
