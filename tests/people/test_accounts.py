"""Accounts and sign-ins: what lets somebody in, what ends it. Synthetic people."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import PASSWORD, person
from webapp.people import actions
from webapp.people.models import Person, SignIn
from webapp.people.queries import signed_in
from webapp.people.rules import Permission, Role, lives, may, new_password, password_fits, username_fits

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def elder(session: Session) -> Person:
    """A representative."""
    return person(session, username="elder")


def test_only_the_right_password_of_a_living_account(session: Session, elder: Person) -> None:
    assert actions.verified(session, "elder", PASSWORD) is elder
    wrong = ["", PASSWORD.upper(), PASSWORD[:-1], PASSWORD + "x"]
    tries = [("elder", password) for password in wrong] + [(name, PASSWORD) for name in ("nobody", "", "elder\x1f")]
    for name, password in tries:
        assert actions.verified(session, name, password) is None
    elder.disabled_at = NOON
    session.flush()
    assert actions.verified(session, "elder", PASSWORD) is None


def test_the_longest_password_counts_to_its_end(session: Session) -> None:
    longest = "پ" * 255 + "!"
    made = actions.add(session, "elder", longest, Role.ANALYST, (), "ur", NOON)
    assert actions.verified(session, "elder", longest) is made
    assert actions.verified(session, "elder", longest[:-1]) is None
    assert actions.verified(session, "elder", longest + "x") is None
    with pytest.raises(actions.Unfit):
        actions.add(session, "other", longest + "x", Role.ANALYST, (), "ur", NOON)


def test_nothing_stored_opens_anything(session: Session, elder: Person) -> None:
    token = actions.sign_in(session, elder, NOON)
    row = session.scalars(select(SignIn)).one()
    assert elder.password_hash.startswith("$argon2id$")
    assert PASSWORD not in elder.password_hash
    assert token.encode() not in row.token_hash
    assert len({actions.sign_in(session, elder, NOON) for _ in range(5)} | {token}) == 6
    assert signed_in(session, row.token_hash.hex(), NOON) is None


def test_a_token_tells_who_is_asking(session: Session, elder: Person) -> None:
    token = actions.sign_in(session, elder, NOON)
    found = signed_in(session, token, NOON + MINUTE)
    assert found is not None
    assert (found.id, found.role, found.scope) == (elder.id, Role.REPRESENTATIVE, ("PK-KP", "PK-BA"))
    for other in ("", token[:-1], token + "x", token.swapcase()):
        assert signed_in(session, other, NOON) is None


def test_what_ends_a_sign_in(session: Session, elder: Person) -> None:
    other = person(session)
    tokens = [actions.sign_in(session, elder, NOON) for _ in range(3)]
    stranger = actions.sign_in(session, other, NOON)
    actions.sign_out(session, tokens[0], NOON)
    actions.sign_out(session, "nonsense", NOON)
    assert [signed_in(session, token, NOON) is None for token in tokens] == [True, False, False]
    actions.set_password(session, elder, "another synthetic phrase", NOON)
    assert [signed_in(session, token, NOON) for token in tokens] == [None] * 3
    assert signed_in(session, stranger, NOON)
    other.disabled_at = NOON
    session.flush()
    assert signed_in(session, stranger, NOON) is None


def test_use_is_noted_to_the_minute(session: Session, elder: Person) -> None:
    token = actions.sign_in(session, elder, NOON)
    seen = []
    for at in (NOON + MINUTE / 2, NOON + MINUTE * 2, NOON + MINUTE * 2.5):
        actions.seen(session, token, at)
        session.expire_all()
        seen.append(session.scalars(select(SignIn.last_seen_at)).one())
    assert seen == [NOON, NOON + MINUTE * 2, NOON + MINUTE * 2]


@pytest.mark.parametrize("role", list(Role))
def test_how_long_a_sign_in_lasts(role: Role) -> None:
    idle = timedelta(hours=2) if role is Role.REPRESENTATIVE else timedelta(minutes=15)
    most = timedelta(hours=12)
    blink = timedelta(microseconds=1)
    assert lives(role, NOON, NOON, NOON + idle - blink)
    assert not lives(role, NOON, NOON, NOON + idle)
    assert lives(role, NOON, NOON + most - blink, NOON + most - blink)
    assert not lives(role, NOON, NOON + most, NOON + most)


def test_a_name_is_taken_once(session: Session, elder: Person) -> None:
    elder.disabled_at = NOON
    session.flush()
    with pytest.raises(actions.Unfit, match="taken"):
        actions.add(session, "elder", PASSWORD, Role.ANALYST, (), "en", NOON)


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
    assert may_do == {
        Role.REPRESENTATIVE: {Permission.FILE_GRIEVANCE, read},
        Role.REVIEWER: {read, load},
        Role.SUPERVISOR: {read, load},
        Role.ANALYST: {read, load},
        Role.PROTECTION_OFFICER: set(),
        Role.AUDITOR: set(),
        Role.ADMINISTRATOR: set(),
    }
