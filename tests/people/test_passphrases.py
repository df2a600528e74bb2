"""Suggested passphrases: three lists of words that anybody can read, remember and type."""

import string
import unicodedata
from collections.abc import Iterable
from itertools import combinations
from operator import ne

import pytest

from webapp.config import LANGUAGES
from webapp.people import rules

#: What one key of an ordinary phone keyboard gives; no marks, and no letter of a neighbouring language.
LETTERS = {
    "en": string.ascii_lowercase,
    "ur": "اآبپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھئیے",
    "ps": "ابپتټثجځچڅحخدډذرړزژږسشښصضطظعغفقکګلمنڼوهیيېۍئ",
}
#: These look alike inside a Pashto word, so that a reader cannot tell which key to press.
ALIKE = {"ی", "ي", "ۍ"}


def close(word: str, other: str) -> bool:
    """Whether one letter put in, left out or changed makes one word the other."""
    short, long = sorted((word, other), key=len)
    if len(short) == len(long):
        return sum(map(ne, short, long)) == 1
    return len(long) - len(short) == 1 and short in {long[:at] + long[at + 1 :] for at in range(len(long))}


def problems(words: Iterable[str], language: str) -> list[str]:
    """What keeps a list from being used."""
    listed = list(words)
    found = [] if len(listed) == 512 else [f"{len(listed)} words"]
    found += [] if listed == sorted(set(listed)) else ["not sorted or not unique"]
    for word in listed:
        fits = unicodedata.is_normalized("NFC", word) and set(word) <= set(LETTERS[language]) and 3 <= len(word) <= 8
        found += [] if fits else [f"letters of {word}"]
        found += [f"alike in {word}"] if language == "ps" and ALIKE & set(word[:-1]) else []
    pairs = list(combinations(listed, 2))
    found += [f"{word} begins {other}" for word, other in pairs if other != word and other.startswith(word)]
    return found + [f"{word} is close to {other}" for word, other in pairs if close(word, other)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lists(language: str) -> None:
    """512 words each, 9 bits, none mistaken for another."""
    assert problems(rules.words(language), language) == []
    text = (rules.DATA / f"words_{language}.txt").read_text("utf-8")
    assert text == "".join(f"{word}\n" for word in rules.words(language))


def test_english_words_differ_early() -> None:
    """The first four letters tell which word it is."""
    assert len({word[:4] for word in rules.words("en")}) == 512


@pytest.mark.parametrize(
    ("language", "wrong", "instead"),
    [
        ("en", "Almond", "almond"),
        ("en", "apple tree", "apple"),
        ("en", "oa", "oasis"),
        ("en", "alphabets", "alphabet"),
        ("en", "apply", "almond"),
        ("en", "appl", "almond"),
        ("ur", "آئینۂ", "آئینہ"),
        ("ur", "\u0627\u0653بشار", "آبشار"),
        ("ur", "آستين", "آستین"),
        ("ur", "آلُو", "آلو"),
        ("ps", "ابشاره", "اته"),
        ("ps", "ابریشم", "ابشار"),
        ("ps", "اتہ", "اته"),
    ],
)
def test_the_check_can_fail(language: str, wrong: str, instead: str) -> None:
    """One word changed, or another list, is found."""
    changed = sorted(wrong if word == instead else word for word in rules.words(language))
    assert wrong in changed
    assert problems(changed, language) != []


def test_the_check_counts() -> None:
    """A list that is short, doubled or out of order is none."""
    whole = list(rules.words("en"))
    assert problems(whole[1:], "en") == ["511 words"]
    assert problems(whole[::-1], "en") == ["not sorted or not unique"]
    assert "not sorted or not unique" in problems([*whole[:-1], whole[0]], "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_suggestions(language: str) -> None:
    """Five words of the list that make a password, never the same five."""
    suggested = [rules.passphrase(language) for _ in range(1000)]
    assert len(set(suggested)) == 1000
    assert all(rules.password_fits(passphrase) for passphrase in suggested)
    chosen = [passphrase.split(" ") for passphrase in suggested]
    assert {len(five) for five in chosen} == {5}
    used = {word for five in chosen for word in five}
    assert used <= set(rules.words(language))
    # 5,000 draws of 512: each word has a chance of 1 in 17,000 to be left out
    assert len(used) > 500


def test_chance_is_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The words come from the system's source of secrets, one draw a word."""
    drawn = iter(["almond", "tree", "almond", "river", "zebra"])
    monkeypatch.setattr(rules.secrets, "choice", lambda words: next(drawn))
    assert rules.passphrase("en") == "almond tree almond river zebra"
