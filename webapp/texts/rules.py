"""What people write: cleaning, folding, counting, and finding what may put somebody in danger. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

import regex

from webapp.codes import LATIN_DIGITS
from webapp.texts import tables

#: (fewest, most) graphemes
AREA_NAME, NARRATIVE, REMEDY_TEXT = (0, 60), (5, 1500), (0, 400)
#: marks piled on one letter do not hide a text's size: it counts at least one for so many code points
PILE = 8

_UNWANTED = regex.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\p{Cs}]+")
UNSEEN = regex.compile(r"[\p{M}\p{Cf}\p{Cs}\u0640\u115f\u1160\u2800\u3164\uffa0]|(?!\s)\p{Cc}")
OTHER_DIGIT = regex.compile(r"[^\P{Nd}0-9]")
DASH = regex.compile(r"[\p{Pd}−⁃˗]")
_SENTENCE_END = regex.compile(r"[\n;!?؟؛]|(?<!\b(?i:rs|no))[.۔](?!\S)")
_GRAPHEME = regex.compile(r"\X")
#: what may be one grapheme with its neighbour
_JOINED = regex.compile(r"[^\p{GCB=Other}\n]")
_LETTERS = [(letter, kept) for kept, letters in tables.SAME.items() for letter in letters]


def clean(text: str) -> str:
    """The text as typed, trimmed, with \\n line ends and without controls that hide or reverse it."""
    if text.isprintable():
        return text.strip()
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def digits(text: str) -> str:
    """The text with ۰-۹ and ٠-٩ as 0-9."""
    return text.translate(LATIN_DIGITS)


def length(text: str) -> int:
    """Graphemes (UAX 29), or code points / PILE where that is more; beyond any limit only the latter is counted."""
    piled = -(-len(text) // PILE)
    if piled > 10 * NARRATIVE[1]:
        return piled
    return max(piled, sum(1 for _ in _GRAPHEME.finditer(text))) if _JOINED.search(text) else len(text)


def fold(text: str) -> str:
    """One spelling for comparison, never for display: letters, digits, marks, case, width and spaces made the same."""
    return _folded(_flat(text))


def dangers(text: str, *, area: bool = False) -> tuple[list[str], list[str]]:
    """Codes of what a text may not hold, and codes of what a person should look at once more.

    Not: cnic, mobile, email, url, coordinates; in the name of a village also digits_in_row (more than 4) and
    house_number. Once more: landline, parentage, rank_name, for which capitals count. In these orders.
    """
    if not text:
        return [], []
    flat = _flat(text)
    folded = _folded(flat)
    refused = _found(NUMBERS, _undated(folded)) + _found(ADDRESSES, folded) + (_found(AREA, folded) if area else [])
    return refused, _found(DOUBTS, _undated(flat))


def punitive(text: str) -> bool:
    """Whether a demand seems to punish: a fine, a burnt house, a girl given, a family driven out; may err both ways."""
    sentences = [fold(sentence) for sentence in _SENTENCE_END.split(text)]
    return any(
        whom.search(sentence) and deed.search(sentence) for sentence in sentences for whom, deed in _punishments()
    )


def _flat(text: str) -> str:
    """All of `fold` but the case."""
    text = DASH.sub("-", _letters(unicodedata.normalize("NFKD", text)))
    return " ".join(OTHER_DIGIT.sub(lambda found: str(unicodedata.decimal(found[0], 0)), text).split())


def _letters(text: str) -> str:
    text = UNSEEN.sub("", text)
    for letter, kept in _LETTERS:
        text = text.replace(letter, kept)
    return text


def _folded(flat: str) -> str:
    """All of `fold` after `_flat`; a text that has no capitals beyond a-z is flat already."""
    low = flat.casefold()
    return unicodedata.normalize("NFC", low if low == flat or low.isascii() else _flat(low))


def _undated(text: str) -> str:
    """Without days and spans of years; each names a year of these two centuries."""
    return DATE.sub("§", text) if "19" in text or "20" in text else text


def _pattern(written: str) -> regex.Pattern[str]:
    """Compiled for folded text, from a pattern in everyday spelling."""
    return regex.compile(_letters(unicodedata.normalize("NFKD", written)))


Patterns = Mapping[str, list[regex.Pattern[str]]]


def _patterns(table: Mapping[str, Iterable[str]]) -> Patterns:
    return {code: [_pattern(written) for written in rows] for code, rows in table.items()}


@cache
def _punishments() -> list[tuple[regex.Pattern[str], regex.Pattern[str]]]:
    """Compiled at the first demand: they cost more than all others together."""
    return [(_pattern(whom), _pattern(deed)) for whom, deed in tables.punishments()]


def _found(patterns: Patterns, text: str) -> list[str]:
    return [code for code, rows in patterns.items() if any(row.search(text) for row in rows)]


DATE = _pattern(tables.DATE)
NUMBERS, ADDRESSES = _patterns(tables.NUMBERS), _patterns(tables.ADDRESSES)
AREA, DOUBTS = _patterns(tables.AREA), _patterns(tables.DOUBTS)
