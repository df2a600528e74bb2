"""Adding people, changing them, signing in and out. Actions flush; callers commit."""

import functools
import secrets
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeGuard

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from webapp.audit.actions import Acting
from webapp.config import Refused
from webapp.orm import Base, deleted, lock
from webapp.people import rules
from webapp.people.labels import PROBLEMS
from webapp.people.models import Notice, Person, SignIn
from webapp.people.queries import SIGN_INS, administrators, by_username, session_id, token_hash

#: OWASP's argon2id minimum: 19 MiB, 2 passes, 1 lane; about 25 ms.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
#: One hash at a time in each worker: its 19 MiB stay warm, and who signs in never takes all of a worker's threads.
HASHING = ThreadPoolExecutor(1, "hashing")
#: How long a sign-in that is over is kept.
AFTERWARDS = timedelta(days=1)

#: What is told at every sign-in of its first days: whoever redeemed a new code may be somebody else, and would hide it.
RESET, RESET_READ, TOLD_FOR = "password_reset", "reset_read", timedelta(days=7)
#: How long after a new code its account cannot be erased.
SETTLES = timedelta(days=30)
#: Who can notice that somebody makes a way to protected grievances.
GUARDING = (rules.Role.PROTECTION_OFFICER, rules.Role.ADMINISTRATOR, rules.Role.AUDITOR)

#: Built once, as they are on the path of every sign-in.
START = insert(Base.metadata.tables[SignIn.__tablename__])
END = (
    update(Base.metadata.tables[SignIn.__tablename__])
    .where(SignIn.token_hash == bindparam("token"), SignIn.ended_at.is_(None))
    .values(ended_at=bindparam("at"))
    .returning(SignIn.person_id)
)
STORED = select(Person.password_hash).where(Person.id == bindparam("person")).with_for_update(read=True)


@functools.cache
def nobody() -> str:
    """A hash that no password opens, verified when there is no such account so that the answer takes as long."""
    return HASHER.hash(secrets.token_hex(16))


class Unfit(Refused):
    """An account cannot be made or changed like that; `code` is one of labels.PROBLEMS, `field` what to mend."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(PROBLEMS[code])
        self.code, self.field = code, field


def hashed(username: str, password: str) -> str:
    """What is stored of a password that may be chosen; slow on purpose. Raises Unfit."""
    if not (rules.password_fits(password) and rules.password_fits(rules.as_hashed(password))):
        raise Unfit("length", "password")
    if rules.easily_guessed(password, username):
        raise Unfit("guessed", "password")
    return HASHER.hash(rules.as_hashed(password))


def free(session: Session, username: str) -> None:
    """Confirm that a user name can be taken; raises Unfit."""
    if not rules.username_fits(username):
        raise Unfit("username", "username")
    if by_username(session, username):
        raise Unfit("taken", "username")


def add(
    acting: Acting, username: str, password_hash: str, role: rules.Role, scope: Sequence[str], language: str,
    invited_by: uuid.UUID | None = None, themselves: bool = False,
) -> Person:  # fmt: skip
    """Make an account, for others or for `themselves`; raises Unfit."""
    free(acting.session, username)
    if rules.missing_scope(role, scope):
        raise Unfit("scope", "scope")
    person = Person(
        username=username, password_hash=password_hash, role=role, scope=tuple(scope), language=language,
        created_at=acting.at, invited_by=invited_by,
    )  # fmt: skip
    acting.session.add(person)
    acting.session.flush()
    doer = replace(acting, by=person.id) if themselves else acting
    doer.note("person_added", person=str(person.id), role=role, scope=list(scope))
    return person


def opens(person: Person | None, password: str) -> TypeGuard[Person]:
    """Whether a password lets a person in; as slow for nobody, and for an account that is closed or awaits one."""
    right = _opens((person and person.password_hash) or nobody(), password)
    return bool(right and person and person.password_hash and not person.disabled_at)


def is_password(person: Person, password: str) -> bool:
    """Whether this is the person's password; slow on purpose."""
    return _opens(person.password_hash or nobody(), password)


def _opens(stored: str, password: str) -> bool:
    try:
        typed = rules.as_hashed(password[: rules.LONGEST_PASSWORD + 1])
        return HASHING.submit(HASHER.verify, stored, typed).result()
    except (VerificationError, InvalidHashError):
        return False


def unchanged(acting: Acting, person: Person) -> bool:
    """Whether the password that was verified still is the person's; whoever changes it now waits for this sign-in."""
    return acting.session.scalar(STORED, {"person": person.id}) == person.password_hash


def sign_in(acting: Acting, person: Person, *, own_phone: bool = False, with_factor: bool = False) -> str:
    """A new session token for somebody whose password, and second factor if any, was verified."""
    token, at = secrets.token_urlsafe(32), acting.at
    own_phone = own_phone and rules.own_phone_allowed(person.role)
    made = {
        "id": session_id(token), "token_hash": token_hash(token), "person_id": person.id, "started_at": at,
        "last_seen_at": at, "proved_at": at, "own_phone": own_phone, "factor_given_at": at if with_factor else None,
    }  # fmt: skip
    acting.session.execute(START, made)
    if with_factor or not person.factor_at:
        replace(acting, by=person.id).note("signed_in", own_phone=own_phone, factor=with_factor)
    return token


def prove(acting: Acting, session_id: uuid.UUID) -> None:
    """Note that the right password was typed once more in a sign-in; whoever calls has verified it."""
    living = (SignIn.id == session_id, SignIn.ended_at.is_(None))
    acting.session.execute(update(SignIn).where(*living).values(proved_at=acting.at))


def set_password(acting: Acting, person: Person, password_hash: str) -> None:
    """A new password ends every sign-in."""
    person.password_hash = password_hash
    acting.note("password_changed", person=str(person.id))
    end_all(acting, person.id)


def sign_out(acting: Acting, token: str) -> bool:
    """End one sign-in; False, and harmless, when it is none or over."""
    person_id = acting.session.scalar(END, {"token": token_hash(token), "at": acting.at})
    if person_id:
        replace(acting, by=person_id).note("signed_out")
    return person_id is not None


def end_one(acting: Acting, person_id: uuid.UUID, session_id: uuid.UUID) -> bool:
    """End one of a person's sign-ins; False when it is not theirs or over."""
    mine = (SignIn.id == session_id, SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    ended = acting.session.scalar(update(SignIn).where(*mine).values(ended_at=acting.at).returning(SignIn.id))
    if ended:
        acting.note("session_ended", person=str(person_id))
    return ended is not None


def end_all(acting: Acting, person_id: uuid.UUID) -> None:
    """End all of a person's sign-ins."""
    living = (SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    acting.session.execute(update(SignIn).where(*living).values(ended_at=acting.at))
    acting.note("sessions_ended", person=str(person_id))


def forget(session: Session, at: datetime) -> int:
    """Remove sign-ins that are over for more than a day, but for each person's last one; how many.

    A day, because a form may still come back that was sent in one of them; the last one, because an administrator
    sees in which month an account was used.
    """
    later = SIGN_INS.alias("later")
    newer = select(later.c.id).where(later.c.person_id == SignIn.person_id, later.c.last_seen_at > SignIn.last_seen_at)
    lasting = ((SignIn.own_phone, rules.OWN_PHONE), (SignIn.own_phone.is_(False), rules.USUAL))
    lapsed = (and_(kind, SignIn.started_at < at - how.most - AFTERWARDS) for kind, how in lasting)
    over = or_(SignIn.ended_at < at - AFTERWARDS, *lapsed)
    return deleted(session, delete(SignIn).where(over, newer.exists()))


def end_everybody(acting: Acting) -> None:
    """End every sign-in there is."""
    acting.session.execute(update(SignIn).where(SignIn.ended_at.is_(None)).values(ended_at=acting.at))


def seen(session: Session, token: str, at: datetime) -> None:
    """Note that a sign-in is in use, at most once a minute."""
    stale = SignIn.last_seen_at < at - timedelta(minutes=1)
    session.execute(update(SignIn).where(SignIn.token_hash == token_hash(token), stale).values(last_seen_at=at))


def disable(acting: Acting, person: Person) -> None:
    """Close an account at once, everywhere; raises Unfit for the last one that can manage people."""
    keep_an_administrator(acting, person)
    person.disabled_at = acting.at
    acting.note("person_disabled", person=str(person.id))
    end_all(acting, person.id)


def enable(acting: Acting, person: Person) -> None:
    """Open an account again."""
    person.disabled_at = None
    warn(acting, person)
    acting.note("person_enabled", person=str(person.id))


def change(acting: Acting, person: Person, role: rules.Role, scope: Sequence[str]) -> None:
    """Give a person another role or other places; what was open under another role is closed. Raises Unfit."""
    if rules.missing_scope(role, scope):
        raise Unfit("scope", "scope")
    if acting.by == person.id:
        raise Unfit("own_role", "role")
    if (role, tuple(scope)) == (person.role, person.scope):
        return
    if role is not person.role:
        keep_an_administrator(acting, person)
        end_all(acting, person.id)
    before = {"role": person.role, "scope": list(person.scope)}
    if role is not person.role:
        warn(acting, person, role)
    person.role, person.scope = role, tuple(scope)
    acting.note("person_changed", person=str(person.id), before=before, after={"role": role, "scope": list(scope)})
    tell(acting, person.id, "role_changed")


def leave(acting: Acting, person: Person) -> None:
    """Erase what an account holds of its person; id and role stay for the log and what was filed. Raises Unfit."""
    keep_an_administrator(acting, person)
    if person.reset_at and acting.at < person.reset_at + SETTLES:
        raise Unfit("leave_later")
    end_all(acting, person.id)
    for table in (Notice, SignIn):
        acting.session.execute(delete(table).where(table.person_id == person.id))
    person.username = person.password_hash = person.factor_at = person.reset_at = person.invited_by = None
    person.scope, person.disabled_at = (), acting.at
    acting.session.flush()
    acting.note("person_left", person=str(person.id))


def keep_an_administrator(acting: Acting, person: Person) -> None:
    """Hold whoever else would take away the last one until this transaction ends; raises Unfit."""
    if person.role is rules.Role.ADMINISTRATOR:
        lock(acting.session, b"administrators")
        if not administrators(acting.session) - {person.id}:
            raise Unfit("last_administrator", "role")


def tell(acting: Acting, person_id: uuid.UUID, what: str) -> None:
    """Have a person told of something at the next sign-in."""
    acting.session.add(Notice(person_id=person_id, what=what, at=acting.at))


def told(acting: Acting, person_id: uuid.UUID) -> None:
    """The person has read what there was to tell; of a new code they are told again in its first days."""
    read = (Notice.person_id == person_id, Notice.at <= acting.at)
    acting.session.execute(delete(Notice).where(*read, Notice.what.not_in((RESET, RESET_READ))))
    late = (Notice.what == RESET, Notice.at <= acting.at - TOLD_FOR)
    acting.session.execute(update(Notice).where(*read, *late).values(what=RESET_READ))


def tell_again(acting: Acting, person_id: uuid.UUID) -> None:
    """Whoever comes with a new code is told of every one that was given out before."""
    known = (Notice.person_id == person_id, Notice.what == RESET_READ)
    acting.session.execute(update(Notice).where(*known).values(what=RESET))


def warn(acting: Acting, person: Person, role: rules.Role | None = None) -> None:
    """Have all others who guard protected grievances told that somebody can come to them by this account, of this role.

    One person could do it alone, so many learn of it.
    """
    if (role or person.role) is not rules.Role.PROTECTION_OFFICER:
        return
    able = (Person.role.in_(GUARDING), Person.disabled_at.is_(None), Person.username.is_not(None))
    for other in acting.session.scalars(select(Person.id).where(*able)).all():
        if other not in (acting.by, person.id):
            tell(acting, other, "protection_entry")
