"""Synthetic people and forms for tests; nothing here happened."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from webapp.check import findings
from webapp.config import Settings, now
from webapp.office import Office
from webapp.people import actions
from webapp.people.models import Person
from webapp.people.rules import Role

PASSWORD = "synthetic pass phrase"
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
    name = username or f"{role.value[:8]}-{uuid.uuid4().hex[:8]}"
    made = actions.add(session, name, PASSWORD, role, scope, "en", now())
    session.commit()
    return made


def sign_in(client: FlaskClient, someone: Person, language: str = "en") -> TestResponse:
    """Sign in through the page."""
    form = {"username": someone.username, "password": PASSWORD}
    return client.post(f"/{language}/sign-in", data=form, headers=SAME_SITE)


def wrong(settings: Settings) -> list[tuple[str, str]]:
    """What `jirga check` finds wrong with an instance."""
    office = Office(settings)
    try:
        return [found for found in findings(office) if found[1]]
    finally:
        office.engine.dispose()
