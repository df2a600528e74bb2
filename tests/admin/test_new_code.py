"""A new code for the same account: who may give it out for whom, and what ends with it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import factories
from tests.admin.reading import again, noted, plain
from tests.factories import JSON, SAME_SITE
from webapp.invitations.models import Invitation
from webapp.people.models import Notice, Person
from webapp.people.rules import Role

Browser = Callable[[Person], FlaskClient]


@pytest.fixture
def guest(session: Session, overseer: Person) -> Person:
    """A representative whom the supervisor let in."""
    made = factories.person(session, Role.REPRESENTATIVE, ("bannu",), "guest")
    made.invited_by = overseer.id
    session.commit()
    return made


def renew(browser: FlaskClient, someone: Person, headers: dict[str, str] = SAME_SITE) -> int:
    """Press the button; the status of the answer."""
    return browser.post(f"/en/admin/people/{someone.id}/code", headers=headers).status_code


def test_what_a_new_code_ends(desk: FlaskClient, browser: Browser, guest: Person, session: Session) -> None:
    """The password, every sign-in, and the sight of what was filed; the person is told."""
    theirs = browser(guest)
    page = plain(desk.get(f"/en/admin/people/{guest.id}/code").text)
    for said in (
        "The old password stops working now.", "Every sign-in of this person ends.", "The person is told of it.",
        "What they filed before shows only its number and status from now on.",
    ):  # fmt: skip
        assert said in page
    assert renew(desk, guest) == 201
    assert theirs.get("/en/submit").status_code == 302
    assert factories.sign_in(theirs, guest).status_code == 422
    assert again(session, guest).reset_at
    assert list(session.scalars(select(Notice.what).where(Notice.person_id == guest.id))) == ["password_reset"]
    assert len(noted(session, "code_reissued")) == 1
    assert "Awaits a new password" in plain(desk.get(f"/en/admin/people/{guest.id}").text)


def test_a_second_code_takes_the_first_one_back(desk: FlaskClient, guest: Person, session: Session) -> None:
    answers = [desk.post(f"/ur/admin/people/{guest.id}/code", headers=JSON) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    session.rollback()
    rows = session.scalars(select(Invitation).order_by(Invitation.created_at)).all()
    assert [row.revoked_at is None for row in rows] == [False, True]
    assert answers[0].json["code"] != answers[1].json["code"]
    assert answers[1].json["link"] == f"http://localhost/en/join/{answers[1].json['code']}"


def test_a_supervisor_for_their_own_guest(office: FlaskClient, guest: Person, session: Session) -> None:
    assert office.get(f"/en/admin/people/{guest.id}/code").status_code == 200
    assert renew(office, guest) == 201
    assert again(session, guest).password_hash is None


@pytest.mark.parametrize(
    "change",
    [
        {"invited_by": None}, {"role": Role.ADMINISTRATOR, "scope": ()}, {"role": Role.REVIEWER},
        {"scope": ("pishin",)}, {"scope": ("bannu", "PK-BA")},
    ],
)  # fmt: skip
def test_a_supervisor_for_nobody_else(
    office: FlaskClient, guest: Person, session: Session, change: dict[str, object]
) -> None:
    """Let in by others, grown into another role, or moved to places that are not the supervisor's: not found."""
    session.execute(update(Person).where(Person.id == guest.id).values(change))
    session.commit()
    assert office.get(f"/en/admin/people/{guest.id}/code").status_code == 404
    assert (renew(office, guest), renew(office, guest, JSON)) == (404, 404)
    assert again(session, guest).password_hash
    assert noted(session, "code_reissued") == []


def test_nobody_for_themselves(desk: FlaskClient, office: FlaskClient, chief: Person, overseer: Person) -> None:
    assert (renew(desk, chief), renew(office, overseer), renew(office, chief)) == (404, 404, 404)
    assert renew(desk, overseer) == 201


def test_not_for_a_disabled_account(desk: FlaskClient, guest: Person, session: Session) -> None:
    """Its code would open nothing."""
    factories.actions.disable(factories.operator(session), guest)
    session.commit()
    assert (renew(desk, guest), renew(desk, guest, JSON)) == (409, 409)
    assert "<button" not in desk.get(f"/en/admin/people/{guest.id}/code").text.partition("<main")[2]
    assert noted(session, "code_reissued") == []
