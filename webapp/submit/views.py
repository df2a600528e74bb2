"""A representative files a grievance and gets a receipt."""

import uuid
from collections.abc import Callable, Hashable
from datetime import date
from http import HTTPStatus

from flask import Blueprint, abort, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from webapp import blank, db, i18n, proof, references, sound
from webapp.clocks.rules import Course, dues
from webapp.concerns.rules import Sensitivity, Urgency
from webapp.config import day_of, now
from webapp.drafts.forms import GATHERING_FIELDS, GRIEVANCE_FIELDS, Problem, World
from webapp.drafts.labels import PROBLEMS, WARNINGS
from webapp.drafts.rules import Checked, check
from webapp.grievances import queries, rules
from webapp.grievances.actions import Desk, Receipt, RuleBroken, content_hash, submit
from webapp.grievances.labels import STATUSES
from webapp.guard import person, public, requires, wants_json
from webapp.people.rules import Permission, proved
from webapp.submit import tables
from webapp.submit.forms import SubmitForm

bp = Blueprint("submit", __name__)


def _world() -> World:
    atlas, taxonomy = db.reference()
    return World(atlas, taxonomy, atlas.in_scope(person().scope), day_of(now()))


def _page(form: SubmitForm) -> str:
    urls = {name: url_for("submit.script", name=name, v=blank.tag(*_script(name))) for name in tables.SCRIPTS}
    return render_template(
        "submit/form.html",
        form=form,
        short=form.short,
        notices=form.notices(),
        script_urls=urls,
        spoken=sound.spoken(),
    )


def _script(name: str) -> tuple[Hashable, Callable[[], bytes]]:
    """The key and the body of a script in the language of the page."""
    language, taxonomy = g.language, db.reference()[1]
    return (name, language), lambda: tables.SCRIPTS[name](taxonomy, language, i18n.speaker(language))


#: Stands for the gathering in the drawn short form, which is one for all gatherings.
ANY = uuid.UUID(int=0)


def _blank(gathering: uuid.UUID | None) -> Response:
    """The empty form is the same for all who file for the same districts in the same language on the same day."""
    today = day_of(now())

    own, any_ = str(gathering).encode(), str(ANY).encode()

    def draw() -> bytes:
        page = _page(SubmitForm(_world(), g.language, i18n.speaker(g.language), short=gathering is not None)).encode()
        return page.replace(own, any_) if gathering else page

    swap = (any_, own) if gathering else None
    return blank.answer((request.endpoint, g.language, person().scope, today, sound.spoken()), draw, swap=swap)


@bp.get(f"/<any({','.join(tables.SCRIPTS)}):name>.js")
@public
def script(name: str) -> ResponseReturnValue:
    """What turns the form into steps, and what texts may not hold; kept by browsers until the address changes."""
    answer = blank.answer(*_script(name), "text/javascript")
    answer.headers["Cache-Control"] = blank.KEPT
    return answer


@bp.route("/submit", methods=["GET", "POST"])
@requires(Permission.FILE_GRIEVANCE)
def new() -> ResponseReturnValue:
    """A new gathering and its first grievance."""
    return _file(None) if request.method == "POST" else _blank(None)


@bp.route("/submit/<uuid:gathering>", methods=["GET", "POST"])
@requires(Permission.FILE_GRIEVANCE)
def another(gathering: uuid.UUID) -> ResponseReturnValue:
    """Another grievance of a gathering that stands already."""
    if not queries.owns_gathering(db.session(), person(), gathering):
        abort(404)
    return _file(gathering) if request.method == "POST" else _blank(gathering)


def _file(gathering: uuid.UUID | None) -> ResponseReturnValue:
    """Form, rules, action, commit, answer; whatever is wrong comes back with every word that was typed."""
    world = _world()
    given = request.form.to_dict(flat=False)
    checked = check(given, world, with_gathering=gathering is None)
    client_id = _client_id(checked)
    if step := request.form.get("step"):
        return _look_over(checked, gathering, world, change=step == "change")
    if checked.errors or (checked.warnings and "yes" not in given.get("checked", ())):
        return _mend(checked, gathering, world)
    desk = Desk(person().id, db.vault(), world, now(), person().reset_at)
    content = content_hash(desk.vault, given, GRIEVANCE_FIELDS if gathering else (*GATHERING_FIELDS, *GRIEVANCE_FIELDS))
    target, draft = gathering or checked.gathering, checked.grievance
    if target is None or draft is None:
        abort(404)
    try:
        with db.writing() as session:
            receipt = submit(
                session, desk, draft, content, language=g.language, gathering=target, client_id=client_id
            )  # fmt: skip
    except RuleBroken as broken:
        return _refuse(broken, gathering, world)
    return _stored(receipt)


def _look_over(checked: Checked, gathering: uuid.UUID | None, world: World, *, change: bool) -> str:
    """All answers on one page before they are sent, or the form again with all of them; nothing is stored."""
    form = SubmitForm(world, g.language, i18n.speaker(g.language), short=gathering is not None, given=request.form)
    if change:
        return _page(form)
    form.tell(checked.errors, checked.warnings)
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in ("step", "checked")]
    return render_template("submit/check.html", form=form, kept=kept, sensitive=form.is_referral)


def _client_id(checked: Checked) -> uuid.UUID | None:
    """The form's own number, if a script gave it one; a damaged or contradictory one is refused."""
    sent = {value.strip() for value in request.form.getlist("client_id")} - {""}
    try:
        numbers = {uuid.UUID(value) for value in sent}
    except ValueError:
        numbers = set()
    if len(numbers) != min(len(sent), 1):
        checked.errors.append(Problem("client_id", "bad_client_id"))
    return next(iter(numbers), None)


def _mend(checked: Checked, gathering: uuid.UUID | None, world: World) -> ResponseReturnValue:
    form = SubmitForm(world, g.language, i18n.speaker(g.language), short=gathering is not None, given=request.form)
    if wants_json():
        told = {"errors": form.by_field(checked.errors), "warnings": form.by_field(checked.warnings)}
        return jsonify(told), HTTPStatus.UNPROCESSABLE_ENTITY
    form.tell(checked.errors, checked.warnings)
    return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY


def _refuse(broken: RuleBroken, gathering: uuid.UUID | None, world: World) -> ResponseReturnValue:
    if broken.code != "other_content":
        abort(404)
    say = i18n.speaker(g.language)
    if wants_json():
        return jsonify(errors={"client_id": [say(PROBLEMS["other_content"])]}), HTTPStatus.CONFLICT
    form = SubmitForm(world, g.language, say, short=gathering is not None, given=request.form)
    form.tell([Problem("client_id", "other_content")], [])
    return _page(form), HTTPStatus.CONFLICT


def _stored(receipt: Receipt) -> ResponseReturnValue:
    stored, g.filed = receipt.stored, int(receipt.new)
    if wants_json():
        status = HTTPStatus.CREATED if receipt.new else HTTPStatus.OK
        return jsonify(reference=stored.reference, gathering=str(stored.gathering_id)), status
    return redirect(url_for("submit.receipt", reference=stored.reference), HTTPStatus.SEE_OTHER)


@bp.get("/receipt/<reference>")
@requires(Permission.FILE_GRIEVANCE)
def receipt(reference: str) -> ResponseReturnValue:
    """What the representative keeps: nothing that was written, and of the subject only what was asked for."""
    stored = queries.by_reference(db.session(), person(), references.read_reference(reference) or "")
    if stored is None:
        abort(404)
    if rules.veiled(stored.received_at, person().reset_at):
        status = i18n.speaker(g.language)(STATUSES[stored.status])
        return render_template("submit/veiled.html", reference=references.shown(stored.reference), status=status)
    if stored.status is rules.Status.WITHDRAWN:
        shown = references.shown(stored.reference)
        return render_template("submit/withdrawn.html", reference=stored.reference, shown=shown)
    with_subject = request.args.get("subject") == "yes"
    if with_subject and not proof.is_fresh():
        return redirect(url_for("inbox.one", reference=stored.reference, next=request.full_path), HTTPStatus.SEE_OTHER)
    return _receipt(stored, with_subject=with_subject)


def _receipt(stored: queries.Stored, *, with_subject: bool) -> str:
    received, counted_only = day_of(stored.received_at), rules.goes_to_nobody(stored.confidentiality)
    atlas, taxonomy = db.reference()
    threatened = stored.prior_result == "threatened"
    open_ = proof.is_fresh() or proved(stored.received_at, now())  # to whoever has just sent it, or typed the password
    shown = {
        "reference": stored.reference,
        "shown": references.shown(stored.reference),
        "spoken": references.spoken(stored.reference, g.language),
        "received": received,
        "open": open_,
        "story_kept": not counted_only and stored.sensitivity != Sensitivity.REFERRAL_ONLY,
        "counted_only": counted_only,
        "protected": rules.is_protected(stored.sensitivity, stored.confidentiality, threatened),
        "dues": {} if counted_only else _dues(received, stored.urgency),
        "subject": taxonomy.subcategories[stored.subcategory].labels[g.language] if with_subject else "",
        "district": atlas.districts[stored.district].names[g.language] if with_subject else "",
    }
    another_url = url_for("submit.another", gathering=stored.gathering_id)
    mines = i18n.speaker(g.language)(WARNINGS["mines"]) if open_ and stored.subcategory == "landmines_uxo" else None
    return render_template("submit/receipt.html", receipt=shown, another_url=another_url, mines=mines)


def _dues(received: date, urgency: Urgency) -> dict[str, date]:
    """What is due from the start, and by which day."""
    return {due.kind.value: due.day for due in dues(Course(urgency, received, running=True), received)}
