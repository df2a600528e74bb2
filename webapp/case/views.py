"""One grievance as officials see it: what was said, what happened, what is due by when, and what they may do."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from webapp import db, guard, i18n, nearby, references
from webapp.case import tables
from webapp.case.forms import Around, StepForm, sent_fields
from webapp.case.labels import GROUPS, IN_HAND, KEPT, OFTEN_NEXT, STEPS
from webapp.concerns.rules import Sensitivity
from webapp.config import day_of, now, time_of
from webapp.drafts.tables import OPTIONS
from webapp.forms import Say
from webapp.grievances.actions import RuleBroken
from webapp.grievances.labels import STATUSES
from webapp.guard import person, requires
from webapp.handling import actions, queries, rules
from webapp.handling.labels import OUTCOMES, STANDS_STILL
from webapp.history import queries as history
from webapp.history.rules import State, holder, is_erased, standstill
from webapp.history.tables import MOVES, Step
from webapp.people.queries import by_id
from webapp.people.rules import ROLE_NAMES, Permission, Role
from webapp.steps import Sent, reader, refuse, seen, send, stands, world
from webapp.timeline import Line, Teller
from webapp.unsent import actions as unsent
from webapp.unsent.queries import kept

bp = Blueprint("case", __name__)
ADDRESS = f"/queue/<reference>/<any({','.join(STEPS)}):step>"
#: A user name among words of any language, as macros/lists.html draws one.
EXACT = Markup('<bdi lang="en" dir="ltr" translate="no">{}</bdi>')


@bp.get("/queue/<reference>")
@requires(Permission.OPEN_QUEUE)
def one(reference: str) -> ResponseReturnValue:
    """The grievance; `template` begins the text of the step `for`, `other` the link with another one."""
    return _page(stands(reference))


@bp.post(ADDRESS)
@requires(Permission.OPEN_QUEUE)
def take(reference: str, step: str) -> ResponseReturnValue:
    """Take a step; whatever is wrong comes back with every word that was typed."""
    state, chosen = stands(reference), Step(step)
    return send(state, chosen, lambda: _onward(state), lambda one: _form(chosen, one, request.form), _page)


@bp.get("/queue/done")
@requires(Permission.OPEN_QUEUE)
def done() -> ResponseReturnValue:
    """After a step that took the grievance out of one's own sight."""
    return render_template("case/done.html")


@bp.post(f"{ADDRESS}/keep")
@requires(Permission.OPEN_QUEUE)
def keep(reference: str, step: str) -> ResponseReturnValue:
    """Keep what was typed and not sent; from the page's script, or by a button, which may also ask for a template."""
    state, chosen = stands(reference), Step(step)
    fields = sent_fields(chosen, state, request.form)
    try:
        with db.writing() as session:
            acting = guard.acting(session)
            actions.keep(acting, person(), state.reference, chosen, fields)
    except RuleBroken as broken:
        return refuse(state.reference, broken.code, lambda one: _form(chosen, one, request.form), _page)
    if guard.wants_json():
        said = i18n.speaker(g.language)(KEPT)
        return jsonify(said=said % {"time": i18n.isolated(time_of(acting.at))})
    template = request.form.get("template") or None
    more: dict[str, Any] = {"template": template, "for": step} if template else {}
    return redirect(url_for("case.one", reference=state.reference, _anchor=step, **more), HTTPStatus.SEE_OTHER)


@bp.post(f"{ADDRESS}/drop")
@requires(Permission.OPEN_QUEUE)
def drop(reference: str, step: str) -> ResponseReturnValue:
    """Erase what was kept and not sent."""
    state = stands(reference)
    with db.writing() as session:
        unsent.drop(session, person(), state.id, step)
    return redirect(_address(state), HTTPStatus.SEE_OTHER)


def _onward(state: State) -> str:
    """Where it goes on after a step, which may have taken the grievance out of the person's sight."""
    visible = queries.visible(db.session(), person(), state.reference)
    return _address(state) if visible else url_for("case.done")


def _address(state: State) -> str:
    return url_for("case.one", reference=state.reference)


def _around(state: State) -> Around:
    """What forms are made of; only what the person may read is opened."""
    session, signed = db.session(), person()
    return Around(
        state=state,
        world=world(),
        language=g.language,
        texts=queries.texts_of(session, db.vault(), signed, state),
        officers=queries.officers(session, state) if signed.role in MOVES[Step.REASSIGN].by else (),
        myself=signed.id,
        kept=kept(session, db.vault(), signed, state.id, now()),
    )


def _form(step: Step, state: State, given: Sent | None = None) -> StepForm:
    return StepForm(step, _around(state), given)


def _page(state: State, mending: StepForm | None = None) -> str:
    """The page, once its opening is in the audit log; `mending` is a form that came back."""
    with db.writing() as session:
        guard.acting(session).note("grievance_opened", event=state.last, protected="yes" if state.protected else "no")
    around = mending.around if mending else _around(state)
    who, today, say = reader(), day_of(now()), i18n.speaker(g.language)
    lines = _lines(around, hidden=frozenset({"district"} if who.role is Role.AUDITOR else ()))
    return render_template(
        "case/one.html",
        state=state,
        shown=references.shown(state.reference),
        status=say(STATUSES[state.status]),
        outcome=say(OUTCOMES[state.outcome]) if state.outcome else "",
        in_hand=_in_hand(state, say),
        deadlines=tables.deadlines(state, today, g.language),
        still=[say(STANDS_STILL[why]) for why in standstill(state, today)],
        lines=lines,
        meanwhile=[line for line in lines if mending and line.id > seen()],
        mending=mending,
        groups=_groups(around, mending),
        left=_left(around, mending),
        **_told(around),
        **_beside(state),
    )


def _told(around: Around) -> dict[str, Any]:
    """What was said and chosen, as far as the person may see it."""
    state, session, signed, who = around.state, db.session(), person(), reader()
    chosen = queries.chosen(session, signed, state) or abort(404)
    topic = around.world.taxonomy.subcategories[state.subcategory]
    filed = around.texts.get(state.history[0].id, ())
    little, known = state.guarded.sensitivity is Sensitivity.REFERRAL_ONLY, who.role is not Role.AUDITOR
    return {
        "subject": topic.labels[g.language],
        "category": around.world.taxonomy.categories[topic.category].labels[g.language],
        "urgency": i18n.speaker(g.language)(OPTIONS["urgency"][state.urgency]),
        "district": around.world.atlas.districts[state.guarded.district].names[g.language] if known else "",
        "story": {one.kind: one for one in filed if one.kind in rules.STORY},
        "erased": is_erased(state),
        "opens": "narrative" in rules.readable(state, who),
        "confidential": state.guarded.sensitivity is Sensitivity.CONFIDENTIAL,
        "little": little,
        "numbers": nearby.numbers(state.guarded.district) if little else (),
        "entries": tables.entries(state, chosen, who, around.world.atlas, g.language),
        "gathering": tables.gathering(chosen, g.language) if known else (),
    }


def _beside(state: State) -> dict[str, Any]:
    """Others, by codes alone; an auditor would know the district by them."""
    if person().role is Role.AUDITOR:
        return {"alike": (), "alike_more": 0, "linked": (), "linked_more": 0}
    session, signed, say = db.session(), person(), i18n.speaker(g.language)
    alike, alike_more = history.alike(session, signed, state, now())
    linked, linked_more = history.links(session, signed, state)
    return {
        "alike": tables.others(alike, say), "alike_more": alike_more,
        "linked": tables.others(linked, say), "linked_more": linked_more,
    }  # fmt: skip


def _lines(around: Around, hidden: frozenset[str]) -> list[Line]:
    """What happened, newest first; what was written when it was filed stands above."""
    teller = Teller(g.language, around.world.atlas, around.world.taxonomy, hidden=hidden, roles=True)
    texts = {event: [one for one in found if one.kind not in rules.STORY] for event, found in around.texts.items()}
    return [teller.line(event, texts) for event in reversed(around.state.history)]


def _in_hand(state: State, say: Say) -> str:
    """Who has it in hand: by name for whoever may give it to others."""
    who = holder(state)
    other = by_id(db.session(), who) if who else None
    if other is None or other.id == person().id:
        return say(IN_HAND["mine" if other else "nobody"])
    said = IN_HAND["named" if person().role in MOVES[Step.REASSIGN].by else "other"]
    return Markup(say(said)) % {"role": say(ROLE_NAMES[other.role]), "name": EXACT.format(other.username)}  # noqa: S704


def _groups(around: Around, mending: StepForm | None) -> list[tuple[str, list[StepForm]]]:
    """What can be done next, what stands open first; what is being mended stands apart."""
    offered = rules.steps_for(around.state, reader(), now())
    asked = request.args if request.method == "GET" else MultiDict[str, str]()
    first = None if mending else OFTEN_NEXT.get(around.state.status)
    found = []
    for title, steps in GROUPS:
        forms = [StepForm(step, around) for step in steps if step in offered and not (mending and step is mending.step)]
        for form in forms:
            form.open = form.step is first or form.step == asked.get("for") or bool(form.kept)
            form.fill(asked.get("template", "") if form.step == asked.get("for") else "")
            if form.step is Step.LINK and asked.get("other"):
                form.open, form.fields["other"].given = True, [asked["other"]]
        found.append((i18n.speaker(g.language)(title), sorted(forms, key=lambda form: not form.open)))
    return [(title, forms) for title, forms in found if forms]


def _left(around: Around, mending: StepForm | None) -> list[StepForm]:
    """Forms with kept words that cannot be sent as it stands now."""
    offered = rules.steps_for(around.state, reader(), now())
    steps = [Step(step) for step in around.kept if step not in offered and not (mending and step == mending.step)]
    return [StepForm(step, around) for step in steps]
