"""Two people at the same moment: with one code, with one user name, with the last words of a code's life."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests import factories
from tests.join.conftest import Newcomer
from tests.watching import rows
from webapp.invitations.models import Invitation
from webapp.people import actions
from webapp.people.models import Person


def at_once(newcomer: Newcomer, monkeypatch: pytest.MonkeyPatch, tries: list[tuple[str, str]]) -> list[int]:
    """Send (code, user name) pairs so that all have looked before anyone writes; the answers' statuses."""
    gate, real = Barrier(len(tries), timeout=20), actions.hashed

    def slow(username: str, password: str) -> str:
        made = real(username, password)
        gate.wait()
        return made

    monkeypatch.setattr(actions, "hashed", slow)
    with ThreadPoolExecutor(len(tries)) as pool:
        return sorted(answer.status_code for answer in pool.map(lambda one: newcomer.take(*one), tries))


def test_one_code_makes_one_account(newcomer: Newcomer, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    code = factories.invite(session)
    tries = [(code, f"newcomer-{number}") for number in range(6)]
    assert at_once(newcomer, monkeypatch, tries) == [303] + [404] * 5
    (made,), (invitation,) = rows(session, Person), rows(session, Invitation)
    assert invitation.person_id == made.id


def test_one_name_is_one_persons(
    app: Flask, newcomer: Newcomer, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = [factories.invite(session) for _ in range(4)]
    assert at_once(newcomer, monkeypatch, [(code, "newcomer") for code in codes]) == [303, 422, 422, 422]
    assert [one.username for one in rows(session, Person)] == ["newcomer"]
    unused = [one for one in rows(session, Invitation) if one.used_at is None]
    assert len(unused) == 3, "whoever came second can still choose another name"
    monkeypatch.undo()
    assert sorted(newcomer.open(code).status_code for code in codes) == [200, 200, 200, 404]


def test_one_code_sets_one_password(newcomer: Newcomer, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    code = factories.reset(session, factories.person(session, username="elder"))
    assert at_once(newcomer, monkeypatch, [(code, "")] * 4) == [303] + [404] * 3
    assert newcomer.signs_in("elder")


def test_a_code_taken_back_while_the_form_is_sent(
    newcomer: Newcomer, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone, real = factories.person(session, username="elder"), actions.hashed
    code = factories.reset(session, someone)

    def late(username: str, password: str) -> str:
        factories.close(session, someone)
        return real(username, password)

    monkeypatch.setattr(actions, "hashed", late)
    assert newcomer.take(code).status_code == 404
    assert factories.again(session, someone).password_hash is None
