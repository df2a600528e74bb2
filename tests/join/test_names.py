"""The user name that a newcomer chooses: refused in words, kept as typed; nothing else of the form is obeyed."""

import html

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.join.conftest import GOOD, Newcomer
from tests.watching import rows
from webapp.people.models import Person
from webapp.people.rules import Role

RULE = "A user name has 3 to 40 of the characters"
ONE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    "typed",
    [
        "еlder", "elԁer", "ابج", "خان", "ab", "a b c", "elder of bannu", "elder\u202eredle", "el\u200bder",
        "el\u200dder", "\u200felder", "a" * 41, "x" * 300, "elder\x00", "\x00", "elder\n2", "-elder", "elder_",
        "elder@bannu", "İstanbul", "ﬁne-name", "<b>elder</b>", "'; --",
    ],
)  # fmt: skip
def test_names_that_mislead_are_refused_in_words(newcomer: Newcomer, session: Session, typed: str) -> None:
    answer = newcomer.take(factories.invite(session), typed)
    assert answer.status_code == 422
    assert RULE in answer.text
    shown = html.unescape(answer.text)
    assert f'value="{typed.lower()}"' in shown, "what was typed comes back"
    assert f'value="{GOOD}"' in shown, "the password too: it was shown to be written down"
    assert rows(session, Person) == []


@ONE
@pytest.mark.parametrize(
    ("typed", "made"),
    [("abc", "abc"), (" Elder.1 ", "elder.1"), ("۱۲۳۴۵۶", "123456"), ("a" * 40, "a" * 40), ("a-_.9", "a-_.9")],
)
def test_names_that_do(newcomer: Newcomer, session: Session, typed: str, made: str) -> None:
    assert newcomer.take(factories.invite(session), typed).status_code == 303
    assert [one.username for one in rows(session, Person)] == [made]
    assert newcomer.signs_in(typed)


def test_a_name_is_taken_once(newcomer: Newcomer, session: Session) -> None:
    factories.person(session, username="elder")
    code = factories.invite(session)
    answer = newcomer.take(code, "ELDER")
    assert (answer.status_code, "This user name is taken" in answer.text) == (422, True)
    assert newcomer.take(code, "elder2").status_code == 303, "the code is still good"


def test_a_name_is_offered_that_tells_nothing(newcomer: Newcomer, session: Session) -> None:
    code = factories.invite(session)
    offered = [newcomer.open(code).text.split('name="username"')[1].split('value="')[1].split('"')[0] for _ in "ab"]
    assert all(name.isdigit() and len(name) == 6 for name in offered)
    assert offered[0] != offered[1]


SMUGGLED = {
    "role": "administrator", "scope": ["PK-KP", "PK-BA"], "invited_by": "", "factor_at": "2020-01-01", "id": "1",
    "again": "yes", "person_id": "1", "reset_at": "", "disabled_at": "", "language": "ps", "password_hash": "x",
}  # fmt: skip


def test_nothing_can_be_smuggled_in(newcomer: Newcomer, session: Session) -> None:
    code = factories.invite(session, Role.REPRESENTATIVE, ("bannu",))
    assert newcomer.take(code, **SMUGGLED).status_code == 303
    made = rows(session, Person)[0]
    assert (made.role, made.scope, made.language, made.invited_by) == (Role.REPRESENTATIVE, ("bannu",), "en", None)
    assert (made.factor_at, made.reset_at, made.disabled_at) == (None, None, None)
    assert newcomer.signs_in("newcomer")


def test_a_code_for_an_account_keeps_its_name_and_role(newcomer: Newcomer, session: Session) -> None:
    someone = factories.person(session, Role.ANALYST, (), "analyst")
    code = factories.reset(session, someone)
    page = newcomer.open(code).text
    assert "analyst" in page
    assert 'name="username"' not in page
    assert newcomer.take(code, "other-name", **SMUGGLED).status_code == 303
    (stored,) = rows(session, Person)
    assert (stored.username, stored.role, stored.scope) == ("analyst", Role.ANALYST, ())
    assert newcomer.signs_in("analyst")
    assert not newcomer.signs_in("analyst", factories.PASSWORD)


def test_codes_of_and_for_a_closed_account_open_nothing(newcomer: Newcomer, session: Session) -> None:
    inviter, someone = (factories.person(session, Role.SUPERVISOR) for _ in "ab")
    given, own = factories.invite(session, by=inviter), factories.reset(session, someone)
    assert [newcomer.open(code).status_code for code in (given, own)] == [200, 200]
    for one in (inviter, someone):
        factories.close(session, one)
    assert [newcomer.open(code).status_code for code in (given, own)] == [404, 404]
    assert [newcomer.take(code).status_code for code in (given, own)] == [404, 404]
    assert len(rows(session, Person)) == 2
