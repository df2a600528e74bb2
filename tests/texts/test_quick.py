"""What is left out for speed changes nothing: the quick rules say of every text what the plain ones say."""

import unicodedata
from pathlib import Path

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.paper.sheets import real
from webapp.texts import rules, tables

HERE = Path(__file__).parent
TEXTS = [line for name in ("ordinary.txt", "punitive.txt") for line in (HERE / name).read_text().splitlines() if line]
TEXTS += [row[name] for row in real() for name in ("narrative", "narrative_ur", "narrative_ps") if row[name]]
#: Letters, marks, digits, signs and parts of what is looked for, to be strewn into a text.
PARTS = [
    *"0123456789۱۲۳٠١ -.,:/@+()[]{}°'\n\r\t\x00\x1c\x85\u2028ßİſKΣς٫ﷺﬁ①ǅẞ한ᄀ",
    "\u0301", "\u200c", "\u202e", "\U0001f468\u200d\U0001f469", "\U0001f1f5\U0001f1f0",
    " at ", ".com", " dot com", "www.", "https:", "wa.me", "t.co", "bit.ly", "ڈاٹ کام", "19", "20", "12-11-2025",
    "35202-1234567-1", "0300 1234567", "042-35761234", "Capt Khan", "son of", "ولد", "کیپٹن گل", "34.01, 71.52",
]  # fmt: skip
STREWN = st.builds(
    lambda text, parts, at: text[: at % len(text)] + "".join(parts) + text[at % len(text) :],
    st.sampled_from(TEXTS),
    st.lists(st.sampled_from(PARTS), max_size=6),
    st.integers(0, 2000),
)
ANY = st.one_of(STREWN, st.text(), st.lists(st.sampled_from(PARTS), max_size=30).map("".join))
LETTERS = str.maketrans({letter: kept for kept, letters in tables.SAME.items() for letter in letters})
UNWANTED = regex.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\p{Cs}]+")
UNSEEN = regex.compile(r"[\p{M}\p{Cf}\p{Cs}\u0640\u115f\u1160\u2800\u3164\uffa0]|(?!\s)\p{Cc}")
DATE = rules._pattern(tables.DATE)


def flat(text: str) -> str:
    """All of folding but the case, letter by letter."""
    text = UNSEEN.sub("", unicodedata.normalize("NFKD", text)).translate(LETTERS)
    text = regex.sub(r"[\p{Pd}−⁃˗]", "-", text)
    return " ".join(regex.sub(r"[^\P{Nd}0-9]", lambda digit: str(unicodedata.decimal(digit[0], 0)), text).split())


def fold(text: str) -> str:
    """Folded twice over, whatever the text is."""
    return unicodedata.normalize("NFC", flat(flat(text).casefold()))


def length(text: str) -> int:
    """Graphemes, always counted."""
    piled = -(-len(text) // rules.PILE)
    return piled if piled > 10 * rules.NARRATIVE[1] else max(piled, len(regex.findall(r"\X", text)))


def clean(text: str) -> str:
    """Always searched for what is unwanted."""
    return UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def found(table: tables.Table, text: str) -> list[str]:
    """Codes of a table, all patterns of a code tried as one."""
    whole = {
        code: regex.compile("|".join(f"(?:{rules._pattern(row).pattern})" for row in rows))
        for code, rows in table.items()
    }
    return [code for code, pattern in whole.items() if pattern.search(text)]


def same(text: str) -> None:
    """The quick rules and the plain ones agree on a text."""
    folded = fold(text)
    assert (rules.clean(text), rules.length(text), rules.fold(text)) == (clean(text), length(text), folded)
    refused = found(tables.NUMBERS, DATE.sub("§", folded)) + found(tables.ADDRESSES, folded)
    doubtful = found(tables.DOUBTS, DATE.sub("§", flat(text)))
    assert rules.dangers(text) == (refused, doubtful)
    area = refused + found(tables.AREA, folded)
    assert rules.dangers(text, area=True) == (area, doubtful)


@pytest.mark.parametrize("start", range(0, len(TEXTS), 100))
def test_texts_as_people_write_them(start: int) -> None:
    for text in TEXTS[start : start + 100]:
        same(text)


@settings(max_examples=300, deadline=None)
@given(ANY)
def test_any_text(text: str) -> None:
    same(text)


def test_every_letter() -> None:
    """Each code point of the blocks that hold what has case, marks, digits, width or joins."""
    for number in (*range(0x3400), *range(0xA640, 0xAC80), *range(0xF900, 0x10600), *range(0x1D400, 0x1F300)):
        letter = chr(number)
        for text in (letter, f"a{letter}1"):
            assert (rules.clean(text), rules.length(text)) == (clean(text), length(text)), hex(number)
        assert rules.fold(f"a{letter}1") == fold(f"a{letter}1"), hex(number)


def test_kept_letters_are_not_mapped_again() -> None:
    """So that one letter after the other may be replaced."""
    assert not set(tables.SAME) & set("".join(tables.SAME.values()))


def test_very_long_texts() -> None:
    for text in ("a" * 120_001, "a" * 119_999, "a\u0301" * 70_000, "ک" * 130_000):
        assert rules.length(text) == length(text)
