"""What may be asked: the closed list, and the refusal of everything beside it."""

import pytest

from webapp.places.rules import Atlas, Place
from webapp.questions.labels import PROBLEMS, sentence
from webapp.questions.rules import (
    NAMES,
    Area,
    Dimension,
    Layout,
    Period,
    Question,
    Unanswerable,
    Unit,
    period,
    question,
)

ATLAS = Atlas(
    {code: Place(code, "", {"en": code}) for code in ("PK-KP", "PK-BA")},
    {code: Place(code, parent, {"en": code}) for code, parent in {"bannu": "PK-KP", "quetta": "PK-BA"}.items()},
    {code: Place(code, parent, {"en": code}) for code, parent in {"bannu": "bannu", "pishin": "quetta"}.items()},
    {},
)


def ask(**words: str) -> Question:
    """Each word given once."""
    return question({name: [word] for name, word in words.items()}, ATLAS)


def test_nothing_asked_is_the_first_table() -> None:
    """Categories by district, all time, the last release, long."""
    assert ask() == Question(Area.DISTRICT, Dimension.CATEGORY, "", Period(), None, "", "", Layout.LONG, None)
    assert ask(**dict.fromkeys(NAMES, "")) == ask()


@pytest.mark.parametrize(
    ("word", "unit", "months"),
    [
        ("2025", Unit.YEAR, range(2025 * 12, 2025 * 12 + 12)),
        ("2025-Q3", Unit.QUARTER, range(2025 * 12 + 6, 2025 * 12 + 9)),
        ("2025-09", Unit.MONTH, range(2025 * 12 + 8, 2025 * 12 + 9)),
        ("all", None, None),
    ],
)
def test_periods(word: str, unit: Unit | None, months: range | None) -> None:
    """Read and written alike."""
    found = period(word)
    assert (found.unit, found.months, str(found)) == (unit, months, word)


def test_periods_in_other_digits() -> None:
    """As they are typed in Urdu, Pashto and Arabic."""
    assert [str(period(word)) for word in ("۲۰۲۵", "٢٠٢٥-٠٩", "۲۰۲۵-Q۳")] == ["2025", "2025-09", "2025-Q3"]


@pytest.mark.parametrize(
    "word",
    ["2025-13", "2025-00", "2025-Q5", "2025-9", "25", "1999", "2025-09-01", "2025..2026", "2025-01/2025-03", "today",
     "last year", "2025 ", "-2025", "2025-Q3-07", "ALL", "2025\n2026", "²⁰²⁵"],
)  # fmt: skip
def test_other_periods_are_refused(word: str) -> None:
    """No day, no range, nothing that moves."""
    with pytest.raises(Unanswerable) as refused:
        period(word)
    assert (refused.value.field, refused.value.code) == ("period", "bad_period")


@pytest.mark.parametrize("area", Area)
@pytest.mark.parametrize("by", Dimension)
def test_the_closed_list(area: Area, by: Dimension) -> None:
    """Every dimension by every area, but two that exist by province only."""
    if by in (Dimension.MINORITIES_HEARD, Dimension.PROTECTION) and area is not Area.PROVINCE:
        with pytest.raises(Unanswerable, match="area: province_rows_only"):
            ask(area=area, by=by)
    else:
        assert (ask(area=area, by=by).area, ask(area=area, by=by).by) == (area, by)


def test_protection_has_defaults_of_its_own() -> None:
    """By province, all time, every year; a single year too, and nothing else."""
    asked = ask(by="protection")
    assert (asked.area, asked.period, asked.every) == (Area.PROVINCE, Period(), Unit.YEAR)
    assert ask(by="protection", period="2025", every="year").period == Period(Unit.YEAR, 2025)


@pytest.mark.parametrize("every", Unit)
@pytest.mark.parametrize("word", ["all", "2025", "2025-Q3", "2025-09"])
def test_parts_are_not_longer_than_the_period(word: str, every: Unit) -> None:
    """A month has no quarters."""
    longer = {"2025-Q3": ("year",), "2025-09": ("year", "quarter")}.get(word, ())
    if every in longer:
        with pytest.raises(Unanswerable, match="every: longer_than_period"):
            ask(period=word, every=every)
    else:
        assert ask(period=word, every=every).every is every


REFUSED: list[tuple[dict[str, str], str, str]] = [
    ({"from": "2025-01-01"}, "from", "unknown_name"),
    ({"urgency": "high"}, "urgency", "unknown_name"),
    ({"area": "tehsil"}, "area", "not_listed"),
    ({"by": "district"}, "by", "not_listed"),
    ({"by": "Category"}, "by", "not_listed"),
    ({"every": "week"}, "every", "not_listed"),
    ({"layout": "tall"}, "layout", "not_listed"),
    ({"period": "2025-13"}, "period", "bad_period"),
    ({"release": "0"}, "release", "bad_release"),
    ({"release": "-1"}, "release", "bad_release"),
    ({"release": "last"}, "release", "bad_release"),
    ({"release": "9" * 5000}, "release", "bad_release"),
    ({"province": "PK-PB"}, "province", "unknown_province"),
    ({"district": "lahore"}, "district", "unknown_district"),
    ({"district": "bannu", "area": "division"}, "district", "district_rows_only"),
    ({"district": "bannu", "province": "PK-BA"}, "district", "other_province"),
    ({"by": "minorities_heard"}, "area", "province_rows_only"),
    ({"by": "protection", "area": "district"}, "area", "province_rows_only"),
    ({"by": "protection", "period": "2025-09"}, "period", "years_only"),
    ({"by": "protection", "every": "month"}, "every", "years_only"),
    ({"period": "2025-09", "every": "year"}, "every", "longer_than_period"),
]


@pytest.mark.parametrize(("words", "field", "code"), REFUSED)
def test_refusals(words: dict[str, str], field: str, code: str) -> None:
    """Each names the word at fault, and says in a whole sentence what to do."""
    with pytest.raises(Unanswerable) as refused:
        ask(**words)
    assert (refused.value.field, refused.value.code) == (field, code)
    said = sentence(refused.value, str)
    assert said[-1] == "."
    assert "%(" not in said
    assert len(said) < 300


def test_every_sentence_is_reached() -> None:
    """Those of releases and values are said where these are known (tests/export, tests/figures)."""
    elsewhere = {
        "too_long_for_xlsx",
        "in_no_queue",
        "not_in_scope",
        "too_many_to_count",
        "no_release",
        "live_has_no_release",
        "no_value",
        "not_counted_here",
        "province_value_only",
        "bad_year",
    }
    assert {code for _, _, code in REFUSED} | {"given_twice"} | elsewhere == set(PROBLEMS)


@pytest.mark.parametrize("name", NAMES)
def test_a_word_given_twice_is_refused(name: str) -> None:
    """Also the same one; which of the two is meant nobody can tell."""
    for values in (["", ""], ["2025", "2025"]):
        with pytest.raises(Unanswerable, match=f"{name}: given_twice"):
            question({name: values}, ATLAS)


def test_a_question_can_be_asked_again() -> None:
    """Its words give the same question."""
    asked = ask(
        by="remedy", value="inquiry", period="2025-Q3", every="month", province="PK-KP", layout="wide", release="3"
    )
    assert ask(**asked.words()) == asked
    assert ask(district="bannu", province="PK-KP", release="۳").words() == {
        "area": "district", "by": "category", "period": "all", "province": "PK-KP", "district": "bannu",
        "layout": "long", "release": "3",
    }  # fmt: skip
