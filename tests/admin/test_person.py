"""One account: its role and places, closing and opening it, and a second factor that was lost."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.admin.reading import again, noted, plain
from tests.factories import JSON, SAME_SITE
from webapp.config import now
from webapp.factors import actions as factors
from webapp.invitations import actions as inviting
from webapp.people.models import Notice, Person
from webapp.people.rules import Role
from webapp.uploads.actions import keep
from webapp.uploads.models import Upload

Browser = Callable[[Person], FlaskClient]


@pytest.fixture
def reader(session: Session) -> Person:
    """A reviewer of two districts."""
    return factories.person(session, Role.REVIEWER, ("bannu", "swat"), "reader")


def save(desk: FlaskClient, someone: Person, headers: dict[str, str] = SAME_SITE, **form: Any) -> Any:
    """Send the form of role and places."""
    return desk.post(f"/en/admin/people/{someone.id}", data=form, headers=headers)


def told(session: Session, someone: Person) -> list[str]:
    """What the person reads at the next sign-in."""
    session.rollback()
    return list(session.scalars(select(Notice.what).where(Notice.person_id == someone.id)))


def test_the_form_shows_what_is(desk: FlaskClient, reader: Person) -> None:
    page = desk.get(f"/en/admin/people/{reader.id}").text
    assert 'value="reviewer" id="role"' in page or 'value="reviewer" checked' in page
    assert 'name="scope" value="bannu" checked' in page
    assert 'name="scope" value="hangu">' in page
    assert plain(page).count("The whole province") == 2
    assert "(chosen: 2)" in plain(page)


def test_what_can_be_done_stands_before_the_form_and_what_is_known(desk: FlaskClient, reader: Person) -> None:
    page = desk.get(f"/en/admin/people/{reader.id}").text
    places = [
        page.index(words) for words in ("Active", "What you can do", "Give out a new code", 'name="role"', "Last here")
    ]
    assert places == sorted(places)
    assert "<details open>" not in page


def test_other_places(desk: FlaskClient, browser: Browser, reader: Person, session: Session) -> None:
    """A whole province takes in its districts; the person stays signed in and is told."""
    theirs = browser(reader)
    answer = save(desk, reader, role="reviewer", scope=["hangu", "PK-KP", "pishin"])
    assert (answer.status_code, answer.location) == (303, f"/en/admin/people/{reader.id}")
    assert again(session, reader).scope == ("PK-KP", "pishin")
    assert told(session, reader) == ["role_changed"]
    assert theirs.get("/en/summary").status_code == 200


def test_the_same_again_is_no_change(desk: FlaskClient, session: Session) -> None:
    """Also where the places once came in another order."""
    someone = factories.person(session, Role.REVIEWER, ("swat", "bannu"))
    assert save(desk, someone, role="reviewer", scope=["bannu", "swat"]).status_code == 303
    assert again(session, someone).scope == ("swat", "bannu")
    assert (noted(session, "person_changed"), told(session, someone)) == ([], [])


def test_another_role(desk: FlaskClient, browser: Browser, session: Session) -> None:
    """Ends what was open under the old one: sign-ins, and codes that were given out."""
    someone = factories.person(session, Role.SUPERVISOR, ("PK-KP",))
    made, _ = inviting.invite(factories.operator(session, someone.id), Role.REPRESENTATIVE, ("bannu",), "ur")
    session.commit()
    theirs = browser(someone)
    assert save(desk, someone, role="analyst").status_code == 303
    assert theirs.get("/en/summary").status_code == 302
    assert again(session, made).revoked_at
    assert (again(session, someone).role, someone.scope) == (Role.ANALYST, ())
    assert noted(session, "person_changed")[0]["after"] == {"role": "analyst", "scope": []}


@pytest.mark.parametrize(
    ("form", "field", "said"),
    [
        ({"role": "reviewer"}, "scope", "This role needs provinces or districts"),
        ({"role": "emperor", "scope": ["bannu"]}, "role", "Choose one of these roles"),
        ({"scope": ["bannu"]}, "role", "Choose one of these roles"),
        ({"role": "analyst", "scope": ["bannu", "kabul"]}, "scope", "One of these places is not in the list"),
    ],
)
def test_what_cannot_be(
    desk: FlaskClient, session: Session, reader: Person, form: dict[str, Any], field: str, said: str
) -> None:
    """Comes back with the message at its field and all that was chosen; nothing is changed."""
    answer = save(desk, reader, **form)
    assert answer.status_code == 422
    assert said in plain(answer.text)
    assert ("Not saved yet." in answer.text, "Not sent yet." in answer.text) == (True, False)
    assert "<details open>" in answer.text, "the form that was refused is unfolded"
    assert f'id="{field}-error"' in answer.text
    assert ('value="bannu" checked' in answer.text) == ("bannu" in form.get("scope", []))
    assert f'value="{form.get("role")}"' in answer.text or form.get("role") in (None, "emperor")
    refused = save(desk, reader, JSON, **form)
    assert (refused.status_code, list(refused.json["errors"])) == (422, [field])
    assert again(session, reader).scope == ("bannu", "swat")


def test_nobody_changes_their_own_role(desk: FlaskClient, chief: Person, session: Session) -> None:
    factories.person(session, Role.ADMINISTRATOR, ())
    assert 'name="role"' not in desk.get(f"/en/admin/people/{chief.id}").text
    answer = save(desk, chief, role="analyst")
    assert (answer.status_code, "You cannot change your own role" in answer.text) == (422, True)
    assert again(session, chief).role is Role.ADMINISTRATOR


def test_the_last_administrator_stays(desk: FlaskClient, chief: Person, session: Session) -> None:
    """Neither disabled nor made anything else; with a second one, the first may go."""
    answer = desk.post(f"/en/admin/people/{chief.id}/disable", headers=SAME_SITE)
    assert answer.status_code == 409
    assert "This is the only account that can manage people" in plain(answer.text)
    assert desk.post(f"/en/admin/people/{chief.id}/disable", headers=JSON).status_code == 409
    assert save(desk, chief, role="analyst").status_code == 422
    assert again(session, chief).disabled_at is None
    assert noted(session, "person_disabled") == []
    factories.person(session, Role.ADMINISTRATOR, ())
    assert desk.post(f"/en/admin/people/{chief.id}/disable", headers=SAME_SITE).status_code == 303
    assert desk.get("/en/admin/people").status_code == 302


def test_disabled_at_once(desk: FlaskClient, browser: Browser, session: Session) -> None:
    """The next page is closed, codes open nothing, a sheet not yet entered is gone; twice is once."""
    someone = factories.person(session, Role.SUPERVISOR, ("PK-KP",))
    made, _ = inviting.invite(factories.operator(session, someone.id), Role.REPRESENTATIVE, ("bannu",), "ur")
    keep(session, factories.VAULT, someone.id, "a,b", now())
    session.commit()
    theirs = browser(someone)
    assert desk.post(f"/en/admin/people/{someone.id}/disable", headers=SAME_SITE).status_code == 303
    assert theirs.get("/en/summary").status_code == 302
    assert factories.sign_in(theirs, someone).status_code == 422
    assert again(session, made).revoked_at
    assert not session.scalars(select(Upload)).all()
    first = again(session, someone).disabled_at
    assert desk.post(f"/en/admin/people/{someone.id}/disable", headers=JSON).status_code == 200
    assert again(session, someone).disabled_at == first
    assert noted(session, "person_disabled") == [{"person": str(someone.id)}]
    assert desk.post(f"/en/admin/people/{someone.id}/enable", headers=SAME_SITE).status_code == 303
    assert factories.sign_in(theirs, someone).status_code == 303


def test_a_lost_second_factor(desk: FlaskClient, browser: Browser, reader: Person, session: Session) -> None:
    """Taken away; every sign-in ends, and the person is told."""
    theirs = browser(reader)
    factors.prepare(factories.operator(session), reader, factories.now())
    reader.factor_at = now()
    session.commit()
    answer = desk.post(f"/en/admin/people/{reader.id}/factor", headers=JSON)
    assert (answer.status_code, answer.json) == (200, {"next": f"/en/admin/people/{reader.id}"})
    assert again(session, reader).factor_at is None
    assert told(session, reader) == ["factor_reset"]
    assert theirs.get("/en/summary").status_code == 302


def test_nobody_resets_their_own_factor(desk: FlaskClient, chief: Person, session: Session) -> None:
    """An open page is not enough for that."""
    answer = desk.post(f"/en/admin/people/{chief.id}/factor", headers=SAME_SITE)
    assert (answer.status_code, "You cannot do this to your own account" in answer.text) == (409, True)
    assert noted(session, "factor_removed") == []


def test_what_happens_is_said_before(desk: FlaskClient, reader: Person) -> None:
    """Each button lies folded with what it does, and no script is needed."""
    page = desk.get(f"/en/admin/people/{reader.id}").text
    assert page.count("<summary>Give out a new code</summary>") == 1
    assert "Every sign-in ends now and nobody can sign in." in page
    assert "Reset the second factor" not in page
    assert "Enable the account" not in page
    assert page.count("<script") == page.count('<script src="/static/exit.js?') == 1
