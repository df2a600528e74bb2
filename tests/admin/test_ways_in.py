"""Whenever a way into a protection officer's account opens, all who could notice an abuse are told. Synthetic."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import SAME_SITE
from tests.join.conftest import GOOD
from webapp.people.models import Notice, Person
from webapp.people.rules import Role

Way = Callable[[FlaskClient, Person, Person], None]
TOLD = (Role.PROTECTION_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR)


def told(session: Session) -> set[str]:
    """User names of those who will be told of it."""
    session.rollback()
    query = select(Person.username).join(Notice, Notice.person_id == Person.id).where(Notice.what == "protection_entry")
    return {str(name) for name in session.scalars(query)}


def by_code(desk: FlaskClient, officer: Person, _: Person) -> None:
    assert desk.post(f"/en/admin/people/{officer.id}/code", headers=SAME_SITE).status_code == 201


def by_factor(desk: FlaskClient, officer: Person, _: Person) -> None:
    assert desk.post(f"/en/admin/people/{officer.id}/factor", headers=SAME_SITE).status_code == 303


def by_role(desk: FlaskClient, _: Person, other: Person) -> None:
    form = {"role": "protection_officer", "scope": "PK-KP"}
    assert desk.post(f"/en/admin/people/{other.id}", data=form, headers=SAME_SITE).status_code == 303


def by_opening(desk: FlaskClient, officer: Person, _: Person) -> None:
    for deed in ("disable", "enable"):
        assert desk.post(f"/en/admin/people/{officer.id}/{deed}", headers=SAME_SITE).status_code == 303


@pytest.mark.parametrize("way", [by_code, by_factor, by_role, by_opening])
def test_who_is_told(desk: FlaskClient, session: Session, way: Way) -> None:
    """Everybody else who guards it: not whoever did it, nor whose account it is, who is told by other words."""
    names = [f"{role.value[:6]}-{factories.word()}" for role in Role]
    people = [factories.person(session, role, ("PK-KP",), name) for role, name in zip(Role, names, strict=True)]
    officer = factories.person(session, Role.PROTECTION_OFFICER, ("PK-KP",), "officer")
    other = factories.person(session, Role.REVIEWER, ("PK-KP",), "another")
    closed = factories.person(session, Role.AUDITOR, (), "closed")
    factories.close(session, closed)
    guarding = {str(one.username) for one in people if one.role in TOLD}
    way(desk, officer, other)
    assert told(session) == guarding | ({"officer"} if way is by_role else set())


def test_a_new_account(app: Flask, session: Session, chief: Person) -> None:
    """When its code is used, whoever gave it out is told too: it may have been stolen on the way."""
    officer = factories.person(session, Role.PROTECTION_OFFICER, ("PK-KP",), "officer")
    code = factories.invite(session, Role.PROTECTION_OFFICER, by=chief)
    assert told(session) == set()
    form = {"username": "synthetic-new", "password": GOOD}
    assert app.test_client().post(f"/en/join/{code}", data=form, headers=SAME_SITE).status_code == 303
    assert told(session) == {"officer", "chief"}
    browser = app.test_client()
    answer = factories.sign_in(browser, officer)
    assert answer.location == "/en/account/notices"
    assert "a way into an account of a protection officer" in browser.get(answer.location).text


def test_other_accounts_are_their_own_matter(desk: FlaskClient, session: Session) -> None:
    factories.person(session, Role.PROTECTION_OFFICER, ("PK-KP",))
    reviewer = factories.person(session, Role.REVIEWER, ("PK-KP",))
    by_code(desk, reviewer, reviewer)
    by_factor(desk, reviewer, reviewer)
    desk.post(f"/en/admin/people/{reviewer.id}", data={"role": "supervisor", "scope": "PK-KP"}, headers=SAME_SITE)
    assert told(session) == set()
