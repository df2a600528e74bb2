"""What the administrator's pages read: accounts in reach, the log, who serves where, how the instance stands."""

import shlex
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import (
    URL,
    ColumnElement,
    Engine,
    String,
    and_,
    cast,
    false,
    func,
    make_url,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session

from webapp import db
from webapp.audit.models import AuditEntry
from webapp.audit.queries import chain_state, entries, first_of
from webapp.config import Settings, day_of, start_of
from webapp.grievances.queries import CHAINED
from webapp.invitations.actions import allowed
from webapp.people.actions import Unfit
from webapp.people.models import Person
from webapp.people.queries import Signed, by_id
from webapp.people.rules import Role
from webapp.places.rules import Atlas, Place
from webapp.summary.queries import last_number, open_number
from webapp.texts.queries import WrongKeys, require_keys
from webapp.vault import Vault

#: Entries of the log on one page.
PAGE = 20
#: Entries are sealed some seconds after they were written.
LATE = timedelta(minutes=1)
#: Where an entry of the log names an account.
NAMED = ("person", "account")
#: What is told by the day alone, and without which step on which grievance.
BY_DAY = frozenset({"grievance_opened", "grievance_handled"})
#: What somebody does who is not signed in: wrong names, passwords and codes.
GUESSES = frozenset({"sign_in_refused", "code_refused"})
#: Entries read at a time where many are not shown.
MANY = 1000


class Doer(NamedTuple):
    """Who did something: the user name, None for an account that was left, and the role of today."""

    username: str | None
    role: Role


@dataclass
class Coverage:
    """One province: who is missing there."""

    province: Place
    #: districts without a reviewer, but with a supervisor
    supervised: list[Place] = field(default_factory=list)
    #: districts without either
    unserved: list[Place] = field(default_factory=list)
    #: roles that nobody holds for the whole province
    vacant: list[Role] = field(default_factory=list)


def living(session: Session, person_id: uuid.UUID) -> Person | None:
    """An account that was not left."""
    found = by_id(session, person_id)
    return found if found and found.username else None


def within_reach(session: Session, signed: Signed, person_id: uuid.UUID, atlas: Atlas) -> Person | None:
    """An account that somebody may give a new code: never their own; a supervisor whom they let in, while still theirs.

    Whoever was let in as a representative may be an administrator by now, or work elsewhere.
    """
    found = living(session, person_id)
    if found is None or found.id == signed.id:
        return None
    if signed.role is not Role.ADMINISTRATOR and found.invited_by != signed.id:
        return None
    try:
        allowed(signed, found.role, found.scope, atlas)
    except Unfit:
        return None
    return found


def page_of_log(
    session: Session, vault: Vault, reader: uuid.UUID, *, before: str, **asked: Any
) -> tuple[list[AuditEntry], dict[uuid.UUID, Doer], str | None]:
    """A page of the log, the accounts in it, and what to ask for as `before` if older ones follow.

    That is sealed for its reader: between the numbers of two entries one could count those that are not shown.
    """
    seal = ("audit", "place", str(reader))
    if last := vault.text_of(before, seal):
        asked["before_id"] = int(last)
    found = list(islice(_lines(session, asked), PAGE + 1))
    page, more = found[:PAGE], len(found) > PAGE
    older = vault.word(str(page[-1].id), seal) if more else None
    return page, _doers(session, page), older


def _lines(session: Session, asked: dict[str, Any]) -> Iterator[AuditEntry]:
    """Entries that a page may show. Of what a protection officer does to grievances each kind shows once a day.

    They meet protected ones alone, of which nobody may learn how many there are.
    """
    such, protectors, limit = _for_pages(), _protectors(session), PAGE + 1

    @cache
    def first(what: str, doer: uuid.UUID, day: date) -> int | None:
        return first_of(session, what, doer, start_of(day), start_of(day + timedelta(days=1)))

    while found := entries(session, such=such, limit=limit, **asked):
        for one in found:
            doer = one.person_id if one.person_id in protectors and one.what in BY_DAY else None
            if doer is None or first(one.what, doer, day_of(one.at)) == one.id:
                yield one
        if len(found) < limit:
            return
        asked, limit = {**asked, "before_id": found[-1].id}, MANY


def _for_pages() -> list[ColumnElement[bool]]:
    """When a representative was here is for nobody to watch: the log keeps what they do, and no page shows it.

    Nor does it show what anybody may have mistyped, only that somebody guesses.
    """
    elders = select(Person.id).where(Person.role == Role.REPRESENTATIVE)
    spelled = select(_bare(Person.id)).where(Person.role == Role.REPRESENTATIVE)
    account, times = (AuditEntry.about[name].as_string() for name in ("account", "times"))
    mistyped = and_(account.is_(None), cast(times, String) == "1")
    guess = and_(AuditEntry.person_id.is_(None), AuditEntry.what.in_(GUESSES))
    hidden = and_(guess, or_(mistyped, and_(account.is_not(None), _bare(account).in_(spelled))))
    return [
        or_(AuditEntry.person_id.is_(None), AuditEntry.person_id.not_in(elders)),
        not_(func.coalesce(hidden, false())),
    ]


def _bare(number: Any) -> ColumnElement[str]:
    """An account's number as both databases can compare it with one in an entry, damaged ones too."""
    return func.replace(cast(number, String), "-", "")


def _protectors(session: Session) -> set[uuid.UUID]:
    """Who is a protection officer or was one: another role for an hour must not show what they did."""
    now = select(Person.id).where(Person.role == Role.PROTECTION_OFFICER)
    before = select(AuditEntry.about["person"].as_string()).where(
        AuditEntry.what == "person_changed",
        AuditEntry.about[("before", "role")].as_string() == Role.PROTECTION_OFFICER,
    )
    return {*session.scalars(now), *filter(None, map(account_in, session.scalars(before)))}


def _doers(session: Session, page: Iterable[AuditEntry]) -> dict[uuid.UUID, Doer]:
    named = [account_in(one.about.get(key)) for one in page for key in NAMED]
    wanted = {key for key in (*named, *(one.person_id for one in page)) if key}
    rows = session.execute(select(Person.id, Person.username, Person.role).where(Person.id.in_(wanted)))
    return {key: Doer(name, role) for key, name, role in rows}


def account_in(given: Any) -> uuid.UUID | None:
    """The account that an entry names; a row that somebody damaged names none."""
    with suppress(ValueError):
        return uuid.UUID(str(given))
    return None


def username(session: Session, person_id: uuid.UUID | None) -> str | None:
    """The user name of an account; one that was left has none."""
    return session.scalar(select(Person.username).where(Person.id == person_id)) if person_id else None


def by_role(people: Iterable[tuple[Role, tuple[str, ...]]]) -> dict[Role, int]:
    """How many hold each role, those that nobody holds too."""
    counted = Counter(role for role, _ in people)
    return {role: counted[role] for role in Role}


def coverage(people: Iterable[tuple[Role, tuple[str, ...]]], atlas: Atlas, day: date) -> list[Coverage]:
    """Province by province who is missing for its districts, and for the whole of it."""
    scopes: dict[Role, list[frozenset[str]]] = {role: [] for role in Role}
    for role, scope in people:
        scopes[role].append(atlas.in_scope(scope))
    reviewed, supervised = (frozenset().union(*scopes[role]) for role in (Role.REVIEWER, Role.SUPERVISOR))
    found = {code: Coverage(place) for code, place in atlas.provinces.items() if place.valid(day)}
    inside: dict[str, set[str]] = {code: set() for code in found}
    for place in _districts(atlas, day):
        province = atlas.province_of(place.code)
        inside[province].add(place.code)
        if place.code not in reviewed:
            one = found[province]
            (one.supervised if place.code in supervised else one.unserved).append(place)
    for code, one in found.items():
        whole = (Role.SUPERVISOR, Role.PROTECTION_OFFICER)
        one.vacant = [role for role in whole if not any(inside[code] <= scope for scope in scopes[role])]
    return list(found.values())


def _districts(atlas: Atlas, day: date) -> list[Place]:
    return [place for place in atlas.districts.values() if place.valid(day)]


def findings(engine: Engine, session: Session, vault: Vault, at: datetime) -> dict[str, bool]:
    """The part of `jirga check` that costs nothing on any instance: what was looked at, and whether it is well."""
    if db.unfit(engine):
        return {"schema": False}
    return {
        "schema": True,
        "keys": _keys_fit(session, vault),
        "release": open_number(session) == last_number(session) + 1,
        "audit": _chain_holds(session, vault, at),
    }


def _chain_holds(session: Session, vault: Vault, at: datetime) -> bool:
    """Whether the newest seals are right, and nothing has waited for the next one longer than it should."""
    state = chain_state(session, vault, CHAINED, at)
    return state is not None and state.holds and (state.oldest or timedelta()) < LATE


def _keys_fit(session: Session, vault: Vault) -> bool:
    try:
        require_keys(session, vault)
    except WrongKeys:
        return False
    return True


def database(url: str) -> tuple[str, bool]:
    """A database's address without what is secret in it, and whether a password was taken out."""
    parts = make_url(url)
    secret = parts.password is not None or any("password" in name for name in parts.query)
    bare = URL.create(parts.drivername, parts.username, None, parts.host, parts.port, parts.database)
    return bare.render_as_string(), secret


def shown(settings: Settings) -> dict[str, str]:
    """Variable -> its value as it may be shown; of the secrets nothing."""
    return {
        "JIRGA_OPERATOR_NAME": settings.operator_name,
        "JIRGA_OPERATOR_CONTACT": settings.operator_contact,
        "JIRGA_BASE_URL": settings.base_url,
        "JIRGA_SITE_NAME": settings.site_name,
        "JIRGA_DATABASE_URL": database(settings.database_url)[0],
        "JIRGA_DATA_DIR": str(settings.data_dir),
        "JIRGA_SECRET_KEY": "",
        "JIRGA_VAULT_KEYS": "",
        "JIRGA_DEFAULT_LANGUAGE": settings.default_language,
        "JIRGA_SECOND_FACTOR": settings.second_factor,
        "JIRGA_TRUSTED_PROXIES": str(settings.trusted_proxies),
        "JIRGA_QUICK_EXIT_URL": settings.quick_exit_url,
        "JIRGA_REMINDER_HOOK": " ".join(shlex.split(settings.reminder_hook)[:1]),
        "JIRGA_LOG_LEVEL": settings.log_level,
        "JIRGA_METRICS": settings.metrics,
    }
