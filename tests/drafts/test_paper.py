"""Paper: what it may leave out, what it must still say, and where it is stricter than a screen."""

import pytest

from tests.drafts.given import UNSAID, draft, errors, gave
from webapp.drafts.forms import World
from webapp.drafts.rules import GatheringDraft

MUST = (
    "gathering_date", "gathering_district", "district", "subcategory", "urgency", "narrative", "confidentiality",
    "consent_statistics",
)  # fmt: skip


@pytest.mark.parametrize("nothing", [None, "", "not_recorded", " not_recorded "])
def test_what_paper_leaves_out_is_not_recorded(screen: World, paper: World, nothing: str | None) -> None:
    left_out = dict.fromkeys(UNSAID, nothing) | {"gathering_tehsil": nothing, "place_type": nothing}
    found = gave(paper, **left_out)
    assert found.errors == []
    assert found.gathering is not None
    assert found.gathering == GatheringDraft(found.gathering.gathering_date, "bannu")
    kept = draft(paper, **left_out)
    assert (kept.timing, kept.households, kept.start_year, kept.tehsil, kept.raised_before) == (None,) * 5
    assert (kept.remedies, kept.contact_preference) == ((), "through_jirga")
    refused = {name for name, _ in errors(screen, **left_out)}
    assert refused >= set(UNSAID) - ({"tehsil", "start_year"} if nothing and nothing.strip() else set())


@pytest.mark.parametrize("field", MUST)
def test_what_paper_must_say(paper: World, field: str) -> None:
    for nothing in (None, "", "not_recorded"):
        if field == "narrative" and nothing:
            continue
        assert errors(paper, **{field: nothing}) == {(field, "required")}


def test_consent_is_never_assumed(paper: World) -> None:
    assert errors(paper, consent_statistics=None) == {("consent_statistics", "required")}
    assert errors(paper, consent_statistics="yes") == set()
    assert draft(paper, consent_statistics="no").consent_statistics is False
    assert errors(paper, consent_share=None, safety_ack=None) == set(), "handing it in is the consent to send it on"


@pytest.mark.parametrize("field", ["timing", "households", "women_heard", "remedies", "raised_before", "place_type"])
def test_what_paper_says_wrongly_is_refused(paper: World, field: str) -> None:
    assert errors(paper, **{field: "nonsense"}) == {(field, "not_listed")}


def test_a_category_must_fit(screen: World, paper: World) -> None:
    assert errors(paper, category="property_loss") == set()
    assert errors(paper, category="border") == {("category", "other_category")}
    assert errors(paper, category="nonsense") == {("category", "other_category")}
    assert errors(paper, category="border", subcategory="armed_threats") == {("category", "other_category")}
    assert errors(paper, category="border", subcategory="volcano") == {("subcategory", "not_listed")}
    assert errors(screen, category="border") == set(), "on a screen the category is not posted"


def test_an_unknown_year(paper: World) -> None:
    assert [draft(paper, start_year=year).start_year for year in ("", "unknown", "not_recorded", "2016")] == [
        None, None, None, 2016,
    ]  # fmt: skip


@pytest.mark.parametrize("before", ["", "not_recorded", "no", "not_sure"])
def test_what_came_of_a_report_that_was_not_made(paper: World, before: str) -> None:
    found = errors(paper, raised_before=before, prior_result="threatened")
    assert found == {("raised_before", "raised_conflict")}
    assert errors(paper, raised_before=before, raised_to="not_recorded", prior_result="") == set()


def test_a_screen_knows_no_unrecorded_answers(screen: World) -> None:
    assert errors(screen, timing="not_recorded") == {("timing", "not_listed")}
    assert errors(screen, remedies="not_recorded") == {("remedies", "not_listed")}


def test_scope_and_words_are_checked_alike(paper: World) -> None:
    assert errors(paper, district="swat") == {("district", "out_of_scope")}
    assert errors(paper, narrative="Synthetic: 0312 3456789") == {("narrative", "cnic")}
    assert errors(paper, gathering_date="2026-03-02") == {("gathering_date", "future_date")}
    assert draft(paper, confidentiality="numbers_only", narrative=None).discarded is False


def test_three_remedies_at_most(paper: World) -> None:
    assert errors(paper, remedies=["inquiry", "apology", "meeting", "other"]) == {("remedies", "too_many")}
