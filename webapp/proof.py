"""The password once more, from whoever sits at an open page: before what matters, and before replies are shown."""

from http import HTTPStatus

from flask import abort
from flask_babel import gettext as _

from webapp import db, guard
from webapp.attempts import actions as attempts
from webapp.attempts.rules import LONGEST_INSIDE
from webapp.config import now
from webapp.forms import PasswordForm
from webapp.people import actions, queries
from webapp.people.labels import PROBLEMS
from webapp.people.rules import proved


def is_fresh() -> bool:
    """Whether the password was typed so recently that what was written to a jirga may be shown."""
    return proved(guard.person().proved_at, now())


def lacking(form: PasswordForm) -> HTTPStatus | None:
    """Why somebody at an open page has not shown to be its person; None when the password is right, which is noted."""
    signed = guard.person()
    if not form.validate():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    name = db.vault().fingerprint(str(signed.id), purpose="attempts at an own password")
    with db.writing() as session:
        turn = attempts.begin(session, name, now(), LONGEST_INSIDE)
        person = queries.by_id(session, signed.id)
    if person is None:
        abort(404)
    if turn.wait:
        said = _("Too many tries. Wait %(seconds)s seconds, then try again.", seconds=turn.wait)
        form.password.errors = [said]
        return HTTPStatus.TOO_MANY_REQUESTS
    if not actions.is_password(person, form.password.data or ""):
        wrong = PROBLEMS["wrong_password"]
        form.password.errors = [_(wrong)]
        return HTTPStatus.UNPROCESSABLE_ENTITY
    with db.writing() as session:
        attempts.succeeded(session, name)
        actions.prove(guard.acting(session), signed.session_id)
    return None
