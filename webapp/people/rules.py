"""Who may do what: roles, permissions, how long a sign-in lasts, what a user name and a password look like. Pure."""

import enum
import re
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
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
    READ_SUMMARY = "read_summary"
    DOWNLOAD_SUMMARY = "download_summary"


ROLES: Mapping[Permission, frozenset[Role]] = {
    Permission.FILE_GRIEVANCE: frozenset({Role.REPRESENTATIVE}),
    Permission.READ_SUMMARY: frozenset({Role.REPRESENTATIVE, Role.ANALYST, Role.REVIEWER, Role.SUPERVISOR}),
    Permission.DOWNLOAD_SUMMARY: frozenset({Role.ANALYST, Role.REVIEWER, Role.SUPERVISOR}),
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

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{1,38})[a-z0-9]")


class Lasting(NamedTuple):
    """How long a sign-in lasts without use, and at most."""

    idle: timedelta
    most: timedelta


#: A form is filled slowly on a slow network, so representatives get longer before they must sign in again.
SESSIONS: Mapping[Role, Lasting] = {
    role: Lasting(timedelta(minutes=15), timedelta(hours=12)) for role in Role if role is not Role.REPRESENTATIVE
} | {Role.REPRESENTATIVE: Lasting(timedelta(hours=2), timedelta(hours=12))}


def may(role: Role, permission: Permission) -> bool:
    """Whether the role holds the permission."""
    return role in ROLES[permission]


def lives(role: Role, started: datetime, last_seen: datetime, at: datetime) -> bool:
    """Whether a sign-in still counts."""
    lasting = SESSIONS[role]
    return at < started + lasting.most and at < last_seen + lasting.idle


def username_fits(username: str) -> bool:
    """3 to 40 characters of a-z, 0-9, dot, dash, underscore; no look-alike letters."""
    return USERNAME.fullmatch(username) is not None


def password_fits(password: str) -> bool:
    """12 to 256 characters, any."""
    return SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD


def new_password() -> str:
    """Five groups of four letters and digits that are not mistaken for each other, about 97 bits."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(5))


def missing_scope(role: Role, scope: Collection[str]) -> bool:
    """Whether the role needs places and has none."""
    return not scope and role not in SCOPE_OPTIONAL
