"""Cleaning, folding and counting what people write; whatever the input, the rules answer."""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import webapp
from tests.texts import judging
from webapp.texts import rules

DIGITS = ["0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩"]
GAPS = st.sampled_from(["", "", " ", "-", ".", "_", " - ", "\u200c", "\u200f", "\u202a", "\u00a0", "–", "ـ", "\u200b-"])
FEW = settings(max_examples=150, deadline=None)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  سڑک بند ہے \n", "سڑک بند ہے"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\tb\n\nc", "a\tb\n\nc"),
        ("a\x00b\x07c\x1bd\x7fe\x85f\x9f", "abcdef"),
        ("\u202eabc\u202c\u2066d\u2069", "abcd"),
        ("\ud800a", "a"),
        ("علي كريم", "علي كريم"),
        ("می\u200cخواہم \u200fa", "می\u200cخواہم \u200fa"),
        ("۱۲ ١٢", "۱۲ ١٢"),
        ("", ""),
    ],
)
def test_clean(typed: str, kept: str) -> None:
    """Controls go, letters and digits stay as they were typed."""
    assert rules.clean(typed) == kept


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("علي كريم", "علی کریم"),
        ("پېښور ګرځي", "پیښور گرځی"),
        ("مدرسة", "مدرسه"),
        ("گاﺅں", "گاؤں"),
        ("مُحَمَّد", "محمد"),
        ("بنـــوں", "بنوں"),
        ("می\u200cشود", "میشود"),
        ("ABC ＡＢＣ", "abc  abc"),
        ("۱۲٣", "123"),
        ("१२३", "123"),
        (" a \n b\u00a0c ", "a b c"),
        ("STRASSE", "straße"),
    ],
)
def test_fold(one: str, other: str) -> None:
    """Both spellings compare equal."""
    assert rules.fold(one) == rules.fold(other)


@pytest.mark.parametrize(("one", "other"), [("کل", "گل"), ("سوي", "سوو"), ("a", "b"), ("تور", "ټور")])
def test_fold_keeps_words_apart(one: str, other: str) -> None:
    """Different letters stay different."""
    assert rules.fold(one) != rules.fold(other)


@pytest.mark.parametrize(
    ("text", "graphemes"),
    [
        ("", 0),
        ("abc", 3),
        ("کور", 3),
        ("e\u0301", 1),
        ("👨‍👩‍👧", 1),
        ("🇵🇰", 1),
        ("سِپ", 2),
        ("a\r\nb", 3),
        ("می\u200cش", 3),
    ],
)
def test_length(text: str, graphemes: int) -> None:
    """What a reader counts as letters."""
    assert rules.length(text) == graphemes


def test_length_is_not_fooled_by_piled_marks() -> None:
    """One letter with a thousand marks is not one letter, and 2 MB are counted at once."""
    assert rules.length("a" + "\u0301" * 999) == 1000 // rules.PILE
    assert rules.length("a" * 2_000_000) > rules.NARRATIVE[1]
    assert rules.length("a\u0301" * 1500) == 1500


def test_digits() -> None:
    """Both sets, and nothing else."""
    assert rules.digits("۱۲/٣٤ ab ५") == "12/34 ab ५"


def test_limits() -> None:
    """As in the form."""
    assert (rules.AREA_NAME, rules.NARRATIVE, rules.REMEDY_TEXT) == ((0, 60), (5, 1500), (0, 400))


@FEW
@given(st.text())
@example("ŉ\u0344ΐﬃ\u2126İ")
def test_any_text_is_answered(text: str) -> None:
    """No input breaks a rule; cleaning and folding twice is the same as once."""
    cleaned = rules.clean(text)
    assert rules.clean(cleaned) == cleaned
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", cleaned)
    assert rules.fold(rules.fold(text)) == rules.fold(text)
    assert set(judging.area_refused(text)) >= set(judging.refused(text))
    assert judging.doubtful(text) == sorted(judging.doubtful(text), key=["landline", "parentage", "rank_name"].index)
    assert rules.punitive(text) in (True, False)


@FEW
@given(st.text(alphabet=st.sampled_from("0357+-. ,/۹٣ولد@a:°\u200c\n"), max_size=400))
def test_number_soup_is_answered(text: str) -> None:
    """Nor does what is made of the patterns' own characters; cleaning hides nothing."""
    assert judging.refused(rules.clean(text)) == judging.refused(text)
    judging.doubtful(text)


def _typed(data: st.DataObject, digits: str, gaps: set[int]) -> str:
    """Digits as somebody may type them: each in any of the three sets, something between them at the given places."""
    shown = [DIGITS[data.draw(st.integers(0, 2))][int(digit)] for digit in digits]
    return "".join(letter + (data.draw(GAPS) if place in gaps else "") for place, letter in enumerate(shown, start=1))


@FEW
@given(st.data(), st.from_regex(r"[1-8][0-9]{12}", fullmatch=True))
def test_every_card_number_is_refused(data: st.DataObject, number: str) -> None:
    """However it is typed, and whatever stands around it."""
    assert "cnic" in judging.refused("کارڈ " + _typed(data, number, {5, 12}) + " بند ہے")
    assert "cnic" in judging.refused("card" + _typed(data, number, set()) + ".")


@FEW
@given(
    st.data(),
    st.from_regex(r"3[0-9]{9}", fullmatch=True),
    st.sampled_from(["0", "92", "0092", "+92", "+92 0", "+92 (0)"]),
)
def test_every_mobile_number_is_refused(data: st.DataObject, number: str, prefix: str) -> None:
    """However it is typed."""
    assert "mobile" in judging.refused("فون " + prefix + _typed(data, number, {3, 6}) + " پر")


@FEW
@given(
    st.integers(1, 9_999_999_999), st.integers(1979, 2026), st.integers(1, 12), st.integers(1, 28), st.integers(0, 2)
)
def test_sums_and_days_are_allowed(amount: int, year: int, month: int, day: int, script: int) -> None:
    """Money with commas, days and years are nobody's number."""
    text = f"On {day}/{month}/{year}, Rs {amount:,} for {amount % 10_000} houses; {day:02}-{month:02}-{year} - {year}"
    assert judging.refused(text.translate(str.maketrans("0123456789", DIGITS[script]))) == []


def test_what_jirgas_have_said_is_allowed() -> None:
    """No real demand is refused or doubted, and one punishes."""
    (path,) = Path(webapp.__file__).parent.rglob("real_gatherings.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        said = [row["narrative"] for row in csv.DictReader(file)]
    assert len(said) > 200
    assert [text for text in said if judging.refused(text) or judging.doubtful(text)] == []
    assert [text for text in said if rules.punitive(text)] == [text for text in said if "house burning" in text]


@pytest.mark.parametrize("name", ["tehsils_kp.csv", "districts.csv", "taxonomy.csv"])
def test_our_own_words_are_allowed(name: str) -> None:
    """Names of places and the descriptions of concerns, in three languages."""
    (path,) = Path(webapp.__file__).parent.rglob(name)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    cells = [text for row in rows for key, text in row.items() if key.startswith(("name_", "label_", "desc_"))]
    assert len(cells) > 400
    assert [text for text in cells if judging.area_refused(text) or judging.doubtful(text)] == []
