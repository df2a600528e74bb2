"""What a person can see and change of the own account, and that it is the own one alone."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests import factories
from tests.clock import Clock
from tests.factories import JSON, PASSWORD, SAME_SITE, full
from tests.watching import rows
from webapp.people import actions
from webapp.people.models import Notice, Person, SignIn
from webapp.people.rules import Role

NEW = "mulberry rope well synthetic"
END = re.compile(r'action="(/en/account/sessions/[0-9a-f-]{36}/end)"')


def change(client: FlaskClient, password: str = PASSWORD, new: str = NEW, **more: Any) -> TestResponse:
    """Send the form for another password."""
    form = {"password": password, "new_password": new, **more}
    return client.post("/en/account/password", data=form, headers=SAME_SITE)


def test_what_is_stored_is_told(at_home: FlaskClient) -> None:
    at_home.post("/en/submit", data=full(), headers=SAME_SITE)
    page = at_home.get("/en/account").text
    for said in ("elder", "Jirga representative", "Khyber Pakhtunkhwa", "Balochistan", "No name, no phone number"):
        assert said in page
    for hidden in ("Bannu", "House damaged", "$argon2id"):
        assert hidden not in page


def test_another_language(at_home: FlaskClient, session: Session, elder: Person) -> None:
    answer = at_home.post("/en/account/language", data={"language": "ps"}, headers=SAME_SITE)
    assert answer.location == "/ps/account"
    assert factories.again(session, elder).language == "ps"
    assert 'lang="ps"' in at_home.get(answer.location).text
    for other in ("fr", "", "PS"):
        assert at_home.post("/en/account/language", data={"language": other}, headers=SAME_SITE).status_code == 400
    assert factories.again(session, elder).language == "ps"


def test_one_other_phone_is_signed_out(app: Flask, at_home: FlaskClient, elder: Person) -> None:
    other = app.test_client()
    factories.sign_in(other, elder)
    (where,) = END.findall(at_home.get("/en/account").text)
    assert at_home.post(where, headers=SAME_SITE).location == "/en/account"
    assert [browser.get("/en/submit").status_code for browser in (at_home, other)] == [200, 302]
    assert at_home.post(where, headers=SAME_SITE).status_code == 404, "it is over already"


def test_a_session_of_somebody_else_is_not_found(app: Flask, at_home: FlaskClient, session: Session) -> None:
    stranger = app.test_client()
    factories.sign_in(stranger, factories.person(session, Role.ADMINISTRATOR, ()))
    known = {str(one.id): one.person_id for one in rows(session, SignIn)}
    elder = next(one.id for one in rows(session, Person) if one.username == "elder")
    theirs = next(key for key, whose in known.items() if whose != elder)
    own = next(key for key, whose in known.items() if whose == elder)
    for browser, target in ((at_home, theirs), (stranger, own)):
        assert browser.post(f"/en/account/sessions/{target}/end", headers=SAME_SITE).status_code == 404
    assert (at_home.get("/en/account").status_code, stranger.get("/en/account").status_code) == (200, 200)


def test_signed_out_everywhere(app: Flask, at_home: FlaskClient, elder: Person) -> None:
    other = app.test_client()
    factories.sign_in(other, elder, own_phone="yes")
    answer = at_home.post("/en/account/sessions/end", headers=SAME_SITE)
    assert (answer.location, answer.headers["Clear-Site-Data"]) == ("/en/sign-in", '"cache"')
    assert at_home.get_cookie("session") is None
    assert [browser.get("/en/submit").status_code for browser in (at_home, other)] == [302, 302]
    assert factories.sign_in(at_home, elder).status_code == 303


def test_another_password(app: Flask, at_home: FlaskClient, elder: Person) -> None:
    other = app.test_client()
    factories.sign_in(other, elder)
    answer = change(at_home)
    assert answer.location == "/en/sign-in?changed=yes"
    assert "Your password was changed" in at_home.get(answer.location).text
    assert [browser.get("/en/submit").status_code for browser in (at_home, other)] == [302, 302]
    assert factories.sign_in(at_home, elder).status_code == 422
    assert factories.sign_in(at_home, elder, password=NEW).status_code == 303


@pytest.mark.parametrize(("old", "new", "said"), [
    ("not the pass phrase", NEW, "This is not your password"), ("", NEW, "Please answer"),
    (PASSWORD, "", "Please answer"),
    (PASSWORD, "short words", "at least 12"), (PASSWORD, "elder-elder-elder", "too easy"), (PASSWORD, "x" * 257, "256"),
])  # fmt: skip
def test_a_password_that_is_not_changed(at_home: FlaskClient, elder: Person, old: str, new: str, said: str) -> None:
    answer = change(at_home, old, new)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert f'value="{PASSWORD}"' not in answer.text, "the present one never comes back in a page"
    assert at_home.get("/en/submit").status_code == 200
    assert factories.sign_in(at_home, elder).status_code == 303


def test_guesses_at_an_open_page_wait(at_home: FlaskClient, elder: Person, clock: Clock) -> None:
    statuses = [change(at_home, "not the pass phrase").status_code for _ in range(4)]
    assert statuses == [422, 422, 422, 429]
    assert change(at_home).status_code == 429
    for page in ("leave", "factor/remove"):
        found = at_home.post(f"/en/account/{page}", data={"password": PASSWORD}, headers=JSON).status_code
        assert found == (429 if page == "leave" else 404)
    assert factories.sign_in(at_home, elder).status_code == 303, "signing in is not delayed by it"
    clock.forward(seconds=1)
    assert change(at_home).status_code == 303


def test_the_wait_grows_to_a_quarter_of_an_hour(at_home: FlaskClient, clock: Clock) -> None:
    waits = []
    while len(waits) < 12:
        answer = change(at_home, "not the pass phrase")
        if answer.status_code == 429:
            waits.append(int(re.findall(r"Wait (\d+) seconds", answer.text)[0]))
            clock.forward(seconds=waits[-1])
            at_home.get("/en/account")
        elif answer.status_code == 401:
            break
    assert waits[:10] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]


def test_what_was_done_is_told_until_it_was_read(
    client: FlaskClient, session: Session, elder: Person, clock: Clock
) -> None:
    actions.tell(factories.operator(session), elder.id, "factor_reset")
    session.commit()
    for _ in range(2):
        answer = factories.sign_in(client, elder, next="/en/summary")
        assert answer.location == "/en/account/notices?next=/en/summary"
        assert "took away the second factor" in client.get(answer.location).text
    read = client.post("/en/account/notices", data={"next": "/en/summary"}, headers=SAME_SITE)
    assert read.location == "/en/summary"
    assert rows(session, Notice) == []
    assert factories.sign_in(client, elder).location == "/en/submit"
    assert "Nothing that you have not read" in client.get("/en/account/notices").text


def test_reading_ones_own_notices_leaves_the_others(at_home: FlaskClient, session: Session, elder: Person) -> None:
    other = factories.person(session)
    actions.tell(factories.operator(session), other.id, "role_changed")
    session.commit()
    assert "changed what your account may do" not in at_home.get("/en/account/notices").text
    at_home.post("/en/account/notices", headers=SAME_SITE)
    assert [one.person_id for one in rows(session, Notice)] == [other.id]


SMUGGLED = {"role": "administrator", "scope": "PK-PB", "username": "root", "person_id": "x", "factor_at": "2020-01-01"}


@pytest.mark.parametrize(
    "path", ["language", "password", "notices", "factor", "sessions/end", "leave", "factor/remove", "factor/recovery"]
)
def test_nothing_can_be_smuggled_in(at_home: FlaskClient, session: Session, elder: Person, path: str) -> None:
    before = factories.again(session, elder)
    kept = (before.role, before.scope, before.username, before.factor_at)
    form = {**SMUGGLED, "language": "ur", "password": "wrong one here", "code": "000000"}
    assert at_home.post(f"/en/account/{path}", data=form, headers=SAME_SITE).status_code < 500
    after = factories.again(session, elder)
    assert (after.role, after.scope, after.username, after.factor_at) == kept
