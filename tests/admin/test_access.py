"""Who may open which of the administrator's pages; everybody else learns nothing from the refusal."""

import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import JSON, SAME_SITE
from webapp.people.models import Person
from webapp.people.rules import Role

OTHERS = {Role.REPRESENTATIVE, Role.REVIEWER, Role.PROTECTION_OFFICER, Role.ANALYST}
NOBODY = uuid.UUID(int=7)
#: page -> the roles that open it
PAGES = {
    "people": {Role.ADMINISTRATOR},
    "invitations": {Role.ADMINISTRATOR, Role.SUPERVISOR},
    "audit": {Role.ADMINISTRATOR, Role.AUDITOR},
    "state": {Role.ADMINISTRATOR, Role.AUDITOR},
}
#: what is done to somebody -> the roles that may
DEEDS = dict.fromkeys(("", "/disable", "/enable", "/factor"), PAGES["people"]) | {"/code": PAGES["invitations"]}


@pytest.mark.parametrize("role", list(Role))
def test_pages(browser: Callable[[Person], FlaskClient], session: Session, role: Role) -> None:
    reader = browser(factories.person(session, role))
    for page, may in PAGES.items():
        assert reader.get(f"/en/admin/{page}").status_code == (200 if role in may else 403)


@pytest.mark.parametrize("role", list(Role))
def test_deeds(browser: Callable[[Person], FlaskClient], session: Session, role: Role) -> None:
    """Of those who may, an id that is nobody's is not found."""
    doer = browser(factories.person(session, role))
    for deed, may in DEEDS.items():
        for headers in (SAME_SITE, JSON):
            answer = doer.post(f"/en/admin/people/{NOBODY}{deed}", headers=headers)
            assert answer.status_code == (404 if role in may else 403), deed
    answer = doer.post(f"/en/admin/invitations/{NOBODY}/revoke", headers=SAME_SITE)
    assert answer.status_code == (404 if role in PAGES["invitations"] else 403)
    answer = doer.post("/en/admin/invitations", data={"role": "administrator", "language": "en"}, headers=SAME_SITE)
    assert answer.status_code == (201 if role is Role.ADMINISTRATOR else 422 if role is Role.SUPERVISOR else 403)


def test_strangers_are_asked_to_sign_in(client: FlaskClient) -> None:
    for page in PAGES:
        assert client.get(f"/en/admin/{page}").location.startswith("/en/sign-in")
    assert client.post(f"/en/admin/people/{NOBODY}/disable", headers=SAME_SITE).status_code == 401


def test_another_site_can_do_nothing(desk: FlaskClient, session: Session) -> None:
    someone = factories.person(session)
    answer = desk.post(f"/en/admin/people/{someone.id}/disable", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_an_account_that_was_left_is_not_found(desk: FlaskClient, session: Session) -> None:
    someone = factories.person(session)
    someone.username = someone.password_hash = None
    someone.disabled_at = someone.created_at
    session.commit()
    assert desk.get(f"/en/admin/people/{someone.id}").status_code == 404
    for deed in DEEDS:
        assert desk.post(f"/en/admin/people/{someone.id}{deed}", headers=SAME_SITE).status_code == 404


def test_a_refusal_loaded_again_leads_to_the_account(desk: FlaskClient, session: Session) -> None:
    someone = factories.person(session)
    assert desk.get(f"/ur/admin/people/{someone.id}/disable").location == f"/ur/admin/people/{someone.id}"
    assert desk.get(f"/en/admin/people/{someone.id}/anything").status_code == 404
