"""Promise 9: guesses cost whoever guesses, never the person, village or shared mobile address that is guessed at."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests import factories
from tests.clock import Clock
from tests.factories import JSON, PASSWORD, SAME_SITE
from tests.watching import noted, rows, statements, stored
from webapp.app import create_app
from webapp.attempts.models import Attempt
from webapp.people.models import Person, SignIn
from webapp.people.rules import Role

WRONG = "not the pass phrase"


def guess(client: FlaskClient, username: str, password: str = WRONG, **more: Any) -> TestResponse:
    """One try at the sign-in form."""
    return client.post("/en/sign-in", data={"username": username, "password": password, **more}, headers=SAME_SITE)


def counted(session: Session) -> list[Attempt]:
    """What is held against somebody; how many guesses of all came in the hour delays nobody."""
    everybodys = factories.VAULT.fingerprint("sign_in_refused", purpose="guesses of an hour")
    return [one for one in rows(session, Attempt) if one.name != everybodys]


def until_made_to_wait(client: FlaskClient, username: str) -> TestResponse:
    """Guess until the answer is to wait."""
    for _ in range(5):
        if (answer := guess(client, username)).status_code == 429:
            return answer
    raise AssertionError("nobody is made to wait")


@pytest.fixture
def ways(session: Session) -> dict[str, str]:
    """A user name for each reason not to be let in."""
    closed, left, awaiting = (factories.person(session, username=name) for name in ("closed", "left", "awaiting"))
    factories.person(session, username="open")
    factories.close(session, closed)
    factories.reset(session, awaiting)
    factories.leave(session, left)
    return {"open": WRONG, "unknown": PASSWORD, "closed": PASSWORD, "left": PASSWORD, "awaiting": PASSWORD}


def test_every_reason_reads_alike(app: Flask, client: FlaskClient, ways: dict[str, str]) -> None:
    guess(client, "warm-up")
    answers, counts = {}, {}
    for name, password in ways.items():
        with statements(app) as seen:
            answer = guess(client, name, password)
        headers = {key: value for key, value in answer.headers if key != "Content-Length"}
        answers[name] = (answer.status_code, answer.text.replace(f'value="{name}"', ""), headers)
        counts[name] = len(seen)
    assert all(answer == answers["unknown"] for answer in answers.values())
    assert answers["unknown"][0] == 422
    assert len(set(counts.values())) == 1, counts


@pytest.mark.parametrize("name", ["x" * 300, "a\x00b", "\x00", "خان", "elder\u202e", "'; --", "%", "_" * 6])
def test_names_that_nobody_has_are_wrong_names(client: FlaskClient, clock: Clock, name: str) -> None:
    assert [guess(client, name, PASSWORD).status_code for _ in range(4)] == [422, 422, 422, 429]


def test_every_reason_waits_alike(client: FlaskClient, ways: dict[str, str], clock: Clock) -> None:
    for name, password in ways.items():
        waits = []
        while len(waits) < 7:
            answer = guess(client, name, password)
            if answer.status_code == 429:
                waits.append(int(answer.headers["Retry-After"]))
                assert f"Wait {waits[-1]} seconds" in answer.text
                clock.forward(seconds=waits[-1])
        assert waits == [1, 2, 4, 8, 16, 30, 30], name


def test_nothing_is_looked_at_while_one_waits(client: FlaskClient, session: Session, clock: Clock) -> None:
    someone = factories.person(session, username="elder")
    until_made_to_wait(client, "elder")
    assert guess(client, "elder", PASSWORD).status_code == 429
    clock.forward(seconds=0.9)
    assert guess(client, "elder", PASSWORD).headers["Retry-After"] == "1"
    assert rows(session, SignIn) == []
    clock.forward(seconds=0.1)
    assert factories.sign_in(client, someone).status_code == 303, "tries meanwhile made it no longer"


def test_a_script_is_told_in_json(client: FlaskClient, clock: Clock) -> None:
    until_made_to_wait(client, "elder")
    answer = client.post("/en/sign-in", data={"username": "elder", "password": WRONG}, headers=JSON)
    assert (answer.status_code, answer.headers["Retry-After"], sorted(answer.json)) == (429, "1", ["error", "message"])


def test_success_clears(client: FlaskClient, session: Session, clock: Clock) -> None:
    someone = factories.person(session, username="elder")
    for _ in range(3):
        guess(client, "elder")
        guess(client, "elder")
        assert factories.sign_in(client, someone).status_code == 303
        client.delete_cookie("session")
    assert counted(session) == []


def test_an_hour_forgives(client: FlaskClient, session: Session, clock: Clock) -> None:
    until_made_to_wait(client, "elder")
    clock.forward(hours=1, seconds=1)
    assert [guess(client, "elder").status_code for _ in range(4)] == [422, 422, 422, 429]


def test_all_workers_count_together(app: Flask, client: FlaskClient, session: Session, clock: Clock) -> None:
    factories.person(session, username="elder")
    other = create_app(app.extensions["store"].settings)
    browsers = [client, other.test_client()]
    assert [guess(browsers[turn % 2], "elder").status_code for turn in range(5)] == [422, 422, 422, 429, 429]
    other.extensions["store"].engine.dispose()


def test_guesses_at_once_get_no_more_tries(app: Flask, session: Session, clock: Clock) -> None:
    factories.person(session, username="elder")
    gate = Barrier(20, timeout=30)

    def one(number: int) -> int:
        browser = app.test_client()
        gate.wait()
        return guess(browser, "elder", f"{WRONG} {number}").status_code

    with ThreadPoolExecutor(20) as pool:
        found = sorted(pool.map(one, range(20)))
    assert found == [422] * 3 + [429] * 17
    assert [one.failures for one in counted(session)] == [3]


def test_a_browser_that_was_here_before_does_not_wait(app: Flask, session: Session, clock: Clock) -> None:
    someone = factories.person(session, Role.ANALYST, (), "analyst")
    own, stranger = app.test_client(), app.test_client()
    factories.sign_in(own, someone)
    own.delete_cookie("session")
    until_made_to_wait(stranger, "analyst")
    assert factories.sign_in(own, someone).status_code == 303
    assert guess(stranger, "analyst", PASSWORD).status_code == 429, "the stranger still waits"
    own.delete_cookie("session")
    until_made_to_wait(own, "analyst")
    assert guess(app.test_client(), "analyst", PASSWORD).status_code == 429
    clock.forward(seconds=30)
    until_made_to_wait(own, "analyst")
    assert factories.sign_in(app.test_client(), someone).status_code == 303, "nor do others wait for this browser"


def test_one_persons_browser_helps_at_nobody_elses_account(app: Flask, session: Session, clock: Clock) -> None:
    mine, other = (factories.person(session, Role.ANALYST, (), name) for name in ("mine", "other"))
    browser = app.test_client()
    factories.sign_in(browser, mine)
    browser.delete_cookie("session")
    until_made_to_wait(app.test_client(), "other")
    assert factories.sign_in(browser, other).status_code == 429


@pytest.mark.parametrize("forged", ["known.00", "x", ".", "..", "é.é", "a." + "0" * 32, "a" * 3000, '"a.b"', "a.پښتو"])
def test_a_forged_mark_is_worthless(app: Flask, clock: Clock, forged: str) -> None:
    until_made_to_wait(app.test_client(), "elder")
    browser = app.test_client()
    browser.set_cookie("device", forged)
    assert guess(browser, "elder").status_code == 429


def test_a_mark_moved_to_another_name_is_worthless(app: Flask, session: Session, clock: Clock) -> None:
    """A mark is for one browser and one name: neither half fits another."""
    mine = factories.person(session, Role.ANALYST, (), "mine")
    browser = app.test_client()
    factories.sign_in(browser, mine)
    device, mark = browser.get_cookie("device").value.split(".")  # type: ignore[union-attr]
    until_made_to_wait(app.test_client(), "mine")
    for value, status in ((f"{device}.{mark}", 422), (f"{device}x.{mark}", 429), (f"{device}.{mark[:-1]}", 429)):
        stolen = app.test_client()
        stolen.set_cookie("device", value)
        assert guess(stolen, "mine").status_code == status, value


def test_nothing_typed_is_kept(client: FlaskClient, session: Session) -> None:
    someone = factories.person(session, username="elder")
    guess(client, "elder", "canary-password")
    guess(client, "canary-name", "canary-password")
    held = stored(session)
    assert "canary" not in held
    assert [(what, about) for _, what, about in noted(session, someone)[1:]] == [
        ("sign_in_refused", {"account": "elder", "times": 1}),
        ("sign_in_refused", {"account": None, "times": 1}),
    ]
    assert [one.username for one in rows(session, Person)] == ["elder"]
