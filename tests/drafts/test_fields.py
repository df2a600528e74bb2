"""Each field of the form: what it takes, what it refuses and why. Pure; the same code serves screen and paper."""

from datetime import date
from typing import Any

import pytest

from tests.drafts.given import draft, errors, gave
from webapp.drafts.forms import GATHERING_FIELDS, GRIEVANCE_FIELDS, LISTS, OPTIONAL, World
from webapp.drafts.tables import OPTIONS

#: field -> wrong answer -> why
WRONG: dict[str, dict[Any, str]] = {
    "gathering_date": {
        "2026-03-02": "future_date",
        "2099-01-01": "future_date",
        "2013-12-31": "too_early",
        "1978-06-01": "too_early",
        "0001-01-01": "too_early",
        "2025-02-29": "bad_date",
        "2025-13-01": "bad_date",
        "03/26/2025": "bad_date",
        "26-03-25": "bad_date",
        "2025-03": "bad_date",
        "20250326": "bad_date",
        "2025-03-26T10:00": "bad_date",
        "2025-03-२६": "bad_date",
        "0000-00-00": "bad_date",
        "١٩٧٨-٠١-٠١": "too_early",
        "yesterday": "bad_date",
    },
    "gathering_district": dict.fromkeys(("atlantis", "lahore", "PK-KP", "Bannu"), "not_listed"),
    "gathering_tehsil": {"swat.babuzai": "other_district", "bannu.atlantis": "not_listed", "bannu": "not_listed"},
    "district": {
        "atlantis": "not_listed",
        "lahore": "not_listed",
        "islamabad": "not_listed",
        "swat": "out_of_scope",
        "PK-KP": "not_listed",
        "bannu;khyber": "not_listed",
    },
    "tehsil": {"swat.babuzai": "other_district", "bannu.atlantis": "not_listed", "bannu": "not_listed"},
    "subcategory": {"volcano": "not_listed", "border": "not_listed", "House damaged": "not_listed"},
    "start_year": {
        "1978": "out_of_range",
        "2027": "out_of_range",
        "۱۹۷۸": "out_of_range",
        "16": "out_of_range",
        "-2016": "bad_number",
        "2016.0": "bad_number",
        "before": "bad_number",
        ",": "bad_number",
        "9" * 5000: "out_of_range",
    },
    "people_number": {
        "0": "out_of_range",
        "۰": "out_of_range",
        "2,000,001": "out_of_range",
        "٢٠٠٠٠٠١": "out_of_range",
        "-5": "bad_number",
        "1.5": "bad_number",
        "twelve": "bad_number",
        "1e3": "bad_number",
        "½": "bad_number",
        "²": "bad_number",
        "،": "bad_number",
        "9" * 5000: "out_of_range",
    },
    "safety_ack": {"no": "required", "on": "required"},
    "consent_share": {"no": "required", "on": "required"},
    "consent_statistics": {"maybe": "not_understood", "on": "not_understood", "YES": "not_understood"},
}  # fmt: skip


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, row in WRONG.items() for value in row])
def test_a_wrong_answer_is_refused_at_its_field(screen: World, field: str, value: str) -> None:
    assert errors(screen, **{field: value}) == {(field, WRONG[field][value])}


@pytest.mark.parametrize("field", sorted(LISTS))
def test_every_option_is_taken_and_nothing_else(screen: World, field: str) -> None:
    raised = {"raised_before": "yes", "raised_to": ["police"], "prior_result": "refused"}
    with_raised = raised if field in ("raised_to", "prior_result", "raised_before") else {}
    for code in OPTIONS[LISTS[field]]:
        clear = {"raised_before": code, "raised_to": None, "prior_result": None} if code in ("no", "not_sure") else {}
        assert errors(screen, **{**with_raised, field: code, **(clear if field == "raised_before" else {})}) == set()
    for wrong in ("nonsense", "not_recorded", OPTIONS[LISTS[field]][code], code.upper(), f"{code};{code}"):
        found = errors(screen, **{**with_raised, field: wrong})
        assert (field, "not_listed") in found, wrong


@pytest.mark.parametrize(
    "field", [name for name in ("safety_ack", *GATHERING_FIELDS, *GRIEVANCE_FIELDS) if name not in OPTIONAL]
)
@pytest.mark.parametrize("missing", [None, "", " \n ", "\u202e\x00"])
def test_what_must_be_answered(screen: World, field: str, missing: str | None) -> None:
    if field == "person_asked":
        assert errors(screen, person_asked=missing) == set(), "asked for four subjects only"
        return
    raised = {"raised_before": "yes", "raised_to": ["police"], "prior_result": "refused"}
    changes = raised | {field: missing} if field in raised else {field: missing}
    assert (field, "required") in errors(screen, **changes)


@pytest.mark.parametrize("field", sorted(OPTIONAL))
def test_what_may_be_left_out(screen: World, field: str) -> None:
    for nothing in (None, "", "  "):
        assert errors(screen, **{field: nothing}) == set()


def test_whole_district_is_no_tehsil(screen: World) -> None:
    assert draft(screen, tehsil="whole_district").tehsil is None
    assert draft(screen, tehsil="bannu.domel").tehsil == "bannu.domel"


def test_the_tehsil_follows_the_district(screen: World) -> None:
    assert errors(screen, district="khyber", tehsil="bannu.domel") == {("tehsil", "other_district")}
    assert errors(screen, district="atlantis", tehsil="bannu.domel") == {("district", "not_listed")}
    assert errors(screen, gathering_district="swat") == {("gathering_tehsil", "other_district")}


def test_the_jirga_may_meet_outside_the_scope(screen: World) -> None:
    found = gave(screen, gathering_district="chaman", gathering_tehsil=None)
    assert found.gathering is not None
    assert found.gathering.gathering_district == "chaman"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2014-01-01", date(2014, 1, 1)),
        ("2026-03-01", date(2026, 3, 1)),
        ("1/3/2026", date(2026, 3, 1)),
        ("01.03.2026", date(2026, 3, 1)),
        ("۲۰۲۵-۰۳-۲۶", date(2025, 3, 26)),
        ("٢٦/٣/٢٠٢٥", date(2025, 3, 26)),
        (" 2024-02-29 ", date(2024, 2, 29)),
    ],
)
def test_days(screen: World, typed: str, meant: date) -> None:
    found = gave(screen, gathering_date=typed).gathering
    assert found is not None
    assert found.gathering_date == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("12", 12), ("۱۲", 12), ("١٢", 12), ("1,200", 1200), ("۱٬۲۰۰", 1200), ("١،٢٠٠", 1200), ("2,000,000", 2_000_000)],
)
def test_numbers_of_people(screen: World, typed: str, meant: int) -> None:
    assert draft(screen, people_number=typed).people_number == meant


@pytest.mark.parametrize(
    ("typed", "meant"), [("1979", 1979), ("2026", 2026), ("۲۰۱۶", 2016), ("٢٠١٦", 2016), ("unknown", None)]
)
def test_years(screen: World, typed: str, meant: int | None) -> None:
    assert draft(screen, start_year=typed).start_year == meant


def test_three_remedies_and_four_groups_at_most(screen: World) -> None:
    three = ["compensation", "inquiry", "apology"]
    assert draft(screen, remedies=three).remedies == tuple(three)
    assert errors(screen, remedies=[*three, "meeting"]) == {("remedies", "too_many")}
    assert errors(screen, remedies=[*three, "nonsense"]) == {("remedies", "not_listed"), ("remedies", "too_many")}
    assert draft(screen, remedies=["apology", "apology", "", "apology"]).remedies == ("apology",)
    four = ["women", "children", "elderly", "disabled"]
    assert draft(screen, groups_affected=four).groups_affected == tuple(four)
    assert errors(screen, groups_affected=[*four, "patients"]) == {("groups_affected", "too_many")}
    assert draft(screen, groups_affected=None).groups_affected == ()


def test_every_body_may_have_been_told(screen: World) -> None:
    told = list(OPTIONS["body"])
    assert draft(screen, raised_before="yes", raised_to=told, prior_result="refused").raised_to == tuple(told)


@pytest.mark.parametrize("before", ["no", "not_sure", ""])
@pytest.mark.parametrize("said", [{"raised_to": ["police"]}, {"prior_result": "threatened"}])
def test_what_came_of_a_report_that_was_not_made(screen: World, before: str, said: dict[str, Any]) -> None:
    assert ("raised_before", "raised_conflict") in errors(screen, raised_before=before, **said)


def test_who_reported_says_to_whom_and_what_came_of_it(screen: World) -> None:
    missing = {("raised_to", "required"), ("prior_result", "required")}
    assert errors(screen, raised_before="yes") == missing
    kept = draft(screen, raised_before="yes", raised_to=["court", "pdma"], prior_result="in_progress")
    assert (kept.raised_before, kept.raised_to, kept.prior_result) == ("yes", ("court", "pdma"), "in_progress")
    kept = draft(screen, raised_before="no", raised_to=[""], prior_result="")
    assert (kept.raised_before, kept.raised_to, kept.prior_result) == ("no", (), None)


def test_the_same_answer_twice_is_one(screen: World) -> None:
    assert draft(screen, consent_statistics=["yes", "yes"], district=["bannu", "bannu"]).district == "bannu"


@pytest.mark.parametrize(
    ("field", "answers"),
    [
        ("consent_statistics", ["yes", "no"]),
        ("confidentiality", ["district_officials", "protected"]),
        ("district", ["bannu", "khyber"]),
        ("urgency", ["normal", "life_danger"]),
        ("start_year", ["unknown", "2016"]),
        ("consent_share", ["yes", "no"]),
    ],
)
def test_two_answers_to_one_question_are_none(screen: World, field: str, answers: list[str]) -> None:
    """Consent and wishes are never guessed: taking the first of two would publish what was also refused."""
    assert {name for name, _ in errors(screen, **{field: answers})} == {field}
    assert {name for name, _ in errors(screen, **{field: answers[::-1]})} == {field}


def test_numbers_only_needs_to_be_counted(screen: World) -> None:
    wish = {"confidentiality": "numbers_only"}
    assert errors(screen, **wish, consent_statistics="no") == {("consent_statistics", "uncounted_number")}
    assert errors(screen, **wish) == set()
    assert draft(screen, confidentiality="protected", consent_statistics="no").consent_statistics is False


def test_controls_inside_a_code_do_not_hide_it(screen: World) -> None:
    assert draft(screen, district="ban\x00nu\u202e").district == "bannu"


def test_an_empty_form_names_every_question_once(screen: World) -> None:
    nothing = dict.fromkeys((*GATHERING_FIELDS, *GRIEVANCE_FIELDS, "safety_ack"))
    found = gave(screen, **nothing).errors
    assert {problem.code for problem in found} == {"required"}
    assert len({problem.field for problem in found}) == len(found) >= 9
