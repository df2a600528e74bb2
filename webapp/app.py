"""create_app: settings, database, languages, guard, screens, headers, errors."""

import logging
from io import BytesIO
from time import monotonic, perf_counter
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, Response, g, request, url_for
from flask_babel import gettext
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import RequestRedirect

from webapp import blank, db, errors, gate, guard, i18n, logs, reminders, sealer, sound
from webapp.account.views import bp as account
from webapp.admin.views import bp as admin
from webapp.attempts import actions as attempts
from webapp.board import Shared
from webapp.bulk.views import bp as bulk
from webapp.case.views import bp as case
from webapp.config import LANGUAGES, N_, Settings, now, settings_from
from webapp.desk.views import bp as desk
from webapp.export.views import bp as export
from webapp.figures.views import bp as figures
from webapp.guard import public
from webapp.helplines.queries import Book
from webapp.home.views import bp as home
from webapp.home.views import choose_language
from webapp.inbox.views import bp as inbox
from webapp.join.views import bp as join
from webapp.people.rules import Permission
from webapp.profile.views import bp as profile
from webapp.protection.views import bp as protection
from webapp.shutdowns.views import bp as shutdowns
from webapp.submit.views import bp as submit
from webapp.texts.queries import WrongKeys, require_keys

LOG = logging.getLogger("jirga")
#: For so many seconds /readyz takes the database's word that it can store, and waits for whoever is writing.
TRIED = 5
#: The longest form, in bytes: 1,500 letters of four bytes each, percent-encoded, and all else.
LONGEST_FORM = 256 * 1024
POLICY = "; ".join((
    "default-src 'none'",
    "style-src 'self'", "script-src 'self'", "font-src 'self'", "img-src 'self'", "media-src 'self'",
    "connect-src 'self'", "manifest-src 'self'", "worker-src 'self'", "form-action 'self'", "base-uri 'none'",
    "frame-ancestors 'none'",
))  # fmt: skip
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
#: Of pages; on a slow network the bytes of a file count.
PAGE_HEADERS = HEADERS | {
    "X-Frame-Options": "DENY",  # old browsers know no frame-ancestors
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
NAV = (
    ("desk.queue", N_("Queue"), Permission.OPEN_QUEUE),
    ("submit.new", N_("New grievance"), Permission.FILE_GRIEVANCE),
    ("inbox.mine", N_("My grievances"), Permission.FILE_GRIEVANCE),
    ("bulk.paper", N_("Paper forms"), Permission.FILE_GRIEVANCE),
    ("shutdowns.listed", N_("Shutdowns"), Permission.OPEN_QUEUE),
    ("protection.report", N_("Protection report"), Permission.READ_PROTECTION_REPORT),
    ("export.summary", N_("Summary"), Permission.READ_SUMMARY),
    ("figures.service", N_("Figures of service"), Permission.DOWNLOAD_SUMMARY),
    ("admin.people", N_("People"), Permission.MANAGE_PEOPLE),
    ("admin.invitations", N_("Invitations"), Permission.INVITE),
    ("admin.audit", N_("Activity log"), Permission.READ_AUDIT),
    ("admin.state", N_("State of the system"), Permission.READ_STATE),
    ("profile.account", N_("Account"), Permission.OWN_ACCOUNT),
)
SITE_NAME = N_("Forms")
SCREENS = (
    home, account, join, profile, admin, submit, inbox, bulk, desk, case, shutdowns, protection, export, figures,
)  # fmt: skip
#: Addresses that only take a form, and how much longer they are than that of its page.
ONLY_FORMS = {"inbox.take": 1, "inbox.unlock": 1, "case.take": 1, "case.keep": 2, "case.drop": 2}
#: Their addresses begin with a language.
SPOKEN = frozenset(screen.name for screen in SCREENS)


class InMemory(Request):
    """A request whose files never lie on a disk: they hold people's words."""

    def _get_file_stream(self, *size: Any, **about: Any) -> BytesIO:
        return BytesIO()


def create_app(settings: Settings | None = None) -> Flask:
    """The whole site on one instance."""
    settings = settings or settings_from()
    logs.start(settings.log_level)
    app = Flask(__name__, static_folder=None)
    app.debug = False  # whatever FLASK_DEBUG says
    app.request_class = InMemory
    app.config.update(MAX_CONTENT_LENGTH=LONGEST_FORM, MAX_FORM_MEMORY_SIZE=LONGEST_FORM, MAX_FORM_PARTS=500)
    app.url_map.converters["language"] = i18n.LanguageConverter
    if settings.base_url:
        app.config["TRUSTED_HOSTS"] = [urlsplit(settings.base_url).netloc, "127.0.0.1", "localhost"]
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=0, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.extensions["shelf"] = blank.Shelf()
    app.extensions["helplines"] = Book(settings.data_dir)
    sound.init_app(app, settings.data_dir)
    db.init_app(app, settings)
    i18n.init_app(app, settings.default_language)
    errors.init_app(app)
    app.before_request(_start)
    gate.init_app(app, errors.crowded)
    guard.init_app(app)
    _add_pages(app)
    _add_globals(app, settings)
    app.after_request(_finish)
    app.after_request(reminders.once)
    return app


def create_served() -> Flask:
    """The site as a worker of the server loads it: with a sealer of the audit log beside it."""
    app = create_app()
    if Shared.board:
        Shared.board.join()
    store: db.Store = app.extensions["store"]
    sealer.Sealer(store.engine, store.vault).start()
    return app


def _add_pages(app: Flask) -> None:
    for screen in SCREENS:
        app.register_blueprint(screen, url_prefix="/<language:lang>")
    app.add_url_rule("/static/<path:filename>", "static", public(blank.static))
    app.add_url_rule("/", "choose_language", choose_language)
    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_give_language)


def _start() -> None:
    g.started = perf_counter()
    g.setdefault("language", i18n.current())


def _take_language(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Views do not take the language; it lies on g."""
    if values and "lang" in values:
        g.language = values.pop("lang")


def _give_language(endpoint: str, values: dict[str, Any]) -> None:
    """Links stay in the language of the page."""
    if "lang" not in values and endpoint.partition(".")[0] in SPOKEN:
        values["lang"] = g.get("language", "en")


def _here(language: str) -> str:
    """The address of this page in another language; of the start page where this one has no language."""
    kept = request.endpoint in ("submit.new", "submit.another", "home.help")  # for all: nothing of this address in it
    address = request.path if kept else request.full_path.rstrip("?")
    if deeper := ONLY_FORMS.get(request.endpoint or ""):
        address = request.path.rsplit("/", deeper)[0]
    spoken, _, rest = address.lstrip("/").partition("/")
    if spoken not in LANGUAGES:
        return url_for("home.index", lang=language)
    return f"{request.script_root}/{language}/{rest}"


def _static_url(name: str) -> str:
    """A static file with its content's tag, so that it can be kept for a year."""
    return url_for("static", filename=name, v=blank.static_tag(name))


def _add_globals(app: Flask, settings: Settings) -> None:
    operator = {"name": settings.operator_name, "contact": settings.operator_contact}

    def nav() -> list[tuple[str, str]]:
        return [(url_for(page), gettext(label)) for page, label, permission in NAV if guard.can(permission)]

    def values() -> dict[str, Any]:
        return {
            "lang": g.language,
            "direction": i18n.DIRECTIONS[g.language],
            "languages": list(i18n.OWN_NAMES.items()),
            "here": _here,
            "static_url": _static_url,
            "site_name": settings.site_name or gettext(SITE_NAME),
            "day": lambda moment: i18n.day(moment, g.language),
            "number": i18n.number,
            "operator": operator,
            "demo": settings.demo,
            "signed_in": guard.current_person() is not None,
            "nav": nav(),
            "due_now": reminders.to_say,
            "quick_exit_url": url_for("account.quick_exit"),
        }

    app.context_processor(values)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _finish(response: Response) -> Response:
    """Headers on every answer, and one line in the log that tells nothing of what was said or by whom."""
    is_file = request.endpoint == "static" and response.status_code in (200, 304)
    if isinstance(request.routing_exception, RequestRedirect) and 300 <= response.status_code < 400:
        # it and its page would lead to whatever the request calls this host
        response.location = urlsplit(request.routing_exception.new_url)._replace(scheme="", netloc="").geturl()
        response.data = b""
    there = {name.lower() for name, _ in response.headers}
    for name, value in (HEADERS if is_file else PAGE_HEADERS).items():
        if name.lower() not in there:
            response.headers.add(name, value)
    if guard.https():
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if is_file:
        response.headers["Cache-Control"] = blank.KEPT
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    _remember_language(response)
    rule = request.url_rule.rule if request.url_rule else "-"
    seconds = perf_counter() - g.get("started", perf_counter())
    method = logs.known(request.method)
    logs.request(method, rule, response.status_code, seconds * 1000)
    if Shared.board:
        Shared.board.answered(method, rule, response.status_code, seconds, g.get("filed", 0))
    return response


def _remember_language(response: Response) -> None:
    if "Clear-Site-Data" in response.headers:
        return  # somebody leaves
    language, name = request.path.split("/")[1], guard.locked("language")
    if language in LANGUAGES and request.cookies.get(name) != language and response.mimetype == "text/html":
        https = guard.https()
        response.set_cookie(name, language, max_age=31536000, secure=https, httponly=True, samesite="Lax")


@public
def healthz() -> Response:
    """The process lives."""
    return Response("ok\n", mimetype="text/plain")


def _try_writing() -> None:
    """Store a row and take it away, unless that has just gone well: reading goes on while a disk is full."""
    held, moment = db.store(), monotonic()
    if moment - held.wrote < TRIED:
        return
    with db.writing(patience=TRIED) as own:
        attempts.touch(own, now())
    held.wrote = moment


@public
def readyz() -> Response:
    """The database answers and stores, its schema is the one expected, and the keys are its own; else 503."""
    held = db.store()
    try:
        unfit = db.unfit(held.engine)
        wrong = f"the schema is {unfit}" if unfit else ""
        if not wrong:
            require_keys(db.session(), held.vault)
            _try_writing()
    except WrongKeys:
        wrong = "the keys are not those of the database"
    except SQLAlchemyError as error:
        LOG.error("not ready", extra=logs.of(error))
        db.close()
        held.doubt()
        wrong = "the database does not answer"
    headers = errors.LATER if wrong else {}
    return Response(f"{wrong or 'ready'}\n", 503 if wrong else 200, headers, mimetype="text/plain")
