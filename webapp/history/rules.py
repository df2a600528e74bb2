"""A grievance and all that happened to it: who has it in hand, what moves its clocks, what its row keeps. Pure."""

import enum
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from webapp.clocks.rules import DAY, Course, Reckoned, Span, escalates_on, questions, queue_key, within
from webapp.concerns.rules import Urgency
from webapp.config import day_of
from webapp.grievances.rules import MOST_REOPENINGS, Guarded, Outcome, Status, goes_to_nobody, is_protected
from webapp.history.tables import ACTIONS, ANSWERED, ERASES, OPEN, REFERRED, REOPENED, REPLIES, VEILED, WORDS, Step
from webapp.people.rules import Role

#: What ends each time that figures of service tell.
FIRSTS = {"acknowledged_after": WORDS, "acted_after": frozenset({Step.REPORT_ACTION})}
#: The columns that follow from events.
DERIVED = ("queue_key", "escalates_on", "reopened", "office", *FIRSTS)


class Pause(enum.StrEnum):
    """Why clocks stand still; the first that is true of a day counts."""

    SHUTDOWN = "shutdown"
    WITHDRAWN = "withdrawn"
    QUESTION = "question"


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
    #: whether the handler still handles grievances and may open this one
    handler_works: bool = True
    #: the protection officer who proposed to lift the protection that stands
    proposer: uuid.UUID | None = None
    #: days on which clocks stand still in its district
    shutdowns: tuple[Span, ...] = ()

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


def before(state: State) -> Status:
    """The status in which a grievance was before it came to where it stands."""
    came = last_event(
        state, lambda one: state.status is one.to_status is not one.from_status and one.step is not Step.TAKE_BACK
    )
    return (came and came.from_status) or Status.SUBMITTED


def holder(state: State) -> uuid.UUID | None:
    """The officer who alone has it in hand; None where the next one may take it up."""
    passed_on = state.status in REOPENED | REFERRED
    return state.handler if state.handler_works and not passed_on else None


def level(state: State) -> Role:
    """Whom a reopened one waits for; a protected one stays with protection officers."""
    if state.protected:
        return Role.PROTECTION_OFFICER
    return Role.AUDITOR if state.guarded.reopened > MOST_REOPENINGS else Role.SUPERVISOR


def is_erased(state: State) -> bool:
    """Whether all texts of a withdrawn or closed grievance were erased since it came to stand so."""
    came = last_event(state, lambda one: one.from_status is not one.to_status)
    return any(one.step in ERASES for one in state.history if came and one.id > came.id)


def unsure(state: State) -> bool:
    """Whether its last withdrawal may be that of somebody who gave out a new code for the jirga's account."""
    left = last_event(state, lambda one: one.step is Step.WITHDRAW)
    return bool(left and VEILED in left.codes)


def referred_to(state: State) -> str | None:
    """The body that a grievance was last referred to."""
    found = last_event(state, lambda one: one.step is Step.REFER)
    return found.codes["body"] if found else None


def office(state: State) -> str | None:
    """The office that last took it on: by saying so, or by accepting what was referred to it."""
    found: str | None = None
    offered: str | None = None
    for one in state.history:
        offered = one.codes["body"] if one.step is Step.REFER else offered
        found = offered if one.step is Step.ACCEPT else one.codes.get("office", found)
    return found


def course(state: State) -> Course:
    """What moves the clocks."""
    again, events = _this_round(state)
    words, acts = ([one for one in events if one.step in steps] for steps in (WORDS, ACTIONS))
    planned = acts[-1].codes.get("day") if acts else None
    return Course(
        urgency=state.urgency,
        start=day_of(again.at if again else state.received_at),
        running=state.status in OPEN - ANSWERED and not goes_to_nobody(state.guarded.confidentiality),
        acknowledged=bool(words),
        replied=any(one.step in REPLIES for one in events),
        acted=bool(acts),
        told=day_of(words[-1].at) if words else None,
        planned=date.fromisoformat(planned) if planned else None,
        pauses=tuple(span for spans in pauses(state).values() for span in spans),
    )


def pauses(state: State) -> Mapping[Pause, Sequence[Span]]:
    """The days on which its clocks stand still, by the reason."""
    _, events = _this_round(state)
    return {
        Pause.SHUTDOWN: state.shutdowns,
        Pause.WITHDRAWN: _spans(events, Status.WITHDRAWN),
        Pause.QUESTION: questions(_spans(events, Status.INFO_REQUESTED)),
    }


def standstill(state: State, today: date) -> list[Pause]:
    """Why its clocks stand still on a day; nothing while they run, or where nothing is due."""
    found = [why for why, spans in pauses(state).items() if any(within(span, today) for span in spans)]
    return found if course(state).running else []


def uncounted(state: State, one: Reckoned) -> Counter[Pause]:
    """How many days between a start and its due day did not count, by the reason."""
    stood = pauses(state)
    days = (one.start + number * DAY for number in range((one.due.day - one.start).days))
    reasons = (next((why for why in Pause if any(within(span, day) for span in stood[why])), None) for day in days)
    return Counter(why for why in reasons if why)


def _this_round(state: State) -> tuple[Happened | None, Sequence[Happened]]:
    """How it was last opened again, and what happened from then on; without that, all that happened."""
    again = last_event(state, lambda one: one.step is Step.REOPEN)
    return again, [one for one in state.history if again is None or one.id >= again.id]


def derived(state: State) -> dict[str, Any]:
    """What a row keeps that follows from its events: its place in the queue, and what figures of service count.

    Days are calendar days from the day it was received to the first word of an official and to the first action that
    was reported; shutdowns and questions are not taken out, so that nothing is in time because of them.
    """
    now_running, start = course(state), day_of(state.received_at)
    first = {kind: next((one.at for one in state.history if one.step in steps), None) for kind, steps in FIRSTS.items()}
    return {
        "queue_key": queue_key(now_running),
        "escalates_on": escalates_on(now_running),
        "reopened": sum(one.step is Step.REOPEN for one in state.history),
        "office": office(state),
        **{kind: (day_of(at) - start).days if at else None for kind, at in first.items()},
    }


def last_event(state: State, fits: Callable[[Happened], bool]) -> Happened | None:
    """The last that fits."""
    return next((one for one in reversed(state.history) if fits(one)), None)


def since(state: State, step: Step) -> Sequence[Happened]:
    """What happened after the last such step; nothing without one."""
    found = last_event(state, lambda one: one.step is step)
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
