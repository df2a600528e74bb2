"""A representative files a grievance and gets a receipt."""

import uuid
from collections.abc import Callable, Hashable
from http import HTTPStatus

from flask import Blueprint, abort, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from webapp import blank, db, i18n
from webapp.concerns.rules import Sensitivity
from webapp.config import day_of, now
from webapp.drafts.forms import GATHERING_FIELDS, GRIEVANCE_FIELDS, Problem, World
from webapp.drafts.labels import PROBLEMS, WARNINGS
from webapp.drafts.rules import Checked, check
from webapp.grievances import queries, rules
from webapp.grievances.actions import Desk, Receipt, RuleBroken, content_hash, submit
from webapp.grievances.labels import STATUSES
from webapp.guard import person, public, requires, wants_json
from webapp.people.rules import Permission
from webapp.submit import tables
from webapp.submit.forms import SubmitForm

bp = Blueprint("submit", __name__)


def _world() -> World:
    atlas, taxonomy = db.reference()
    return World(atlas, taxonomy, atlas.in_scope(person().scope), day_of(now()))


def _page(form: SubmitForm) -> str:
    return render_template(
        "submit/form.html", form=form, short=form.short, notices=form.notices(), script_url=_script_url()
    )


def _script() -> tuple[Hashable, Callable[[], bytes]]:
    """The key and the body of form.js in the language of the page."""
    language, taxonomy = g.language, db.reference()[1]
    return ("form.js", language), lambda: tables.script(taxonomy, language, i18n.speaker(language))


def _script_url() -> str:
    return url_for("submit.script", v=blank.tag(*_script()))


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
    return blank.answer((request.endpoint, g.language, person().scope, today), draw, swap=swap)


@bp.get("/form.js")
@public
def script() -> ResponseReturnValue:
    """What turns the form into steps, with its words; kept by browsers until its address changes."""
    answer = blank.answer(*_script(), "text/javascript")
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
        told = {
            "errors": _grouped(form.messages(checked.errors)),
            "warnings": _grouped(form.messages(checked.warnings)),
        }
        return jsonify(told), HTTPStatus.UNPROCESSABLE_ENTITY
    form.tell(checked.errors, checked.warnings)
    return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY


def _grouped(messages: list[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for field, message in messages:
        grouped.setdefault(field, []).append(message)
    return grouped


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
    stored = receipt.stored
    if wants_json():
        status = HTTPStatus.CREATED if receipt.new else HTTPStatus.OK
        return jsonify(reference=stored.reference, gathering=str(stored.gathering_id)), status
    return redirect(url_for("submit.receipt", reference=stored.reference), HTTPStatus.SEE_OTHER)


@bp.get("/receipt/<reference>")
@requires(Permission.FILE_GRIEVANCE)
def receipt(reference: str) -> ResponseReturnValue:
    """What the representative keeps: no topic, no district, nothing that was written."""
    stored = queries.by_reference(db.session(), person(), rules.read_reference(reference) or "")
    if stored is None:
        abort(404)
    if rules.veiled(stored.received_at, person().reset_at):
        status = i18n.speaker(g.language)(STATUSES[stored.status])
        return render_template("submit/veiled.html", reference=rules.shown(stored.reference), status=status)
    return _receipt(stored)


def _receipt(stored: queries.Stored) -> str:
    received = day_of(stored.received_at)
    counted_only = rules.goes_to_nobody(stored.confidentiality)
    shown = {
        "shown": rules.shown(stored.reference),
        "received": received,
        "story_kept": not counted_only and stored.sensitivity != Sensitivity.REFERRAL_ONLY,
        "counted_only": counted_only,
        "protected": rules.is_protected(
            stored.sensitivity, stored.confidentiality, stored.prior_result == "threatened"
        ),
        "next_by": None if counted_only else rules.acknowledged_by(received, stored.urgency),
    }
    another_url = url_for("submit.another", gathering=stored.gathering_id)
    mines = i18n.speaker(g.language)(WARNINGS["mines"]) if stored.subcategory == "landmines_uxo" else None
    return render_template("submit/receipt.html", receipt=shown, another_url=another_url, mines=mines)
