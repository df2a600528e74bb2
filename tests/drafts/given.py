"""Giving the form something and seeing what it says; every answer is synthetic."""

from typing import Any

from tests.factories import as_given, full
from webapp.drafts.forms import World
from webapp.drafts.rules import Checked, GrievanceDraft, check

#: What paper may leave out although a screen must ask.
UNSAID = (
    "safety_ack", "consent_share", "participants", "women_heard", "youth_heard", "consensus", "timing", "households",
    "remedies", "raised_before", "start_year", "tehsil", "contact_preference",
)  # fmt: skip
REFERRAL = {
    "district": "bannu", "subcategory": "armed_threats", "start_year": "2025", "contact_preference": "none",
    "consent_share": "yes", "consent_statistics": "yes",
}  # fmt: skip


def gave(world: World, **changes: Any) -> Checked:
    """What becomes of a right long form with these changes; None leaves a field out."""
    return check(as_given(full(**changes)), world)


def errors(world: World, **changes: Any) -> set[tuple[str, str]]:
    """Field and code of each error."""
    found = gave(world, **changes)
    assert bool(found.errors) is (found.grievance is None)
    return {(problem.field, problem.code) for problem in found.errors}


def warnings(world: World, **changes: Any) -> set[tuple[str, str]]:
    """Field and code of each warning of a form without errors."""
    found = gave(world, **changes)
    assert found.errors == []
    return {(problem.field, problem.code) for problem in found.warnings}


def draft(world: World, **changes: Any) -> GrievanceDraft:
    """The grievance of a right form."""
    found = gave(world, **changes)
    assert found.errors == []
    assert found.grievance is not None
    return found.grievance
