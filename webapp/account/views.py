"""Sign in, give the second factor's code, sign out, and leave at once."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from webapp import db, devices, guard
from webapp.attempts import actions as attempts
from webapp.attempts.rules import LONGEST_INSIDE, MANY
from webapp.config import now
from webapp.factors import actions as factors
from webapp.forms import BaseForm, CodeForm, SignInForm
from webapp.guard import public, requires
from webapp.held import give_back
from webapp.people import actions, queries
from webapp.people.models import Person
from webapp.people.rules import Permission, Role, Stage, may, username_fits
from webapp.reminders import announce
from webapp.uploads.actions import forget

LOG = logging.getLogger("jirga")
bp = Blueprint("account", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Ask for user name and password; a wrong name and a wrong password get the same answer."""
    form = SignInForm(request.form)
    if request.method != "POST":
        return _ask(form)
    if not form.validate():
        return _refuse(form, form.errors)
    username, name = form.username.data or "", devices.attempts_name(form.username.data or "")
    with db.writing() as session:
        turn = attempts.begin(session, name, now())
        person = queries.by_username(session, username) if username_fits(username) else None
    if turn.wait:
        return _delay(form, turn.wait)
    if not actions.opens(person, form.password.data or ""):
        return _wrong(form, person, turn.failures)
    with db.writing() as session:
        attempts.succeeded(session, name)
        token = guard.start_anew(session, person, own_phone=bool(form.own_phone.data))
    return _let_in(person, token)


def _let_in(person: Person, token: str) -> ResponseReturnValue:
    """On to the next step of the sign-in, or to where the person wanted to go."""
    signed = guard.person()
    answer = _go_on(person, signed)
    guard.set_cookie(answer, token, own_phone=signed.own_phone)
    announce(answer)
    lasting = signed.own_phone or person.role is not Role.REPRESENTATIVE
    if person.username and lasting and signed.stage is Stage.FULL:  # half a sign-in marks nothing
        devices.remember(answer, person.username)
    return answer


def _go_on(person: Person, signed: queries.Signed) -> Response:
    """What is shown to somebody who has just given a right password or code."""
    word, wanted = request.form.get("held", ""), guard.next_page()
    if word and signed.stage is Stage.CODE:
        return Response(_ask(CodeForm()), mimetype="text/html")
    if signed.stage is not Stage.FULL:
        return _onward(url_for(guard.NEXT_STEPS[signed.stage], next=wanted))
    if held := give_back(db.vault(), person.id, word, now(), person.reset_at):
        return Response(render_template("account/resume.html", held=held), mimetype="text/html")
    if queries.notices_of(db.session(), person.id):
        return _onward(url_for("profile.notices", next=wanted))
    return _onward(wanted or url_for(_start(person.role)))


def _onward(where: str) -> Response:
    return jsonify(next=where) if guard.wants_json() else redirect(where, HTTPStatus.SEE_OTHER)


#: What may be asked for on the way in, and its page.
PAGES: Mapping[type[BaseForm], str] = {SignInForm: "account/sign_in.html", CodeForm: "account/code.html"}


def _ask(form: BaseForm, problem: str | None = None) -> str:
    """The page of a form, which carries along where the person wanted to go and what was being sent."""
    carried = {"next": guard.next_page(), "held": request.form.get("held")}
    return render_template(
        PAGES[type(form)], form=form, problem=problem, carried=carried, shown=request.values.get("show") == "yes"
    )


def _refuse(form: BaseForm, errors: Mapping[str, Any], problem: str | None = None) -> ResponseReturnValue:
    if guard.wants_json():
        return jsonify(errors=errors), HTTPStatus.UNPROCESSABLE_ENTITY
    return _ask(form, problem), HTTPStatus.UNPROCESSABLE_ENTITY


def _wrong(form: SignInForm, person: Person | None, times: int) -> ResponseReturnValue:
    """The same for a wrong name and a wrong password; the log keeps which account it was, never what was typed."""
    account, known = str(person.id) if person else None, person is not None
    with db.writing() as session:
        guard.note_guess(session, "sign_in_refused", times, known=known, account=account)
    wrong = _("Wrong user name or password")
    return _refuse(form, {"password": [wrong]}, wrong)


def _delay(form: BaseForm, seconds: int) -> ResponseReturnValue:
    """Answered at once, with the seconds to wait; nobody is kept waiting by a stranger in the same valley."""
    said = _("Too many tries. Wait %(seconds)s seconds, then try again.", seconds=seconds)
    headers = {"Retry-After": str(seconds)}
    if guard.wants_json():
        return jsonify(error=_("Too many tries"), message=said), HTTPStatus.TOO_MANY_REQUESTS, headers
    return _ask(form, said), HTTPStatus.TOO_MANY_REQUESTS, headers


@bp.route("/sign-in/code", methods=["GET", "POST"])
@requires(Permission.GIVE_CODE)
def code() -> ResponseReturnValue:
    """Ask for the code of the app, or one of the recovery sheet; each is good once."""
    signed, form = guard.person(), CodeForm(request.form)
    if signed.stage is not Stage.CODE:
        return _onward(url_for(_start(signed.role)))
    if request.method != "POST":
        return _ask(form)
    if not form.validate():
        return _refuse(form, form.errors)
    person, token, wait = _try_code(signed, form.code.data or "")
    if wait:
        return _delay(form, wait)
    if person is None:
        wrong = _(
            "This code is not right. Is the clock of your phone right? Wait for the next code and type it. "
            "A code from your paper: look at it again and type it once more."
        )
        return _refuse(form, {"code": [wrong]}, wrong)
    return _let_in(person, token)


def _try_code(signed: queries.Signed, typed: str) -> tuple[Person | None, str, int]:
    """The person and a new token for a right code; else the seconds to wait, or 0 when it was wrong."""
    with db.writing() as session:
        acting, person = guard.acting(session), queries.by_id(session, signed.id)
        name = devices.attempts_name((person and person.username) or "", "a second factor")
        turn = attempts.begin(session, name, now(), LONGEST_INSIDE)
        if turn.wait or person is None:
            return None, "", turn.wait
        if not (factors.spend(acting, person, typed) or factors.spend_recovery(acting, person, typed)):
            acting.note("code_refused")
            if turn.failures % MANY == 0:
                actions.tell(acting, person.id, "wrong_codes")
            return None, "", 0
        attempts.succeeded(session, name)
        return person, guard.start_anew(session, person, own_phone=signed.own_phone, with_factor=True), 0


#: The first page of whoever holds a permission, the first that fits.
STARTS = (
    (Permission.FILE_GRIEVANCE, "submit.new"),
    (Permission.HANDLE_GRIEVANCE, "desk.queue"),
    (Permission.READ_SUMMARY, "export.summary"),
    (Permission.MANAGE_PEOPLE, "admin.people"),
    (Permission.READ_AUDIT, "admin.audit"),
    (Permission.OWN_ACCOUNT, "profile.account"),
)


def _start(role: Role) -> str:
    """The first page of a role."""
    return next(page for permission, page in STARTS if may(role, permission))


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End the sign-in here and forget its pages; on a shared phone also that somebody ever signed in."""
    signed = _leaving()
    own = signed is not None and (signed.own_phone or signed.role is not Role.REPRESENTATIVE)
    return _leave(url_for("home.index"), everything=not own)


@bp.get("/exit")
@public
def quick_exit() -> ResponseReturnValue:
    """Leave at once, without a word, for a page that anyone may have open."""
    return _leave(db.store().settings.quick_exit_url, everything=True)


def _leave(where: str, *, everything: bool) -> Response:
    answer = redirect(where, HTTPStatus.SEE_OTHER)
    guard.forget(answer, everything=everything)
    token = request.cookies.get(guard.cookie_name())
    if token:
        _end(token)
    return answer


def _leaving() -> queries.Signed | None:
    """Who leaves; nobody can tell while the database is away."""
    try:
        return guard.current_person()
    except SQLAlchemyError:
        return None


def _end(token: str) -> None:
    """Whoever leaves in haste leaves at once, also while the database is away; the cookie is gone either way."""
    try:
        signed = guard.current_person()
        with db.writing(patience=0.3) as session:
            forget(session, signed.id if signed else None, now())
            actions.sign_out(guard.acting(session), token)
    except SQLAlchemyError:
        LOG.warning("a sign-in could not be ended; it lapses by itself")
