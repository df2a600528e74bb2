"""People, invitations, the activity log and the state of the system."""

import uuid
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from webapp import db, guard
from webapp.admin import actions, forms, labels, queries, tables
from webapp.audit.actions import Acting
from webapp.audit.queries import chain_state
from webapp.codes import grouped
from webapp.config import day_of, now
from webapp.factors import actions as factors
from webapp.forms import qr_code, scope_names
from webapp.grievances.queries import CHAINED
from webapp.guard import requires
from webapp.invitations import actions as inviting
from webapp.invitations import queries as codes
from webapp.invitations.models import Invitation
from webapp.people import queries as accounts
from webapp.people.actions import Unfit
from webapp.people.models import Person
from webapp.people.rules import INVITES, ROLE_NAMES, Permission, Role
from webapp.summary.queries import last_releases

bp = Blueprint("admin", __name__)


def _names(scope: tuple[str, ...]) -> list[str]:
    return scope_names(scope, db.reference()[0], g.language)


def _living(session: Session, person_id: uuid.UUID) -> Person:
    return queries.living(session, person_id) or abort(404)


@bp.get("/admin/people")
@requires(Permission.MANAGE_PEOPLE)
def people() -> ResponseReturnValue:
    """The list of accounts; the log keeps that it was looked at."""
    form = forms.PeopleFilter(request.args)
    with db.writing() as session:
        guard.acting(session).note("people_listed")
    found, more = accounts.listed(db.session(), **form.chosen())
    rows = [tables.account(one, _names, g.language, _) for one in found]
    return render_template("admin/people.html", form=form, rows=rows, after=rows[-1].username if more else None)


@bp.get("/admin/people/<uuid:person_id>")
@requires(Permission.MANAGE_PEOPLE)
def person(person_id: uuid.UUID) -> ResponseReturnValue:
    """One account; the log keeps that it was opened."""
    with db.writing() as session:
        found = _living(session, person_id)
        guard.acting(session).note("person_opened", person=str(found.id))
    return _person_page(found)


@bp.post("/admin/people/<uuid:person_id>")
@requires(Permission.MANAGE_PEOPLE)
def change(person_id: uuid.UUID) -> ResponseReturnValue:
    """Another role or other places."""
    form = forms.RoleForm(request.form, set(Role), db.reference()[0], day_of(now()))
    found = _living(db.session(), person_id)
    if not form.validate():
        return _refuse(form, partial(_person_page, found, form))
    try:
        with db.writing() as session:
            acting, same = guard.acting(session), _living(session, person_id)
            actions.change(acting, same, form.chosen_role(), form.chosen_scope())
    except Unfit as unfit:
        form.tell({unfit.field: [_(str(unfit))]})
        return _refuse(form, partial(_person_page, found, form))
    return _onward("admin.person", person_id=person_id)


def _person_page(found: Person, form: forms.RoleForm | None = None, problem: str | None = None) -> str:
    if form is None:
        given = MultiDict([("role", found.role.value), *(("scope", code) for code in found.scope)])
        form = forms.RoleForm(given, set(Role), db.reference()[0], day_of(now()))
    return render_template(
        "admin/person.html",
        form=form,
        groups=list(form.groups(g.language)),
        row=tables.account(accounts.Listed(found, accounts.last_seen(db.session(), found.id)), _names, g.language, _),
        made=tables.month(found.created_at, g.language),
        inviter=queries.username(db.session(), found.invited_by),
        own=found.id == guard.person().id,
        problem=problem,
    )


def _refuse(form: forms.RoleForm, page: Callable[[], str]) -> ResponseReturnValue:
    """The form once more, with what is wrong and all that was chosen."""
    if guard.wants_json():
        return jsonify(errors=form.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    return page(), HTTPStatus.UNPROCESSABLE_ENTITY


def _onward(endpoint: str, **values: Any) -> ResponseReturnValue:
    where = url_for(endpoint, **values)
    return jsonify(next=where) if guard.wants_json() else redirect(where, HTTPStatus.SEE_OTHER)


@bp.get("/admin/people/<uuid:person_id>/<any(disable, enable, factor):deed>")
@requires(Permission.MANAGE_PEOPLE)
def back(person_id: uuid.UUID, deed: str) -> ResponseReturnValue:
    """From the page of a refusal, by loading it again or in another language, to the account."""
    return redirect(url_for("admin.person", person_id=person_id))


@bp.post("/admin/people/<uuid:person_id>/disable")
@requires(Permission.MANAGE_PEOPLE)
def disable(person_id: uuid.UUID) -> ResponseReturnValue:
    """Close an account at once, with all that is open of it."""
    return _do(person_id, actions.disable)


@bp.post("/admin/people/<uuid:person_id>/enable")
@requires(Permission.MANAGE_PEOPLE)
def enable(person_id: uuid.UUID) -> ResponseReturnValue:
    """Open an account again."""
    return _do(person_id, actions.enable)


@bp.post("/admin/people/<uuid:person_id>/factor")
@requires(Permission.MANAGE_PEOPLE)
def reset_factor(person_id: uuid.UUID) -> ResponseReturnValue:
    """Take away a second factor that was lost; one's own only with the password, on one's own page."""
    if person_id == guard.person().id:
        own = labels.PROBLEMS["own_account"]
        return _conflict(person_id, _(own))
    return _do(person_id, factors.reset)


def _do(person_id: uuid.UUID, deed: Callable[[Acting, Person], None]) -> ResponseReturnValue:
    """Do it to an account, or say on its page why it cannot be."""
    try:
        with db.writing() as session:
            deed(guard.acting(session), _living(session, person_id))
    except Unfit as unfit:
        return _conflict(person_id, _(str(unfit)))
    return _onward("admin.person", person_id=person_id)


def _conflict(person_id: uuid.UUID, problem: str) -> ResponseReturnValue:
    if guard.wants_json():
        return jsonify(error=problem), HTTPStatus.CONFLICT
    return _person_page(_living(db.session(), person_id), problem=problem), HTTPStatus.CONFLICT


@bp.get("/admin/people/<uuid:person_id>/code")
@requires(Permission.INVITE)
def ask_new_code(person_id: uuid.UUID) -> ResponseReturnValue:
    """What a new code does, before the button that gives it out."""
    return render_template("admin/new_code.html", person=_within_reach(db.session(), person_id))


@bp.post("/admin/people/<uuid:person_id>/code")
@requires(Permission.INVITE)
def new_code(person_id: uuid.UUID) -> ResponseReturnValue:
    """A code for a new password of an account: the card, which is shown this once."""
    try:
        with db.writing() as session:
            found = _within_reach(session, person_id)
            made, code = actions.renew(guard.acting(session), found)
    except Unfit as unfit:
        said, found = _(str(unfit)), _within_reach(db.session(), person_id)
        page = render_template("admin/new_code.html", person=found, problem=said)
        return jsonify(error=said) if guard.wants_json() else page, HTTPStatus.CONFLICT
    return _card(made, code, found.username)


def _within_reach(session: Session, person_id: uuid.UUID) -> Person:
    return queries.within_reach(session, guard.person(), person_id, db.reference()[0]) or abort(404)


@bp.get("/admin/invitations")
@requires(Permission.INVITE)
def invitations() -> ResponseReturnValue:
    """The form to invite, and the codes that were given out."""
    return _invitations_page(_invite_form(MultiDict()))


@bp.post("/admin/invitations")
@requires(Permission.INVITE)
def invite() -> ResponseReturnValue:
    """A code for a new account: the card, which is shown this once."""
    form = _invite_form(request.form)
    if not form.validate():
        return _refuse(form, partial(_invitations_page, form))
    role, scope = form.chosen_role(), form.chosen_scope()
    try:
        inviting.allowed(guard.person(), role, scope, db.reference()[0])
        with db.writing() as session:
            made, code = inviting.invite(guard.acting(session), role, scope, str(form.language.value))
    except Unfit as unfit:
        form.tell({unfit.field: [_(str(unfit))]})
        return _refuse(form, partial(_invitations_page, form))
    return _card(made, code)


def _invite_form(given: forms.Given) -> forms.InviteForm:
    return forms.InviteForm(given, INVITES[guard.person().role], db.reference()[0], day_of(now()))


def _own() -> uuid.UUID | None:
    """Whose codes are shown and taken back: an administrator's reach is everybody's."""
    signed = guard.person()
    return None if signed.role is Role.ADMINISTRATOR else signed.id


def _invitations_page(form: forms.InviteForm) -> str:
    signed, before = guard.person(), forms.moment(request.args.get("before", ""))
    found, more = codes.listed(db.session(), invited_by=_own(), before=before)
    return render_template(
        "admin/invitations.html",
        form=form,
        groups=list(form.groups(g.language, signed.scope if _own() else None)),
        rows=[tables.code(one, _names, g.language, _, now()) for one in found],
        own=signed.id,
        before=found[-1].invitation.created_at.isoformat() if more else None,
    )


@bp.post("/admin/invitations/<uuid:invitation_id>/revoke")
@requires(Permission.INVITE)
def revoke(invitation_id: uuid.UUID) -> ResponseReturnValue:
    """Take a code back; one that was used or taken back before stays as it is."""
    with db.writing() as session:
        found = codes.by_id(session, invitation_id, _own()) or abort(404)
        inviting.revoke(guard.acting(session), found)
    return _onward("admin.invitations")


def _card(made: Invitation, code: str, username: str | None = None) -> ResponseReturnValue:
    """Drawn at once: no address, no history and no table ever holds the code."""
    link = guard.own_origin() + url_for("join.join", code=code, lang=made.language)
    if guard.wants_json():
        return jsonify(code=code, link=link), HTTPStatus.CREATED
    about = {"username": username, "role": _(ROLE_NAMES[made.role]), "places": _names(made.scope)}
    card, expires = _card_alone(made, code, link), day_of(made.expires_at)
    page = render_template("admin/issued.html", card=card, expires=expires, **about)
    return page, HTTPStatus.CREATED


def _card_alone(made: Invitation, code: str, link: str) -> str:
    """In the language of whoever gets it, whatever the page around it speaks."""
    spoken, g.language = g.language, made.language
    try:
        with force_locale(made.language):
            address, expires = guard.own_origin() + url_for("join.code"), day_of(made.expires_at)
            about = {"again": made.again, "expires": expires, "link": link, "address": address}
            return render_template("admin/card.html", code=grouped(code), picture=qr_code(link), **about)
    finally:
        g.language = spoken


@bp.get("/admin/audit")
@requires(Permission.READ_AUDIT)
def audit() -> ResponseReturnValue:
    """What was done by whom; the log keeps that it was looked at."""
    form = forms.AuditFilter(request.args)
    with db.writing() as session:
        guard.acting(session).note("audit_listed")
    by = accounts.by_username(db.session(), form.username())
    form.check_name(found=by is not None)
    if form.errors:
        return render_template("admin/audit.html", form=form, rows=[], older=None, chain=None), HTTPStatus.BAD_REQUEST
    asked = {"person_id": by.id if by else None, **form.chosen()}
    found, doers, older = queries.page_of_log(db.session(), db.vault(), guard.person().id, **asked)
    rows = [tables.entry(one, doers, _names, g.language, _) for one in found]
    chain = tables.chain(chain_state(db.session(), db.vault(), CHAINED, now()), g.language)
    return render_template("admin/audit.html", form=form, rows=rows, older=older, chain=chain)


@bp.get("/admin/state")
@requires(Permission.READ_STATE)
def state() -> ResponseReturnValue:
    """How the site is set up, whether it is whole, who is missing where; never what anybody wrote."""
    store, session, today = db.store(), db.session(), day_of(now())
    people = accounts.at_work(session)
    return render_template(
        "admin/state.html",
        settings=tables.settings(store.settings, _),
        findings=tables.findings(queries.findings(store.engine, session, store.vault, now()), _),
        releases=[(one.number, day_of(one.made_at), one.why) for one in last_releases(session)],
        people=[(_(ROLE_NAMES[role]), count) for role, count in queries.by_role(people).items()],
        coverage=tables.coverage(queries.coverage(people, db.reference()[0], today), g.language, _),
    )
