"""The second factor at sign-in: a code is good once, for a while, in any digits; wrong ones wait and are told."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories
from tests.access.site import address, nothing, rules
from tests.clock import Clock
from tests.factories import JSON, PASSWORD, SAME_SITE, digits, give_code
from tests.watching import noted, rows
from webapp.people.models import Notice, Person, SignIn
from webapp.people.rules import Permission, Role, Stage, may

CLOCK, PAPER = "Is the clock of your phone right?", "A code from your paper: look at it again"


@pytest.fixture
def analyst(session: Session) -> Person:
    """An official."""
    return factories.person(session, Role.ANALYST, (), "analyst")


@pytest.fixture
def secret(session: Session, analyst: Person) -> str:
    """The secret of the official's second factor."""
    return factories.factor(session, analyst)


@pytest.fixture
def halfway(client: FlaskClient, analyst: Person, secret: str) -> FlaskClient:
    """A browser in which the password was right, and no code was given yet."""
    assert factories.sign_in(client, analyst).location == "/en/sign-in/code"
    return client


@pytest.mark.parametrize(("seconds", "status"), [(-90, 422), (-60, 422), (-30, 303), (0, 303), (30, 303), (90, 422)])
def test_a_clock_may_be_half_a_minute_off(
    halfway: FlaskClient, secret: str, clock: Clock, seconds: int, status: int
) -> None:
    clock.at = clock.at.replace(second=30)
    shown = digits(secret, clock.forward(seconds=seconds))
    clock.forward(seconds=-seconds)
    answer = give_code(halfway, shown)
    assert (answer.status_code, CLOCK in answer.text, PAPER in answer.text) == (status, status == 422, status == 422)
    assert halfway.get("/en/summary").status_code == (200 if status == 303 else 302)


def test_any_digits_and_spaces(app: Flask, session: Session, analyst: Person, secret: str, clock: Clock) -> None:
    urdu, arabic = (str.maketrans("0123456789", other) for other in ("۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩"))
    for spell in (
        lambda code: code.translate(urdu), lambda code: code.translate(arabic), lambda code: f" {code[:3]} {code[3:]} ",
        lambda code: f"{code[:3]}-{code[3:]}", "\u00a0".join,
    ):  # fmt: skip
        browser = app.test_client()
        factories.sign_in(browser, analyst)
        assert give_code(browser, spell(digits(secret, clock.at))).status_code == 303
        clock.forward(seconds=30)


def test_a_code_is_good_once(app: Flask, halfway: FlaskClient, analyst: Person, secret: str, clock: Clock) -> None:
    shown = digits(secret, clock.at)
    assert give_code(halfway, shown).status_code == 303
    thief = app.test_client()
    factories.sign_in(thief, analyst)
    assert give_code(thief, shown).status_code == 422
    assert thief.get("/en/summary").status_code == 302
    clock.forward(seconds=30)
    assert give_code(thief, shown).status_code == 422, "nor a moment later"
    assert give_code(thief, digits(secret, clock.at)).status_code == 303


def at_once(app: Flask, analyst: Person, code: str, count: int) -> list[int]:
    """Give one code in several browsers at the same moment."""
    browsers, gate = [app.test_client() for _ in range(count)], Barrier(count, timeout=20)
    for browser in browsers:
        factories.sign_in(browser, analyst)

    def one(browser: FlaskClient) -> int:
        gate.wait()
        return give_code(browser, code).status_code

    with ThreadPoolExecutor(count) as pool:
        return sorted(pool.map(one, browsers))


def test_one_code_at_once_is_good_once(
    app: Flask, session: Session, analyst: Person, secret: str, clock: Clock
) -> None:
    assert at_once(app, analyst, digits(secret, clock.at), 3) == [303, 422, 422]
    assert len([one for one in rows(session, SignIn) if one.factor_given_at]) == 1


def test_guesses_at_once_get_no_more_tries(app: Flask, analyst: Person, secret: str, clock: Clock) -> None:
    wrong = "000000" if digits(secret, clock.at) != "000000" else "111111"
    assert at_once(app, analyst, wrong, 8) == [422] * 3 + [429] * 5


def test_wrong_codes_wait_and_are_told(
    app: Flask, session: Session, analyst: Person, secret: str, clock: Clock
) -> None:
    waits: list[int] = []
    while len(waits) < 12:
        browser = app.test_client()
        factories.sign_in(browser, analyst)
        answer = give_code(browser, "00000x")
        if answer.status_code == 429:
            waits.append(int(answer.headers["Retry-After"]))
            assert give_code(browser, digits(secret, clock.at)).status_code == 429, "nothing is looked at meanwhile"
            told = [one.what for one in rows(session, Notice)]
            assert told == ([] if len(waits) < 8 else ["wrong_codes"]), waits
            clock.forward(seconds=waits[-1])
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    browser = app.test_client()
    factories.sign_in(browser, analyst)
    answer = give_code(browser, digits(secret, clock.at))
    assert answer.location == "/en/account/notices"
    assert "gave wrong codes many times" in browser.get(answer.location).text
    factories.sign_in(browser, analyst)
    assert give_code(browser, "00000x").status_code == 422, "a right code clears"


def test_guesses_at_one_factor_delay_no_other(app: Flask, session: Session, halfway: FlaskClient, clock: Clock) -> None:
    assert [give_code(halfway, "00000x").status_code for _ in range(4)] == [422, 422, 422, 429]
    other = factories.person(session, Role.ANALYST, ())
    own, browser = factories.factor(session, other), app.test_client()
    factories.sign_in(browser, other)
    assert give_code(browser, digits(own, clock.at)).status_code == 303


@pytest.mark.parametrize("typed", ["", " ", "000000", "12345", "1234567", "پښتو", "a\x00b", "½½½½½½", "9" * 500])
def test_what_is_no_code(halfway: FlaskClient, session: Session, analyst: Person, typed: str) -> None:
    answer = give_code(halfway, typed)
    assert answer.status_code == 422
    assert halfway.get("/en/summary").status_code == 302
    about = [about for _, what, about in noted(session) if what == "code_refused"]
    assert about == ([{}] if typed else [])


def opened(app: Flask, browser: FlaskClient, role: Role, reached: Stage) -> Iterator[str]:
    """Every address that asks for a permission and answers half a sign-in with more than its next step."""
    steps = {Stage.CODE: "/en/sign-in/code", Stage.SET_UP: "/en/account/factor"}
    for rule in rules(app):
        permission: Permission | None = getattr(app.view_functions[rule.endpoint], "permission", None)
        if permission is None or may(role, permission, reached):
            continue
        where = address(app, rule, nothing(rule))
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            page = browser.open(where, method=method, headers=SAME_SITE)
            json = browser.open(where, method=method, headers=JSON)
            if may(role, permission):
                sent = method == "GET" and page.status_code == 302 and urlsplit(page.location).path == steps[reached]
                right = (sent or (method != "GET" and page.status_code == 401)) and json.status_code == 401
            else:
                right = page.status_code == json.status_code == 403
            if not right:
                yield f"{method} {where}: {page.status_code} {page.location}, JSON {json.status_code}"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", list(Role))
def test_half_a_sign_in_opens_nothing(strict: Flask, session: Session, role: Role) -> None:
    someone = factories.person(session, role)
    factories.factor(session, someone)
    browser = strict.test_client()
    assert factories.sign_in(browser, someone).location == "/en/sign-in/code"
    assert list(opened(strict, browser, role, Stage.CODE)) == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", list(Role))
def test_every_official_must_set_it_up_first(strict: Flask, session: Session, role: Role) -> None:
    someone, browser = factories.person(session, role), strict.test_client()
    answer = factories.sign_in(browser, someone, next="/ur/summary")
    if role is Role.REPRESENTATIVE:
        assert answer.location == "/ur/summary"
        assert browser.get("/en/submit").status_code == 200
        return
    assert answer.location == "/en/account/factor?next=/ur/summary"
    assert "Your role needs it before anything else opens" in browser.get(answer.location).text
    assert list(opened(strict, browser, role, Stage.SET_UP)) == []
    assert browser.get("/en/account/factor", headers={"Accept": "application/json"}).status_code == 200
    shown = digits(factories.secret(session, someone))
    answer = browser.post("/en/account/factor", data={"code": shown, "next": "/ur/account"}, headers=SAME_SITE)
    assert 'href="/ur/account"' in answer.text
    assert browser.get("/en/account").status_code == 200


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_walk_finds_what_opens(strict: Flask, session: Session) -> None:
    someone, browser = factories.person(session, Role.ANALYST, ()), strict.test_client()
    secret = factories.factor(session, someone)
    factories.sign_in(browser, someone)
    give_code(browser, digits(secret))
    assert list(opened(strict, browser, Role.ANALYST, Stage.CODE))


def test_nothing_but_the_password_asks_for_the_code(client: FlaskClient, session: Session, secret: str) -> None:
    assert client.get("/en/sign-in/code").location.startswith("/en/sign-in?next=")
    assert give_code(client, digits(secret)).status_code == 401
    answer = client.post("/en/sign-in", data={"username": "analyst", "password": PASSWORD}, headers=JSON)
    assert answer.json == {"next": "/en/sign-in/code"}
    assert client.get("/en/summary", headers=JSON).status_code == 401
