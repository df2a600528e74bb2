"""What is done to accounts leaves exactly its entries in the audit log, and nothing that anybody typed."""

import json
import logging
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.clock import Clock
from tests.factories import PASSWORD, SAME_SITE, digits, give_code
from tests.profile.test_factor import CODE
from tests.watching import everything_logged, noted, rows
from webapp.audit.models import AuditEntry
from webapp.factors import actions as factors
from webapp.invitations import actions as invitations
from webapp.invitations.models import Invitation
from webapp.people import actions
from webapp.people.models import Person
from webapp.people.rules import Role

PHRASE = "canary mulberry rope well"
Entries = list[tuple[str, str, dict[str, Any]]]


def since(session: Session, before: int, *people: Any) -> Entries:
    """What was noted after so many entries."""
    return noted(session, *people)[before:]


def made(session: Session, username: str = "canary-elder", role: Role = Role.REPRESENTATIVE) -> tuple[Person, int]:
    """An account, and how many entries there are."""
    someone = factories.person(session, role, ("bannu",), username)
    return someone, len(noted(session))


def test_taking_a_code(app: Flask, session: Session) -> None:
    inviter, before = made(session, "inviter", Role.SUPERVISOR)
    code = factories.invite(session, Role.REVIEWER, ("bannu",), by=inviter)
    client = app.test_client()
    client.get(f"/en/join/{code}")
    form = {"username": "canary-new", "password": PHRASE}
    client.post(f"/en/join/{code}", data=form, headers=SAME_SITE)
    client.post(f"/en/join/{code}", data=form, headers=SAME_SITE)
    new = next(one for one in rows(session, Person) if one.username == "canary-new")
    invitation = str(rows(session, Invitation)[0].id)
    assert since(session, before, inviter, new) == [
        ("inviter", "invited", {"invitation": invitation, "role": "reviewer", "scope": ["bannu"]}),
        ("canary-new", "person_added", {"person": "canary-new", "role": "reviewer", "scope": ["bannu"]}),
        ("canary-new", "invitation_used", {"invitation": invitation}),
        ("-", "code_refused", {"times": 1}),
    ]


def test_signing_in_and_out(client: FlaskClient, session: Session, clock: Clock) -> None:
    someone, before = made(session)
    me = "canary-elder"
    client.post("/en/sign-in", data={"username": me, "password": PHRASE}, headers=SAME_SITE)
    client.post("/en/sign-in", data={"username": "canary-stranger", "password": PHRASE}, headers=SAME_SITE)
    factories.sign_in(client, someone, own_phone="yes")
    client.post("/en/sign-out", headers=SAME_SITE)
    assert since(session, before, someone) == [
        ("-", "sign_in_refused", {"account": me, "times": 1}),
        ("-", "sign_in_refused", {"account": None, "times": 1}),
        (me, "signed_in", {"own_phone": True, "factor": False}),
        (me, "signed_out", {}),
    ]


def test_the_second_factor(client: FlaskClient, session: Session, clock: Clock) -> None:
    someone, before = made(session)
    me = "canary-elder"
    factories.sign_in(client, someone)
    client.post("/en/account/factor", data={"password": PASSWORD}, headers=SAME_SITE)
    secret = factories.secret(session, someone)
    form = {"code": digits(secret, clock.at)}
    page = client.post("/en/account/factor", data=form, headers=SAME_SITE).text
    factories.sign_in(client, someone)
    give_code(client, "canary")
    give_code(client, CODE.findall(page)[0])
    for deed in ("recovery", "remove"):
        client.post(f"/en/account/factor/{deed}", data={"password": PASSWORD}, headers=SAME_SITE)
    own = {"person": me}
    assert since(session, before, someone) == [
        (me, "signed_in", {"own_phone": False, "factor": False}),
        (me, "factor_set", own),
        (me, "recovery_codes_made", own),
        (me, "signed_out", {}),
        (me, "signed_in", {"own_phone": False, "factor": True}),
        (me, "signed_out", {}),
        (me, "code_refused", {}),
        (me, "recovery_code_used", own),
        (me, "signed_out", {}),
        (me, "signed_in", {"own_phone": False, "factor": True}),
        (me, "recovery_codes_made", own),
        (me, "factor_removed", own),
    ]


def test_the_account_page(app: Flask, client: FlaskClient, session: Session) -> None:
    someone, before = made(session)
    me, other, known = "canary-elder", app.test_client(), SimpleNamespace(id=someone.id, username="canary-elder")
    own = {"person": me}
    factories.sign_in(client, someone)
    factories.sign_in(other, someone)
    page = client.get("/en/account").text
    where = page.split('action="/en/account/sessions/')[1].split('"')[0]
    client.post(f"/en/account/sessions/{where}", headers=SAME_SITE)
    form = {"password": PASSWORD, "new_password": PHRASE}
    client.post("/en/account/password", data={**form, "password": "canary-wrong-one"}, headers=SAME_SITE)
    client.post("/en/account/password", data=form, headers=SAME_SITE)
    factories.sign_in(client, someone, password=PHRASE)
    client.post("/en/account/sessions/end", headers=SAME_SITE)
    factories.sign_in(client, someone, password=PHRASE)
    client.post("/en/account/leave", data={"password": PHRASE}, headers=SAME_SITE)
    signed = (me, "signed_in", {"own_phone": False, "factor": False})
    assert since(session, before, known) == [
        signed, signed, (me, "session_ended", own),
        (me, "password_changed", own), (me, "sessions_ended", own),
        signed, (me, "sessions_ended", own),
        signed, (me, "sessions_ended", own), (me, "person_left", own),
    ]  # fmt: skip


def test_what_an_administrator_does(session: Session) -> None:
    chief, _ = made(session, "chief", Role.ADMINISTRATOR)
    someone, before = made(session)
    acting = factories.operator(session, chief.id)
    own = {"person": "canary-elder"}
    actions.change(acting, someone, Role.REVIEWER, ("chaman",))
    actions.change(acting, someone, Role.REVIEWER, ("chaman",))
    actions.disable(acting, someone)
    actions.enable(acting, someone)
    factors.reset(acting, someone)
    given, _ = invitations.reissue(acting, someone)
    assert invitations.revoke(acting, given)
    assert not invitations.revoke(acting, given)
    session.commit()
    changed = {
        "person": "canary-elder",
        "before": {"role": "representative", "scope": ["bannu"]},
        "after": {"role": "reviewer", "scope": ["chaman"]},
    }
    assert since(session, before, chief, someone) == [
        ("chief", "sessions_ended", own), ("chief", "person_changed", changed),
        ("chief", "person_disabled", own), ("chief", "sessions_ended", own), ("chief", "person_enabled", own),
        ("chief", "factor_removed", own), ("chief", "sessions_ended", own),
        ("chief", "code_reissued", {**own, "invitation": str(given.id)}), ("chief", "sessions_ended", own),
        ("chief", "invitation_revoked", {"invitation": str(given.id)}),
    ]  # fmt: skip


def test_what_is_refused_by_role(client: FlaskClient, session: Session) -> None:
    someone, _ = made(session)
    factories.sign_in(client, someone)
    before = len(noted(session))
    assert client.get("/en/admin/people?q=canary").status_code == 403
    assert since(session, before, someone) == [
        ("canary-elder", "refused", {"page": "/<language:lang>/admin/people", "method": "GET"})
    ]


def test_nothing_typed_in_log_or_audit(
    client: FlaskClient, session: Session, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """Every form of the account once, each field with a canary, from an address of its own."""
    caplog.set_level(logging.DEBUG)
    address = {"REMOTE_ADDR": "203.0.113.77"}
    someone, _ = made(session)
    code, secret = factories.invite(session), factories.factor(session, someone)
    canary = {"username": "canary-x", "password": PHRASE, "code": "canary12", "new_password": PHRASE, "held": "canary"}
    paths = ["sign-in", "join", "join/canary", f"join/{code}", "sign-in/code", "account/password", "account/leave"]
    paths += ["account/factor", "account/factor/recovery", "account/factor/remove", "account/notices"]
    for signed in (False, True):
        for path in paths:
            client.post(f"/en/{path}", data=canary, headers=SAME_SITE, environ_overrides=address)
        if not signed:
            factories.sign_in(client, someone)
            give_code(client, digits(secret, clock.at))
    session.rollback()
    entries = json.dumps([row.about for row in session.scalars(select(AuditEntry))])
    assert len(noted(session)) >= 8
    for trace in ("canary", "mulberry", "203.0.113", code, secret, PASSWORD):
        assert trace not in entries
        assert trace not in everything_logged(caplog)
