"""Sixteen phones sending at once: the same form is stored once, equal gathering fields make one gathering."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import JSON, full
from tests.submit.test_submit import count
from webapp.grievances.models import Event, Gathering, Grievance
from webapp.people.models import Person

SENDERS = 16


def send_at_once(app: Flask, elder: Person, forms: list[dict[str, Any]]) -> list[Any]:
    """Post all forms in the same moment, each from its own browser."""
    browsers = [app.test_client() for _ in forms]
    for browser in browsers:
        factories.sign_in(browser, elder)
    gate = Barrier(len(forms))

    def send(browser: Any, form: dict[str, Any]) -> Any:
        gate.wait()
        return browser.post("/en/submit", data=form, headers=JSON)

    with ThreadPoolExecutor(len(forms)) as pool:
        return list(pool.map(send, browsers, forms))


def test_one_form_sent_sixteen_times_is_stored_once(app: Flask, elder: Person, session: Session) -> None:
    for form in (
        full(),
        full(narrative="Synthetic: with a number.", client_id=str(uuid.uuid4()), consensus="majority"),
    ):
        answers = send_at_once(app, elder, [form] * SENDERS)
        assert sorted(answer.status_code for answer in answers) == [200] * (SENDERS - 1) + [201]
        assert len({(answer.json["reference"], answer.json["gathering"]) for answer in answers}) == 1
    assert (count(session, Grievance), count(session, Gathering), count(session, Event)) == (2, 2, 2)


def test_what_was_withdrawn_is_stored_anew_once(app: Flask, elder: Person, session: Session) -> None:
    send_at_once(app, elder, [full()])
    session.execute(update(Grievance).values(status="withdrawn"))
    session.commit()
    answers = send_at_once(app, elder, [full()] * SENDERS)
    assert sorted(answer.status_code for answer in answers) == [200] * (SENDERS - 1) + [201]
    assert len({answer.json["reference"] for answer in answers}) == 1
    assert count(session, Grievance) == 2


def test_sixteen_grievances_of_one_gathering_keep_the_ledger_right(app: Flask, elder: Person, session: Session) -> None:
    forms = [full(narrative=f"Synthetic: problem number {number}.") for number in range(SENDERS)]
    answers = send_at_once(app, elder, forms)
    assert [answer.status_code for answer in answers] == [201] * SENDERS
    assert (count(session, Gathering), count(session, Grievance)) == (1, SENDERS)
    assert factories.wrong(app.extensions["store"].settings) == []


def test_one_number_with_two_contents_keeps_the_first(app: Flask, elder: Person, session: Session) -> None:
    number = str(uuid.uuid4())
    forms = [full(client_id=number, consensus=("full", "majority")[place % 2]) for place in range(SENDERS)]
    statuses = sorted(answer.status_code for answer in send_at_once(app, elder, forms))
    assert statuses == [200] * 7 + [201] + [409] * 8
    assert (count(session, Grievance), count(session, Gathering)) == (1, 1)
    assert factories.wrong(app.extensions["store"].settings) == []


@pytest.mark.nightly
@pytest.mark.parametrize("turn", range(25))
def test_the_same_moment_many_times(app: Flask, elder: Person, session: Session, turn: int) -> None:
    """What happens once in a hundred races shows here."""
    number = str(uuid.uuid4())
    forms = [full(narrative=f"Synthetic: turn {turn}, matter {place // 4}.") for place in range(SENDERS - 4)]
    answers = send_at_once(app, elder, forms + [full(client_id=number, consensus="disputed")] * 4)
    assert sorted(answer.status_code for answer in answers) == [200] * 12 + [201] * 4
    assert (count(session, Gathering), count(session, Grievance)) == (2, 4)
    assert factories.wrong(app.extensions["store"].settings) == []
