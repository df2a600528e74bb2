"""Which passwords may be chosen, from outside: length, what everybody tries, and one spelling on every keyboard."""

import unicodedata

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.join.conftest import Newcomer
from webapp.people.rules import easily_guessed, password_fits

#: 12 characters that belong together nowhere.
TWELVE = "vgqzmwkrtbxu"
LONG = (TWELVE + "plofjhnds") * 13
ONE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@ONE
@pytest.mark.parametrize(
    ("password", "problem"),
    [
        (TWELVE[:11], "at least 12"), (TWELVE, None), (LONG[:256], None), (LONG[:257], "at most 256"),
        ("password1234", "too easy"), ("qwertyuiop[]", "too easy"), ("1qaz2wsx3edc", "too easy"),
        ("aaaaaaaaaaaaaaaa", "too easy"), ("123456789012", "too easy"), ("Pakistan1947!", "too easy"),
        ("پاکستان زندہ باد", "too easy"), ("pakistan zindabad", "too easy"),
        ("newcomer-one", "too easy"), ("NEWCOMER-ONE!", "too easy"),
        ("ہمارا گاؤں پہاڑ کے پیچھے", None), ("زموږ کلی د غره شاته دی", None), ("   mulberry rope   ", None),
        ("correct horse mulberry stapler", None),
    ],
)  # fmt: skip
def test_what_may_be_chosen(newcomer: Newcomer, session: Session, password: str, problem: str | None) -> None:
    answer = newcomer.take(factories.invite(session), "newcomer-one", password)
    if problem is None:
        assert answer.status_code == 303, answer.text
        assert newcomer.signs_in("newcomer-one", password)
    else:
        assert (answer.status_code, problem in answer.text) == (422, True)


@ONE
def test_spaces_are_part_of_it(newcomer: Newcomer, session: Session) -> None:
    chosen = "  mulberry rope well  "
    assert newcomer.take(factories.invite(session), "newcomer", chosen).status_code == 303
    assert newcomer.signs_in("newcomer", chosen)
    for other in (chosen.strip(), chosen[1:], chosen[:-1], chosen.replace(" ", ""), chosen.title()):
        assert not newcomer.signs_in("newcomer", other)


@ONE
@pytest.mark.parametrize("phrase", ["آٹھ گھوڑے اور ؤہ پہاڑ ۂ", "mulbérry röpe wéll tŵelve"])
def test_each_keyboard_spells_it_so(newcomer: Newcomer, session: Session, phrase: str) -> None:
    chosen = unicodedata.normalize("NFD", phrase)
    assert chosen != unicodedata.normalize("NFC", phrase)
    assert newcomer.take(factories.invite(session), "newcomer", chosen).status_code == 303
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert newcomer.signs_in("newcomer", unicodedata.normalize(form, phrase))


@ONE
def test_wide_letters_are_the_same_letters(newcomer: Newcomer, session: Session) -> None:
    assert (
        newcomer.take(factories.invite(session), "newcomer", "ｍｕｌｂｅｒｒｙ　ｒｏｐｅ　ｗｅｌｌ").status_code == 303
    )
    assert newcomer.signs_in("newcomer", "mulberry rope well")


def test_no_rule_of_composition() -> None:
    for password in ("mulberry rope well", "vgqzmwkrtbxu", "ڼښڅځږړډټڅښ ڼ"):
        assert password_fits(password)
        assert not easily_guessed(password)


@ONE
def test_a_new_password_is_judged_alike(newcomer: Newcomer, session: Session) -> None:
    code = factories.reset(session, factories.person(session, username="elder-of-bannu"))
    for password in ("password1234", TWELVE[:11], "elder-of-bannu"):
        assert newcomer.take(code, "", password).status_code == 422
    assert newcomer.take(code, "", TWELVE).status_code == 303
