"""A session begins at its own sign-in, changes at each step, and ends at once wherever its ground is gone."""

import base64
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories
from tests.clock import Clock
from tests.factories import SAME_SITE
from tests.watching import rows
from webapp.factors import actions as factors
from webapp.people import actions
from webapp.people.models import SignIn
from webapp.people.queries import token_hash
from webapp.people.rules import Role


def token(client: FlaskClient) -> str:
    """The session's token that the browser holds."""
    found = client.get_cookie("session")
    return found.value if found else ""


def test_a_token_is_256_bits_of_chance(session: Session) -> None:
    acting, someone = factories.operator(session), factories.person(session)
    tokens = [actions.sign_in(acting, someone) for _ in range(60)]
    bits = [base64.urlsafe_b64decode(f"{one}=") for one in tokens]
    assert len(set(bits)) == 60
    assert {len(one) for one in bits} == {32}
    ones = sum(byte.bit_count() for one in bits for byte in one)
    assert 7_000 < ones < 8_400, "about half of 15,360"


def test_a_planted_token_is_never_the_session(client: FlaskClient, session: Session) -> None:
    client.set_cookie("session", "planted-by-somebody-else")
    factories.sign_in(client, factories.person(session))
    assert token(client) != "planted-by-somebody-else"
    assert [one.token_hash for one in rows(session, SignIn)] == [token_hash(token(client))]
    thief = client.application.test_client()
    thief.set_cookie("session", "planted-by-somebody-else")
    assert thief.get("/en/submit").status_code == 302


def test_a_planted_living_session_ends_at_sign_in(app: Flask, session: Session) -> None:
    """Somebody plants a session of their own, in whose name the other would go on to work."""
    thief, victim = app.test_client(), app.test_client()
    factories.sign_in(thief, factories.person(session))
    victim.set_cookie("session", token(thief))
    factories.sign_in(victim, factories.person(session))
    assert token(victim) != token(thief)
    assert thief.get("/en/submit").status_code == 302


def test_the_token_changes_at_each_step(client: FlaskClient, session: Session, clock: Clock) -> None:
    someone = factories.person(session, Role.ANALYST, ())
    secret = factories.factor(session, someone)
    seen = []
    factories.sign_in(client, someone)
    seen.append(token(client))
    factories.give_code(client, factories.digits(secret, clock.at))
    seen.append(token(client))
    assert client.get("/en/summary").status_code == 200
    factories.sign_in(client, someone)
    seen.append(token(client))
    assert len(set(seen)) == 3
    for old in seen:
        browser = client.application.test_client()
        browser.set_cookie("session", old)
        assert browser.get("/en/summary").status_code == 302
    living = [one for one in rows(session, SignIn) if one.ended_at is None]
    assert len(living) == 1


def disable(session: Session, someone: Any) -> None:
    """An administrator closes the account."""
    actions.disable(factories.operator(session), someone)


def change_role(session: Session, someone: Any) -> None:
    """An administrator gives another role."""
    actions.change(factories.operator(session), someone, Role.AUDITOR, ())


def change_password(session: Session, someone: Any) -> None:
    """The person chooses another password."""
    actions.set_password(factories.operator(session), someone, factories.HASH)


def give_out_code(session: Session, someone: Any) -> None:
    """The office gives out a code for a new password."""
    factories.invitations.reissue(factories.operator(session), someone)


def reset_factor(session: Session, someone: Any) -> None:
    """An administrator takes the second factor away."""
    factors.reset(factories.operator(session), someone)


def leave(session: Session, someone: Any) -> None:
    """The person leaves."""
    actions.leave(factories.operator(session), someone)


ENDS = (disable, change_role, change_password, give_out_code, reset_factor, leave)


@pytest.mark.parametrize("end", ENDS)
def test_every_session_ends_at_once(app: Flask, session: Session, end: Callable[[Session, Any], None]) -> None:
    someone, other = (factories.person(session, Role.ANALYST, ()) for _ in "ab")
    browsers = [app.test_client() for _ in range(3)]
    for browser, whose in zip(browsers, (someone, someone, other), strict=True):
        factories.sign_in(browser, whose)
        assert browser.get("/en/summary").status_code == 200
    end(session, factories.again(session, someone))
    session.commit()
    assert [browser.get("/en/summary").status_code for browser in browsers] == [302, 302, 200]
    assert browsers[0].get("/en/summary", headers={"Accept": "application/json"}).status_code == 401


def test_new_places_count_at_once_without_signing_out(client: FlaskClient, session: Session) -> None:
    someone = factories.person(session, scope=("bannu",))
    factories.sign_in(client, someone)
    actions.change(factories.operator(session), factories.again(session, someone), Role.REPRESENTATIVE, ("chaman",))
    session.commit()
    page = client.get("/en/account").text
    assert ("Chaman" in page, "Bannu" in page) == (True, False)


@pytest.mark.parametrize("end", [change_password, give_out_code])
def test_a_password_that_changes_while_it_is_looked_at_lets_nobody_in(
    client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch, end: Callable[[Session, Any], None]
) -> None:
    """The old password was right a moment ago: its session would be the one that outlives the change."""
    someone, real = factories.person(session), actions.opens

    def late(*given: Any) -> Any:
        found = real(*given)
        own = factories.again(session, someone)
        end(session, own)
        own.password_hash = own.password_hash and "$argon2id$another"
        session.commit()
        return found

    monkeypatch.setattr(actions, "opens", late)
    factories.sign_in(client, someone)
    assert client.get("/en/submit").status_code == 302
    assert [one for one in rows(session, SignIn) if one.ended_at is None] == []


WRONG_PLACES = [
    "https://elsewhere.test/",
    "//elsewhere.test/en/",
    "/\\elsewhere.test",
    "/en/\\elsewhere.test",
    "/xx/summary",
]


#: This page in another language.
OWN = re.compile("/(en|ur|ps)/[a-z/-]+[?]next=")


def lead_out(page: str) -> list[str]:
    """Links and forms of a page that lead elsewhere; our own addresses may repeat what was asked for."""
    return [
        where for where in re.findall(r'(?:href|action|value)="([^"]*elsewhere[^"]*)"', page) if not OWN.match(where)
    ]


@pytest.mark.parametrize("wanted", [*WRONG_PLACES, "/ur/summary?by=era"])
def test_next_leads_nowhere_else_behind_the_code_and_the_notices(
    client: FlaskClient, session: Session, clock: Clock, wanted: str
) -> None:
    someone = factories.person(session, Role.ANALYST, ())
    secret, good = factories.factor(session, someone), not any(wanted == wrong for wrong in WRONG_PLACES)
    factories.sign_in(client, someone, next=wanted)
    page = client.get(f"/en/sign-in/code?next={wanted}")
    assert ('name="next"' in page.text, lead_out(page.text)) == (good, [])
    answer = factories.give_code(client, factories.digits(secret, clock.at), next=wanted)
    assert answer.location == (wanted if good else "/en/summary")
    actions.tell(factories.operator(session), someone.id, "factor_reset")
    session.commit()
    factories.sign_in(client, someone)
    clock.forward(seconds=30)
    answer = factories.give_code(client, factories.digits(secret, clock.at), next=wanted)
    assert answer.location.startswith("/en/account/notices")
    assert lead_out(client.get(answer.location).text) == []
    read = client.post("/en/account/notices", data={"next": wanted}, headers=SAME_SITE)
    assert read.location == (wanted if good else "/en/account")
