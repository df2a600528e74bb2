"""A representative's own grievances: what became of them, answering, confirming, reopening, withdrawing, correcting."""

import logging
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from webapp import db, guard, i18n, proof, references
from webapp.clocks.queries import told
from webapp.config import day_of, now
from webapp.forms import PasswordForm
from webapp.grievances.labels import STATUSES
from webapp.guard import person, requires
from webapp.handling import actions, queries, rules
from webapp.handling.labels import OUTCOMES
from webapp.handling.labels import STEPS as STEPS_TAKEN
from webapp.handling.queries import Opened
from webapp.history.rules import State, is_erased, unsure
from webapp.history.tables import TAKE_BACK_WITHIN, Step
from webapp.inbox.forms import StepForm
from webapp.inbox.labels import NOT_SOLVED, STEPS
from webapp.inbox.tables import Still, all_shut, last_shut, promise
from webapp.people.rules import Permission
from webapp.steps import Sent, reader, send, stands, world
from webapp.timeline import Teller

LOG = logging.getLogger("jirga")
bp = Blueprint("inbox", __name__)
#: What asks for an answer stands open on the page; the rest is folded.
UNFOLDED = frozenset({Step.ANSWER, Step.CONFIRM, Step.TAKE_BACK})
#: These cannot be taken by somebody who has not read what was written.
AFTER_READING = frozenset({Step.ANSWER, Step.CONFIRM, Step.REOPEN, Step.CORRECT})
#: These tell the subject by what they answer, or cannot be undone: not for whoever finds an open page.
PROVEN = frozenset({Step.CORRECT, Step.ERASE_NOW})
#: What is answered stands above the answer: step -> the official's step that it answers.
ABOUT = {Step.ANSWER: Step.ASK, Step.CONFIRM: Step.REPORT_ACTION}


@bp.get("/grievances")
@requires(Permission.FILE_GRIEVANCE)
def mine() -> ResponseReturnValue:
    """All that the person sent, newest first: number, date, where it stands, what comes next; never the subject."""
    found, more = queries.mine(db.session(), person(), references.read_reference(request.args.get("after", "")))
    say, today = i18n.speaker(g.language), day_of(now())
    rows = [
        {
            "reference": one.reference,
            "shown": references.shown(one.reference),
            "received": None if one.veiled else one.received,
            "status": say(STATUSES[one.status]),
            "outcome": say(OUTCOMES[one.outcome]) if one.outcome and not one.veiled else "",
            "news": 0 if one.veiled else one.news,
            "promise": None if one.veiled else promise(state, today, g.language),
            "still": None if one.veiled else last_shut(state, today, g.language),
        }
        for one, state in queries.with_states(db.session(), person(), found)
    ]
    after = url_for("inbox.mine", after=found[-1].reference) if more else None
    return render_template("inbox/mine.html", rows=rows, after=after, first="after" not in request.args)


@bp.get("/grievances/<reference>")
@requires(Permission.FILE_GRIEVANCE)
def one(reference: str) -> ResponseReturnValue:
    """What was done, by which office, what was answered, and what can be done next."""
    state = stands(reference)
    page = _page(state)
    if proof.is_fresh() and (state.seen_event or 0) < state.last:
        _note_seen(state)
    return page


def _note_seen(state: State) -> None:
    """A page must open although this cannot be written just now."""
    try:
        with db.writing(patience=0.2) as session:
            actions.mark_seen(session, person(), state)
    except SQLAlchemyError:
        LOG.warning("what was read could not be noted")


@bp.post("/grievances/<reference>/password")
@requires(Permission.FILE_GRIEVANCE)
def unlock(reference: str) -> ResponseReturnValue:
    """The password once more, before the subject and the replies are shown."""
    state, form = stands(reference), PasswordForm(request.form)
    if refused := proof.lacking(form):
        return (jsonify(errors=form.errors) if guard.wants_json() else _page(state, asked=form)), refused
    return redirect(guard.next_page() or _address(state), HTTPStatus.SEE_OTHER)


def _address(state: State) -> str:
    return url_for("inbox.one", reference=state.reference)


@bp.post(f"/grievances/<reference>/<any({','.join(STEPS)}):step>")
@requires(Permission.FILE_GRIEVANCE)
def take(reference: str, step: str) -> ResponseReturnValue:
    """Take a step; whatever is wrong comes back with every word that was typed."""
    state, chosen = stands(reference), Step(step)
    if chosen is Step.CONFIRM and request.form.getlist("outcome") == [NOT_SOLVED[0]]:
        chosen = Step.REOPEN
    if chosen in PROVEN and not proof.is_fresh():
        return _locked(state)
    return send(state, chosen, lambda: _address(state), lambda one: _form(Step(step), one, request.form), _page)


def _locked(state: State) -> ResponseReturnValue:
    """The password first."""
    if guard.wants_json():
        abort(HTTPStatus.FORBIDDEN)
    return redirect(_address(state), HTTPStatus.SEE_OTHER)


def _form(step: Step, state: State, given: Sent | None = None) -> StepForm:
    return StepForm(step, state, world(), g.language, i18n.speaker(g.language), given)


def _page(state: State, mending: StepForm | None = None, asked: PasswordForm | None = None) -> str:
    """The page of one grievance; `mending` is a form that came back, `asked` the password when it was wrong."""
    fresh, signed = proof.is_fresh() and not state.veiled, person()
    texts = queries.texts_of(db.session(), db.vault(), signed, state) if fresh else {}
    teller = Teller(g.language, *db.reference())
    topic = db.reference()[1].subcategories[state.subcategory]
    shown: dict[str, Any] = {
        "state": state,
        "shown": references.shown(state.reference),
        "status": teller.say(STATUSES[state.status]),
        "outcome": teller.say(OUTCOMES[state.outcome]) if state.outcome and not state.veiled else "",
        "promise": promise(state, day_of(now()), g.language),
        "stills": [] if state.veiled else _stills(state, fresh=fresh),
        "lines": [teller.line(event, texts) for event in state.history] if fresh else [],
        "subject": topic.labels[g.language] if fresh else "",
        "district": db.reference()[0].districts[state.guarded.district].names[g.language] if fresh else "",
        "locked": not fresh and not state.veiled,
        "erased_on": _erased_on(state),
        "about": {step: _newest(state, texts, asked) for step, asked in ABOUT.items()},
        "done": teller.say(STEPS_TAKEN[state.history[-1].step]) if _just_done(state) else "",
    }
    return render_template(
        "inbox/one.html", **shown, forms=_forms(state, mending), mending=mending, asked=asked, unfolded=UNFOLDED
    )


def _stills(state: State, *, fresh: bool) -> Sequence[Still]:
    """Days that do not count; their reasons only where the subject may be shown."""
    today = day_of(now())
    if not fresh:
        last = last_shut(state, today, g.language)
        return [last] if last else []
    found = told(db.session(), [state.guarded.district], day_of(state.received_at))
    return all_shut(state, found, today, g.language)


def _newest(state: State, texts: Mapping[int, Sequence[Opened]], step: Step) -> Sequence[Opened]:
    """What was written at the last of such steps."""
    taken = [event.id for event in state.history if event.step is step]
    return texts.get(taken[-1], ()) if taken else ()


def _forms(state: State, mending: StepForm | None) -> list[StepForm]:
    """What can be done next; what is being mended stands first."""
    fresh = proof.is_fresh()
    steps = rules.steps_for(state, reader(), now())
    hidden = set() if fresh else {*PROVEN, *(() if state.veiled else AFTER_READING)}
    if Step.CONFIRM in steps:
        hidden.add(Step.REOPEN)  # one of its answers
    offered = [step for step in STEPS if step in steps and step not in hidden]
    others = [_form(step, state) for step in offered if mending is None or step is not mending.step]
    return [mending, *others] if mending else others


def _just_done(state: State) -> bool:
    """Whether the last thing that happened is what the person has just done."""
    last = state.history[-1]
    return last.step in STEPS and now() - last.at < timedelta(minutes=1)


def _erased_on(state: State) -> date | None:
    """The day on which the texts of a withdrawn one are erased; None when they are gone, or it was not withdrawn."""
    left = [event for event in state.history if event.step is Step.WITHDRAW]
    if not left or state.status != state.status.WITHDRAWN or is_erased(state):
        return None
    return day_of(left[-1].at + TAKE_BACK_WITHIN[unsure(state)])
