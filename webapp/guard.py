"""Who may open which page: closed by default, said at the view, enforced in one place. Never SQL."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response as AnyResponse

from webapp import db
from webapp.attempts.actions import tally
from webapp.attempts.rules import FEW, HOUR, is_told
from webapp.audit.actions import Acting
from webapp.config import LANGUAGES, now
from webapp.held import Held, hold
from webapp.people import actions
from webapp.people.models import Person
from webapp.people.queries import Signed, just_signed_in, once_signed_in, signed_in
from webapp.people.rules import OWN_PHONE, Permission, Stage, may, own_phone_allowed

LOG = logging.getLogger("jirga")
View = TypeVar("View", bound=Callable[..., Any])
SAFE = ("GET", "HEAD", "OPTIONS")
#: Fields that come back to nobody, in no page.
SECRET = frozenset({"password", "new_password"})
#: All that a browser is ever given, the sign-in first.
COOKIES = ("session", "device", "language", "due")
#: Where a sign-in goes on that has not come far enough.
NEXT_STEPS = {Stage.CODE: "account.code", Stage.SET_UP: "profile.factor"}


class Lapsed(Unauthorized):
    """A form came after its sign-in had lapsed; `held` is the form, sealed for its person, or ""."""

    def __init__(self, held: str = "") -> None:
        super().__init__()
        self.held = held


def public(view: View) -> View:
    """Mark a view that opens for anyone."""
    view.permission = None  # type: ignore[attr-defined]
    return view


def requires(permission: Permission) -> Callable[[View], View]:
    """Mark a view that opens for whoever holds the permission."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def init_app(app: Flask) -> None:
    """Enforce on every request."""
    app.before_request(enforce)


def locked(name: str) -> str:
    """The name of a cookie; over https the name itself binds it to this host and to https."""
    return f"__Host-{name}" if https() else name


def cookie_name() -> str:
    """The session's."""
    return locked("session")


def https() -> bool:
    """Whether this request came over https, to us or to a trusted proxy before us."""
    return db.store().settings.https or request.is_secure


def set_cookie(answer: AnyResponse, token: str, *, own_phone: bool = False) -> None:
    """Give the browser its session token, until it is closed or, on a person's own phone, for as long as that lasts."""
    age = int(OWN_PHONE.most.total_seconds()) if own_phone else None
    answer.set_cookie(cookie_name(), token, max_age=age, secure=https(), httponly=True, samesite="Lax", path="/")


def forget(answer: AnyResponse, *, everything: bool) -> None:
    """Let the browser forget its sign-in and all pages it keeps; with `everything` also that it was ever here.

    Cookies go by name too, because older browsers know no Clear-Site-Data.
    """
    for name in COOKIES if everything else COOKIES[:1]:
        answer.delete_cookie(locked(name), secure=https(), httponly=True, samesite="Lax")
    answer.headers["Clear-Site-Data"] = '"cache", "cookies"' if everything else '"cache"'


def current_person() -> Signed | None:
    """Who is asking, or None; looked up once a request."""
    if "person" not in g:
        token = request.cookies.get(cookie_name(), "")
        g.person = _look_up(token) if token else None
    found: Signed | None = g.person
    return found


def start_anew(session: Session, someone: Person, *, own_phone: bool = False, with_factor: bool = False) -> str:
    """A new token after every step of a sign-in, and the end of the one before; none for a password just changed.

    From here on it is they who ask.
    """
    if not actions.unchanged(acting(session), someone):
        abort(401)
    before = request.cookies.get(cookie_name(), "")
    if before and not actions.sign_out(acting(session), before) and with_factor:
        abort(401)  # it was ended in this moment, from elsewhere
    own_phone = own_phone and own_phone_allowed(someone.role)
    token = actions.sign_in(acting(session), someone, own_phone=own_phone, with_factor=with_factor)
    g.person = just_signed_in(
        someone, token, now(), own_phone=own_phone, with_factor=with_factor, factor_required=_factor_required()
    )
    return token


def _factor_required() -> bool:
    return db.store().settings.second_factor == "required"


def _look_up(token: str) -> Signed | None:
    at = now()
    with db.asking() as connection:
        person = signed_in(connection, token, at, factor_required=_factor_required())
    if person and person.last_seen_at < at - timedelta(minutes=1):
        _note_seen(token, at)
    return person


def _note_seen(token: str, at: datetime) -> None:
    """A page must open although this cannot be written just now."""
    try:
        with db.writing(patience=0.2) as session:
            actions.seen(session, token, at)
    except SQLAlchemyError:
        LOG.warning("the use of a sign-in could not be noted")


def person() -> Signed:
    """Who is asking, on a page that asks for a permission."""
    found = current_person()
    if found is None:
        abort(401)
    return found


def can(permission: str) -> bool:
    """For templates: whether the person holds the permission."""
    found = current_person()
    return found is not None and may(found.role, Permission(permission), found.stage)


def acting(session: Session) -> Acting:
    """Who is asking, if the guard or the view has looked them up: nothing is read while something is written."""
    found: Signed | None = g.get("person")
    return Acting(session, db.vault(), found.id if found else None, now())


def note_guess(session: Session, what: str, times: int, *, known: bool = False, **about: Any) -> None:
    """Keep that a stranger guessed, `times` in a row at one thing, so that nobody makes the log grow without end.

    The first time, the tenth and so on. Of what is not `known`, which anybody can invent without end, each until FEW
    came in the hour; and how many of all kinds came, beginning with FEW.
    """
    name = db.vault().fingerprint(what, purpose="guesses of an hour")
    stranger, (all_, _) = Acting(session, db.vault(), None, now()), tally(session, name, now(), HOUR)
    if is_told(times) and (known or all_ <= FEW):
        stranger.note(what, **about, times=times)
    if is_told(all_, FEW):
        stranger.note(what, **dict.fromkeys(about), times=all_)


def wants_json() -> bool:
    """Whether the sender asked for JSON rather than a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" and "application/json" in request.headers.get("Accept", "")


def enforce() -> AnyResponse | Response | None:
    """Refuse what comes from another site, and what the person may not open."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    if request.method not in SAFE and not same_site():
        abort(403)
    if "Transfer-Encoding" in request.headers:
        abort(411)
    view = current_app.view_functions[request.endpoint]
    if not hasattr(view, "permission"):
        abort(403)
    return _admit(view.permission) if view.permission else None


def _admit(permission: Permission) -> AnyResponse | None:
    signed = current_person()
    if signed is None:
        return _ask_to_sign_in(permission)
    if may(signed.role, permission, signed.stage):
        return None
    if not may(signed.role, permission):
        _note_refusal()
        abort(403)
    if request.method not in SAFE or wants_json():
        abort(401)
    return redirect(url_for(NEXT_STEPS[signed.stage], next=request.full_path.rstrip("?")))


def _note_refusal() -> None:
    """Keep who asked for what they may not open, in a transaction of its own."""
    rule = request.url_rule.rule if request.url_rule else ""
    with db.writing() as session:
        acting(session).note("refused", page=rule, method=request.method)


def _ask_to_sign_in(permission: Permission) -> AnyResponse:
    if wants_json():
        abort(401)
    if request.method not in SAFE:
        raise Lapsed("" if permission is Permission.OWN_ACCOUNT else _held())  # whose forms hold passwords
    return redirect(url_for("account.sign_in", next=request.full_path.rstrip("?")))


def _held() -> str:
    """The form that was sent, for whoever's sign-in this was."""
    token = request.cookies.get(cookie_name(), "")
    person_id = once_signed_in(db.session(), token) if token else None
    plain = request.mimetype == "application/x-www-form-urlencoded" and not SECRET & {*request.form}
    if person_id is None or not plain:
        return ""
    return hold(db.vault(), person_id, Held(request.path, list(request.form.items(multi=True))), now())


def next_page() -> str | None:
    """Where the person wanted to go: a path of this site in one of its languages, or nothing."""
    wanted = request.values.get("next", "")
    plain = wanted.isprintable() and "\\" not in wanted and "//" not in wanted
    return wanted if plain and wanted.startswith(tuple(f"/{language}/" for language in LANGUAGES)) else None


def same_site() -> bool:
    """Whether an unsafe request comes from our own pages (old phones send no Sec-Fetch-Site, but an Origin)."""
    fetched = request.headers.get("Sec-Fetch-Site")
    if fetched is not None:
        return fetched in ("same-origin", "none")
    sent = request.headers.get("Origin") or request.headers.get("Referer") or ""
    try:
        parts = urlsplit(sent)
    except ValueError:
        return False
    return f"{parts.scheme}://{parts.netloc}" == own_origin()


def own_origin() -> str:
    """Scheme and host of the site as people reach it."""
    return db.store().settings.base_url or request.host_url.rstrip("/")
