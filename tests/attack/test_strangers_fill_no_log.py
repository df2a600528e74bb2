"""The log is for good, so what strangers can make it grow by is bounded, and still tells that they guess."""

from collections import Counter
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.clock import Clock
from tests.factories import SAME_SITE
from tests.watching import noted
from webapp.attempts.rules import FEW
from webapp.audit.models import AuditEntry
from webapp.codes import ALPHABET
from webapp.people.rules import Role

FLOOD = 230
#: One by one until FEW, then FEW itself and ten times as many.
KEPT = FEW + 2


def guess(app: Flask, username: str) -> None:
    """A wrong password, from a browser that nobody knows; that it must wait is as well."""
    form = {"username": username, "password": "wrong wrong wrong"}
    assert app.test_client().post("/en/sign-in", data=form, headers=SAME_SITE).status_code in (422, 429)


def kept(session: Session, what: str) -> list[dict[str, Any]]:
    """What the log holds of a kind."""
    return [about for _, kind, about in noted(session) if kind == what]


def test_invented_names(app: Flask, session: Session, clock: Clock) -> None:
    for hour in range(2):
        for number in range(FLOOD):
            guess(app, f"invented-{hour}-{number}")
        found = kept(session, "sign_in_refused")
        assert len(found) == KEPT * (hour + 1)
        assert {one["account"] for one in found} == {None}
        assert Counter(one["times"] for one in found)[FEW * 10] == hour + 1
        clock.forward(hours=1)


def test_invented_codes(app: Flask, session: Session, clock: Clock) -> None:
    """Each begins unlike the others, so none has to wait."""
    browser = app.test_client()
    for number in range(FLOOD):
        one = "".join(ALPHABET[number // 32**place % 32] for place in range(3))
        assert browser.get(f"/en/join/{one}0000000").status_code == 404
    found = kept(session, "code_refused")
    assert len(found) == KEPT
    assert found[-1] == {"times": FEW * 10}


def test_one_account_guessed_at(app: Flask, session: Session, clock: Clock) -> None:
    """Stays named in a flood of invented names: at the first, the tenth and the hundredth guess."""
    for number in range(FEW + 5):
        guess(app, f"invented-{number}")
    officer = factories.person(session, Role.REVIEWER, username="officer")
    for _ in range(120):
        guess(app, "officer")
        clock.forward(seconds=30)
    own = [one for one in kept(session, "sign_in_refused") if one["account"] == str(officer.id)]
    assert [one["times"] for one in own] == [1, 10, 100]


def test_what_asks_for_nothing_leaves_nothing(app: Flask, session: Session) -> None:
    """Pages, sign-outs and forms of nobody."""
    before = session.scalar(select(func.count()).select_from(AuditEntry))
    session.rollback()
    browser = app.test_client()
    browser.set_cookie("session", "invented")
    for path in ("", "about", "help", "join", "sign-in", "exit", "admin/people", "receipt/AAAAAAAAAA"):
        browser.get(f"/en/{path}")
    for path in ("sign-out", "submit", "admin/invitations", "sign-in", "join"):
        browser.post(f"/en/{path}", headers=SAME_SITE)
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == before
