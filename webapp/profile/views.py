"""A person's own account: language, password, second factor, sign-ins, what is stored, and leaving."""

import uuid
from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from webapp import db, guard, proof
from webapp.codes import grouped
from webapp.config import LANGUAGES, day_of, now
from webapp.factors import actions as factors
from webapp.factors.queries import pending_of, recovery_left
from webapp.factors.rules import uri
from webapp.forms import (
    BaseForm,
    ChangePasswordForm,
    CodeForm,
    PasswordForm,
    qr_code,
    scope_names,
)
from webapp.grievances.queries import filed_by
from webapp.guard import requires
from webapp.invitations import actions as invitations
from webapp.people import actions, queries
from webapp.people.labels import NOTICES
from webapp.people.models import Person
from webapp.people.rules import ROLE_NAMES, Permission, Stage, factor_required, passphrase
from webapp.uploads.actions import forget

bp = Blueprint("profile", __name__)


def _own(session: Session) -> Person:
    """The account of whoever asks."""
    found = queries.by_id(session, guard.person().id)
    if found is None:
        abort(404)
    return found


@bp.get("/account")
@requires(Permission.OWN_ACCOUNT)
def account() -> ResponseReturnValue:
    """Everything at a glance."""
    person, signed = _own(db.session()), guard.person()
    return render_template(
        "profile/account.html",
        person=person,
        role=_(ROLE_NAMES[person.role]),
        places=scope_names(person.scope, db.reference()[0], g.language),
        made=day_of(person.created_at),
        sessions=_sessions(person),
        this=signed.session_id,
        recovery_left=recovery_left(db.session(), person.id),
        filed=filed_by(db.session(), person.id),
    )


def _sessions(person: Person) -> list[dict[str, Any]]:
    """Where the person is signed in, by days."""
    return [
        {
            "id": one.id,
            "own_phone": one.own_phone,
            "started": day_of(one.started_at),
            "last_seen": day_of(one.last_seen_at),
        }
        for one in queries.sessions_of(db.session(), person.id, now())
    ]


@bp.post("/account/language")
@requires(Permission.OWN_ACCOUNT)
def language() -> ResponseReturnValue:
    """The language of cards and messages, and of the page from here on."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        abort(400)
    with db.writing() as session:
        _own(session).language = chosen
    return redirect(url_for("profile.account", lang=chosen), HTTPStatus.SEE_OTHER)


@bp.post("/account/sessions/<uuid:session_id>/end")
@requires(Permission.OWN_ACCOUNT)
def end_session(session_id: uuid.UUID) -> ResponseReturnValue:
    """Sign out another phone or computer."""
    with db.writing() as session:
        ended = actions.end_one(guard.acting(session), guard.person().id, session_id)
    if not ended:
        abort(404)
    return redirect(url_for("profile.account"), HTTPStatus.SEE_OTHER)


@bp.post("/account/sessions/end")
@requires(Permission.OWN_ACCOUNT)
def end_sessions() -> ResponseReturnValue:
    """Sign out everywhere, here too."""
    with db.writing() as session:
        actions.end_all(guard.acting(session), guard.person().id)
        forget(session, guard.person().id, now())
    return _signed_out(url_for("account.sign_in"))


def _signed_out(where: str, *, everything: bool = False) -> Response:
    answer = jsonify(next=where) if guard.wants_json() else redirect(where, HTTPStatus.SEE_OTHER)
    guard.forget(answer, everything=everything)
    return answer


@bp.route("/account/password", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def password() -> ResponseReturnValue:
    """Choose another password; every sign-in ends, here too."""
    form = ChangePasswordForm(request.form)
    if request.method != "POST":
        form.new_password.data = passphrase(g.language)
        return render_template("profile/password.html", form=form)
    if refused := proof.lacking(form):
        return _again("profile/password.html", form, refused)
    try:
        stored = actions.hashed(_own(db.session()).username or "", form.new_password.data or "")
    except actions.Unfit as unfit:
        form.new_password.errors = [_(str(unfit))]
        return _again("profile/password.html", form, HTTPStatus.UNPROCESSABLE_ENTITY)
    proven = _own(db.session())
    with db.writing() as session:
        if not actions.unchanged(guard.acting(session), proven):
            abort(401)
        actions.set_password(guard.acting(session), _own(session), stored)
    return _signed_out(url_for("account.sign_in", changed="yes"))


def _again(page: str, form: BaseForm, status: HTTPStatus, **more: Any) -> ResponseReturnValue:
    """The form once more with what is wrong, and all that may come back."""
    if guard.wants_json():
        return jsonify(errors=form.errors), status
    return render_template(page, form=form, **more), status


@bp.route("/account/factor", methods=["GET", "POST"])
@requires(Permission.SET_UP_FACTOR)
def factor() -> ResponseReturnValue:
    """Set up a second factor: the password, its secret, the first code; or what can be done with the one there is."""
    if _own(db.session()).factor_at:
        return _factor_page(PasswordForm())
    if (secret := _secret()) is None:
        return _before_the_secret()
    form = CodeForm(request.form)
    if request.method != "POST":
        return _set_up_page(form, secret)
    if not form.validate():
        return _set_up_page(form, secret), HTTPStatus.UNPROCESSABLE_ENTITY
    own_phone = guard.person().own_phone
    with db.writing() as session:
        person = _own(session)
        codes = factors.confirm(guard.acting(session), person, form.code.data or "")
        token = guard.start_anew(session, person, own_phone=own_phone, with_factor=True) if codes else ""
    if codes is None:
        form.code.errors = [_("This code is not right. Is the clock of your phone right? Wait for the next code.")]
        return _set_up_page(form, secret), HTTPStatus.UNPROCESSABLE_ENTITY
    answer = _recovery_sheet(codes)
    guard.set_cookie(answer, token, own_phone=own_phone)
    return answer


def _secret() -> str | None:
    """The secret being set up, for ten minutes after the password was typed for it in this sign-in.

    Officials on their way in have just typed it, and nothing else is open that they could have left.
    """
    signed = guard.person()
    if not proof.is_fresh() or signed.proved_at is None:
        return None
    if signed.stage is Stage.FULL:
        return pending_of(db.session(), db.vault(), signed.id, signed.proved_at)
    with db.writing() as session:
        return factors.prepare(guard.acting(session), _own(session), signed.proved_at)


def _before_the_secret() -> ResponseReturnValue:
    """Whoever finds an open phone learns no secret: the password first, however fresh it is."""
    form = PasswordForm(request.form)
    if request.method != "POST":
        return _set_up_page(form)
    if refused := proof.lacking(form):
        return _set_up_page(form), refused
    with db.writing() as session:
        acting = guard.acting(session)
        actions.prove(acting, guard.person().session_id)
        factors.prepare(acting, _own(session), acting.at)
    return redirect(url_for("profile.factor", next=guard.next_page()), HTTPStatus.SEE_OTHER)


def _set_up_page(form: CodeForm | PasswordForm, secret: str | None = None) -> str:
    """The secret, if it may be seen: as a picture for another phone, as a link for this one, and as letters."""
    person, shown = _own(db.session()), {}
    if secret:
        link = uri(secret, person.username or "", db.store().settings.site_name or "Forms")
        shown = {"link": link, "picture": qr_code(link), "secret": grouped(secret, 4).replace("-", " ")}
    required, wanted = _required(person), guard.next_page()
    return render_template("profile/set_up.html", form=form, required=required, next=wanted, **shown)


def _required(person: Person) -> bool:
    """Whether the person's role cannot do without a second factor here."""
    return factor_required(person.role, required=db.store().settings.second_factor == "required")


def _factor_page(form: PasswordForm) -> str:
    person = _own(db.session())
    left = recovery_left(db.session(), person.id)
    since = day_of(person.factor_at or now())
    return render_template("profile/factor.html", form=form, since=since, left=left, required=_required(person))


def _recovery_sheet(codes: list[str]) -> Response:
    """Shown once, to be printed or written down; shown again by nothing."""
    after = guard.next_page()
    if queries.notices_of(db.session(), guard.person().id):
        after = url_for("profile.notices", next=after)
    page = render_template("profile/recovery.html", codes=[grouped(code) for code in codes], next=after)
    return Response(page, mimetype="text/html")


@bp.get("/account/factor/<any(recovery, remove):deed>")
@requires(Permission.OWN_ACCOUNT)
def back(deed: str) -> ResponseReturnValue:
    """From the page of a refusal, by loading it again or in another language, to the page of the factor."""
    return redirect(url_for("profile.factor"))


@bp.post("/account/factor/recovery")
@requires(Permission.OWN_ACCOUNT)
def recovery() -> ResponseReturnValue:
    """New recovery codes in place of the old ones."""
    form = PasswordForm(request.form)
    if not _own(db.session()).factor_at:
        abort(404)
    if refused := proof.lacking(form):
        return _factor_page(form), refused
    with db.writing() as session:
        codes = factors.renew_recovery(guard.acting(session), _own(session))
    return _recovery_sheet(codes)


@bp.post("/account/factor/remove")
@requires(Permission.OWN_ACCOUNT)
def remove_factor() -> ResponseReturnValue:
    """Do without a second factor, where the role may."""
    form, person = PasswordForm(request.form), _own(db.session())
    if not person.factor_at or _required(person):
        abort(404)
    if refused := proof.lacking(form):
        return _factor_page(form), refused
    with db.writing() as session:
        factors.remove(guard.acting(session), _own(session))
    return redirect(url_for("profile.account"), HTTPStatus.SEE_OTHER)


@bp.route("/account/notices", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def notices() -> ResponseReturnValue:
    """What was done to the account since the person was last here."""
    if request.method == "POST":
        with db.writing() as session:
            actions.told(guard.acting(session), guard.person().id)
        return redirect(guard.next_page() or url_for("profile.account"), HTTPStatus.SEE_OTHER)
    found = [(NOTICES[one.what], day_of(one.at)) for one in queries.notices_of(db.session(), guard.person().id)]
    look = bool(guard.person().reset_at) and guard.can("file_grievance")
    return render_template("profile/notices.html", notices=found, look=look, next=guard.next_page())


@bp.route("/account/leave", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def leave() -> ResponseReturnValue:
    """Leave the platform: the account's own fields are erased at once."""
    form = PasswordForm(request.form)
    if request.method != "POST":
        return render_template("profile/leave.html", form=form)
    if refused := proof.lacking(form):
        return _again("profile/leave.html", form, refused)
    try:
        with db.writing() as session:
            acting, person = guard.acting(session), _own(session)
            factors.erase(acting, person)
            invitations.forget_for(acting, person)
            forget(session, person.id, now())
            actions.leave(acting, person)
    except actions.Unfit as unfit:
        form.password.errors = [_(str(unfit))]
        return _again("profile/leave.html", form, HTTPStatus.CONFLICT)
    return _signed_out(url_for("home.index"), everything=True)
