"""The machine's clock jumps, and is put right: nobody stays outside, and no release comes early or never."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.clock import Clock
from webapp.attempts import actions as attempts
from webapp.attempts.rules import DOWNLOADS
from webapp.config import Settings
from webapp.people.models import Person
from webapp.people.rules import Role
from webapp.summary.models import Release
from webapp.summary.rules import FEWEST_CHANGES

AHEAD = {"days": 365}
BACK = {"days": -365}


def guess(client: FlaskClient, someone: Person, password: str) -> int:
    """The status of a try to sign in."""
    form = {"username": someone.username, "password": password}
    return client.post("/en/sign-in", data=form, headers=factories.SAME_SITE).status_code


def test_wrong_guesses_of_a_year_ahead_keep_nobody_out(client: FlaskClient, session: Session, clock: Clock) -> None:
    elder = factories.person(session)
    clock.forward(**AHEAD)
    assert [guess(client, elder, "x" * 12) for _ in range(6)][-1] == 429
    clock.forward(**BACK)
    assert guess(client, elder, factories.PASSWORD) == 303


def test_they_count_nevertheless(client: FlaskClient, session: Session, clock: Clock) -> None:
    """Putting the clock right is no way to guess for nothing."""
    elder = factories.person(session)
    clock.forward(days=1)
    for _ in range(6):
        guess(client, elder, "x" * 12)
        clock.forward(seconds=5)
    clock.forward(days=-1)
    assert [guess(client, elder, "x" * 12) for _ in range(2)] == [422, 429]


def test_files_of_a_year_ahead_keep_nobody_waiting(session: Session, clock: Clock) -> None:
    ahead = clock.at + timedelta(**AHEAD)
    waits = [attempts.slowed(session, bytes(32), ahead, DOWNLOADS) for _ in range(DOWNLOADS.most + 1)]
    assert (waits[0], waits[-1] > 0) == (0, True)
    assert attempts.slowed(session, bytes(32), clock.at, DOWNLOADS) == 0


@pytest.mark.parametrize("role", [Role.REPRESENTATIVE, Role.ANALYST], ids=str)
def test_sign_ins(app: Flask, session: Session, clock: Clock, role: Role) -> None:
    """Whoever was signed in signs in again; what began a year ahead does not last for a year."""
    someone, page = factories.person(session, role, ("PK-KP",) if role is Role.REPRESENTATIVE else ()), "/en/account"
    before = app.test_client()
    assert factories.sign_in(before, someone).status_code == 303
    assert before.get(page).status_code == 200
    clock.forward(**AHEAD)
    assert before.get(page).status_code == 302
    during = app.test_client()
    assert factories.sign_in(during, someone).status_code == 303
    clock.forward(**BACK)
    assert during.get(page).status_code == 302
    after = app.test_client()
    assert factories.sign_in(after, someone).status_code == 303
    assert after.get(page).status_code == 200


def test_a_day_back_keeps_an_own_phone_signed_in(client: FlaskClient, session: Session, clock: Clock) -> None:
    assert factories.sign_in(client, factories.person(session), own_phone="y").status_code == 303
    clock.forward(days=-1)
    assert client.get("/en/submit").status_code == 200
    assert client.post("/en/submit", data=factories.full(), headers=factories.SAME_SITE).status_code == 303


def file(client: FlaskClient, count: int) -> None:
    """So many more."""
    for _ in range(count):
        form = factories.full(narrative=f"Synthetic: {factories.word()} was damaged.", checked="yes")
        assert client.post("/en/submit", data=form, headers=factories.SAME_SITE).status_code == 303


def releases(session: Session, reading: FlaskClient) -> int:
    """How many there are after somebody looked."""
    assert reading.get("/en/summary").status_code == 200
    session.rollback()  # SQLite would show what was there before
    found = session.scalar(select(func.count()).select_from(Release)) or 0
    session.rollback()
    return found


def test_releases(app: Flask, settings: Settings, session: Session, clock: Clock) -> None:
    """A day back publishes nothing early; after a year ahead, the next comes a week after the clock was put right."""
    elder, reader = factories.person(session), factories.person(session, Role.ANALYST, ())
    filing, reading = app.test_client(), app.test_client()

    def sign_in() -> None:
        for browser, someone in ((filing, elder), (reading, reader)):
            assert factories.sign_in(browser, someone).status_code == 303

    sign_in()
    file(filing, FEWEST_CHANGES)
    clock.forward(days=-1)
    sign_in()
    assert releases(session, reading) == 0
    clock.forward(**AHEAD)
    sign_in()
    assert releases(session, reading) == 1
    clock.forward(**BACK)
    sign_in()
    file(filing, FEWEST_CHANGES)
    assert releases(session, reading) == 1
    clock.forward(days=6)
    sign_in()
    assert releases(session, reading) == 1
    clock.forward(days=1)
    sign_in()
    assert releases(session, reading) == 2
    assert factories.wrong(settings) == []
