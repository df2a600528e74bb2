"""A representative prints the blank form, types filled ones into a sheet, and hands the sheet in."""

import logging
import uuid
from datetime import date, datetime
from http import HTTPStatus
from io import BytesIO
from typing import NamedTuple

from flask import Blueprint, Response, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from webapp import blank, db, i18n, logs
from webapp.bulk import forms, queries, tables
from webapp.config import N_, day_of, now
from webapp.drafts.forms import World
from webapp.files import MB, Table, Unreadable
from webapp.grievances.actions import Desk
from webapp.guard import person, requires, wants_json
from webapp.paper import labels
from webapp.paper.actions import Report, enter_batch
from webapp.paper.rules import Batch
from webapp.paper.tables import PAGE, PAGE_BYTES, read
from webapp.people.rules import Permission
from webapp.uploads.actions import keep, replace
from webapp.uploads.queries import kept

bp = Blueprint("bulk", __name__)
LOG = logging.getLogger("jirga")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What surrounds a file in the request that brings it.
ENVELOPE = 16 * 1024
TOO_BIG = N_("The file is too big: more than %(most)s MB. Divide it into several files.")
GONE = N_(
    "Another sheet was handed in after it, or two hours have passed. What was entered stays. Hand the sheet in again: "
    "nothing is entered twice."
)


def _world(today: date) -> World:
    atlas, taxonomy = db.reference()
    return World(atlas, taxonomy, atlas.in_scope(person().scope), today, paper=True)


@bp.get("/paper")
@requires(Permission.FILE_GRIEVANCE)
def paper() -> str:
    """The blank form for paper, two pages, and how to hand it in."""
    return render_template(
        "bulk/paper.html", form=forms.PaperForm(_world(day_of(now())), g.language, i18n.speaker(g.language))
    )


@bp.get("/paper.xlsx")
@requires(Permission.FILE_GRIEVANCE)
def sheet() -> Response:
    """The sheet into which paper forms are typed, with drop-down lists."""
    world = _world(day_of(now()))

    def draw() -> bytes:
        return tables.sheet(world, g.language, i18n.speaker(g.language))

    response = blank.answer(("bulk.sheet", g.language, person().scope, world.today), draw, XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="jirga-{g.language}.xlsx"'
    return response


@bp.route("/import", methods=["GET", "POST"])
@requires(Permission.FILE_GRIEVANCE)
def upload() -> ResponseReturnValue:
    """Hand in a sheet: it is read, kept sealed, and nothing of it is entered yet."""
    if request.method != "POST":
        return _page()
    try:
        sheet = queries.Sheet(g.language, list(_table().rows), [], [])
    except Unreadable as error:
        return _page(_why(error), HTTPStatus.UNPROCESSABLE_ENTITY)
    except RequestEntityTooLarge:
        return _page(
            i18n.speaker(g.language)(TOO_BIG) % {"most": i18n.isolated(str(PAGE_BYTES // MB))},
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        )
    with db.writing() as session:
        number = keep(session, db.vault(), person().id, queries.written(sheet), now())
    if wants_json():
        return jsonify(upload=str(number)), HTTPStatus.CREATED
    return redirect(url_for("bulk.look", upload=number), HTTPStatus.SEE_OTHER)


def _table() -> Table:
    """The table of the file in this request, which is not allowed to be bigger than what the page says."""
    request.max_content_length = PAGE_BYTES + ENVELOPE
    file = request.files.get("file")
    content = file.read() if file else b""
    if len(content) > PAGE_BYTES:
        raise RequestEntityTooLarge
    if not file or not (file.filename or content):
        raise Unreadable("no_file")
    return read(BytesIO(content), PAGE)


def _why(error: Unreadable) -> str:
    isolated = {name: i18n.isolated(str(value)) for name, value in error.named.items()}
    return labels.unreadable(Unreadable(error.code, **isolated), i18n.speaker(g.language))


def _gone() -> ResponseReturnValue:
    return _page(i18n.speaker(g.language)(GONE), HTTPStatus.NOT_FOUND)


def _page(problem: str = "", status: int = HTTPStatus.OK) -> ResponseReturnValue:
    if problem and wants_json():
        return jsonify(errors={"file": [problem]}), status
    limits = {"rows": PAGE.rows, "mb": PAGE_BYTES // MB}
    return render_template(
        "bulk/upload.html", problem=problem, gone=status == HTTPStatus.NOT_FOUND, limits=limits
    ), status


class _Waiting(NamedTuple):
    """A sheet that waits, looked at as of the day on which it was handed in."""

    desk: Desk
    sheet: queries.Sheet
    since: datetime

    def report(self) -> tuple[queries.Report, list[Batch]]:
        """What is said of it now, and the batches that may be entered."""
        return queries.report(db.session(), self.desk, self.sheet, g.language, self.since)


def _waiting(number: uuid.UUID) -> _Waiting | None:
    found = kept(db.session(), db.vault(), person().id, number, now())
    if found is None:
        return None
    desk = Desk(person().id, db.vault(), _world(day_of(found.created_at)), now(), person().reset_at)
    return _Waiting(desk, queries.read_sheet(found.content), found.created_at)


@bp.get("/import/<uuid:upload>")
@requires(Permission.FILE_GRIEVANCE)
def look(upload: uuid.UUID) -> ResponseReturnValue:
    """What the sheet would enter, has entered, and what in it must be mended."""
    waiting = _waiting(upload)
    if waiting is None:
        return _gone()
    told, _ = waiting.report()
    if wants_json():
        return jsonify(queries.as_json(told))
    return render_template("bulk/report.html", report=told, most=queries.MOST_ROWS)


@bp.post("/import/<uuid:upload>")
@requires(Permission.FILE_GRIEVANCE)
def enter(upload: uuid.UUID) -> ResponseReturnValue:
    """Enter the good rows, a gathering at a time; a second time, or twice at once, adds nothing."""
    waiting = _waiting(upload)
    if waiting is None:
        return _gone()
    _, batches = waiting.report()
    g.filed = 0
    try:
        for batch in batches:
            entered = Report()
            with db.writing() as session:
                enter_batch(session, waiting.desk, batch, entered)
            g.filed += entered.added
        told, _ = waiting.report()
        with db.writing() as session:
            left = queries.settled(waiting.sheet, told)
            replace(session, db.vault(), person().id, upload, queries.written(left))
    except Exception as error:  # noqa: BLE001, whatever it was, what was entered stays, and the page must say so
        LOG.error("a sheet was entered in part", extra=logs.of(error))
        raise db.HalfDone from None
    return redirect(url_for("bulk.look", upload=upload), HTTPStatus.SEE_OTHER)
