"""Which passwords may be chosen, from outside: length, what everybody tries, and one spelling on every keyboard."""

import re
import unicodedata
from html import unescape

import pytest
from sqlalchemy.orm import Session
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from tests import factories
from tests.join.conftest import Newcomer
from tests.watching import rows
from webapp.people.models import Person
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


KEEP = "You can keep these words"


@ONE
def test_nobody_is_told_to_keep_what_was_refused(newcomer: Newcomer, session: Session) -> None:
    """Nor a refused name; what is in order may be kept."""
    code = factories.invite(session)
    assert KEEP in newcomer.open(code).text
    refused = newcomer.take(code, "newcomer", "password1234").text
    assert (KEEP in refused, "At least 12 letters, best several words" in refused) == (False, True)
    assert "You can keep this number" in refused
    refused = newcomer.take(code, "-", TWELVE).text
    assert (KEEP in refused, "You can keep this number" in refused) == (True, False)


def value(page: str, name: str) -> str:
    """What stands in a line of the form."""
    return unescape(re.findall(rf'name="{name}"[^>]* value="([^"]*)"', page)[0])


@ONE
@pytest.mark.parametrize("password", ["", "password1234", TWELVE])
def test_other_words_keep_the_name(newcomer: Newcomer, session: Session, password: str) -> None:
    """Whatever was typed beside it; nothing is saved and the code is still good."""
    code = factories.invite(session)
    shown = [newcomer.take(code, typed, password, other="yes") for typed in ("mulberry", "-not a name-", "mulberry")]
    assert [answer.status_code for answer in shown] == [200] * 3
    assert [value(answer.text, "username") for answer in shown] == ["mulberry", "-not a name-", "mulberry"]
    offered = {value(answer.text, "password") for answer in shown}
    assert len(offered) == 3
    assert all(len(words.split()) == 5 for words in offered)
    assert not any('class="error"' in answer.text for answer in shown)
    assert rows(session, Person) == []
    assert newcomer.take(code, "mulberry", offered.pop()).status_code == 303


@ONE
def test_enter_saves_and_does_not_ask_for_other_words(newcomer: Newcomer, session: Session) -> None:
    """A browser presses the first button of a form."""
    for code in (factories.invite(session), factories.reset(session, factories.person(session))):
        form = newcomer.open(code).text.split("<form")[-1]
        assert re.findall(r"<button[^>]*>", form)[0] == '<button type="submit">'
        assert "Other words" in form


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


def test_the_common_ones_of_our_length_are_refused() -> None:
    """Of the 30,000 most common passwords those that are long enough; no list is asked for elsewhere."""
    common = [word for word in FREQUENCY_LISTS["passwords"] if password_fits(word)]
    assert len(FREQUENCY_LISTS["passwords"]) >= 30_000
    assert len(common) > 200
    assert [word for word in common if not easily_guessed(word)] == []
    assert not easily_guessed("mulberry rope well")
