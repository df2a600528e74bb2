"""Signing in and out, and what a session opens."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import SAME_SITE
from webapp import guard
from webapp.config import now
from webapp.people.models import Person, SignIn
from webapp.people.rules import Role


def try_in(client: FlaskClient, username: str, password: str, **more: Any) -> Any:
    """Post the sign-in form."""
    return client.post("/en/sign-in", data={"username": username, "password": password, **more}, headers=SAME_SITE)


def test_each_role_starts_where_its_work_is(client: FlaskClient, session: Session) -> None:
    starts = {
        Role.REPRESENTATIVE: "/ur/submit", Role.ANALYST: "/ur/summary", Role.REVIEWER: "/ur/queue",
        Role.SUPERVISOR: "/ur/queue", Role.PROTECTION_OFFICER: "/ur/queue", Role.AUDITOR: "/ur/admin/audit",
        Role.ADMINISTRATOR: "/ur/admin/people",
    }  # fmt: skip
    assert set(starts) == set(Role)
    for role, start in starts.items():
        assert factories.sign_in(client, factories.person(session, role), "ur").location == start


def test_a_wrong_name_and_a_wrong_password_read_the_same(client: FlaskClient, session: Session) -> None:
    someone = factories.person(session, username="right-name")
    wrong = try_in(client, "right-name", "not the pass phrase")
    assert (wrong.status_code, "Wrong user name or password" in wrong.text) == (422, True)
    assert try_in(client, "wrong-name", factories.PASSWORD).text == wrong.text.replace("right-name", "wrong-name")
    assert try_in(client, "right-name\x00", factories.PASSWORD).status_code == 422, "which no database takes"
    assert client.get("/en/submit").status_code == 302
    assert try_in(client, f"  {someone.username.upper()} ", factories.PASSWORD).status_code == 303


def test_an_empty_answer_is_said_at_its_field(client: FlaskClient) -> None:
    answer = try_in(client, "", "")
    assert answer.status_code == 422
    assert answer.text.count("Please answer this question") == 2


def test_a_script_is_answered_in_json(client: FlaskClient, session: Session) -> None:
    someone = factories.person(session)
    form = {"username": someone.username, "password": "not the pass phrase"}
    wrong = client.post("/en/sign-in", data=form, headers=factories.JSON)
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["password"])
    right = client.post("/en/sign-in", data={**form, "password": factories.PASSWORD}, headers=factories.JSON)
    assert (right.status_code, right.json) == (200, {"next": "/en/submit"})
    assert client.get("/en/submit").status_code == 200


def test_a_disabled_person_is_out_at_once(client: FlaskClient, session: Session) -> None:
    someone = factories.person(session)
    factories.sign_in(client, someone)
    assert client.get("/en/submit").status_code == 200
    session.execute(update(Person).where(Person.id == someone.id).values(disabled_at=now()))
    session.commit()
    assert client.get("/en/submit").status_code == 302
    assert factories.sign_in(client, someone).status_code == 422


@pytest.mark.parametrize(("role", "minutes", "alive"), [
    (Role.ANALYST, 14, True), (Role.ANALYST, 16, False),
    (Role.REPRESENTATIVE, 14, True), (Role.REPRESENTATIVE, 16, False),
])  # fmt: skip
def test_a_session_lapses_without_use(
    client: FlaskClient, session: Session, role: Role, minutes: int, alive: bool
) -> None:
    factories.sign_in(client, factories.person(session, role))
    session.execute(update(SignIn).values(last_seen_at=now() - timedelta(minutes=minutes)))
    session.commit()
    assert client.get("/en/summary").status_code == (200 if alive else 302)


def test_a_session_ends_after_twelve_hours_of_use(client: FlaskClient, session: Session) -> None:
    factories.sign_in(client, factories.person(session))
    session.execute(update(SignIn).values(started_at=now() - timedelta(hours=12)))
    session.commit()
    assert client.get("/en/summary").status_code == 302


def test_signing_out_ends_the_session_itself(client: FlaskClient, session: Session) -> None:
    factories.sign_in(client, factories.person(session))
    cookie = client.get_cookie("session")
    assert cookie is not None
    answer = client.post("/en/sign-out", headers=SAME_SITE)
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies"'
    client.set_cookie("session", cookie.value)
    assert client.get("/en/submit").status_code == 302


def test_quick_exit_leaves_the_site_signed_out(client: FlaskClient, session: Session) -> None:
    factories.sign_in(client, factories.person(session))
    cookie = client.get_cookie("session")
    answer = client.get("/ps/exit")
    assert answer.status_code == 303
    assert not answer.location.startswith("/")
    assert "Clear-Site-Data" in answer.headers
    client.set_cookie("session", cookie.value if cookie else "")
    assert client.get("/ps/submit").status_code == 302


def test_signing_in_anew_ends_the_session_before(client: FlaskClient, session: Session) -> None:
    someone = factories.person(session)
    factories.sign_in(client, someone)
    before = client.get_cookie("session")
    factories.sign_in(client, someone)
    assert before is not None
    client.set_cookie("session", before.value)
    assert client.get("/en/submit").status_code == 302


@pytest.mark.parametrize(("wanted", "leads"), [
    ("/ps/receipt/ABC", "/ps/receipt/ABC"), ("/ur/summary?by=era", "/ur/summary?by=era"),
    ("https://example.org/", None),
    ("//example.org/en/", None), ("/\\example.org", None), ("/en/\\/example.org", None), ("/en//example.org", None),
    ("javascript:alert(1)", None), ("/xx/summary", None), ("/en/\r\nX: y", None),
])  # fmt: skip
def test_next_leads_nowhere_else(client: FlaskClient, session: Session, wanted: str, leads: str | None) -> None:
    someone = factories.person(session)
    answer = try_in(client, someone.username, factories.PASSWORD, next=wanted)
    assert answer.location == (leads or "/en/submit")


def test_the_cookie_is_locked_to_the_host_over_https(app: Flask, client: FlaskClient, session: Session) -> None:
    someone = factories.person(session)
    plain = factories.sign_in(client, someone).headers["Set-Cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    store = app.extensions["store"]
    object.__setattr__(store.settings, "base_url", "https://forms.example.org")
    with app.test_request_context("/en/"):
        assert guard.cookie_name() == "__Host-session"
        answer = app.make_response("")
        guard.set_cookie(answer, "token")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(answer.headers["Set-Cookie"].split("; "))


def test_the_language_switch_takes_nothing_from_the_address(client: FlaskClient) -> None:
    page = client.get("/en/about?_external=1&_scheme=javascript&endpoint=x&lang=ps").text
    assert 'href="/ur/about?_external=1&amp;_scheme=javascript&amp;endpoint=x&amp;lang=ps"' in page
    assert 'href="javascript' not in page


def test_password_managers_may_help(client: FlaskClient, session: Session) -> None:
    """The field is marked for them, hides what is typed, and bounds and forbids nothing; a chosen one is marked too."""
    (field,) = re.findall(r'<input[^>]*name="password"[^>]*>', client.get("/en/sign-in").text)
    assert ('type="password"' in field, 'autocomplete="current-password"' in field) == (True, True)
    (new,) = re.findall(r'<input[^>]*name="password"[^>]*>', client.get(f"/en/join/{factories.invite(session)}").text)
    assert 'autocomplete="new-password"' in new
    for one in (field, new):
        assert not re.search("maxlength|readonly|onpaste|autocomplete=.off|pattern=", one)
