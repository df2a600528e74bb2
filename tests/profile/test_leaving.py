"""Leaving erases a person from the account; what was done and filed stays, without them; one administrator stays."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import PASSWORD, SAME_SITE, full
from tests.watching import noted, rows, stored
from webapp.factors.models import Factor, RecoveryCode
from webapp.grievances.models import Grievance
from webapp.invitations.models import Invitation
from webapp.office import Office
from webapp.people import actions
from webapp.people.models import Notice, Person, SignIn
from webapp.people.rules import Role
from webapp.uploads.models import Upload


def leave(client: FlaskClient, password: str = PASSWORD) -> int:
    """Send the form that erases; the answer's status."""
    return client.post("/en/account/leave", data={"password": password}, headers=SAME_SITE).status_code


def test_a_person_is_erased_and_the_jirgas_words_stay(app: Flask, client: FlaskClient, session: Session) -> None:
    someone = factories.person(session, username="canary-elder")
    secret = factories.factor(session, someone)
    factories.sign_in(client, someone)
    factories.give_code(client, factories.digits(secret))
    client.post("/en/submit", data=full(), headers=SAME_SITE)
    client.post("/en/account/factor/recovery", data={"password": PASSWORD}, headers=SAME_SITE)
    actions.tell(factories.operator(session), someone.id, "role_changed")
    session.commit()
    code = factories.invite(session, by=someone)
    entries = noted(session)
    assert leave(client) == 303
    (left,) = rows(session, Person)
    assert (left.id, left.role, left.username, left.password_hash) == (someone.id, Role.REPRESENTATIVE, None, None)
    assert (left.scope, left.factor_at, left.invited_by) == ((), None, None)
    assert left.disabled_at is not None
    assert [rows(session, table) for table in (Factor, RecoveryCode, SignIn, Notice, Upload)] == [[]] * 5
    assert all(one.revoked_at for one in rows(session, Invitation))
    assert client.get(f"/en/join/{code}").status_code == 404
    assert session.scalar(select(func.count()).select_from(Grievance)) == 1
    assert noted(session)[: len(entries)] == entries
    assert "canary" not in stored(session)
    assert factories.wrong(app.extensions["store"].settings) == []
    assert client.get("/en/submit").status_code == 302
    assert factories.sign_in(client, someone).status_code == 422


def test_a_wrong_password_erases_nothing(client: FlaskClient, session: Session) -> None:
    someone = factories.person(session)
    factories.sign_in(client, someone)
    assert (leave(client, "not the pass phrase"), leave(client, "")) == (422, 422)
    assert rows(session, Person)[0].username == someone.username
    assert client.get("/en/submit").status_code == 200


def test_the_name_is_free_again(client: FlaskClient, session: Session) -> None:
    first = factories.person(session, username="elder")
    factories.sign_in(client, first)
    leave(client)
    second = factories.person(session, username="elder")
    assert second.id != first.id
    assert factories.sign_in(client, second).status_code == 303


def test_the_last_administrator_stays(client: FlaskClient, session: Session) -> None:
    last = factories.person(session, Role.ADMINISTRATOR, ())
    disabled, awaiting = (factories.person(session, Role.ADMINISTRATOR, ()) for _ in "ab")
    factories.close(session, disabled)
    factories.reset(session, awaiting)
    factories.sign_in(client, last)
    answer = client.post("/en/account/leave", data={"password": PASSWORD}, headers=SAME_SITE)
    assert (answer.status_code, "only account that can manage people" in answer.text) == (409, True)
    assert client.get("/en/account").status_code == 200, "nothing was undone in part"
    factories.person(session, Role.ADMINISTRATOR, ())
    assert leave(client) == 303


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Do all in the same moment; what each gave, or the refusal."""
    gate = Barrier(len(deeds), timeout=20)

    def one(deed: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return deed()
        except actions.Unfit as unfit:
            return unfit.code

    with ThreadPoolExecutor(len(deeds)) as pool:
        return sorted(map(str, pool.map(one, deeds)))


def living(session: Session) -> int:
    """Administrators who can still do something."""
    return sum(1 for one in rows(session, Person) if one.role is Role.ADMINISTRATOR and not one.disabled_at)


def test_two_administrators_leave_at_once(app: Flask, session: Session) -> None:
    browsers = [app.test_client() for _ in "ab"]
    for browser in browsers:
        factories.sign_in(browser, factories.person(session, Role.ADMINISTRATOR, ()))
    assert at_once(*(lambda own=browser: leave(own) for browser in browsers)) == ["303", "409"]
    assert living(session) == 1


def test_two_administrators_close_or_lower_each_other_at_once(app: Flask, session: Session) -> None:
    offices = [Office(app.extensions["store"].settings) for _ in "abc"]
    people = [factories.person(session, Role.ADMINISTRATOR, ()) for _ in "abc"]

    def disable(place: int) -> None:
        with offices[place].acting() as acting:
            actions.disable(acting, acting.session.get_one(Person, people[place].id))

    def lower(place: int) -> None:
        with offices[place].acting() as acting:
            actions.change(acting, acting.session.get_one(Person, people[place].id), Role.AUDITOR, ())

    assert at_once(lambda: disable(0), lambda: disable(1), lambda: lower(2)) == ["None", "None", "last_administrator"]
    assert living(session) == 1
    for office in offices:
        office.engine.dispose()
