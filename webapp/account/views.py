"""Sign in, sign out, and leave at once."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from webapp import db, guard
from webapp.config import LANGUAGES, now
from webapp.forms import SignInForm
from webapp.guard import public
from webapp.people import actions
from webapp.people.rules import Permission, Role, may
from webapp.uploads.actions import forget

LOG = logging.getLogger("jirga")
bp = Blueprint("account", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Ask for user name and password; a wrong name and a wrong password get the same answer."""
    form = SignInForm(request.form)
    if request.method != "POST":
        return _ask(form, None)
    if not form.validate():
        return _refuse(form, form.errors, None)
    person = actions.verified(db.session(), form.username.data or "", form.password.data or "")
    if person is None:
        wrong = _("Wrong user name or password")
        return _refuse(form, {"password": [wrong]}, wrong)
    with db.writing() as session:
        actions.sign_out(session, request.cookies.get(guard.cookie_name(), ""), now())
        token = actions.sign_in(session, person, now())
    start = _next_page() or url_for(_start(person.role))
    answer: Response = jsonify(next=start) if guard.wants_json() else redirect(start, HTTPStatus.SEE_OTHER)
    guard.set_cookie(answer, token)
    return answer


def _ask(form: SignInForm, problem: str | None) -> str:
    return render_template("account/sign_in.html", form=form, problem=problem, next_url=_next_page())


def _refuse(form: SignInForm, errors: Mapping[str, Any], problem: str | None) -> ResponseReturnValue:
    if guard.wants_json():
        return jsonify(errors=errors), HTTPStatus.UNPROCESSABLE_ENTITY
    return _ask(form, problem), HTTPStatus.UNPROCESSABLE_ENTITY


def _next_page() -> str | None:
    """Where the person wanted to go: a path of this site in one of its languages, or nothing."""
    wanted = request.values.get("next", "")
    plain = wanted.isprintable() and "\\" not in wanted and "//" not in wanted
    return wanted if plain and wanted.startswith(tuple(f"/{language}/" for language in LANGUAGES)) else None


def _start(role: Role) -> str:
    """The first page of a role."""
    if may(role, Permission.FILE_GRIEVANCE):
        return "submit.new"
    return "export.summary" if may(role, Permission.READ_SUMMARY) else "home.index"


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End the sign-in here and forget its pages."""
    return _leave(url_for("home.index"))


@bp.get("/exit")
@public
def quick_exit() -> ResponseReturnValue:
    """Leave at once, without a word, for a page that anyone may have open."""
    return _leave(db.store().settings.quick_exit_url)


def _leave(where: str) -> Response:
    name = guard.cookie_name()
    answer = redirect(where, HTTPStatus.SEE_OTHER)
    answer.delete_cookie(name, secure=guard.https(), httponly=True, samesite="Lax")
    answer.headers["Clear-Site-Data"] = '"cache", "cookies"'
    token = request.cookies.get(name)
    if token:
        _end(token)
    return answer


def _end(token: str) -> None:
    """Whoever leaves in haste leaves at once, also while the database is away; the cookie is gone either way."""
    try:
        signed = guard.current_person()
        with db.writing(patience=0.3) as session:
            forget(session, signed.id if signed else None, now())
            actions.sign_out(session, token, now())
    except SQLAlchemyError:
        LOG.warning("a sign-in could not be ended; it lapses by itself")
