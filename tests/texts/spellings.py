"""The examples of these tests as other people would type them, and texts thrown together from what rules look for."""

import re
from collections.abc import Iterator
from random import Random

from tests.texts.test_doubtful import DOUBTFUL, PLAIN
from tests.texts.test_refused import ALLOWED, AREAS, GOOD_AREAS, REFUSED
from webapp.texts import tables

EXAMPLES = [
    *ALLOWED, *GOOD_AREAS, *PLAIN,
    *(text for table in (REFUSED, AREAS, DOUBTFUL) for texts in table.values() for text in texts),
]  # fmt: skip
LATIN, DIGITS = "0123456789", ("0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩")
GAPS = ("", " ", "-", ".", "/", ",", ":", "_", " - ", "–", "−", "\u00a0", "\u2009", "\n", "ـ", "\u200c", "\u200f", "  ")
#: any letter that is one with others, to all of them
ALIKE = {letter: kept + letters for kept, letters in tables.SAME.items() for letter in kept + letters}
PARTS = [
    *LATIN, *"۰۳۵۹٠٣٥٩३５", *"  --..,,:;/\\()[]{}<>*|~_+@#&°'\"′″”!?؟،۔؍٫٬\n\t\r", *"anoehwslNSEWXQdRrAZkz",
    *"ßẞſKΣςİıǅﬁªº①ⅷĀéЖжאबกαΩᏣꮳ한ß‿ٱۀگكيېےھۃهةەڼںټډړڪ😀𝟛𐐀𞤀٪§¤Àà",
    *GAPS, "\u0301", "\u064e", "\u0654", "\u202e", "\ufeff", "\ufe0f", "\u00ad", "\x00", "\x1c", "\x85", "\u2028",
    "\u3164", "19", "20", "2019 - 2022", "12-11-2025", "3-1-1999", "2025/1/3", "35202", "1234567", "0300", "03", "92",
    "+92", "0092", "00", "0928", "612345", "1234567-1", "33.12", "70.45", "33.1234", "70.4512", "4FR7", "عرض بلد ",
    " at ", "(at)", ".com", " dot com", "www.", "https:", "//", "gmail", "wa.me", "t.co", "bit.ly", "ڈاٹ کام", ".pk",
    "Captain ", "Capt. ", "Maj ", "MAJOR ", "major ", "General ", "Lt. Col. ", "SHO ", "sho ", "(R) ", "Inspector ",
    "میجر ", "کرنل ", "ایس ایچ او ", "اېس اېچ او ", "صوبه دار ", "صاحب ", "Akbar ", "akbar ", "Khan", "khan ", "Ähmed ",
    "اکبر ", "نے ", "ته ", "problem ", "public ", "road", "son of ", "SON OF ", "s/o ", "W/O ", "ولد ", "بنت ",
    "ابن ", "زوجہ ", "زوی ", "زما ", "زوے", "Babar ", "بابر ", "poor ", "House ", "No. ", "مکان ", "نمبر ", "کور ",
    "H #", "lat ", "Asst", "water ", "w / o ", "2014", "091", "street ", "deg ", " min", " N", " E", "شمال", "مشرق",
    "///a.b.c", "42S XB ",
]  # fmt: skip


def spellings(seed: int = 1) -> list[str]:
    """Each example in three digit systems, as it is and with gaps, letters and capitals changed."""
    chance = Random(seed)
    return [spelt for text in EXAMPLES for digits in DIGITS for spelt in _spelt(_shown(text, digits), chance)]


def mixtures(count: int, seed: int = 1) -> list[str]:
    """Texts of parts in any order, half of them inside an example."""
    chance = Random(seed)
    found = []
    for number in range(count):
        text = "".join(chance.choices(PARTS, k=chance.randint(1, 14)))
        around = chance.choice(EXAMPLES) if number % 2 else ""
        at = chance.randint(0, len(around))
        found.append(around[:at] + text + around[at:])
    return found


def _shown(text: str, digits: str) -> str:
    return re.sub("[0-9۰-۹٠-٩]", lambda digit: digits[int(digit[0])], text)


def _spelt(text: str, chance: Random) -> Iterator[str]:
    yield text
    yield "".join(chance.choice(GAPS) if letter in " -./" and chance.random() < 0.7 else letter for letter in text)
    yield "".join(chance.choice(ALIKE.get(letter, letter)) for letter in text)
    yield chance.choice((text.upper(), text.lower(), text.title(), text.swapcase()))
    yield "".join(letter + chance.choice(GAPS) if letter.isdigit() else letter for letter in text)
