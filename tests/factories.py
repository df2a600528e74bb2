"""Synthetic people and forms for tests; nothing here happened."""

import base64
import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pyotp
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from webapp.audit.actions import Acting
from webapp.check import findings
from webapp.config import Settings, now
from webapp.factors import actions as factors
from webapp.factors.queries import secret_of
from webapp.invitations import actions as invitations
from webapp.office import Office
from webapp.people import actions
from webapp.people.models import Person
from webapp.people.rules import Role
from webapp.vault import Vault

PASSWORD = "synthetic pass phrase"
#: Cheap to verify, as it says itself; see quick.py.
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
#: The secrets of every test instance, which guard nothing.
SECRET, KEYS = b"only for tests, thirty-two bytes!", "0000000a:" + base64.b64encode(bytes(range(32))).decode()
VAULT = Vault(KEYS, SECRET)
#: Form posts of our own pages carry one of these two.
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
JSON = {**SAME_SITE, "Accept": "application/json"}

GATHERING: dict[str, Any] = {
    "safety_ack": "yes",
    "gathering_date": "2025-03-26",
    "gathering_district": "bannu",
    "gathering_tehsil": "bannu.domel",
    "place_type": "hujra",
    "participants": "p51_100",
    "women_heard": "separately",
    "youth_heard": "in_jirga",
    "consensus": "full",
}
GRIEVANCE: dict[str, Any] = {
    "district": "bannu",
    "tehsil": "whole_district",
    "subcategory": "house_damage",
    "timing": "ended",
    "start_year": "2016",
    "households": "h11_50",
    "urgency": "normal",
    "narrative": "Synthetic: the houses near the road were damaged and nobody came to look.",
    "remedies": ["compensation", "survey_register"],
    "raised_before": "no",
    "confidentiality": "district_officials",
    "consent_share": "yes",
    "consent_statistics": "yes",
    "contact_preference": "in_app",
}


def word() -> str:
    """A new word, of letters alone: digits in a row can look like somebody's phone."""
    return "".join(secrets.choice("abcdefgh") for _ in range(12))


def short(**changes: Any) -> dict[str, Any]:
    """A right short form; a change to None leaves the field out."""
    return {name: value for name, value in {**GRIEVANCE, **changes}.items() if value is not None}


def full(**changes: Any) -> dict[str, Any]:
    """A right long form."""
    return {name: value for name, value in {**GATHERING, **GRIEVANCE, **changes}.items() if value is not None}


def as_given(form: dict[str, Any]) -> dict[str, Sequence[str]]:
    """A form as drafts.check takes it."""
    return {name: value if isinstance(value, list) else [value] for name, value in form.items()}


def person(
    session: Session, role: Role = Role.REPRESENTATIVE, scope: Sequence[str] = ("PK-KP", "PK-BA"), username: str = ""
) -> Person:
    """An account, committed."""
    name = username or f"{role.value[:8]}-{word()}"
    made = actions.add(operator(session), name, HASH, role, scope, "en")
    session.commit()
    return made


def operator(session: Session, by: uuid.UUID | None = None) -> Acting:
    """Somebody who does something to accounts now; without `by` the operator at the command line."""
    return Acting(session, VAULT, by, now())


def sign_in(client: FlaskClient, someone: Person, language: str = "en", **more: str) -> TestResponse:
    """Sign in through the page."""
    form = {"username": someone.username, "password": PASSWORD, **more}
    return client.post(f"/{language}/sign-in", data=form, headers=SAME_SITE)


def invite(
    session: Session, role: Role = Role.REPRESENTATIVE, scope: Sequence[str] = ("PK-KP",), by: Person | None = None
) -> str:
    """A one-time code for a new account."""
    _, code = invitations.invite(operator(session, by.id if by else None), role, scope, "en")
    session.commit()
    return code


def reset(session: Session, someone: Person) -> str:
    """A one-time code for a new password of an account."""
    _, code = invitations.reissue(operator(session), again(session, someone))
    session.commit()
    return code


def close(session: Session, someone: Person) -> None:
    """Disable an account and its codes, as an administrator or the operator does."""
    acting, own = operator(session), again(session, someone)
    actions.disable(acting, own)
    invitations.revoke_for(acting, own)
    session.commit()


def leave(session: Session, someone: Person) -> None:
    """Erase an account, as its person does."""
    actions.leave(operator(session, someone.id), again(session, someone))
    session.commit()


def again(session: Session, someone: Person) -> Person:
    """An account as it is stored now."""
    session.rollback()
    return session.get_one(Person, someone.id, populate_existing=True)


def factor(session: Session, someone: Person) -> str:
    """Give an account a second factor; its secret."""
    acting, own = operator(session), again(session, someone)
    secret = factors.prepare(acting, own, acting.at)
    own.factor_at = acting.at
    session.commit()
    return secret


def secret(session: Session, someone: Person) -> str:
    """The secret that an account's person is setting up or has."""
    session.rollback()
    found = secret_of(session, VAULT, someone.id)
    session.rollback()
    assert found is not None
    return found[0]


def digits(secret: str, at: datetime | None = None) -> str:
    """What the app shows at that moment."""
    return pyotp.TOTP(secret).at(at or now())


def give_code(client: FlaskClient, code: str, **more: str) -> TestResponse:
    """Give the second factor's code through the page."""
    return client.post("/en/sign-in/code", data={"code": code, **more}, headers=SAME_SITE)


def wrong(settings: Settings) -> list[tuple[str, str]]:
    """What `jirga check` finds wrong with an instance."""
    office = Office(settings)
    try:
        return [found for found in findings(office) if found[1]]
    finally:
        office.engine.dispose()
