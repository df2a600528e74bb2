"""Handling: who may take which step when, and what moves the clocks of a grievance. Pure."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from webapp.clocks.rules import Course, Span, questions
from webapp.concerns.rules import Sensitivity, Urgency
from webapp.config import day_of
from webapp.grievances.rules import (
    MOST_REOPENINGS,
    Guarded,
    Outcome,
    Reader,
    Status,
    goes_to_nobody,
    is_protected,
    may_read,
)
from webapp.handling.tables import (
    ACTIONS,
    ANSWERED,
    MOVES,
    ONLY_A_NUMBER,
    OPEN,
    OWNER,
    REMIND_ON,
    REOPEN_WITHIN,
    REPLIES,
    REST,
    SILENT_AFTER,
    TAKE_BACK_WITHIN,
    UNDER_A_VEIL,
    WORDS,
    Step,
    To,
)
from webapp.people.rules import Role


@dataclass(frozen=True)
class Happened:
    """One event, without the person: who it was is told by role and office."""

    id: int
    at: datetime
    #: None: it was filed
    step: Step | None
    from_status: Status | None
    to_status: Status
    codes: Mapping[str, Any]

    @property
    def by(self) -> Role | None:
        """The role of whoever did it; None for the site itself."""
        return Role(self.codes["by"]) if "by" in self.codes else None


@dataclass(frozen=True)
class State:
    """A grievance as it stands, and all that happened to it, oldest first."""

    id: uuid.UUID
    reference: str
    gathering_id: uuid.UUID
    guarded: Guarded
    subcategory: str
    urgency: Urgency
    households: str | None
    outcome: Outcome | None
    received_at: datetime
    #: in which its jirga reads and is answered
    language: str
    handler: uuid.UUID | None
    seen_event: int | None
    #: whether whoever asks is its owner, whose account somebody else was given a new code for
    veiled: bool
    history: tuple[Happened, ...]
    #: officials who handled it before it was last opened again
    earlier: frozenset[uuid.UUID] = frozenset()

    @property
    def status(self) -> Status:
        """Where it stands."""
        return self.guarded.status

    @property
    def last(self) -> int:
        """The id of the last event: what a page that shows the grievance sends back as `seen`."""
        return self.history[-1].id if self.history else 0

    @property
    def protected(self) -> bool:
        """Whether it is the protection officer's."""
        one = self.guarded
        return is_protected(one.sensitivity, one.confidentiality, one.threatened)


def refusal(step: Step, state: State, who: Reader | None, at: datetime) -> str | None:
    """Why a step may not be taken, a code of labels.PROBLEMS; None when it may. `who` is None for the site itself."""
    move, one = MOVES[step], state.guarded
    if who and not may_read(who, one):
        return "not_found"
    if (who.role not in move.by) if who else bool(move.by):
        return "not_yours"
    if state.veiled and step not in UNDER_A_VEIL:
        return "veiled"
    if goes_to_nobody(one.confidentiality) and step not in ONLY_A_NUMBER:
        return "not_now"
    if state.status not in move.start or (step is Step.MARK_PROTECTED and state.protected):
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


def before(state: State) -> Status:
    """The status in which a grievance was before it came to where it stands."""
    came = _last(
        state, lambda one: state.status is one.to_status is not one.from_status and one.step is not Step.TAKE_BACK
    )
    return (came and came.from_status) or Status.SUBMITTED


def level(state: State) -> Role:
    """Whom a reopened one waits for; a protected one stays with protection officers."""
    if state.protected:
        return Role.PROTECTION_OFFICER
    return Role.AUDITOR if state.guarded.reopened > MOST_REOPENINGS else Role.SUPERVISOR


def is_erased(state: State) -> bool:
    """Whether the texts of a withdrawn grievance were erased since it was withdrawn."""
    return any("erased" in one.codes for one in _since(state, Step.WITHDRAW))


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
    return told | {"note"} | (frozenset() if aside else {"narrative", "remedy_text", "area_name"})


def course(state: State, shutdowns: Sequence[Span] = ()) -> Course:
    """What moves the clocks; `shutdowns` are those of its district."""
    again = _last(state, lambda one: one.step is Step.REOPEN)
    events = [one for one in state.history if again is None or one.id >= again.id]
    words, acts = ([one for one in events if one.step in steps] for steps in (WORDS, ACTIONS))
    planned = acts[-1].codes.get("day") if acts else None
    away = _spans(events, Status.WITHDRAWN)
    return Course(
        urgency=state.urgency,
        start=day_of(again.at if again else state.received_at),
        running=state.status in OPEN - ANSWERED and not goes_to_nobody(state.guarded.confidentiality),
        acknowledged=bool(words),
        replied=any(one.step in REPLIES for one in events),
        acted=bool(acts),
        told=day_of(words[-1].at) if words else None,
        planned=date.fromisoformat(planned) if planned else None,
        pauses=(*questions(_spans(events, Status.INFO_REQUESTED)), *away, *shutdowns),
    )


def _too_late(step: Step, state: State, at: datetime) -> str | None:
    """What the calendar says against it."""
    came = _last(state, lambda one: one.from_status is not one.to_status)
    since = came.at if came else state.received_at
    days = day_of(at) - day_of(since)
    if step is Step.REOPEN:
        late = state.status is Status.CLOSED and days > REOPEN_WITHIN
        return "too_late" if late else "too_often" if state.guarded.reopened > MOST_REOPENINGS else None
    if step in (Step.TAKE_BACK, Step.ERASE_NOW, Step.ERASE_DUE) and is_erased(state):
        return "erased"
    if step is Step.TAKE_BACK:
        return "too_late" if at - since > TAKE_BACK_WITHIN else None
    if step is Step.ERASE_DUE:
        return "not_yet" if at - since <= TAKE_BACK_WITHIN else None
    return _too_early(step, state, at, days) if step in (Step.REMIND, Step.CLOSE_SILENT) else None


def _too_early(step: Step, state: State, at: datetime, days: timedelta) -> str | None:
    """Whether its jirga was left enough time, and reminded often enough, to answer."""
    sent = [one for one in _since(state, Step.REPORT_ACTION) if one.step is Step.REMIND]
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
    if who.id in state.earlier:
        return "earlier_handler"
    if level(state) is Role.AUDITOR and who.role is Role.REVIEWER:
        return "not_yours"
    if step is Step.CLOSE and state.handler in (None, who.id):
        return "own_handling"
    sent_back = {one.codes.get("body") for one in state.history if one.step is Step.SEND_BACK}
    return "sent_back_before" if step is Step.SEND_BACK and referred_to(state) in sent_back else None


def referred_to(state: State) -> str | None:
    """The body that a grievance was last referred to."""
    found = _last(state, lambda one: one.step is Step.REFER)
    return found.codes["body"] if found else None


def _last(state: State, fits: Callable[[Happened], bool]) -> Happened | None:
    return next((one for one in reversed(state.history) if fits(one)), None)


def _since(state: State, step: Step) -> Sequence[Happened]:
    """What happened after the last such step; nothing without one."""
    found = _last(state, lambda one: one.step is step)
    return [one for one in state.history if found and one.id > found.id]


def _spans(events: Sequence[Happened], status: Status) -> list[Span]:
    """The days in which it stood so; the last may still last."""
    spans: list[Span] = []
    for one in events:
        if one.from_status is one.to_status:
            continue
        if one.to_status is status:
            spans.append(Span(day_of(one.at), None))
        elif one.from_status is status and spans:
            spans[-1] = Span(spans[-1].first, day_of(one.at))
    return spans
