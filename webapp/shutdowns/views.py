"""Days on which the offices of a district cannot work: who marked them, from when, to when, why; marking, ending."""

import uuid
from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, abort, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp import db, guard, i18n
from webapp.clocks import actions, queries
from webapp.config import day_of, now
from webapp.drafts.forms import World
from webapp.grievances.rules import reach
from webapp.guard import person, requires
from webapp.people.rules import ROLE_NAMES, Permission
from webapp.shutdowns import forms
from webapp.standstill import OWN_PARTS, settle_shut

bp = Blueprint("shutdowns", __name__)
#: Those that ended longer ago are in the activity log alone.
SHOWN = timedelta(days=60)


def _world() -> World:
    atlas, taxonomy = db.reference()
    return World(atlas, taxonomy, reach(person().role, person().scope, atlas), day_of(now()))


@bp.get("/shutdowns")
@requires(Permission.OPEN_QUEUE)
def listed() -> ResponseReturnValue:
    """Those of the own districts, the latest first, and the form for whoever may mark one."""
    return _page()


@bp.post("/shutdowns", provide_automatic_options=False)  # the page's own answers them, for its readers
@requires(Permission.MARK_SHUTDOWN)
def mark() -> ResponseReturnValue:
    """Stop the clocks of a district; whatever is wrong comes back with every word that was typed."""
    given, world = request.form.to_dict(flat=False), _world()
    said = forms.read(given, world)
    if said.errors or (said.warnings and given.get("checked") != ["yes"]):
        return _mend(said)
    with db.writing() as session:
        actions.mark(guard.acting(session), said.district, said.first, said.last, said.why, g.language)
    settle_shut(db.store().engine, {said.district: said.first}, OWN_PARTS)
    return _onward()


@bp.post("/shutdowns/<uuid:shutdown_id>/end")
@requires(Permission.MARK_SHUTDOWN)
def end(shutdown_id: uuid.UUID) -> ResponseReturnValue:
    """Today is its last day; pressed twice it is ended once."""
    mine = _world().scope
    with db.writing() as session:
        found = queries.held(session, shutdown_id, mine) or abort(404)
        actions.end(guard.acting(session), found)
    settle_shut(db.store().engine, {found.district: found.first}, OWN_PARTS)
    return _onward()


def _onward() -> ResponseReturnValue:
    where = url_for("shutdowns.listed")
    return jsonify(next=where) if guard.wants_json() else redirect(where, HTTPStatus.SEE_OTHER)


def _form() -> forms.MarkForm:
    return forms.MarkForm(_world(), g.language, i18n.speaker(g.language), request.form or None)


def _mend(said: forms.Said) -> ResponseReturnValue:
    form = _form()
    if guard.wants_json():
        told = {"errors": form.by_field(said.errors), "warnings": form.by_field(said.warnings)}
        return jsonify(told), HTTPStatus.UNPROCESSABLE_ENTITY
    form.tell(said.errors, said.warnings)
    return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY


def _page(mending: forms.MarkForm | None = None) -> str:
    world, say = _world(), i18n.speaker(g.language)
    rows = [
        {
            "id": one.id,
            "district": world.atlas.districts[one.district].names[g.language],
            "first": one.first,
            "last": one.last,
            "why": one.why,
            "language": one.language,
            "by": one.username,
            "role": say(ROLE_NAMES[one.role]),
            "lasts": one.last >= world.today,
            "can_end": one.last > world.today,
        }
        for one in queries.told(db.session(), world.scope, world.today - SHOWN)
    ]
    form = mending or (_form() if guard.can(Permission.MARK_SHUTDOWN) else None)
    return render_template("shutdowns/listed.html", rows=rows, form=form, mending=mending is not None)
