"""Somebody with a one-time code chooses a user name and a password."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from webapp import db, guard
from webapp.attempts import actions as attempts
from webapp.attempts.rules import LONGEST_INSIDE
from webapp.config import now
from webapp.forms import CodeForm, NewPasswordForm
from webapp.guard import public
from webapp.invitations import actions, queries, rules
from webapp.invitations.models import Invitation
from webapp.people import actions as people
from webapp.people.labels import PROBLEMS
from webapp.people.models import Person
from webapp.people.queries import by_id
from webapp.people.rules import ROLE_NAMES, new_username, passphrase

bp = Blueprint("join", __name__)


@bp.route("/join", methods=["GET", "POST"])
@public
def code() -> ResponseReturnValue:
    """Type the code that was said by phone or stands on the card."""
    form = CodeForm(request.form)
    if request.method != "POST":
        return render_template("join/code.html", form=form)
    if not form.validate():
        return render_template("join/code.html", form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    read = rules.read_code(form.code.data or "") or "-"  # what is no code stands in no address: it may be a password
    return redirect(url_for("join.join", code=read), HTTPStatus.SEE_OTHER)


@bp.route("/join/<code>", methods=["GET", "POST"])
@public
def join(code: str) -> ResponseReturnValue:
    """Choose a user name and a password; a code that opens nothing says no more than that."""
    invitation, wait = _look_up(code)
    if wait:
        return _delay(wait)
    if invitation is None:
        return _nothing()
    form = NewPasswordForm(request.form)
    if request.method != "POST":
        form.username.data, form.password.data = new_username(), passphrase(g.language)
        return _ask(form, invitation)
    if "other" in request.form:
        form.password.data = passphrase(g.language)
        return _ask(form, invitation)
    if not form.validate():
        return _refuse(form, invitation, form.errors)
    return _redeem(form, invitation)


def _look_up(code: str) -> tuple[Invitation | None, int]:
    """The living code of this address, and the seconds to wait when codes like it were guessed at too often."""
    name = queries.bucket(db.vault(), code)
    with db.writing() as session:
        turn = attempts.begin(session, name, now())
        if turn.wait:
            return None, turn.wait
        found = queries.by_code(session, db.vault(), code, now())
        if found:
            attempts.succeeded(session, name)
        else:
            guard.note_guess(session, "code_refused", turn.failures)
        return found, 0


def _redeem(form: NewPasswordForm, invitation: Invitation) -> ResponseReturnValue:
    username, password = form.username.data or "", form.password.data or ""
    if person := _known(invitation):
        username = person.username or ""
    try:
        stored = people.hashed(username, password)  # before the name: who has a code is not told who else is here
        if not invitation.again:
            people.free(db.session(), username)
        with db.writing() as session:
            actions.redeem(guard.acting(session), invitation, username, stored, g.language)
    except people.Unfit as unfit:
        if unfit.code == "taken" and (wait := _count_taken(invitation)):
            return _delay(wait)
        return _refuse(form, invitation, {unfit.field: [_(str(unfit))]})
    except IntegrityError:  # somebody took the name in the same moment
        taken = PROBLEMS["taken"]
        return _refuse(form, invitation, {"username": [_(taken)]})
    except actions.Void:
        return _nothing()
    ready = url_for("account.sign_in", joined="yes")
    return (jsonify(next=ready), HTTPStatus.CREATED) if guard.wants_json() else redirect(ready, HTTPStatus.SEE_OTHER)


def _count_taken(invitation: Invitation) -> int:
    """Whoever tries names learns which are taken: the seconds to wait, from the third one on."""
    name = db.vault().fingerprint(str(invitation.id), purpose="attempts at user names")
    with db.writing() as session:
        return attempts.begin(session, name, now(), LONGEST_INSIDE).wait


def _known(invitation: Invitation) -> Person | None:
    """The account that a code is for, when it is not for a new one."""
    return by_id(db.session(), invitation.person_id) if invitation.again and invitation.person_id else None


def _ask(form: NewPasswordForm, invitation: Invitation) -> str:
    role, person = _(ROLE_NAMES[invitation.role]), _known(invitation)
    return render_template("join/join.html", form=form, role=role, person=person)


def _refuse(form: NewPasswordForm, invitation: Invitation, errors: Mapping[str, Any]) -> ResponseReturnValue:
    if guard.wants_json():
        return jsonify(errors=errors), HTTPStatus.UNPROCESSABLE_ENTITY
    for name, messages in errors.items():
        form[name].errors = messages
    return _ask(form, invitation), HTTPStatus.UNPROCESSABLE_ENTITY


def _nothing() -> ResponseReturnValue:
    """The same for a used, an expired, a revoked, a damaged and an invented code."""
    said = _("This code opens nothing. It may have been used, be older than 7 days, or be mistyped.")
    if guard.wants_json():
        return jsonify(error=said), HTTPStatus.NOT_FOUND
    return render_template("join/nothing.html", said=said, wait=False), HTTPStatus.NOT_FOUND


def _delay(seconds: int) -> ResponseReturnValue:
    said = _("Too many tries. Wait %(seconds)s seconds, then try again.", seconds=seconds)
    headers = {"Retry-After": str(seconds)}
    if guard.wants_json():
        return jsonify(error=said), HTTPStatus.TOO_MANY_REQUESTS, headers
    return render_template("join/nothing.html", said=said, wait=True), HTTPStatus.TOO_MANY_REQUESTS, headers
