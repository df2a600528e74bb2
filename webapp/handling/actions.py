"""Doing something to a grievance after it was filed. Actions flush; callers commit."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webapp.audit.actions import Acting
from webapp.concerns.rules import Sensitivity
from webapp.drafts.forms import Given, Problem, World
from webapp.grievances.actions import RuleBroken, post
from webapp.grievances.models import REFERRAL_NULLS, Event, Grievance
from webapp.grievances.queries import MANY, facts_of
from webapp.grievances.rules import Outcome, Reader, Status
from webapp.handling import forms, queries, rules
from webapp.handling.forms import Said
from webapp.history.models import Link
from webapp.history.queries import STATE, hold, opened, states, whole
from webapp.history.rules import State, derived, is_erased, level, referred_to
from webapp.history.tables import ERASES, HANDLERS, MOVES, OWNER, TOOK_UP, VEILED, Step
from webapp.people.queries import Signed
from webapp.people.rules import Role
from webapp.texts import actions as texts
from webapp.unsent import actions as unsent


class Unfit(RuleBroken):
    """What was given with a step must be mended, or looked at once more; each problem as drafts tell theirs."""

    def __init__(self, errors: Sequence[Problem], warnings: Sequence[Problem]) -> None:
        super().__init__("unfit")
        self.errors, self.warnings = errors, warnings


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to do to which grievance."""

    reference: str
    step: Step
    #: State.last of the page on which it was chosen
    seen: int
    #: fields of the form as they came; `checked` is "I have checked, send it"
    given: Given = field(default_factory=dict, repr=False)
    #: of the page, and so of what its owner writes
    language: str = "en"


def take(acting: Acting, person: Signed, world: World, wanted: Wanted) -> int:
    """Take one step; the id of its event, or that of the correction which came with an acknowledgement.

    Raises RuleBroken with a code of labels.PROBLEMS ("not_found" for what is not the person's to open, "moved" when
    something happened since the page was shown), or Unfit. `world.scope` is where an owner may file.
    """
    state = opened(acting.session, person, wanted.reference, lock=True)
    if state is None:
        raise RuleBroken("not_found")
    if state.last != wanted.seen:
        raise RuleBroken("moved")
    who = Reader(person.id, person.role, person.scope)
    if code := rules.refusal(wanted.step, state, who, acting.at):
        raise RuleBroken(code)
    said = forms.read(wanted.step, wanted.given, state, world)
    _look_up(acting.session, person, state, said)
    if said.errors or (said.warnings and list(wanted.given.get("checked", ())) != ["yes"]):
        raise Unfit(said.errors, said.warnings)
    own_words = person.role in OWNER or MOVES[wanted.step].text == "note"
    language = wanted.language if own_words else state.language
    event_id = _do(acting, world, state, wanted.step, said, person, language)
    unsent.drop(acting.session, person, state.id, wanted.step)
    if said.correction is None:
        return event_id
    given = {**said.correction, "checked": wanted.given.get("checked", ())}
    return take(acting, person, world, replace(wanted, step=Step.CORRECT_OFFICIAL, seen=event_id, given=given))


def keep(acting: Acting, person: Signed, reference: str, step: Step, fields: Mapping[str, Sequence[str]]) -> None:
    """Keep what was typed of a step and not sent, also where another officer is first: it may be sent yet.

    Raises RuleBroken: "not_found", or "erased" where no event would take the words away again.
    """
    state = opened(acting.session, person, reference, lock=True)
    if state is None:
        raise RuleBroken("not_found")
    if is_erased(state):
        raise RuleBroken("erased")
    unsent.keep(acting, person, state.id, step, fields)


def _look_up(session: Session, person: Signed, state: State, said: Said) -> None:
    """What a form names and only the database knows: another grievance, an officer, a text."""
    if said.other:
        said.other_id = queries.visible(session, person, said.other)
        if said.other_id is None:
            said.errors.append(Problem("other", "unknown_reference"))
        elif "relation" in said.codes and queries.linked(session, state.id, said.other_id):
            said.errors.append(Problem("other", "already_linked"))
    if said.officer:
        said.officer_id = next((one.id for one in queries.officers(session, state, said.officer)), None)
        if said.officer_id in (None, state.handler):
            said.errors.append(Problem("officer", "unknown_officer"))
        said.codes["to"] = str(said.officer_id)
    if said.blanked and not queries.stands(session, person, state, said.blanked):
        said.errors.append(Problem("blanked", "not_listed"))


def lapse(acting: Acting, world: World, step: Step, grievance_id: uuid.UUID) -> bool:
    """Take a step that is the site's own, if its time has come; False when it has not."""
    state = whole(acting.session, grievance_id, lock=True)
    if state is None or rules.refusal(step, state, None, acting.at):
        return False
    outcome = Outcome.NO_ANSWER_FROM_JIRGA if step is Step.CLOSE_SILENT else None
    said = Said(outcome=outcome, codes={"outcome": outcome.value} if outcome else {})
    _do(acting, world, state, step, said, None, state.language)
    return True


def erase_left(session: Session, at: datetime) -> int:
    """Erase the words that an event says are erased, and that an older version left; how many."""
    return texts.erase(session, queries.before_erasing())


def mark_seen(session: Session, person: Signed, state: State) -> None:
    """Note that the owner has been shown all that has happened so far; harmless for anybody else."""
    mine = (Grievance.id == state.id, Grievance.person_id == person.id)
    older = func.coalesce(Grievance.seen_event, 0) < state.last
    session.execute(update(Grievance).where(*mine, older).values(seen_event=state.last))


def _do(
    acting: Acting, world: World, state: State, step: Step, said: Said, person: Signed | None, language: str
) -> int:  # fmt: skip
    """Change the row, add the event with its texts, and post what the gathering counts now in place of before."""
    session, gathering = acting.session, hold(acting.session, state.gathering_id)
    before = list(facts_of(session, [gathering.id], world)[gathering.id].values())
    row = _corrected(said) | _handled(state, step, said, person)
    row["status"] = to = rules.target(step, state)
    row["outcome"] = (said.outcome or state.outcome) if to is Status.CLOSED else None
    codes = {"step": step.value, **({"by": person.role.value} if person else {}), **_codes(state, step), **said.codes}
    codes |= texts.told(len(said.texts))
    if "confidentiality" in row:
        codes["confidentiality"] = [state.guarded.confidentiality, row["confidentiality"]]
    if erases := ERASES.get(step) or _unspeakable(said):
        # never by state.history: an owner's has no notes in it
        texts.erase(session, select(Event.id).where(Event.grievance_id == state.id))
        unsent.drop_all(session, state.id)
        codes["erased"] = erases
    session.execute(update(Grievance).where(Grievance.id == state.id).values(row))
    event = Event(
        grievance_id=state.id, at=acting.at, person_id=person and person.id, from_status=state.status, to_status=to,
        codes=codes,
    )  # fmt: skip
    session.add(event)
    session.flush()
    texts.keep(session, acting.vault, [(event.id, said.texts, language)])
    if said.blanked:
        texts.erase(session, [said.blanked[0]], said.blanked[1])
    if said.other_id and "relation" in said.codes:
        link = Link(grievance_id=state.id, other_id=said.other_id, relation=said.codes["relation"], event_id=event.id)
        session.add(link)
    if person and person.role not in OWNER:
        acting.note("grievance_handled", step=step.value, event=event.id)
    post(session, world, {gathering.id: gathering}, {state.id}, {gathering.id: before})
    settle(session, [state.id])
    return event.id


def settle(session: Session, keys: Sequence[uuid.UUID]) -> None:
    """Hold grievances, and write what follows from their events: history.rules.derived."""
    query = STATE.where(Grievance.id.in_(keys)).order_by(Grievance.id).with_for_update(of=Grievance)
    if found := [{"id": state.id, **derived(state)} for state in states(session, query, None)]:
        session.execute(update(Grievance), found)


def settle_new(session: Session) -> int:
    """Settle some of what an older version stored without; how many, 0 for none left."""
    keys = session.scalars(select(Grievance.id).where(Grievance.queue_key.is_(None)).limit(MANY)).all()
    settle(session, keys)
    return len(keys)


def _unspeakable(said: Said) -> str | None:
    """Of the most sensitive subjects no word is kept."""
    return "subject" if said.topic and said.topic.sensitivity is Sensitivity.REFERRAL_ONLY else None


def _corrected(said: Said) -> dict[str, Any]:
    """The fields that a correction changes, and those that cannot stand beside them."""
    row: dict[str, Any] = dict(said.changes)
    if "district" in row:
        row["tehsil"] = None
    if said.topic:
        row["sensitivity"] = said.topic.sensitivity
    if said.topic and _unspeakable(said):
        row |= dict.fromkeys(REFERRAL_NULLS)
        row |= {"confidentiality": "protected", "urgency": said.topic.urgency}
    return row


def _handled(state: State, step: Step, said: Said, person: Signed | None) -> dict[str, Any]:
    """Who has it in hand from now on, and for whose eyes it is."""
    if step in (Step.MARK_PROTECTED, Step.LIFT):
        eyes = "protected" if step is Step.MARK_PROTECTED else rules.wish(state)
        return {"confidentiality": eyes, "handler_id": None}
    moved = "district" in said.changes or (_unspeakable(said) and not state.protected)
    if person is None or person.role not in HANDLERS | {Role.AUDITOR}:
        return {}
    if moved or person.role is Role.AUDITOR or step is Step.LET_GO:
        return {"handler_id": None}
    if said.officer_id:
        return {"handler_id": said.officer_id}
    return {"handler_id": person.id} if step in TOOK_UP else {}


def _codes(state: State, step: Step) -> dict[str, Any]:
    """What the event keeps that nobody gave."""
    if step is Step.SEND_BACK:
        return {"body": referred_to(state)}
    if step is Step.WITHDRAW and state.veiled:
        return {VEILED: "yes"}
    if step is Step.REOPEN:
        again = replace(state.guarded, reopened=state.guarded.reopened + 1)
        return {"level": level(replace(state, guarded=again)).value}
    return {}
