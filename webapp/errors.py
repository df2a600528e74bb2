"""Every error as a page, or JSON, in the person's language: what happened, whether anything was saved, what to do."""

import errno
import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Flask, Response, g, jsonify, render_template, url_for
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from webapp import blank, db, guard, i18n, logs
from webapp.config import N_
from webapp.orm import READ_ONLY

LOG = logging.getLogger("jirga")

#: What the system says of a disk that is full, over its quota or limit, read-only, or broken.
DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO})
#: Come back in a minute.
LATER = {"Retry-After": "60"}

#: status -> title, what to do
PAGES: dict[int, tuple[str, str]] = {
    400: (N_("This address is not complete"), N_("Go back and choose again.")),
    401: (
        N_("You were signed out for safety. Please sign in again."),
        N_(
            "Nothing was saved, but your words are not lost: sign in on another page, come back to this one, load it "
            "again and agree to send the form again."
        ),
    ),
    403: (N_("You cannot open this page"), N_("If you think that you should, ask whoever gave you your account.")),
    404: (N_("Not found"), N_("This page does not exist, or it is not yours to open.")),
    405: (N_("You cannot open this page"), N_("Go back and use the form or the links of the site.")),
    411: (
        N_("Something went wrong"),
        N_("Nothing was saved. Go back: your words are still in the form. Try again later."),
    ),
    413: (N_("Too long"), N_("Nothing was saved. Go back: your words are still in the form. Make them shorter.")),
    429: (N_("Too many tries"), N_("Wait a little, then try again.")),
    500: (
        N_("Something went wrong"),
        N_("Nothing was saved. Go back: your words are still in the form. Try again later."),
    ),
    503: (
        N_("The site cannot save anything just now"),
        N_("Nothing was saved. Go back: your words are still in the form. Try again in a minute."),
    ),
}


def init_app(app: Flask) -> None:
    """Answer every error ourselves."""
    app.register_error_handler(HTTPException, show)
    app.register_error_handler(DBAPIError, database_error)
    app.register_error_handler(PoolTimeout, database_error)
    app.log_exception = _log_nothing_said  # type: ignore[method-assign]
    app.register_error_handler(Exception, unexpected)


def _log_nothing_said(exc_info: Any) -> None:
    """Flask's own line would hold the address and the values of every frame's call."""
    LOG.error("unexpected while answering", extra=logs.of(exc_info[1]))


def show(error: HTTPException) -> ResponseReturnValue:
    """The page, or JSON, of an HTTP error."""
    status = error.code or 500
    if status < 400:
        return error
    title, message = getattr(error, "told", None) or PAGES.get(status, PAGES[500 if status >= 500 else 400])
    named = getattr(error, "named", {})
    headers = LATER if status in (429, 503) else {}
    headers = headers | {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    if request_ctx.url_adapter is None:
        return _without_addresses(status, headers)
    if "language" not in g:
        g.language = i18n.current()
    _look_up_person()
    said = {"title": gettext(title), "message": gettext(message, **named)}
    if guard.wants_json():
        return _as_json(**said), status, headers
    if held := getattr(error, "held", ""):
        page = render_template("errors/signed_out.html", title=said["title"], held=held)
        return page, status, headers
    return render_template("errors/error.html", code=status, **said, retry=None), status, headers


def _without_addresses(status: int, headers: Mapping[str, str]) -> Response:
    """For a host that is not ours: no address of this site can be written."""
    return Response(f"{status}\n", status, headers, mimetype="text/plain")


def crowded() -> Response:
    """503 for the many who come at once: drawn once a language, so that sending them away takes next to nothing."""
    if request_ctx.url_adapter is None:
        return _without_addresses(503, LATER)
    as_json, (title, message) = guard.wants_json(), PAGES[503]

    def draw() -> bytes:
        said = {"title": gettext(title), "message": gettext(message)}
        if as_json:
            return _as_json(**said).get_data()
        home = partial(url_for, "home.index")  # nothing of the address that the first one asked for
        page = render_template("errors/error.html", code=503, **said, retry=None, here=lambda lang: home(lang=lang))
        return page.encode()

    drawn = blank.shelved(("crowded", g.language, as_json), draw)
    response, _ = blank.packed(drawn, "application/json" if as_json else "text/html")
    response.status_code = 503
    response.headers.update(LATER)
    return response


def _as_json(title: str, message: str) -> Response:
    return jsonify(error=title, message=message)


def _look_up_person() -> None:
    """An error page shows the menu of who is signed in, if that can be known."""
    try:
        guard.current_person()
    except SQLAlchemyError:
        db.close()
        g.person = None


def database_error(error: DBAPIError | PoolTimeout) -> ResponseReturnValue:
    """A lost, locked or full database: nothing was saved, come back; anything else is our mistake."""
    if isinstance(error, OperationalError | PoolTimeout) or error.connection_invalidated or _is_read_only(error):
        LOG.error("database", extra=logs.of(error))
        return _unavailable()
    return unexpected(error)


def _is_read_only(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", "") == READ_ONLY


def unexpected(error: Exception) -> ResponseReturnValue:
    """The disk's fault, or our own mistake: the log gets where it happened, never what was said."""
    if isinstance(error, OSError) and error.errno in DISK:
        LOG.error("disk", extra=logs.of(error))
        return _unavailable()
    LOG.error("unexpected", extra=logs.of(error))
    return _without_database(InternalServerError())


def _unavailable() -> ResponseReturnValue:
    """Come back; until something can be written again, /readyz is red."""
    db.store().doubt()
    return _without_database(ServiceUnavailable())


def _without_database(error: HTTPException) -> ResponseReturnValue:
    """The error page must not need what has just failed, so nobody is looked up for it."""
    db.close()
    g.person = None
    return show(error)
