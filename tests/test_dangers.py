"""The rules drawn for browsers: pattern by pattern, what is refused, what it weighs and what it says."""

import unicodedata

import brotli
import pytest
import regex

from webapp import dangers
from webapp.config import LANGUAGES
from webapp.dangers import STOOD_IN, TYPED, Untranslatable, javascript
from webapp.drafts.labels import PROBLEMS
from webapp.i18n import speaker
from webapp.texts import rules

WORD = "[\\wªÀ-ۿ]"


@pytest.mark.parametrize(
    ("pattern", "source"),
    [
        (r"\d{5}[ .\-/]?\D", r"\d{5}[ \.\-\/]?[^\d]"),
        (r"(?<!\d)a(?=b)(?!c)(?:d|e)*", r"(?<!\d)a(?=b)(?!c)(?:d|e)*"),
        (r"[\[({<]@[^\])]", r"[\[\(\{<]@[^\]\)]"),
        (r"\w\W", f"{WORD}[^{WORD[1:-1]}]"),
        (r"\bx", f"(?:(?<={WORD})(?!{WORD})|(?<!{WORD})(?={WORD}))x"),
        (r"(?i)Ab[c-e1] ٹ", "[Aa][bB][c-eC-E1] ٹ"),
        (r"a(?i:b(?:c))d", "a(?:[bB](?:[cC]))d"),
        (r"\p{Lu}\p{L}\S", "[A-ZÀ][A-Za-zÀ-ۿ][^ ]"),
        (r"\#\'", "#'"),
    ],
)
def test_a_pattern_for_folded_texts(pattern: str, source: str) -> None:
    assert javascript(pattern) == source


def test_a_pattern_for_texts_as_typed() -> None:
    assert javascript(r"[\p{M}\u0640]|(?!\s)\p{Cc}", TYPED) == r"[\p{M}\u0640]|(?![\p{White_Space}])[\p{Cc}]"


@pytest.mark.parametrize(
    "pattern",
    [
        "(a)",
        "(?>a)",
        "(?P<a>b)",
        "^a",
        "a$",
        "a.",
        r"\Aa",
        r"(\1)",
        r"\p{Lt}",
        r"[^\W]",
        r"[\b]",
        "[ا-ی]",
        "a(?i)b",
        r"\X",
    ],
)
def test_what_has_no_translation_is_refused(pattern: str) -> None:
    """Rather than read otherwise."""
    with pytest.raises(Untranslatable):
        javascript(pattern)


def test_letters_that_patterns_name_keep_their_kind() -> None:
    """A word's letter stands among those that count as such, any other sign does not; what would not is refused."""
    assert dangers._named([regex.compile("ک…☪a")]) == "ک…☪"
    for letter in ("Δ", "٣", "中", "،\u0301"):
        with pytest.raises(Untranslatable):
            dangers._named([regex.compile(f"x{letter}")])


def test_nothing_else_folds_to_more_letters() -> None:
    """Of what is left after the first half of folding."""
    letters = (chr(number) for number in range(0x110000))
    longer = {one: one.casefold() for one in letters if len(one.casefold()) > 1 and rules._flat(one) == one}
    assert longer == dangers.LONGER


def test_digits_stand_in_rows_of_ten() -> None:
    """So that a browser, which has no table of their values, may count back to the first."""
    digits = [number for number in range(0x110000) if unicodedata.category(chr(number)) == "Nd"]
    typed = [number for number in digits if unicodedata.normalize("NFKD", chr(number)) == chr(number)]
    assert len(typed) > 500
    for number in typed:
        row = next(back for back in range(10) if back == 9 or number - back - 1 not in digits)
        assert row == unicodedata.decimal(chr(number)), hex(number)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_script(language: str) -> None:
    """It is small, and says everything in the language of the page."""
    say = speaker(language)
    script = dangers.script(say)
    assert len(brotli.compress(script.encode())) < 12_000
    for code in (*rules.NUMBERS, *rules.ADDRESSES, *rules.AREA, *rules.DOUBTS):
        assert f'"{code}":"{say(PROBLEMS[code])}"' in script
    assert "%(" not in script
    assert STOOD_IN["w"] in script.replace("\\\\", "\\")
