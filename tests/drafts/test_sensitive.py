"""Subjects where a story could cost a life: what is kept of them, whoever sends what."""

from typing import Any

import pytest

from tests.drafts.given import REFERRAL, draft, errors, gave
from tests.factories import GATHERING, as_given
from webapp.concerns.rules import Sensitivity
from webapp.drafts.forms import World
from webapp.drafts.rules import GrievanceDraft, check

ASKED = {"sexual_violence", "domestic_forced_marriage", "child_protection", "aid_abuse"}
#: What a one-page form carries in its hidden fields.
HIDDEN: dict[str, Any] = {
    "tehsil": "bannu.domel",
    "timing": "ongoing",
    "households": "gt5000",
    "people_number": "12",
    "groups_affected": ["women", "children"],
    "urgency": "long_term",
    "narrative": "Synthetic: this must not be kept; 0312 3456789.",
    "remedies": ["inquiry"],
    "remedy_text": "Synthetic: nor this.",
    "area_name": "Synthetic village",
    "raised_before": "yes",
    "raised_to": ["police"],
    "prior_result": "threatened",
    "confidentiality": "district_officials",
}


def referral_only(world: World) -> list[str]:
    """The codes of all such subjects."""
    topics = world.taxonomy.subcategories.values()
    return [topic.code for topic in topics if topic.sensitivity is Sensitivity.REFERRAL_ONLY]


def kept(world: World, **changes: Any) -> GrievanceDraft:
    """The grievance of a short form of such a subject."""
    found = check(as_given({**GATHERING, **REFERRAL, "person_asked": "yes", **changes}), world)
    assert (found.errors, found.warnings) == ([], [])
    assert found.grievance is not None
    return found.grievance


def test_every_such_subject_keeps_little(screen: World, paper: World) -> None:
    codes = referral_only(screen)
    assert set(codes) > ASKED
    for world in (screen, paper):
        for code in codes:
            topic = world.taxonomy.subcategories[code]
            found = kept(world, subcategory=code, **HIDDEN)
            assert found == GrievanceDraft(
                district="bannu",
                subcategory=code,
                sensitivity=Sensitivity.REFERRAL_ONLY,
                urgency=topic.urgency.value,
                confidentiality="protected",
                consent_statistics=True,
                contact_preference="none",
                start_year=2025,
                discarded=True,
            )


def test_nothing_more_is_asked(screen: World) -> None:
    assert kept(screen).discarded is False
    for name in REFERRAL.keys() - {"subcategory"}:
        found = {**GATHERING, **REFERRAL, name: ""}
        assert [problem.field for problem in check(as_given(found), screen).errors] == [name]


@pytest.mark.parametrize("hidden", [{name: value} for name, value in HIDDEN.items()])
def test_what_hidden_fields_hold_is_never_at_fault(screen: World, hidden: dict[str, Any]) -> None:
    name = next(iter(hidden))
    found = kept(screen, **{name: "nonsense \x00 0312 3456789"})
    assert dict(found.texts) == {}
    assert found.discarded is (name in ("narrative", "remedy_text", "area_name"))


def test_the_person_must_have_asked_for_exactly_four(screen: World, paper: World) -> None:
    for world in (screen, paper):
        asking = {
            code
            for code in world.taxonomy.subcategories
            if ("person_asked", "person_not_asked") in errors(world, subcategory=code)
        }
        assert asking == ASKED
        for code in ASKED:
            assert errors(world, subcategory=code, person_asked="no") == {("person_asked", "person_not_asked")}
            assert errors(world, subcategory=code, person_asked="yes") == set()


def test_the_gathering_is_asked_as_usual(screen: World) -> None:
    found = check(as_given({**GATHERING, **REFERRAL, "consensus": ""}), screen)
    assert [(problem.field, problem.code) for problem in found.errors] == [("consensus", "required")]


def test_a_confidential_subject_keeps_all(screen: World) -> None:
    found = draft(screen, subcategory="compensation_corruption", area_name="Synthetic village")
    assert found.sensitivity is Sensitivity.CONFIDENTIAL
    assert set(found.texts) == {"narrative", "area_name"}
    assert found.confidentiality == "district_officials"


def test_the_public_demand_has_a_subject_of_its_own(screen: World) -> None:
    for code in ("armed_crime_demand", "missing_held_demand"):
        assert screen.taxonomy.subcategories[code].sensitivity is not Sensitivity.REFERRAL_ONLY
        assert draft(screen, subcategory=code).texts


def test_threats_are_kept_as_said(screen: World) -> None:
    """What makes it protected is where it counts and who sees it, not the form."""
    threat = {"raised_before": "yes", "raised_to": ["police"], "prior_result": "threatened"}
    found = draft(screen, **threat, confidentiality="numbers_only")
    assert (found.prior_result, found.confidentiality, dict(found.texts)) == ("threatened", "numbers_only", {})


def test_a_short_form_has_no_gathering(screen: World) -> None:
    found = check(as_given(REFERRAL), screen, with_gathering=False)
    assert (found.errors, found.gathering) == ([], None)
    assert gave(screen, subcategory="armed_threats").gathering is not None
