"""Staying signed in for long: a representative's own phone alone; a shared phone keeps nothing of anybody."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests import factories
from tests.clock import Clock
from tests.factories import SAME_SITE
from tests.watching import rows
from webapp.people.models import SignIn
from webapp.people.rules import Role

MONTH = 30 * 86_400


def cookies(answer: TestResponse) -> dict[str, str]:
    """Name to the whole line of each cookie that an answer sets."""
    return {line.partition("=")[0]: line for line in answer.headers.getlist("Set-Cookie")}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("own_phone", ["yes", ""])
def test_who_is_remembered(client: FlaskClient, session: Session, role: Role, own_phone: str) -> None:
    more = {"own_phone": own_phone} if own_phone else {}
    given = cookies(factories.sign_in(client, factories.person(session, role), **more))
    long = role is Role.REPRESENTATIVE and bool(own_phone)
    assert (f"Max-Age={MONTH}" in given["session"]) is long
    assert ("Max-Age" in given["session"], "Expires" in given["session"]) == (long, long)
    assert ("device" in given) is (long or role is not Role.REPRESENTATIVE)
    assert [one.own_phone for one in rows(session, SignIn)] == [long]
    for line in (given[name] for name in given if name != "language"):
        assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(line.split("; "))


@pytest.mark.parametrize(("own_phone", "minutes", "alive"), [
    ("", 14, True), ("", 15, False), ("yes", 29 * 1440, True), ("yes", 30 * 1440, False),
])  # fmt: skip
def test_how_long(
    client: FlaskClient, session: Session, clock: Clock, own_phone: str, minutes: int, alive: bool
) -> None:
    factories.sign_in(client, factories.person(session), own_phone=own_phone)
    clock.forward(minutes=minutes)
    assert client.get("/en/summary").status_code == (200 if alive else 302)


def test_an_own_phone_is_not_for_ever(client: FlaskClient, session: Session, clock: Clock) -> None:
    factories.sign_in(client, factories.person(session), own_phone="yes")
    for _ in range(2):
        clock.forward(days=14)
        assert client.get("/en/summary").status_code == 200
    clock.forward(days=2)
    assert client.get("/en/summary").status_code == 302


@pytest.mark.parametrize(("role", "own_phone", "forgets"), [
    (Role.REPRESENTATIVE, "", True), (Role.REPRESENTATIVE, "yes", False), (Role.ANALYST, "", False),
])  # fmt: skip
def test_a_shared_phone_forgets_everything(
    client: FlaskClient, session: Session, role: Role, own_phone: str, forgets: bool
) -> None:
    factories.sign_in(client, factories.person(session, role), own_phone=own_phone)
    answer = client.post("/en/sign-out", headers=SAME_SITE)
    assert answer.headers["Clear-Site-Data"] == ('"cache", "cookies"' if forgets else '"cache"')
    assert client.get_cookie("session") is None
    assert (client.get_cookie("device") is None) is forgets


@pytest.mark.parametrize(("role", "own_phone", "way", "left"), [
    (Role.REPRESENTATIVE, "yes", "exit", ()),
    (Role.REVIEWER, "", "exit", ()),
    (Role.REPRESENTATIVE, "", "sign-out", ()),
    (Role.REPRESENTATIVE, "yes", "sign-out", ("device", "language")),
    (Role.REVIEWER, "", "sign-out", ("device", "language", "due")),
    (Role.REPRESENTATIVE, "yes", "account/leave", ()),
])  # fmt: skip
def test_cookies_go_also_where_the_browser_does_not_clear_them(
    client: FlaskClient, session: Session, role: Role, own_phone: str, way: str, left: tuple[str, ...]
) -> None:
    """Older browsers know no Clear-Site-Data, so each cookie is taken away by name."""
    factories.sign_in(client, factories.person(session, role), own_phone=own_phone)
    client.get("/ps/help")
    assert client.get_cookie("device") or not (own_phone or role is Role.REVIEWER)
    if way == "exit":
        client.get("/en/exit")
    else:
        client.post(f"/en/{way}", data={"password": factories.PASSWORD}, headers=SAME_SITE)
    found = {name for name in ("session", "device", "language", "due") if client.get_cookie(name)}
    assert found == set(left)


def test_a_second_factor_keeps_the_own_phone(app: Flask, client: FlaskClient, session: Session, clock: Clock) -> None:
    someone = factories.person(session)
    factories.sign_in(client, someone, own_phone="yes")
    client.post("/en/account/factor", data={"password": factories.PASSWORD}, headers=SAME_SITE)
    secret = factories.secret(session, someone)
    form = {"code": factories.digits(secret, clock.at)}
    answer = client.post("/en/account/factor", data=form, headers=SAME_SITE)
    assert f"Max-Age={MONTH}" in cookies(answer)["session"]
    other = app.test_client()
    factories.sign_in(other, someone, own_phone="yes")
    clock.forward(seconds=30)
    answer = factories.give_code(other, factories.digits(secret, clock.at))
    assert f"Max-Age={MONTH}" in cookies(answer)["session"]
    clock.forward(days=20)
    assert [browser.get("/en/summary").status_code for browser in (client, other)] == [200, 200]
