"""What people write in their own words: its length, what is refused in it, what is asked once more. All synthetic."""

import pytest

from tests.drafts.given import draft, errors, gave, warnings
from webapp.drafts.forms import World

REFUSED = {
    "cnic": [
        "Synthetic card 35202-1234567-1",
        "Synthetic card 3520212345671",
        "مثال: ۳۵۲۰۲-۱۲۳۴۵۶۷-۱",
        "مثال: ٣٥٢٠٢١٢٣٤٥٦٧١",
        "Synthetic 35202 1234567\u200c 1",
        "Synthetic: call 0312-3456789",
        "مثال: ۰۳۱۲ ۳۴۵۶۷۸۹",
        "مثال: ٠٣١٢٣٤٥٦٧٨٩",
        "Synthetic: +92 312 3456789",
    ],
    "email": ["Synthetic: write to somebody@example.org"],
    "url": ["Synthetic: see https://example.org/x", "Synthetic: maps.example.org/place"],
    "coordinates": ["Synthetic place 34.0151, 71.5249", "مثال: ۳۴٫۰۱۵۱، ۷۱٫۵۲۴۹"],
}
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize("field", ["narrative", "remedy_text", "area_name"])
@pytest.mark.parametrize("code", sorted(REFUSED))
def test_what_could_find_somebody_is_refused(screen: World, field: str, code: str) -> None:
    for text in REFUSED[code]:
        assert (field, code) in errors(screen, **{field: text}), text


@pytest.mark.parametrize("field", ["narrative", "remedy_text"])
def test_one_message_for_a_card_and_a_telephone(screen: World, field: str) -> None:
    found = gave(screen, **{field: "Synthetic: 35202-1234567-1 and 0312-3456789"}).errors
    assert [(problem.field, problem.code) for problem in found] == [(field, "cnic")]


@pytest.mark.parametrize(
    "text",
    [
        "Synthetic: from 2014-2018, 150 houses, Rs 5,000,000 promised on 12/11/2025.",
        "مثال: ۲۰۱۴ سے ۲۰۱۸ تک ۱۵۰ گھر، ۵۰۰۰۰۰۰ روپے۔",
        "Synthetic: article 247 and section 144; call 15 or 1122.",
    ],
)
def test_years_and_sums_are_no_danger(screen: World, text: str) -> None:
    assert warnings(screen, narrative=text, remedy_text=text) == set()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Synthetic 12345", "digits_in_row"),
        ("مثال ۱۲۳۴۵", "digits_in_row"),
        ("House 12, synthetic", "house_number"),
    ],
)
def test_an_area_has_no_address(screen: World, name: str, code: str) -> None:
    assert (("area_name", code)) in errors(screen, area_name=name)
    assert errors(screen, narrative=f"Synthetic: we wrote {name} there.") == set()


def test_an_area_may_have_a_number(screen: World) -> None:
    assert draft(screen, area_name="Chak 1234").texts["area_name"] == "Chak 1234"


@pytest.mark.parametrize(
    ("field", "low", "high"), [("narrative", 5, 1500), ("remedy_text", 1, 400), ("area_name", 1, 60)]
)
@pytest.mark.parametrize("letter", ["a", "ب", "بَ", FAMILY])
def test_length_counts_what_people_see(screen: World, field: str, low: int, high: int, letter: str) -> None:
    assert draft(screen, **{field: letter * high}).texts[field] == letter * high
    assert errors(screen, **{field: letter * (high + 1)}) == {(field, "too_long")}
    assert errors(screen, **{field: letter * low}) == set()
    if low > 1:
        assert errors(screen, **{field: letter * (low - 1)}) == {(field, "too_short")}


def test_how_much_too_long_is_said(screen: World) -> None:
    assert [problem.named["over"] for problem in gave(screen, narrative="ب" * 1510).errors] == [10]


@pytest.mark.parametrize("text", ["ب" * 1_000_000, "b\u0301" * 700_000, "b" + "\u0301" * 1_000_000, "1" * 1_000_000])
def test_a_flood_is_refused_at_once(screen: World, text: str) -> None:
    assert ("narrative", "too_long") in errors(screen, narrative=text)


def test_what_hides_or_reverses_is_taken_out(screen: World) -> None:
    typed = " \x00مثال:\u202e يہ گھر\u2066 ك ليے\r\nہے\x1b\x9f \ud800\t\u200cاور\u2069 "
    assert draft(screen, narrative=typed).texts["narrative"] == "مثال: يہ گھر ك ليے\nہے \t\u200cاور"
    assert errors(screen, narrative="\x00\u202e ab \u2066") == {("narrative", "too_short")}


def test_letters_stay_as_typed(screen: World) -> None:
    assert draft(screen, area_name="كلی ي ى").texts["area_name"] == "كلی ي ى"


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("narrative", "Synthetic: the son of Gulab lost his house.", "parentage"),
        ("narrative", "مثال: گلاب ولد شاہین کا گھر", "parentage"),
        ("narrative", "Synthetic: Major Gulab Khan came.", "rank_name"),
        ("remedy_text", "Synthetic: ring 091-1234567.", "landline"),
        ("remedy_text", "Synthetic: burn the house of the family.", "punitive"),
        ("remedy_text", "مثال: خاندان پر جرمانہ لگایا جائے", "punitive"),
    ],
)
def test_what_is_doubtful_is_asked_once_more(screen: World, field: str, text: str, code: str) -> None:
    assert (field, code) in warnings(screen, **{field: text})


def test_a_story_may_tell_of_a_punishment(screen: World) -> None:
    assert warnings(screen, narrative="Synthetic: they burned the house of the family.") == set()


def test_danger_to_life_is_asked_once_more(screen: World) -> None:
    assert warnings(screen, urgency="life_danger") == {("urgency", "life_danger")}
    assert warnings(screen) == set()


def test_nothing_is_kept_of_fields_left_empty(screen: World) -> None:
    assert set(draft(screen, remedy_text="  ", area_name="\u202e").texts) == {"narrative"}


@pytest.mark.parametrize("text", ["", "Synthetic: 0312 3456789", "ab", "ب" * 9000])
def test_only_as_a_number_keeps_no_text(screen: World, text: str) -> None:
    kept = draft(screen, confidentiality="numbers_only", narrative=text, area_name=text, remedy_text="")
    assert dict(kept.texts) == {}
    assert kept.discarded is bool(text)
    assert (kept.households, kept.urgency, kept.remedies) == ("h11_50", "normal", ("compensation", "survey_register"))
    assert warnings(screen, confidentiality="numbers_only", narrative="Synthetic: son of Gulab.") == set()


def test_a_story_is_not_in_the_repr(screen: World) -> None:
    """A draft in a traceback or a log shows no word of it."""
    assert "nobody came" not in repr(draft(screen))
