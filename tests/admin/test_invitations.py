"""Inviting, and the list of codes: who may invite whom for where, how codes stand, and that no list holds one."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.admin.reading import again, link, noted, plain, rows
from tests.factories import JSON, SAME_SITE
from webapp.config import now
from webapp.invitations import actions as inviting
from webapp.invitations.models import Invitation
from webapp.people.models import Person
from webapp.people.rules import Role

ELDER = {"role": "representative", "scope": ["bannu"], "language": "ps"}


def send(browser: FlaskClient, headers: dict[str, str] = JSON, **form: Any) -> Any:
    """Send the form to invite."""
    return browser.post("/en/admin/invitations", data={**ELDER, **form}, headers=headers)


def given_out(session: Session) -> list[Invitation]:
    """All codes, oldest first."""
    session.rollback()
    return list(session.scalars(select(Invitation).order_by(Invitation.created_at)))


def test_an_administrator_invites_anybody_anywhere(desk: FlaskClient, chief: Person, session: Session) -> None:
    for role in Role:
        assert send(desk, role=role.value, scope=["pishin", "PK-KP", "bannu"]).status_code == 201
    found = given_out(session)
    assert [one.role for one in found] == list(Role)
    assert {(one.scope, one.language, one.invited_by) for one in found} == {(("PK-KP", "pishin"), "ps", chief.id)}
    assert len(noted(session, "invited")) == 7


@pytest.mark.parametrize(
    ("own", "asked", "right"),
    [
        (("PK-KP",), ["bannu", "swat"], True), (("PK-KP",), ["PK-KP"], True), (("bannu", "swat"), ["swat"], True),
        (("PK-KP",), ["pishin"], False), (("PK-KP",), ["bannu", "pishin"], False), (("PK-KP",), ["PK-BA"], False),
        (("bannu", "swat"), ["PK-KP"], False), (("bannu", "swat"), ["hangu"], False),
    ],
)  # fmt: skip
def test_a_supervisor_invites_inside_their_own_places(
    browser: Callable[[Person], FlaskClient], session: Session, own: tuple[str, ...], asked: list[str], right: bool
) -> None:
    """Whatever the form's body says."""
    office = browser(factories.person(session, Role.SUPERVISOR, own))
    answer = send(office, scope=asked)
    assert answer.status_code == (201 if right else 422)
    assert right or answer.json["errors"]["scope"] == ["You can invite only for places that are your own."]
    assert len(given_out(session)) == right


@pytest.mark.parametrize("role", [role.value for role in Role if role is not Role.REPRESENTATIVE])
def test_a_supervisor_invites_representatives_alone(office: FlaskClient, session: Session, role: str) -> None:
    answer = send(office, role=role)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["role"])
    assert given_out(session) == []


def test_what_a_supervisor_is_offered(office: FlaskClient) -> None:
    page = office.get("/en/admin/invitations").text
    assert re.findall('name="role" value="([a-z_]+)"[^>]* checked', page) == ["representative"]
    assert page.count('name="role"') == 1
    assert 'value="PK-KP"' in page
    assert 'value="bannu"' in page
    assert "PK-BA" not in page
    assert 'value="pishin"' not in page


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"scope": []}, "scope", "This role needs provinces or districts"),
        ({"scope": ["bannu", "kabul"]}, "scope", "One of these places is not in the list"),
        ({"role": "emperor"}, "role", "Choose one of these roles"),
        ({"language": "fr"}, "language", "Choose the language of the card"),
    ],
)
def test_what_cannot_be(desk: FlaskClient, session: Session, change: dict[str, Any], field: str, said: str) -> None:
    """Comes back with its message and all that was chosen."""
    answer = send(desk, SAME_SITE, **change)
    assert answer.status_code == 422
    assert said in plain(answer.text)
    assert "Not saved yet." in answer.text
    assert "Not sent yet." not in answer.text
    assert f'<a href="#{field}">' in answer.text
    kept = {**ELDER, **change}
    assert ('name="scope" value="bannu" checked' in answer.text) == ("bannu" in kept["scope"])
    assert bool(re.search('value="ps"[^>]* checked', answer.text)) == (kept["language"] == "ps")
    assert bool(re.search('value="representative"[^>]* checked', answer.text)) == (kept["role"] == "representative")
    assert list(send(desk, **change).json["errors"]) == [field]
    assert given_out(session) == []


def test_how_codes_stand(desk: FlaskClient, chief: Person, session: Session) -> None:
    """Open, used, taken back, over; the newest on top; who gave them out, for which account."""
    acting = factories.operator(session, chief.id)
    used, revoked, expired, _ = (inviting.invite(acting, Role.REVIEWER, ("bannu",), "ur")[0] for _ in range(4))
    guest = factories.person(session, username="guest")
    used.used_at, used.person_id = acting.at, guest.id
    revoked.revoked_at = acting.at
    expired.expires_at = now()
    expired.invited_by = None
    session.commit()
    found = {row[1]: row for row in rows(desk.get("/en/admin/invitations").text)}
    assert set(found) == {"Open", "Used", "Taken back", "Expired"}
    assert (found["Used"][0], found["Used"][6], found["Used"][7]) == ("guest", "chief", "New code")
    assert (found["Expired"][6], found["Expired"][7]) == ("Operator, at the command line", "")
    assert (found["Open"][0], found["Open"][7]) == ("No account yet", "Take back")
    assert found["Taken back"][2:4] == ["Reviewer", "Bannu"]


def test_the_list_never_holds_a_code(desk: FlaskClient, session: Session) -> None:
    """Nor does the log, nor any row, as it stands or in its groups."""
    code = send(desk).json["code"]
    pages = [desk.get(f"/en/admin/{page}").text for page in ("invitations", "audit", "people", "state")]
    session.rollback()
    stored = [repr(row) for table in Invitation.metadata.sorted_tables for row in session.execute(select(table))]
    for text in (*pages, *stored):
        assert code not in text
        assert f"{code[:5]}-{code[5:]}" not in text
    assert code.encode() not in given_out(session)[0].code_hash


def test_taking_back(desk: FlaskClient, client: FlaskClient, session: Session) -> None:
    """Once; twice does no harm, and what was used stays used."""
    send(desk)
    (made,) = given_out(session)
    for headers, status in ((SAME_SITE, 303), (JSON, 200)):
        assert desk.post(f"/en/admin/invitations/{made.id}/revoke", headers=headers).status_code == status
    first = again(session, made).revoked_at
    assert first
    assert len(noted(session, "invitation_revoked")) == 1
    send(desk)
    other = given_out(session)[1]
    other.used_at = now()
    session.commit()
    desk.post(f"/en/admin/invitations/{other.id}/revoke", headers=SAME_SITE)
    assert again(session, other).revoked_at is None


def test_a_supervisor_sees_and_takes_back_their_own(
    office: FlaskClient, desk: FlaskClient, session: Session, overseer: Person
) -> None:
    """Those of others are not found."""
    assert [send(one).status_code for one in (office, desk)] == [201, 201]
    mine, other = given_out(session)
    assert [row[6] for row in rows(office.get("/en/admin/invitations").text)] == ["overseer"]
    assert {row[6] for row in rows(desk.get("/en/admin/invitations").text)} == {"overseer", "chief"}
    assert office.post(f"/en/admin/invitations/{other.id}/revoke", headers=SAME_SITE).status_code == 404
    assert office.post(f"/en/admin/invitations/{other.id}/revoke", headers=JSON).status_code == 404
    assert again(session, other).revoked_at is None
    assert office.post(f"/en/admin/invitations/{mine.id}/revoke", headers=SAME_SITE).status_code == 303
    assert again(session, mine).revoked_at


def test_pages_hold_every_code_once(desk: FlaskClient, session: Session) -> None:
    """Twenty a page, the newest on top."""
    acting = factories.operator(session)
    for number in range(41):
        made, _ = inviting.invite(acting, Role.ANALYST, (), "en")
        made.created_at = acting.at - timedelta(minutes=number)
    session.commit()
    address, found = "/en/admin/invitations", []
    while address:
        page = desk.get(address).text
        found.append(re.findall(r"/admin/invitations/([0-9a-f-]+)/revoke", page))
        address = link(page, "Older ones") or ""
    assert [len(one) for one in found] == [20, 20, 1]
    assert [one for page in found for one in page] == [str(one.id) for one in reversed(given_out(session))]
    for nonsense in ("x", "0001-01-01T00:00:00+14:00", "2026-01-01", "%00"):
        assert desk.get(f"/en/admin/invitations?before={nonsense}").status_code == 200
