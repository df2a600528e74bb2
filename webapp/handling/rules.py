"""Handling: who may take which step when, and who may open which texts. Pure."""

from datetime import datetime, timedelta

from webapp.clocks.rules import months_later
from webapp.concerns.rules import Sensitivity
from webapp.config import day_of
from webapp.grievances.rules import MOST_REOPENINGS, Reader, Status, goes_to_nobody, is_protected, may_read
from webapp.history.rules import (
    Happened,
    State,
    before,
    holder,
    is_erased,
    last_event,
    level,
    referred_to,
    since,
    unsure,
)
from webapp.history.tables import (
    HOLDERS,
    KEPT_MONTHS,
    MOVES,
    ONLY_A_NUMBER,
    OWNER,
    REMIND_ON,
    REOPEN_WITHIN,
    REST,
    SHIELDS,
    SILENT_AFTER,
    TAKE_BACK_WITHIN,
    UNDER_A_VEIL,
    Step,
    To,
)  # fmt: skip
from webapp.people.rules import Role

#: What cannot be done once all words are erased: nothing that is written afterwards would ever be.
NOTHING_LEFT = frozenset({
    Step.TAKE_BACK, Step.ERASE_NOW, Step.ERASE_DUE, Step.ERASE_CLOSED, Step.NOTE, Step.BLANK,
})  # fmt: skip
#: What a jirga writes: when it files, and all of it.
STORY = frozenset({"narrative", "remedy_text", "area_name"})
SAID = STORY | {"answer"}


def refusal(step: Step, state: State, who: Reader | None, at: datetime) -> str | None:
    """Why a step may not be taken, a code of labels.PROBLEMS; None when it may. `who` is None for the site itself."""
    move, one = MOVES[step], state.guarded
    if who and not may_read(who, one):
        return "not_found"
    if (who.role not in move.by) if who else bool(move.by):
        return "not_yours"
    if state.veiled and (step not in UNDER_A_VEIL or (step is Step.TAKE_BACK and not unsure(state))):
        return "veiled"  # what its owner withdrew before, nobody else brings back to light
    if goes_to_nobody(one.confidentiality) and step not in ONLY_A_NUMBER:
        return "not_now"
    if state.status not in move.start or not _fits_protection(step, state):
        return "not_now"
    return _too_late(step, state, at) or (_not_this_officer(step, state, who) if who else None)


def steps_for(state: State, who: Reader, at: datetime) -> tuple[Step, ...]:
    """What a reader may do next with a grievance, in the order of the table."""
    return tuple(step for step in MOVES if refusal(step, state, who, at) is None)


def target(step: Step, state: State) -> Status:
    """The status that a step leads to."""
    to = MOVES[step].to
    if isinstance(to, Status):
        return to
    return state.status if to is To.SAME else before(state)


def _fits_protection(step: Step, state: State) -> bool:
    """Protection is given once; what a subject or a threat gave is never lifted, only a wish or an official's mark."""
    if step is Step.MARK_PROTECTED:
        return not state.protected
    lasting = is_protected(state.guarded.sensitivity, "", state.guarded.threatened)
    if step is Step.LIFT:
        return not lasting and state.proposer is not None
    return step is not Step.PROPOSE_LIFT or (state.protected and not lasting and state.proposer is None)


def readable(state: State, who: Reader) -> frozenset[str]:
    """The kinds of texts that a reader may open: what a representative wrote is never shown on the own pages again."""
    if not may_read(who, state.guarded) or state.veiled:
        return frozenset()
    told = frozenset({"question", "answer", "reply", "reason"})
    if who.role in OWNER:
        return told
    if who.role is Role.AUDITOR:
        return told - {"answer"}
    kept = state.guarded.sensitivity is Sensitivity.CONFIDENTIAL
    aside = kept and who.role is Role.REVIEWER and state.handler != who.id
    return (told | STORY | {"note"}) - (SAID if aside else frozenset())


def opens(state: State, who: Reader, one: Happened, kind: str) -> bool:
    """Whether a reader may open that text of one event; what protection officers note stays among them."""
    inside = kind == "note" and one.by is Role.PROTECTION_OFFICER is not who.role
    return kind in readable(state, who) and not inside


def wish(state: State) -> str:
    """For whose eyes it is without its protection: as its jirga chose, and the district's where it chose nothing else.

    The province alone sees what was only a number, and what an older version moved to a subject that keeps little:
    it did not write down what had been chosen.
    """
    found = "district_officials"
    for one in state.history:
        if one.step is Step.MARK_PROTECTED or one.codes.get("erased") == "subject":
            chosen, _ = one.codes.get("confidentiality", ("province_only", ""))
            found = {"protected": found, "numbers_only": "province_only"}.get(chosen, chosen)
    return found


def _too_late(step: Step, state: State, at: datetime) -> str | None:
    """What the calendar says against it."""
    came = last_event(state, lambda one: one.from_status is not one.to_status)
    began = came.at if came else state.received_at
    days = day_of(at) - day_of(began)
    if step is Step.REOPEN:
        late = state.status is Status.CLOSED and days > REOPEN_WITHIN
        return "too_late" if late else "too_often" if state.guarded.reopened > MOST_REOPENINGS else None
    if step in NOTHING_LEFT and is_erased(state):
        return "erased"
    if step is Step.TAKE_BACK:
        return "too_late" if at - began > TAKE_BACK_WITHIN[unsure(state)] else None
    if step is Step.ERASE_CLOSED:
        return "not_yet" if day_of(at) < months_later(day_of(began), KEPT_MONTHS[state.protected]) else None
    if step is Step.ERASE_DUE:
        return "not_yet" if at - began <= TAKE_BACK_WITHIN[unsure(state)] else None
    return _too_early(step, state, at, days) if step in (Step.REMIND, Step.CLOSE_SILENT) else None


def _too_early(step: Step, state: State, at: datetime, days: timedelta) -> str | None:
    """Whether its jirga was left enough time, and reminded often enough, to answer."""
    sent = [one for one in since(state, Step.REPORT_ACTION) if one.step is Step.REMIND]
    if sent and day_of(at) - day_of(sent[-1].at) < REST:
        return "not_yet"
    if step is Step.REMIND:
        return "not_yet" if len(sent) == len(REMIND_ON) or days < timedelta(days=REMIND_ON[len(sent)]) else None
    return "not_yet" if len(sent) < len(REMIND_ON) or days < SILENT_AFTER else None


def _not_this_officer(step: Step, state: State, who: Reader) -> str | None:
    """What must be done by another one."""
    if who.role in OWNER:
        return None
    if step is Step.ANSWER_REOPENED:
        if who.role is not level(state):
            return "not_yours"
        return "earlier_handler" if who.id == state.handler else None
    audited = level(state) is Role.AUDITOR and step not in SHIELDS
    if audited and who.id in state.earlier:
        return "earlier_handler"
    if audited and who.role is Role.REVIEWER:
        return "not_yours"
    if step is Step.CLOSE and state.handler in (None, who.id):
        return "own_handling"
    if step in HOLDERS and holder(state) not in (None, who.id):
        return "held"
    if (step is Step.CLAIM and holder(state)) or (step is Step.LET_GO and holder(state) != who.id):
        return "not_now"
    if step is Step.LIFT and who.id == state.proposer:
        return "second_person"
    sent_back = {one.codes.get("body") for one in state.history if one.step is Step.SEND_BACK}
    return "sent_back_before" if step is Step.SEND_BACK and referred_to(state) in sent_back else None
