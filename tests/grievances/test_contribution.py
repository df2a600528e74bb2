"""Where each kind of grievance counts: the table of what may be published, one row a test. Synthetic facts."""

from dataclasses import replace
from typing import Any

import pytest

from webapp.concerns.rules import Sensitivity
from webapp.grievances.rules import Facts, Heard, Outcome, Status, contribution
from webapp.questions.rules import Dimension
from webapp.summary.rules import Cell, Counts, changes, plus

MARCH = 2025 * 12 + 2
HEARD = Heard(700, "separately", "in_jirga", None, "no")
ORDINARY = Facts(
    record_key=100, month=MARCH, district="bannu", province="PK-KP", category="property_loss",
    subcategory="house_damage", sensitivity=Sensitivity.NO, themes=("compensation_and_return", "civilian_protection"),
    urgency="normal", status=Status.SUBMITTED, outcome=None, confidentiality="district_officials", threatened=False,
    consented=True, remedies=("compensation", "apology"), start_year=2016, households="h11_50",
)  # fmt: skip
#: dimension -> codes of the ordinary one
CODES: dict[Dimension, tuple[str, ...]] = {
    Dimension.NONE: ("total",),
    Dimension.CATEGORY: ("property_loss",),
    Dimension.SUBCATEGORY: ("house_damage",),
    Dimension.URGENCY: ("normal",),
    Dimension.STATUS: ("waiting",),
    Dimension.REMEDY: ("compensation", "apology"),
    Dimension.THEME: ("compensation_and_return", "civilian_protection"),
    Dimension.ERA: ("y2014_2017",),
    Dimension.HOUSEHOLDS: ("h11_50",),
    Dimension.WOMEN_HEARD: ("separately",),
    Dimension.YOUTH_HEARD: ("in_jirga",),
    Dimension.DISPLACED_HEARD: ("not_recorded",),
    Dimension.MINORITIES_HEARD: ("no",),
}
PROTECTED = {("PK-KP", Dimension.PROTECTION, "total")}


def cells(*facts: Facts) -> dict[Cell, Counts]:
    """What they post, as one gathering."""
    return contribution(HEARD, facts)


def places(facts: Facts) -> set[tuple[str, str, str]]:
    """(area, dimension, code) of one grievance; each counts it once, with its key, in its month."""
    found = cells(facts)
    assert {(one.grievances, one.grievance_keys) for one in found.values()} <= {(1, facts.record_key)}
    assert {cell.month for cell in found} <= {facts.month}
    return {(cell.area, cell.dimension, cell.code) for cell in found}


def table(area: str, unplaced: dict[Dimension, str] | None = None, **codes: Any) -> set[tuple[str, str, str]]:
    """All dimensions at an area, but those kept for a province."""
    elsewhere = {Dimension.MINORITIES_HEARD: "PK-KP", **(unplaced or {})}
    wanted = CODES | {Dimension(name): code for name, code in codes.items()}
    return {(elsewhere.get(name, area), name, code) for name, row in wanted.items() for code in row}


def test_an_ordinary_one_counts_at_its_district() -> None:
    assert places(ORDINARY) == table("bannu")


def test_only_as_a_number_counts_like_an_ordinary_one() -> None:
    assert places(replace(ORDINARY, confidentiality="numbers_only")) == table("bannu", status=("counted_only",))


def test_a_confidential_subject_is_named_by_province_only() -> None:
    confidential = replace(ORDINARY, sensitivity=Sensitivity.CONFIDENTIAL)
    assert places(confidential) == table("bannu", {Dimension.SUBCATEGORY: "PK-KP"})


@pytest.mark.parametrize("sensitivity", [Sensitivity.NO, Sensitivity.CONFIDENTIAL])
def test_province_only_counts_at_the_province_alone(sensitivity: Sensitivity) -> None:
    assert places(replace(ORDINARY, confidentiality="province_only", sensitivity=sensitivity)) == table("PK-KP")


#: What makes one protected, alone or beside anything else.
REASONS: list[dict[str, Any]] = [
    {"confidentiality": "protected"},
    {"sensitivity": Sensitivity.REFERRAL_ONLY},
    {"threatened": True},
    {"threatened": True, "confidentiality": "numbers_only"},
    {"threatened": True, "confidentiality": "province_only"},
    {"confidentiality": "protected", "sensitivity": Sensitivity.CONFIDENTIAL},
    {"confidentiality": "protected", "sensitivity": Sensitivity.REFERRAL_ONLY, "threatened": True},
]


@pytest.mark.parametrize("why", REASONS)
def test_a_protected_one_is_in_no_other_total(why: dict[str, Any]) -> None:
    assert places(replace(ORDINARY, **why)) == PROTECTED


@pytest.mark.parametrize("why", [{}, {"confidentiality": "province_only"}, *REASONS])
@pytest.mark.parametrize("gone", [{"consented": False}, {"status": Status.WITHDRAWN}])
def test_without_consent_or_withdrawn_it_counts_nowhere(why: dict[str, Any], gone: dict[str, Any]) -> None:
    assert cells(replace(ORDINARY, **why, **gone)) == {}


def test_what_was_not_recorded_is_counted_as_such() -> None:
    bare = replace(ORDINARY, remedies=(), start_year=None, households=None)
    nothing = dict.fromkeys(("remedy", "era", "households"), ("not_recorded",))
    assert places(bare) == table("bannu", **nothing)


@pytest.mark.parametrize(
    ("year", "code"),
    [
        (1979, "before_2014"), (2013, "before_2014"), (2014, "y2014_2017"), (2017, "y2014_2017"), (2018, "y2018_2023"),
        (2023, "y2018_2023"), (2024, "since_2024"), (2030, "since_2024"),
    ],
)  # fmt: skip
def test_eras(year: int, code: str) -> None:
    assert places(replace(ORDINARY, start_year=year)) == table("bannu", era=(code,))


GROUPS = {
    Status.SUBMITTED: "waiting",
    Status.ACKNOWLEDGED: "in_hand",
    Status.UNDER_REVIEW: "in_hand",
    Status.INFO_REQUESTED: "in_hand",
    Status.REFERRED: "in_hand",
    Status.REOPENED: "in_hand",
    Status.ACTION_PLANNED: "planned",
    Status.ACTION_TAKEN: "answered",
}


def test_every_status_has_a_group() -> None:
    assert set(GROUPS) == set(Status) - {Status.CLOSED, Status.WITHDRAWN}
    for status, group in GROUPS.items():
        found = cells(replace(ORDINARY, status=status))
        assert (("bannu", Dimension.STATUS, group)) in {(cell.area, cell.dimension, cell.code) for cell in found}
        assert {counts.confirmed for counts in found.values()} == {0}


def test_only_the_jirga_confirms() -> None:
    """Closed is not solved: only what the jirga said was solved counts as confirmed."""
    for outcome in Outcome:
        found = cells(replace(ORDINARY, status=Status.CLOSED, outcome=outcome))
        solved = outcome in (Outcome.SOLVED, Outcome.PARTLY_SOLVED)
        group = "confirmed" if solved else "closed_unconfirmed"
        assert Cell("bannu", MARCH, Dimension.STATUS, group) in found
        assert {(one.confirmed, one.confirmed_keys) for one in found.values()} == {(1, 100) if solved else (0, 0)}


GATHERED = {
    Dimension.NONE, Dimension.WOMEN_HEARD, Dimension.YOUTH_HEARD, Dimension.DISPLACED_HEARD, Dimension.MINORITIES_HEARD,
}  # fmt: skip


def met(found: dict[Cell, Counts]) -> dict[tuple[str, int, str], tuple[int, int]]:
    """(area, month, dimension) -> gatherings and the sum of their keys, where there are any."""
    return {
        (cell.area, cell.month - MARCH, cell.dimension): (counts.gatherings, counts.gathering_keys)
        for cell, counts in found.items()
        if counts.gatherings or counts.gathering_keys
    }


def test_a_gathering_counts_once_where_and_when_it_first_counts() -> None:
    rows = [
        replace(ORDINARY, month=MARCH + 2, record_key=1),
        replace(ORDINARY, month=MARCH + 1, record_key=2, urgency="high"),
        replace(ORDINARY, month=MARCH + 1, record_key=3),
        replace(ORDINARY, month=MARCH, record_key=4, consented=False),
        replace(ORDINARY, month=MARCH, record_key=5, confidentiality="protected"),
        replace(ORDINARY, month=MARCH + 5, record_key=6, district="khyber"),
        replace(ORDINARY, month=MARCH + 4, record_key=7, confidentiality="province_only"),
    ]
    once = (1, HEARD.record_key)
    by_district = GATHERED - {Dimension.MINORITIES_HEARD}
    wanted = {("bannu", 1, name): once for name in by_district} | {("khyber", 5, name): once for name in by_district}
    wanted |= {("PK-KP", 4, name): once for name in by_district} | {("PK-KP", 1, Dimension.MINORITIES_HEARD): once}
    assert met(cells(*rows)) == wanted
    assert cells(*rows) == cells(*reversed(rows)), "whatever order the database gives"


def test_a_gathering_that_counts_nowhere() -> None:
    assert met(cells(replace(ORDINARY, confidentiality="protected"))) == {}
    assert cells() == {}


def test_posting_a_change_is_new_minus_old() -> None:
    """Filing, moving, withdrawing: the ledger ends at the contribution of what stands."""
    one, two = replace(ORDINARY, record_key=1), replace(ORDINARY, record_key=2, month=MARCH + 1)
    moved = replace(one, district="khyber", status=Status.CLOSED, outcome=Outcome.SOLVED)
    ledger: dict[Cell, Counts] = {}
    before: dict[Cell, Counts] = {}
    for stand in ([one], [one, two], [moved, two], [moved, replace(two, status=Status.WITHDRAWN)], []):
        after = cells(*stand)
        for cell, counts in changes(before, after).items():
            ledger[cell] = plus(ledger.get(cell, Counts()), counts)
        before = after
        assert {cell: counts for cell, counts in ledger.items() if counts != Counts()} == after
