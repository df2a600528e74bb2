"""Accounts and sign-ins: what lets somebody in, what ends it. Synthetic people."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import quick
from tests.factories import HASH, PASSWORD, VAULT, person
from webapp.audit.actions import Acting
from webapp.people import actions
from webapp.people.models import Person, SignIn
from webapp.people.queries import signed_in
from webapp.people.rules import (
    Permission,
    Role,
    Stage,
    lives,
    may,
    new_password,
    password_fits,
    stage,
    username_fits,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def acting(session: Session) -> Acting:
    """The operator, at noon."""
    return Acting(session, VAULT, None, NOON)


@pytest.fixture
def elder(session: Session) -> Person:
    """A representative."""
    return person(session, username="elder")


def test_only_the_right_password_of_a_living_account(session: Session, elder: Person) -> None:
    assert actions.opens(elder, PASSWORD)
    for wrong in ("", PASSWORD.upper(), PASSWORD[:-1], PASSWORD + "x"):
        assert not actions.opens(elder, wrong)
    assert not actions.opens(None, PASSWORD)
    elder.disabled_at = NOON
    session.flush()
    assert not actions.opens(elder, PASSWORD)


def test_what_a_guess_costs(elder: Person) -> None:
    """OWASP's least for argon2id, outside of these tests, which take the cheapest."""
    stored = quick.STRONG.hash(PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert actions.hashed("elder", "mulberry rope well").startswith("$argon2id$v=19$m=8,t=1,p=1$")
    elder.password_hash = stored
    assert actions.opens(elder, PASSWORD)
    assert not actions.opens(elder, PASSWORD[:-1])


def test_the_longest_password_counts_to_its_end(session: Session, acting: Acting) -> None:
    longest = "".join(random.Random(1).choices("آبپتٹجچحخدڈذرزژسشصضطظعغفقلمنو", k=255)) + "!"
    made = actions.add(acting, "elder", actions.hashed("elder", longest), Role.ANALYST, (), "ur")
    assert actions.opens(made, longest)
    assert not actions.opens(made, longest[:-1])
    assert not actions.opens(made, longest + "x")
    with pytest.raises(actions.Unfit, match="256"):
        actions.hashed("other", longest + "x")


def test_nothing_stored_opens_anything(session: Session, acting: Acting, elder: Person) -> None:
    token = actions.sign_in(acting, elder)
    row = session.scalars(select(SignIn)).one()
    assert elder.password_hash.startswith("$argon2id$")
    assert PASSWORD not in elder.password_hash
    assert token.encode() not in row.token_hash
    assert len({actions.sign_in(acting, elder) for _ in range(5)} | {token}) == 6
    assert signed_in(session, row.token_hash.hex(), NOON) is None


def test_a_token_tells_who_is_asking(session: Session, acting: Acting, elder: Person) -> None:
    token = actions.sign_in(acting, elder)
    found = signed_in(session, token, NOON + MINUTE)
    assert found is not None
    assert (found.id, found.role, found.scope) == (elder.id, Role.REPRESENTATIVE, ("PK-KP", "PK-BA"))
    for other in ("", token[:-1], token + "x", token.swapcase()):
        assert signed_in(session, other, NOON) is None


def test_what_ends_a_sign_in(session: Session, acting: Acting, elder: Person) -> None:
    other = person(session)
    tokens = [actions.sign_in(acting, elder) for _ in range(3)]
    stranger = actions.sign_in(acting, other)
    actions.sign_out(acting, tokens[0])
    actions.sign_out(acting, "nonsense")
    assert [signed_in(session, token, NOON) is None for token in tokens] == [True, False, False]
    actions.set_password(acting, elder, "$argon2id$another")
    assert [signed_in(session, token, NOON) for token in tokens] == [None] * 3
    assert signed_in(session, stranger, NOON)
    other.disabled_at = NOON
    session.flush()
    assert signed_in(session, stranger, NOON) is None


def test_use_is_noted_to_the_minute(session: Session, acting: Acting, elder: Person) -> None:
    token = actions.sign_in(acting, elder)
    seen = []
    for at in (NOON + MINUTE / 2, NOON + MINUTE * 2, NOON + MINUTE * 2.5):
        actions.seen(session, token, at)
        session.expire_all()
        seen.append(session.scalars(select(SignIn.last_seen_at)).one())
    assert seen == [NOON, NOON + MINUTE * 2, NOON + MINUTE * 2]


@pytest.mark.parametrize(
    ("own_phone", "idle", "most"),
    [(False, timedelta(minutes=15), timedelta(hours=12)), (True, timedelta(days=30), timedelta(days=30))],
)
def test_how_long_a_sign_in_lasts(own_phone: bool, idle: timedelta, most: timedelta) -> None:
    blink = timedelta(microseconds=1)

    def alive(last_seen: datetime, at: datetime) -> bool:
        return lives(own_phone=own_phone, started=NOON, last_seen=last_seen, at=at)

    assert alive(NOON, NOON + idle - blink)
    assert not alive(NOON, NOON + idle)
    assert alive(NOON + most - blink, NOON + most - blink)
    assert not alive(NOON + most - blink, NOON + most)


@pytest.mark.parametrize("role", list(Role))
def test_only_a_representative_has_a_phone_of_their_own(acting: Acting, session: Session, role: Role) -> None:
    token = actions.sign_in(acting, person(session, role), own_phone=True)
    found = [signed_in(session, token, NOON + timedelta(minutes=minutes)) for minutes in (14, 16, 43_199, 43_201)]
    long = role is Role.REPRESENTATIVE
    assert [one is not None for one in found] == [True, long, long, False]


def test_a_name_is_taken_once(session: Session, acting: Acting, elder: Person) -> None:
    elder.disabled_at = NOON
    session.flush()
    with pytest.raises(actions.Unfit, match="taken"):
        actions.add(acting, "elder", HASH, Role.ANALYST, (), "en")


@pytest.mark.parametrize("name", ["abc", "a.b-c_d", "a" * 40, "007"])
def test_user_names(name: str) -> None:
    assert username_fits(name)


@pytest.mark.parametrize(
    "name", ["", "ab", "a" * 41, "Abc", "a b", ".abc", "abc-", "абв", "ابج", "abc\n", "a\x00c", "admin@x", "۱۲۳"]
)
def test_no_user_names(name: str) -> None:
    assert not username_fits(name)


def test_passwords_have_no_rule_but_their_length() -> None:
    for password in ("a" * 12, " " * 12, "پاسورڈ پاسورڈ", "x" * 256):
        assert password_fits(password)
    for password in ("", "a" * 11, "x" * 257):
        assert not password_fits(password)
    assert password_fits(new_password())


def test_who_may_do_what() -> None:
    """Closed by default: an official files nothing, an auditor or administrator reads no figures."""
    may_do = {role: {permission for permission in Permission if may(role, permission)} for role in Role}
    read, load = Permission.READ_SUMMARY, Permission.DOWNLOAD_SUMMARY
    invite, log, state = Permission.INVITE, Permission.READ_AUDIT, Permission.READ_STATE
    handle, report = {Permission.HANDLE_GRIEVANCE, Permission.OPEN_QUEUE}, Permission.READ_PROTECTION_REPORT
    exact = Permission.COUNT_EXACTLY
    own = {Permission.OWN_ACCOUNT, Permission.SET_UP_FACTOR, Permission.GIVE_CODE}
    assert may_do == {
        Role.REPRESENTATIVE: {*own, Permission.FILE_GRIEVANCE, read},
        Role.REVIEWER: {*own, *handle, read, load, exact},
        Role.SUPERVISOR: {*own, *handle, read, load, exact, invite, Permission.MARK_SHUTDOWN},
        Role.ANALYST: {*own, read, load},
        Role.PROTECTION_OFFICER: {*own, *handle, report},
        Role.AUDITOR: {*own, log, state, report, Permission.OPEN_QUEUE},
        Role.ADMINISTRATOR: {*own, log, state, invite, Permission.MANAGE_PEOPLE},
    }


@pytest.mark.parametrize("role", list(Role))
def test_half_a_sign_in_opens_its_next_step_alone(role: Role) -> None:
    steps = {Stage.CODE: {Permission.GIVE_CODE}, Stage.SET_UP: {Permission.SET_UP_FACTOR}}
    for reached, opens in steps.items():
        assert {permission for permission in Permission if may(role, permission, reached)} == opens


def test_how_far_a_sign_in_has_come() -> None:
    for role in Role:
        official = role is not Role.REPRESENTATIVE
        found = [
            stage(role, has_factor=has, given=given, required=required)
            for has, given, required in ((1, 1, 1), (1, 0, 1), (1, 0, 0), (0, 0, 0), (0, 0, 1))
        ]
        code, full = Stage.CODE, Stage.FULL
        assert found == [full, code, code, full, Stage.SET_UP if official else full]
