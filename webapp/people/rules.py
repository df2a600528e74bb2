"""Who may do what: roles, permissions, how long a sign-in lasts, what a user name and a password look like. Pure."""

import enum
import re
import secrets
import unicodedata
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from webapp.config import N_


class Role(enum.StrEnum):
    """A person holds one."""

    REPRESENTATIVE = "representative"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    PROTECTION_OFFICER = "protection_officer"
    ANALYST = "analyst"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Permission(enum.StrEnum):
    """What a page asks for; a page that names none opens for nobody."""

    FILE_GRIEVANCE = "file_grievance"
    HANDLE_GRIEVANCE = "handle_grievance"
    OPEN_QUEUE = "open_queue"
    MARK_SHUTDOWN = "mark_shutdown"
    READ_PROTECTION_REPORT = "read_protection_report"
    READ_SUMMARY = "read_summary"
    DOWNLOAD_SUMMARY = "download_summary"
    COUNT_EXACTLY = "count_exactly"
    INVITE = "invite"
    MANAGE_PEOPLE = "manage_people"
    READ_AUDIT = "read_audit"
    READ_STATE = "read_state"
    OWN_ACCOUNT = "own_account"
    SET_UP_FACTOR = "set_up_factor"
    GIVE_CODE = "give_code"


EVERYONE = frozenset(Role)
ROLES: Mapping[Permission, frozenset[Role]] = {
    Permission.FILE_GRIEVANCE: frozenset({Role.REPRESENTATIVE}),
    Permission.HANDLE_GRIEVANCE: frozenset({Role.REVIEWER, Role.SUPERVISOR, Role.PROTECTION_OFFICER}),
    Permission.OPEN_QUEUE: frozenset({Role.REVIEWER, Role.SUPERVISOR, Role.PROTECTION_OFFICER, Role.AUDITOR}),
    Permission.MARK_SHUTDOWN: frozenset({Role.SUPERVISOR}),
    Permission.READ_PROTECTION_REPORT: frozenset({Role.PROTECTION_OFFICER, Role.AUDITOR}),
    Permission.READ_SUMMARY: frozenset({Role.REPRESENTATIVE, Role.ANALYST, Role.REVIEWER, Role.SUPERVISOR}),
    Permission.DOWNLOAD_SUMMARY: frozenset({Role.ANALYST, Role.REVIEWER, Role.SUPERVISOR}),
    Permission.COUNT_EXACTLY: frozenset({Role.REVIEWER, Role.SUPERVISOR}),
    Permission.INVITE: frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR}),
    Permission.MANAGE_PEOPLE: frozenset({Role.ADMINISTRATOR}),
    Permission.READ_AUDIT: frozenset({Role.AUDITOR, Role.ADMINISTRATOR}),
    Permission.READ_STATE: frozenset({Role.AUDITOR, Role.ADMINISTRATOR}),
    Permission.OWN_ACCOUNT: EVERYONE,
    Permission.SET_UP_FACTOR: EVERYONE,
    Permission.GIVE_CODE: EVERYONE,
}


class Stage(enum.StrEnum):
    """How far a sign-in has come."""

    #: the password was right, the second factor's code is still to be given
    CODE = "code"
    #: the password was right, the role must have a second factor and has none yet
    SET_UP = "set_up"
    FULL = "full"


#: What opens before a sign-in is complete.
HALFWAY: Mapping[Stage, frozenset[Permission]] = {
    Stage.CODE: frozenset({Permission.GIVE_CODE}),
    Stage.SET_UP: frozenset({Permission.SET_UP_FACTOR}),
}

ROLE_NAMES: Mapping[Role, str] = {
    Role.REPRESENTATIVE: N_("Jirga representative"),
    Role.REVIEWER: N_("Reviewer"),
    Role.SUPERVISOR: N_("Supervisor"),
    Role.PROTECTION_OFFICER: N_("Protection officer"),
    Role.ANALYST: N_("Analyst"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMINISTRATOR: N_("Administrator"),
}

#: Roles whose work is not tied to places.
SCOPE_OPTIONAL = frozenset({Role.ANALYST, Role.AUDITOR, Role.ADMINISTRATOR})
#: Whom a role may invite; a supervisor only for places inside their own.
INVITES: Mapping[Role, frozenset[Role]] = {
    Role.ADMINISTRATOR: EVERYONE,
    Role.SUPERVISOR: frozenset({Role.REPRESENTATIVE}),
}

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
#: A password that a guesser finds within this many tries is refused (zxcvbn's estimate, made offline, which is never
#: under 10^8 for three pieces: two words that everybody thinks of, and a space).
TOO_FEW_GUESSES = 10**9
#: What people here think of first; each counts as known to a guesser.
_LOCAL_WORDS = (
    "pakistan", "zindabad", "allah", "bismillah", "muhammad", "islam", "khan", "jirga", "peshawar", "quetta", "swat",
    "waziristan", "bannu", "khyber", "pakhtunkhwa", "balochistan", "pashtun", "inshallah", "mashallah", "786", "1947",
    "پاکستان", "زندہ باد", "زنده باد", "اللہ", "الله", "بسم اللہ", "خان", "جرگہ", "جرګه", "پاسورڈ", "پاسورډ", "پاس ورڈ",
)  # fmt: skip
DATA = Path(__file__).parent / "data"
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u0640]")
_SAME_LETTER = str.maketrans("يىېۍےكګهةۀ", "یییییکگہہہ")
USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{1,38})[a-z0-9]")


class Lasting(NamedTuple):
    """How long a sign-in lasts without use, and at most."""

    idle: timedelta
    most: timedelta


USUAL = Lasting(timedelta(minutes=15), timedelta(hours=12))
#: A representative's own phone, which others do not use; no other role can choose it.
OWN_PHONE = Lasting(timedelta(days=30), timedelta(days=30))

#: For so long after the password was typed, the topic and the replies of a grievance open.
PROOF = timedelta(minutes=10)


def may(role: Role, permission: Permission, stage: Stage = Stage.FULL) -> bool:
    """Whether the role holds the permission, and the sign-in has come far enough to use it."""
    return role in ROLES[permission] and (stage is Stage.FULL or permission in HALFWAY[stage])


def stage(role: Role, *, has_factor: bool, given: bool, required: bool) -> Stage:
    """How far a sign-in has come; `required` is the instance's setting for everyone but representatives."""
    if has_factor:
        return Stage.FULL if given else Stage.CODE
    return Stage.SET_UP if factor_required(role, required=required) else Stage.FULL


def factor_required(role: Role, *, required: bool) -> bool:
    """Whether the role cannot do without a second factor."""
    return required and role is not Role.REPRESENTATIVE


def own_phone_allowed(role: Role) -> bool:
    """Whether the role may stay signed in for long."""
    return role is Role.REPRESENTATIVE


def lives(*, own_phone: bool, started: datetime, last_seen: datetime, at: datetime) -> bool:
    """Whether a sign-in still counts; one from a time that has not come lasts no longer when the clock is put right."""
    lasting = OWN_PHONE if own_phone else USUAL
    return abs(at - started) < lasting.most and abs(at - last_seen) < lasting.idle


def proved(proved_at: datetime | None, at: datetime) -> bool:
    """Whether the password was typed so recently that what is written to a jirga may be shown."""
    return proved_at is not None and abs(at - proved_at) < PROOF


def username_fits(username: str) -> bool:
    """3 to 40 characters of a-z, 0-9, dot, dash, underscore; no look-alike letters."""
    return USERNAME.fullmatch(username) is not None


def new_username() -> str:
    """Six digits: easy on every keyboard, and they tell nothing of the person."""
    return str(100_000 + secrets.randbelow(900_000))


def as_hashed(password: str) -> str:
    """One spelling of what Urdu, Pashto and Arabic keyboards send for the same letter; case, spaces and marks stay.

    NFKC as NIST SP 800-63B asks; letters that look alike, because the next phone may lack the one that was typed; and
    nothing of what cannot be seen.
    """
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", password)).translate(_SAME_LETTER)


def password_fits(password: str) -> bool:
    """12 to 256 characters, any."""
    return SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD


def easily_guessed(password: str, username: str = "") -> bool:
    """Whether common passwords, words, names, dates, rows of keys or the user name make it up (zxcvbn, offline)."""
    known = [as_hashed(word) for word in (*_LOCAL_WORDS, username) if word]
    judged = import_module("zxcvbn").zxcvbn(as_hashed(password)[:72], user_inputs=known)
    return bool(judged["guesses"] < TOO_FEW_GUESSES)


def new_password() -> str:
    """Five groups of four letters and digits that are not mistaken for each other, about 97 bits."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(5))


@cache
def words(language: str) -> tuple[str, ...]:
    """512 everyday nouns of a language to choose from by chance, no two of which are one letter apart."""
    return tuple((DATA / f"words_{language}.txt").read_text("utf-8").split())


def passphrase(language: str) -> str:
    """Five words of the language's list, 45 bits, joined by single spaces."""
    return " ".join(secrets.choice(words(language)) for _ in range(5))


def missing_scope(role: Role, scope: Collection[str]) -> bool:
    """Whether the role needs places and has none."""
    return not scope and role not in SCOPE_OPTIONAL
