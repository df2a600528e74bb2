"""What each step does to a grievance: its row, its events, its texts, and the figures. Synthetic."""

from collections import Counter
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select

from tests import factories
from tests.handling.acting import WORDS, Place
from tests.watching import noted
from webapp.concerns.rules import Sensitivity
from webapp.config import day_of
from webapp.drafts.tables import OPTIONS
from webapp.grievances.actions import RuleBroken
from webapp.grievances.models import REFERRAL_NULLS, Event
from webapp.grievances.rules import Outcome, Status
from webapp.handling import queries
from webapp.history.tables import MOVES, Step
from webapp.questions.rules import Dimension
from webapp.summary.queries import ledger_cells
from webapp.texts.models import Text

#: How a grievance comes to each status: who does what.
WAYS: dict[Status, tuple[tuple[str, Step], ...]] = {
    Status.SUBMITTED: (),
    Status.ACKNOWLEDGED: (("reviewer", Step.ACKNOWLEDGE),),
    Status.UNDER_REVIEW: (("reviewer", Step.ACKNOWLEDGE), ("reviewer", Step.REVIEW)),
    Status.INFO_REQUESTED: (("reviewer", Step.ACKNOWLEDGE), ("reviewer", Step.ASK)),
    Status.REFERRED: (("reviewer", Step.ACKNOWLEDGE), ("reviewer", Step.REFER)),
    Status.ACTION_PLANNED: (("reviewer", Step.ACKNOWLEDGE), ("reviewer", Step.PLAN)),
    Status.ACTION_TAKEN: (("reviewer", Step.ACKNOWLEDGE), ("reviewer", Step.REPORT_ACTION)),
    Status.CLOSED: (("reviewer", Step.ACKNOWLEDGE), ("supervisor", Step.CLOSE)),
    Status.REOPENED: (
        ("reviewer", Step.ACKNOWLEDGE), ("reviewer", Step.REPORT_ACTION), ("owner", Step.REOPEN),
    ),
    Status.WITHDRAWN: (("owner", Step.WITHDRAW),),
}  # fmt: skip
ONE_OF_EACH = ("owner", "stranger", "reviewer", "supervisor", "protector", "auditor", "analyst", "administrator")


def brought(here: Place, status: Status, **form: Any) -> str:
    """A grievance in that status."""
    reference = here.file(**form)
    for name, step in WAYS[status]:
        here.take(name, reference, step)
    assert here.row(reference).status is status
    return reference


def cells(here: Place, dimension: Dimension) -> set[tuple[str, str]]:
    """(area, code) of what is counted in a dimension."""
    here.session.rollback()
    return {(cell.area, cell.code) for cell in ledger_cells(here.session) if cell.dimension == dimension}


def test_nobody_does_what_is_not_in_the_table(here: Place) -> None:
    """Whole product of status, step and person: what is refused changes nothing, and there is no other way in."""
    standing = {status: brought(here, status) for status in Status}
    seen, before = {status: here.last(reference) for status, reference in standing.items()}, here.counted()
    found: Counter[str] = Counter()
    for (status, reference), step, name in product(standing.items(), Step, ONE_OF_EACH):
        move, person = MOVES[step], here.people[name]
        listed = person.role in move.by and status in move.start and name != "stranger"
        if not listed or (status is Status.REOPENED and name == "auditor"):
            with pytest.raises(RuleBroken) as broken:
                here.attempt(name, reference, step, seen[status])
            found[broken.value.code] += 1
    assert here.counted() == before
    assert set(found) == {"not_found", "not_yours", "not_now"}
    assert min(found.values()) > 100
    assert [here.row(reference).status for reference in standing.values()] == list(Status)
    assert here.drifted() == []


def test_from_filing_to_solved(here: Place) -> None:
    """Each step is an event of its person; only the jirga says that it is solved."""
    reference = here.file()
    here.take("reviewer", reference, Step.ACKNOWLEDGE)
    here.take("reviewer", reference, Step.ASK)
    here.take("owner", reference, Step.ANSWER)
    assert here.row(reference).status is Status.ACKNOWLEDGED
    here.take("reviewer", reference, Step.REFER)
    here.take("colleague", reference, Step.ACCEPT)
    here.take("colleague", reference, Step.PLAN, office="police")
    here.take("colleague", reference, Step.REPORT_ACTION)
    assert cells(here, Dimension.STATUS) == {("bannu", "answered")}
    here.take("owner", reference, Step.CONFIRM, outcome="partly_solved")
    row, history = here.row(reference), here.state(reference).history
    assert (row.status, row.outcome) == (Status.CLOSED, Outcome.PARTLY_SOLVED)
    assert row.handler_id == here.people["colleague"].id
    assert [one.step for one in history[1:]] == [
        Step.ACKNOWLEDGE, Step.ASK, Step.ANSWER, Step.REFER, Step.ACCEPT, Step.PLAN, Step.REPORT_ACTION, Step.CONFIRM,
    ]  # fmt: skip
    assert [(one.from_status, two.to_status) for one, two in zip(history[1:], history, strict=False)] == [
        (one.to_status, one.to_status) for one in history[:-1]
    ]
    assert dict(history[6].codes) == {
        "step": "plan", "by": "reviewer", "office": "police", "day": (day_of(here.at) + timedelta(days=9)).isoformat(),
    }  # fmt: skip
    total = next(counts for cell, counts in ledger_cells(here.session).items() if cell.dimension == Dimension.NONE)
    assert (total.grievances, total.confirmed) == (1, 1)
    assert here.drifted() == []


def test_who_did_it_is_noted_for_officials_alone(here: Place) -> None:
    reference = here.file()
    before = len(noted(here.session))
    made = here.take("reviewer", reference, Step.ACKNOWLEDGE)
    here.take("reviewer", reference, Step.ASK)
    here.take("owner", reference, Step.ANSWER)
    here.take("owner", reference, Step.WITHDRAW)
    entries = noted(here.session)[before:]
    assert [what for _, what, _ in entries] == ["grievance_handled"] * 2
    assert entries[0][2] == {"step": "acknowledge", "event": made}
    persons = {event.person_id for event in here.session.scalars(select(Event))}
    assert persons == {here.people["owner"].id, here.people["reviewer"].id}


def test_two_officials_at_once(here: Place) -> None:
    """The second has seen what no longer stands."""
    reference = here.file()
    seen = here.last(reference)
    here.take("reviewer", reference, Step.ACKNOWLEDGE, seen)
    assert here.refused("colleague", reference, Step.ACKNOWLEDGE, seen) == "moved"
    assert here.refused("owner", reference, Step.WITHDRAW, seen) == "moved"
    assert here.refused("stranger", reference, Step.WITHDRAW, seen) == "not_found"


def test_closing_without_the_jirga(here: Place) -> None:
    other = here.file()
    far = here.file("stranger", confidentiality="protected")
    reference = brought(here, Status.UNDER_REVIEW)
    assert here.refused("reviewer", reference, Step.CLOSE) == "not_yours"

    def found(**given: Any) -> dict[str, list[str]]:
        return here.unfit("supervisor", reference, Step.CLOSE, **given)

    assert found(outcome=None) == {"outcome": ["required"]}
    for outcome in ("solved", "partly_solved", "no_answer_from_jirga", "nonsense"):
        assert found(outcome=outcome) == {"outcome": ["not_listed"]}
    assert found(outcome="outside_mandate") == {"body": ["required"]}
    assert found(outcome="not_solved_refused") == {"reason": ["required"]}
    assert found(outcome="duplicate") == {"other": ["required"]}
    for wrong in ("nonsense", reference, far, "0000000000"):
        assert found(outcome="duplicate", other=wrong) == {"other": ["unknown_reference"]}, wrong
    here.take("supervisor", reference, Step.CLOSE, outcome="duplicate", other=other.lower())
    assert here.state(reference).history[-1].codes["other"] == other
    assert here.row(reference).outcome is Outcome.DUPLICATE
    assert cells(here, Dimension.STATUS) >= {("bannu", "closed_unconfirmed")}
    mine = brought(here, Status.REOPENED)
    here.take("supervisor", mine, Step.ANSWER_REOPENED)
    assert here.refused("supervisor", mine, Step.CLOSE, outcome="with_court") == "own_handling"
    here.take("second", mine, Step.CLOSE, outcome="outside_mandate", body="court")


@pytest.mark.parametrize("step", [Step.NOTE, Step.LINK, Step.BLANK])
def test_what_is_closed_stays_closed_as_it_was(here: Place, step: Step) -> None:
    """Whatever officials still do to it."""
    reference = brought(here, Status.CLOSED)
    here.file("stranger")
    here.take("supervisor", reference, step)
    row = here.row(reference)
    assert (row.status, row.outcome) == (Status.CLOSED, Outcome.WITH_COURT)
    assert here.drifted() == []


def test_opening_again_climbs_to_the_auditor(here: Place) -> None:
    reference = brought(here, Status.ACTION_TAKEN)
    for name in ("supervisor", "second"):
        here.take("owner", reference, Step.REOPEN)
        assert here.state(reference).history[-1].codes["level"] == "supervisor"
        assert here.refused("reviewer", reference, Step.ANSWER_REOPENED) == "not_yours"
        assert here.refused("auditor", reference, Step.ANSWER_REOPENED) == "not_found"
        here.take(name, reference, Step.ANSWER_REOPENED)
        assert here.row(reference).handler_id == here.people[name].id
        here.take(name, reference, Step.REPORT_ACTION)
    here.take("owner", reference, Step.CONFIRM)
    here.forward(days=90)
    here.take("owner", reference, Step.REOPEN)
    assert here.state(reference).history[-1].codes["level"] == "auditor"
    assert here.row(reference).outcome is None
    assert here.refused("second", reference, Step.ANSWER_REOPENED) == "not_yours"
    here.take("auditor", reference, Step.ANSWER_REOPENED)
    assert here.row(reference).handler_id is None
    for name in ("supervisor", "second"):
        assert here.refused(name, reference, Step.REPORT_ACTION) == "earlier_handler"
    assert here.refused("colleague", reference, Step.REPORT_ACTION) == "not_yours"
    here.take("second", reference, Step.MARK_PROTECTED)
    assert here.drifted() == []


def test_correcting_before_anybody_read_it(here: Place) -> None:
    reference = here.file(tehsil="bannu.domel")
    assert here.unfit("owner", reference, Step.CORRECT, district=None) == {"subcategory": ["nothing_changed"]}
    assert here.unfit("owner", reference, Step.CORRECT, district="bannu") == {"subcategory": ["nothing_changed"]}
    assert here.unfit("owner", reference, Step.CORRECT, district="quetta-east") == {"district": ["out_of_scope"]}
    assert here.unfit("owner", reference, Step.CORRECT, subcategory="volcano") == {"subcategory": ["not_listed"]}
    here.take("owner", reference, Step.CORRECT, subcategory="electricity")
    row, codes = here.row(reference), here.state(reference).history[-1].codes
    assert (row.district, row.subcategory, row.tehsil, row.status) == ("khyber", "electricity", None, Status.SUBMITTED)
    assert codes["district"] == ["bannu", "khyber"]
    assert codes["subcategory"] == ["house_damage", "electricity"]
    assert cells(here, Dimension.NONE) == {("khyber", "total")}
    here.take("reviewer", reference, Step.ACKNOWLEDGE)
    assert here.refused("owner", reference, Step.CORRECT) == "not_now"
    assert here.drifted() == []


@pytest.mark.parametrize("wish", ["district_officials", "numbers_only", "province_only"])
def test_moving_to_a_subject_that_keeps_little(here: Place, wish: str) -> None:
    """No word of it stays, nor what is never asked; it is the protection officer's from then on."""
    reference = here.file(confidentiality=wish, raised_before="yes", raised_to=["police"], prior_result="refused")
    if wish != "numbers_only":
        here.take("supervisor", reference, Step.NOTE)
    move = {"district": None, "subcategory": "sexual_violence"}
    assert here.unfit("owner", reference, Step.CORRECT, **move) == {"person_asked": ["person_not_asked"]}
    here.take("owner", reference, Step.CORRECT, **move, person_asked="yes")
    row = here.row(reference)
    assert (row.sensitivity, row.confidentiality) == (Sensitivity.REFERRAL_ONLY, "protected")
    assert not any(getattr(row, name) for name in REFERRAL_NULLS)
    assert {text.sealed for text in here.session.scalars(select(Text))} <= {None}
    assert here.state(reference).history[-1].codes["erased"] == "subject"
    assert here.refused("reviewer", reference, Step.ACKNOWLEDGE) == "not_found"
    here.take("protector", reference, Step.ACKNOWLEDGE)
    assert cells(here, Dimension.NONE) == set()
    assert cells(here, Dimension.PROTECTION) == {("PK-KP", "total")}
    fields = here.unfit("protector", reference, Step.CORRECT_OFFICIAL, urgency="normal", households="h1_10")
    assert fields == {"urgency": ["not_asked"], "households": ["not_asked"]}
    assert here.drifted() == []


def test_what_an_official_corrects_is_told(here: Place) -> None:
    """With the reason, and never without one."""
    reference = brought(here, Status.UNDER_REVIEW)
    for field, low in (("urgency", "long_term"), ("households", "h1_10"), ("district", "khyber")):
        change = {"urgency": None, field: low, "reason": None}
        assert here.unfit("reviewer", reference, Step.CORRECT_OFFICIAL, **change) == {"reason": ["required"]}
    assert here.unfit("reviewer", reference, Step.CORRECT_OFFICIAL, urgency="normal") == {
        "subcategory": ["nothing_changed"]
    }
    here.take("reviewer", reference, Step.CORRECT_OFFICIAL, urgency="long_term", households="h1_10")
    row, last = here.row(reference), here.state(reference).history[-1]
    assert (row.urgency, row.households, row.status) == ("long_term", "h1_10", Status.UNDER_REVIEW)
    assert (last.codes["urgency"], last.codes["households"]) == (["normal", "long_term"], ["h11_50", "h1_10"])
    owner, state = here.people["owner"], here.state(reference, "owner")
    assert queries.texts_of(here.session, factories.VAULT, owner, state)[last.id][0].text == WORDS
    here.take("reviewer", reference, Step.CORRECT_OFFICIAL, urgency=None, district="khyber")
    assert here.row(reference).handler_id is None
    assert here.drifted() == []


def test_what_is_marked_protected_leaves_the_queue(here: Place) -> None:
    reference = brought(here, Status.ACKNOWLEDGED)
    here.take("reviewer", reference, Step.MARK_PROTECTED)
    row = here.row(reference)
    assert (row.status, row.confidentiality, row.handler_id) == (Status.ACKNOWLEDGED, "protected", None)
    for name in ("reviewer", "supervisor"):
        assert here.refused(name, reference, Step.REVIEW) == "not_found"
    assert here.unfit("protector", reference, Step.REFER, consent=None) == {"consent": ["no_consent"]}
    here.take("protector", reference, Step.REFER)
    here.take("protector", reference, Step.ACCEPT)
    assert here.refused("protector", reference, Step.CLOSE) == "own_handling"
    here.take("keeper", reference, Step.CLOSE)
    assert (cells(here, Dimension.NONE), cells(here, Dimension.PROTECTION)) == (set(), {("PK-KP", "total")})
    assert here.drifted() == []


def test_silence_is_not_solved(here: Place) -> None:
    reference = brought(here, Status.ACTION_TAKEN)
    asked = []
    for day in range(1, 32):
        here.forward(days=1)
        asked += [day] if here.lapse(reference, Step.REMIND) else []
        if here.lapse(reference, Step.CLOSE_SILENT):
            assert day == 30
    row = here.row(reference)
    assert asked == [10, 20, 27]
    assert (row.status, row.outcome) == (Status.CLOSED, Outcome.NO_ANSWER_FROM_JIRGA)
    assert cells(here, Dimension.STATUS) == {("bannu", "closed_unconfirmed")}
    assert here.drifted() == []
    here.take("owner", reference, Step.REOPEN)


@pytest.mark.parametrize("day", ["", "yesterday", "2026-02-30", "today", "far"])
def test_a_plan_has_a_day_ahead_and_an_office(here: Place, day: str) -> None:
    reference = brought(here, Status.ACKNOWLEDGED)
    today = day_of(here.at)
    typed = {"today": str(today), "far": str(today + timedelta(days=367))}.get(day, day)
    codes = {"": "required", "today": "not_ahead", "far": "not_ahead"}
    assert here.unfit("reviewer", reference, Step.PLAN, day=typed) == {"day": [codes.get(day, "bad_date")]}
    assert here.unfit("reviewer", reference, Step.PLAN, office=None) == {"office": ["required"]}
    here.take("reviewer", reference, Step.PLAN, day=str(today + timedelta(days=1)))
    assert set(here.state(reference).history[-1].codes["office"].split()) <= set(OPTIONS["body"])
