"""Who may give out a code to whom, and what a code does to the accounts around it."""

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.watching import rows
from webapp.codes import ALPHABET
from webapp.invitations import actions, queries
from webapp.invitations.rules import LENGTH, may_invite, new_code, read_code, within
from webapp.people.actions import Unfit
from webapp.people.models import Notice, Person
from webapp.people.queries import Signed, by_id
from webapp.people.rules import Role, Stage
from webapp.places.queries import atlas
from webapp.vault import Vault, new_key


def asking(someone: Person) -> Signed:
    """Somebody who has just signed in."""
    at = factories.now()
    return Signed(
        someone.id, someone.role, someone.scope, "en", at, at, someone.id,
        own_phone=False, reset_at=None, stage=Stage.FULL,
    )  # fmt: skip


def test_codes_are_said_easily_and_never_twice() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(len(code) == LENGTH and set(code) <= set(ALPHABET) for code in codes)
    assert not set("ILOU") & set(ALPHABET)
    assert all(read_code(code) == code for code in codes)
    assert [read_code(typed) for typed in ("", "0" * 9, "0" * 11, "U" * 10, "é" * 10)] == [None] * 5


def test_who_may_invite_whom() -> None:
    allowed = {(by, role) for by in Role for role in Role if may_invite(by, role)}
    administrator, supervisor = Role.ADMINISTRATOR, Role.SUPERVISOR
    assert allowed == {(administrator, role) for role in Role} | {(supervisor, Role.REPRESENTATIVE)}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_supervisor_invites_for_their_own_places(session: Session) -> None:
    places = atlas(session)
    supervisor = asking(factories.person(session, Role.SUPERVISOR, ("PK-KP",)))
    narrow = asking(factories.person(session, Role.SUPERVISOR, ("bannu",)))
    chief = asking(factories.person(session, Role.ADMINISTRATOR, ()))
    elder = Role.REPRESENTATIVE
    for by, role, scope in (
        (supervisor, elder, ("PK-KP",)), (supervisor, elder, ("bannu", "peshawar")), (narrow, elder, ("bannu",)),
        (chief, Role.SUPERVISOR, ("PK-BA",)), (chief, Role.ANALYST, ()),
    ):  # fmt: skip
        actions.allowed(by, role, scope, places)
    for by, role, scope, code in (
        (supervisor, elder, ("PK-BA",), "outside"), (supervisor, elder, ("bannu", "chaman"), "outside"),
        (narrow, elder, ("PK-KP",), "outside"), (narrow, elder, ("nowhere",), "outside"),
        (supervisor, elder, (), "scope"),
        (supervisor, Role.REVIEWER, ("bannu",), "role"), (chief, elder, (), "scope"),
        (asking(factories.person(session, Role.ANALYST, ())), elder, ("bannu",), "role"),
    ):  # fmt: skip
        with pytest.raises(Unfit) as unfit:
            actions.allowed(by, role, scope, places)
        assert unfit.value.code == code
    assert within((), Role.SUPERVISOR, ("PK-KP",), places)


def test_a_new_code_for_an_account_ends_the_one_before(session: Session) -> None:
    someone = factories.person(session)
    first = factories.reset(session, someone)
    second = factories.reset(session, someone)
    at = factories.now()
    opens = [queries.by_code(session, factories.VAULT, code, at) is not None for code in (first, second)]
    assert opens == [False, True]
    own = by_id(session, someone.id)
    assert own is not None
    assert (own.password_hash, own.reset_at is not None) == (None, True)
    assert {one.what for one in rows(session, Notice)} == {"password_reset"}


def test_a_code_of_another_instance_opens_nothing(session: Session) -> None:
    code = factories.invite(session)
    other = Vault(new_key(), b"another instance's secret, 32 b.")
    assert queries.by_code(session, factories.VAULT, code, factories.now())
    assert queries.by_code(session, other, code, factories.now()) is None


def test_the_list_shows_ones_own(session: Session) -> None:
    first, other = (factories.person(session, Role.SUPERVISOR, ("PK-KP",)) for _ in "ab")
    for _ in range(queries.PAGE + 1):
        factories.invite(session, by=first)
    factories.invite(session, by=other)
    shown, more = queries.listed(session, invited_by=first.id)
    assert (len(shown), more) == (queries.PAGE, True)
    assert {one.inviter for one in shown} == {first.username}
    rest, more = queries.listed(session, invited_by=first.id, before=shown[-1].invitation.created_at)
    assert (len(rest), more) == (1, False)
    assert queries.by_id(session, rest[0].invitation.id, other.id) is None
    assert queries.by_id(session, rest[0].invitation.id, first.id) is rest[0].invitation
    assert rest[0].state(factories.now()) == "open"
