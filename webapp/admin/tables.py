"""Rows as the administrator's pages show them: words for codes, months for the moments that tell too much. Pure."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from webapp.admin import labels
from webapp.admin.queries import (
    BY_DAY,
    GUESSES,
    LATE,
    NAMED,
    Coverage,
    Doer,
    account_in,
    database,
    shown,
)
from webapp.audit.models import AuditEntry
from webapp.audit.queries import ChainState
from webapp.config import Settings, day_of, time_of
from webapp.i18n import MONTHS, day
from webapp.invitations import queries as invitations
from webapp.people import queries as people
from webapp.people.models import Person
from webapp.people.rules import ROLE_NAMES, Role

Say = Callable[[str], str]
#: A function from a scope to the names of its places.
Names = Callable[[tuple[str, ...]], list[str]]


class Account(NamedTuple):
    """One account in words; when it was last used is told by the month."""

    id: uuid.UUID
    username: str
    role: str
    places: list[str]
    #: its code
    language: str
    state: str
    state_code: str
    factor: bool
    last_seen: str | None


class Code(NamedTuple):
    """One one-time code in words; the code itself is nowhere."""

    id: uuid.UUID
    state: str
    state_code: str
    role: str
    places: list[str]
    made_at: str
    expires_at: str
    inviter: str | None
    #: whether somebody gave it out, or the operator did
    by_person: bool
    username: str | None
    person_id: uuid.UUID | None


class Moment(NamedTuple):
    """A day and a time of day in Karachi, like 22 November 2026 and 14:05; "" where the time would tell too much."""

    day: str
    time: str = ""


class Detail(NamedTuple):
    """What an entry says besides: its name and value, each in words, or as the code that it is."""

    name: str
    value: str
    name_is_code: bool
    value_is_code: bool


class Entry(NamedTuple):
    """One entry of the activity log in words."""

    at: Moment
    #: a user name if `named`, else words
    who: str
    named: bool
    what: str
    details: list[Detail]


class Chain(NamedTuple):
    """How the chain of the log stands, with a seal of some day to write down."""

    number: int
    day: str
    #: "number:hash"
    head: str
    #: whether something waits for its seal longer than it should
    late: bool
    whole: bool


class Setting(NamedTuple):
    """One setting: what it sets, its value as it may be shown, where it comes from."""

    variable: str
    label: str
    value: str
    note: str
    source: str
    missed: bool


class Missing(NamedTuple):
    """What a province lacks: sentences, districts without anybody, districts with a supervisor alone."""

    province: str
    vacant: list[str]
    unserved: list[str]
    supervised: list[str]


def state_of(person: Person) -> str:
    """active, awaiting (a new password) or disabled."""
    if person.disabled_at:
        return "disabled"
    return "active" if person.password_hash else "awaiting"


def month(moment: datetime | None, language: str) -> str | None:
    """The month in Karachi, like November 2026."""
    if moment is None:
        return None
    found = day_of(moment)
    return f"{MONTHS[language][found.month - 1]}\u00a0{found.year}"


def account(one: people.Listed, names: Names, language: str, say: Say) -> Account:
    """A line of the list of people, also the head of one person's page."""
    person, state = one.person, state_of(one.person)
    return Account(
        person.id, person.username or "", say(ROLE_NAMES[person.role]), names(person.scope), person.language,
        say(labels.ACCOUNT_STATES[state]), state, bool(person.factor_at), month(one.last_seen_at, language),
    )  # fmt: skip


def code(one: invitations.Listed, names: Names, language: str, say: Say, at: datetime) -> Code:
    """A line of the list of codes."""
    row, state = one.invitation, one.state(at)
    return Code(
        row.id, say(labels.CODE_STATES[state]), state, say(ROLE_NAMES[row.role]), names(row.scope),
        day(day_of(row.created_at), language), day(day_of(row.expires_at), language),
        one.inviter, row.invited_by is not None, one.username, row.person_id,
    )  # fmt: skip


def entry(one: AuditEntry, doers: Mapping[uuid.UUID, Doer], names: Names, language: str, say: Say) -> Entry:
    """A line of the log."""
    doer = doers.get(one.person_id) if one.person_id else None
    what = say(labels.KINDS[one.what]) if one.what in labels.KINDS else one.what
    who = doer.username if doer and doer.username else say(_nameless(one))
    known = {str(key): found.username for key, found in doers.items() if found.username}
    about = {} if one.what in BY_DAY else one.about
    details = [_detail(path, value, known, names, say) for path, value in _details(about)]
    at = Moment(day(day_of(one.at), language), "" if _day_alone(one, doers) else time_of(one.at))
    return Entry(at, who, bool(doer and doer.username), what, details)


def _day_alone(one: AuditEntry, doers: Mapping[uuid.UUID, Doer]) -> bool:
    """Whether the minute may tell how protected grievances move, or when a representative was at the phone."""
    named = filter(None, map(account_in, map(one.about.get, NAMED)))
    roles = {doers[key].role for key in named if key in doers}
    unseen = Role.REPRESENTATIVE in roles or (one.what in {*GUESSES, "release"} and not roles)
    return one.what in BY_DAY or (one.person_id is None and unseen)


def chain(state: ChainState | None, language: str) -> Chain | None:
    """The newest seal, as it can be written down."""
    if state is None:
        return None
    head, late = f"{state.number}:{state.hash}", state.oldest is not None and state.oldest >= LATE
    return Chain(state.number, day(day_of(state.sealed_at), language), head, late, state.holds)


def _nameless(one: AuditEntry) -> str:
    return labels.LEFT if one.person_id else labels.WITHOUT_PERSON.get(one.what, labels.OPERATOR)


def _details(about: Mapping[str, Any], *inside: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The values of an entry with their names, those inside others with both names."""
    for name, value in about.items():
        if isinstance(value, dict):
            yield from _details(value, *inside, name)
        elif value not in (None, [], ""):
            yield (*inside, name), value


def _detail(path: tuple[str, ...], value: Any, known: Mapping[str, str], names: Names, say: Say) -> Detail:
    """Words for names that have some, else all of them as they stand."""
    code = any(name not in labels.DETAILS for name in path)
    name = " ".join(path) if code else " · ".join(say(labels.DETAILS[name]) for name in path)
    words = _in_words(path[-1], value, names, say)
    return Detail(name, words or _spelled(value, known), code, words is None)


def _in_words(name: str, value: Any, names: Names, say: Say) -> str | None:
    """Yes and no, roles and places; anything else, and what is unknown, has no words."""
    if isinstance(value, bool):
        return say(labels.ANSWERS[value])
    given = tuple(map(str, value)) if isinstance(value, list) else (str(value),)
    if name == "role" and given[0] in set(Role):
        return say(ROLE_NAMES[Role(given[0])])
    found = names(given) if name in labels.OF_PLACES else []
    return " · ".join(found) if len(found) == len(given) else None


def _spelled(value: Any, known: Mapping[str, str]) -> str:
    """Accounts by their user names; codes stand as they are in every language."""
    given = value if isinstance(value, list) else [value]
    return " ".join(known.get(str(one), str(one)) for one in given)


def settings(of: Settings, say: Say) -> list[Setting]:
    """The settings, without what is secret in them."""
    values, (_, password) = shown(of), database(of.database_url)
    return [_setting(name, values[name], of.sources.get(name, "default"), say, password) for name in labels.SETTINGS]


def _setting(variable: str, value: str, source: str, say: Say, password: bool) -> Setting:
    secret = variable in labels.SECRET
    said = [labels.SET] if secret else [] if value else [labels.NOT_SET]
    if variable == "JIRGA_DATABASE_URL" and password:
        said = [labels.WITH_PASSWORD]
    return Setting(
        variable, say(labels.SETTINGS[variable]), "" if secret else value, " ".join(map(say, said)),
        say(labels.SOURCES[source]), variable in labels.MISSED and not value,
    )  # fmt: skip


def findings(found: Mapping[str, bool], say: Say) -> list[tuple[bool, str, str]]:
    """Whether it is well, the sentence that says so, and the command that it may name."""
    return [
        (well, say(labels.FINDINGS[name][0 if well else 1]), labels.COMMANDS.get(name, ""))
        for name, well in found.items()
    ]


def coverage(found: Iterable[Coverage], language: str, say: Say) -> list[Missing]:
    """Who is missing, province by province, in words."""
    return [
        Missing(
            one.province.names[language], [say(labels.VACANT[role]) for role in one.vacant],
            [place.names[language] for place in one.unserved], [place.names[language] for place in one.supervised],
        )
        for one in found
    ]  # fmt: skip
