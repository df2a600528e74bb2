"""What no page of the activity log tells: when a representative is at the phone, and how many are protected."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.admin.reading import link, noted, plain, rows
from tests.admin.test_audit import NOON, add, log
from tests.clock import Clock
from tests.factories import SAME_SITE
from webapp.attempts.rules import FEW
from webapp.audit import actions as audit
from webapp.audit.models import AuditSeal
from webapp.grievances.queries import CHAINED
from webapp.people import actions
from webapp.people.models import Person
from webapp.people.rules import Role

REFUSED = "A sign-in was refused: wrong user name or password"


def guess(app: Flask, username: str) -> None:
    """A wrong password, from a browser that nobody knows."""
    form = {"username": username, "password": "wrong wrong wrong"}
    answer = app.test_client().post("/en/sign-in", data=form, headers=SAME_SITE)
    assert answer.status_code == 422


def test_a_wrong_password_shows_for_an_official_alone(app: Flask, desk: FlaskClient, session: Session) -> None:
    """A representative who mistypes leaves no trace on a page, by name or password; the log keeps it."""
    factories.person(session, username="elder")
    officer = factories.person(session, Role.REVIEWER, username="officer")
    for name in ("elder", "eldre", "officer"):
        guess(app, name)
    shown = [row for row in log(desk, "") if row[2] == REFUSED]
    assert [row[3] for row in shown] == ["Account: officer How often: 1"]
    assert re.search(r", \d\d:\d\d$", shown[0][0])
    assert [one["account"] for one in noted(session, "sign_in_refused")][2] == str(officer.id)
    assert len(noted(session, "sign_in_refused")) == 3


@pytest.mark.parametrize("known", [False, True])
def test_guessing_shows_by_the_day(app: Flask, desk: FlaskClient, session: Session, clock: Clock, known: bool) -> None:
    """Whoever tries many names, or one representative's again and again, is seen; which and when is not."""
    factories.person(session, username="elder")
    for number in range(FEW):
        clock.forward(seconds=31)
        guess(app, "elder" if known else f"invented-{number}")
    shown = [row for row in log(desk, "what=sign_in_refused") if row[2] == REFUSED]
    assert [row[1:] for row in shown] == [["Nobody who was signed in", REFUSED, f"How often: {FEW}"]]
    assert ":" not in shown[0][0]


def test_entries_of_an_earlier_version(desk: FlaskClient, session: Session) -> None:
    """They do not say how often; a name that nobody had shows by its day, a representative's not at all."""
    elder, officer = factories.person(session), factories.person(session, Role.ANALYST, (), "officer")
    for number, account in enumerate((None, str(elder.id), str(officer.id))):
        add(session, "sign_in_refused", at=NOON + timedelta(minutes=number), account=account)
    add(session, "code_refused", at=NOON + timedelta(minutes=3))
    add(session, "person_added", at=NOON + timedelta(minutes=4), person=str(elder.id))
    add(session, "release", at=NOON + timedelta(minutes=5), number=1)  # made by whoever asked for figures first
    assert [row[0] for row in log(desk)] == [
        "10 March 2026", "10 March 2026", "10 March 2026", "10 March 2026, 12:02", "10 March 2026",
    ]  # fmt: skip
    assert f"Account: {elder.username}" in log(desk)[1][3]


def test_a_damaged_one_is_shown(desk: FlaskClient, session: Session) -> None:
    for about in ({"account": [1]}, {"account": {"a": 1}}, {"account": "x", "times": {}}, {"times": "x"}):
        add(session, "sign_in_refused", **about)
    assert len(log(desk)) == 4


def test_joining_shows_when_to_nobody(app: Flask, desk: FlaskClient, chief: Person, session: Session) -> None:
    """Whoever takes a code does it themselves; a representative who does is not seen."""
    for role, name in ((Role.REPRESENTATIVE, "elder"), (Role.ANALYST, "officer")):
        code = factories.invite(session, role, ("bannu",) if role is Role.REPRESENTATIVE else (), by=chief)
        form = {"username": name, "password": "mulberry rope well"}
        answer = app.test_client().post(f"/en/join/{code}", data=form, headers=SAME_SITE)
        assert answer.status_code == 303
    own = ["Somebody with a one-time code, or the operator", "chief"]  # made by the operator
    found = log(desk, "what=person_added")
    assert [row[1] for row in found] == ["officer", own[0]]
    assert found[1][3].startswith(f"Account: {own[1]} ")


@pytest.mark.usefixtures("chief")
def test_the_chain_shows_nothing_that_is_done_today(desk: FlaskClient, session: Session, clock: Clock) -> None:
    """Whoever looks again and again sees the same seal; it is one of a day before, every tenth alone."""

    def seal(count: int) -> None:
        session.rollback()
        for _ in range(count):
            audit.append(session, factories.VAULT, by=None, what="test", at=clock.at)
            assert audit.seal(session, factories.VAULT, CHAINED, clock.at, {})
        session.commit()

    def head() -> str:
        page = plain(desk.get("/en/admin/audit").text)
        assert "next seal" not in page
        return re.findall(r"A seal to write down, away from this site: number (.*?) (\d+:[0-9a-f]{64})", page)[0]

    first = head()
    assert first[0].startswith("1, ")
    seal(24)
    assert head() == first
    clock.forward(days=1)
    factories.sign_in(desk, session.scalars(select(Person)).one())
    settled = head()
    assert settled[1] == f"20:{session.get_one(AuditSeal, 20).hash.hex()}"
    seal(9)
    assert head() == settled


def test_seals_that_are_overdue_are_told(desk: FlaskClient, session: Session) -> None:
    said = "Entries have waited for their seal for more than a minute."
    audit.append(session, factories.VAULT, by=None, what="test")
    session.commit()
    assert said not in desk.get("/en/admin/audit").text
    audit.append(session, factories.VAULT, by=None, what="test", at=datetime.now(UTC) - timedelta(minutes=2))
    session.commit()
    page = desk.get("/en/admin/audit").text
    assert said in page
    assert 'class="notice urgent"' in page


def test_the_address_of_older_ones_tells_no_number(
    browser: Callable[[Person], FlaskClient], desk: FlaskClient, chief: Person, session: Session
) -> None:
    """Numbers of entries would tell how many there are between them; the word is its reader's own."""
    for number in range(25):
        add(session, "signed_in", chief, NOON - timedelta(minutes=number), number=number)
    where = link(desk.get("/en/admin/audit?until=2026-03-31").text, "Older ones") or ""
    word = re.findall("before=([^&]*)", where)[0]
    assert len(word) > 40
    assert len(rows(desk.get(where).text)) == 5
    other = browser(factories.person(session, Role.AUDITOR, ()))
    assert len(rows(other.get(where).text)) == 20, "a word of somebody else's starts at the start"


def test_of_a_grievance_the_day_alone(desk: FlaskClient, session: Session) -> None:
    """Which step, on which one and at what minute is in the log, and on no page."""
    reviewer = factories.person(session, Role.REVIEWER, username="officer")
    add(session, "grievance_opened", reviewer, event=7, protected="no")
    add(session, "grievance_handled", reviewer, NOON + timedelta(minutes=1), step="acknowledge", event=8)
    add(session, "grievance_handled", reviewer, NOON + timedelta(minutes=2), step="mark_protected", event=9)
    assert log(desk) == [
        ["10 March 2026", "officer", "A step was taken on a grievance", ""],
        ["10 March 2026", "officer", "A step was taken on a grievance", ""],
        ["10 March 2026", "officer", "A grievance was opened", ""],
    ]
    assert noted(session, "grievance_handled") == [
        {"step": "acknowledge", "event": 8},
        {"step": "mark_protected", "event": 9},
    ]


@pytest.mark.parametrize("moved", [False, True])
def test_how_many_are_protected_is_counted_on_no_page(
    desk: FlaskClient, chief: Person, session: Session, moved: bool
) -> None:
    """A protection officer shows once a day, whatever is asked for, also after a change of role."""
    officer = factories.person(session, Role.PROTECTION_OFFICER, ("PK-KP",), "officer")
    for day in range(3):
        for number in range(30):
            at = NOON - timedelta(days=day, minutes=number)
            add(session, "grievance_opened", officer, at, event=number, protected="yes")
            add(session, "grievance_handled", officer, at, step="acknowledge", event=number)
    for number in range(30):
        add(session, "signed_in", officer, NOON - timedelta(days=9, minutes=number))
    if moved:
        actions.change(factories.operator(session, chief.id), officer, Role.REVIEWER, ("bannu",))
        session.commit()
    days = ["10 March 2026", "9 March 2026", "8 March 2026"]
    for what in ("grievance_opened", "grievance_handled"):
        assert [row[0] for row in log(desk, f"what={what}&name=officer")] == days
    assert len(log(desk, "what=grievance_handled&since=2026-03-09&until=2026-03-09")) == 1
    found, address = [], "/en/admin/audit?name=officer&until=2026-03-31"
    while address:
        page = desk.get(address).text
        found.append(len(rows(page)))
        address = link(page, "Older ones") or ""
    assert found == [20, 16]
    assert len(noted(session, "grievance_handled")) == 90
