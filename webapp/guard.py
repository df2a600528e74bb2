"""Who may open which page: closed by default, said at the view, enforced in one place. Never SQL."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from webapp import db
from webapp.config import now
from webapp.people import actions
from webapp.people.queries import Signed, signed_in
from webapp.people.rules import Permission, may

LOG = logging.getLogger("jirga")
View = TypeVar("View", bound=Callable[..., Any])
SAFE = ("GET", "HEAD", "OPTIONS")


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


def cookie_name() -> str:
    """Over https the name itself binds the cookie to this host and to https."""
    return "__Host-session" if https() else "session"


def https() -> bool:
    """Whether this request came over https, to us or to a trusted proxy before us."""
    return db.store().settings.https or request.is_secure


def set_cookie(answer: AnyResponse, token: str) -> None:
    """Give the browser its session token until it is closed."""
    answer.set_cookie(cookie_name(), token, secure=https(), httponly=True, samesite="Lax", path="/")


def current_person() -> Signed | None:
    """Who is asking, or None; looked up once a request."""
    if "person" not in g:
        token = request.cookies.get(cookie_name(), "")
        g.person = _look_up(token) if token else None
    found: Signed | None = g.person
    return found


def _look_up(token: str) -> Signed | None:
    at = now()
    person = signed_in(db.session(), token, at)
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
    return found is not None and may(found.role, Permission(permission))


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
    if view.permission is None:
        return None
    signed = current_person()
    if signed is None:
        return _ask_to_sign_in()
    if not may(signed.role, view.permission):
        abort(403)
    return None


def _ask_to_sign_in() -> AnyResponse:
    if request.method not in SAFE or wants_json():
        abort(401)
    return redirect(url_for("account.sign_in", next=request.full_path.rstrip("?")))


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
