"""Figures for officials: the page, and the file behind it."""

import secrets
from datetime import date
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp import db, guard
from webapp.audit import actions as audit
from webapp.config import day_of, now
from webapp.export import forms, labels, queries, tables
from webapp.export.tables import Answer
from webapp.grievances.rules import reach
from webapp.guard import can, person, requires
from webapp.i18n import speaker
from webapp.people.rules import Permission
from webapp.publishing import release_if_due
from webapp.questions.rules import Question, Unanswerable, question
from webapp.summary import queries as figures

bp = Blueprint("export", __name__)


@bp.get("/summary")
@requires(Permission.READ_SUMMARY)
def summary() -> ResponseReturnValue:
    """The table asked for, and how to read it."""
    release_if_due()
    try:
        answer = _answer(question(_given(), db.reference()[0]))
    except Unanswerable as refused:
        return _page(_words(), refused), 400
    return _page(answer.asked.words(), None, answer)


@bp.get("/summary.csv")
@requires(Permission.DOWNLOAD_SUMMARY)
def summary_csv() -> ResponseReturnValue:
    """The same as a file; the audit log keeps who took it."""
    release_if_due()
    try:
        bom = _bom()
        answer = _answer(question(_given("bom"), db.reference()[0]))
    except Unanswerable as refused:
        return _page(_words(), refused), 400
    headers = {"Content-Disposition": f'attachment; filename="{_record(answer)}.csv"'}
    return Response(tables.csv(answer, bom=bom), headers=headers, content_type="text/csv; charset=utf-8")


def _record(answer: Answer) -> str:
    """Note in the audit log what is taken by whom; the file's name, which says under which number it was noted."""
    export_id = secrets.token_hex(4)
    release = answer.release.number if answer.release else 0
    about = {**answer.asked.words(), "release": release, "language": answer.language, "rows": tables.length(answer)}
    with db.writing() as own:
        audit.append(
            own, db.vault(), by=person().id, what="summary_downloaded", about={**about, "export_id": export_id}
        )
    return f"summary-{answer.asked.area}-{answer.asked.by.replace('_', '-')}-release{release}-{export_id}"


def _given(*besides: str) -> queries.Given:
    return {name: values for name, values in request.args.lists() if name not in besides}


def _words() -> dict[str, str]:
    """What was asked, as it was written, to be shown in the filters again."""
    return request.args.to_dict()


def _bom() -> bool:
    """Whether the file starts with the mark by which spreadsheets know UTF-8."""
    given = request.args.getlist("bom") or ["1"]
    if given not in (["0"], ["1"]):
        raise Unanswerable("bom", "not_listed", given=given[0][:40], known="0, 1")
    return given == ["1"]


def _answer(asked: Question) -> Answer:
    return queries.answer(db.session(), asked, db.reference(), g.language, today=day_of(now()))


def _page(words: dict[str, str], refused: Unanswerable | None, answer: Answer | None = None) -> str:
    """The page with its filters, and with a table once there is a release to show."""
    say, (atlas, taxonomy) = speaker(g.language), db.reference()
    last = answer.release if answer else figures.released(db.session())
    released = last if last and last.made_at else None
    return render_template(
        "export/summary.html",
        filters=forms.filters(words, refused, atlas, g.language, say),
        table=forms.sheet(answer, say) if answer and released and not forms.too_long(answer) else None,
        release=_release(released) if released else None,
        notes=forms.notes(answer, taxonomy, say, day_of(now())) if answer else [],
        downloads=_downloads(answer.asked) if answer else [],
    )


def _release(released: figures.Released) -> dict[str, int | date | None]:
    """What is said of a release, with days as they are in Karachi; a next one that waits for more changes has none."""
    made_at, due = released.made_at or now(), figures.next_due(db.session())
    return {
        "number": released.number,
        "made_at": day_of(made_at),
        "next_due": day_of(due) if due and due > now() else None,
    }


def _downloads(asked: Question) -> list[tuple[str, str]]:
    """Label and address of each file of these figures, for those who may take them."""
    if not can(Permission.DOWNLOAD_SUMMARY):
        return []
    words: dict[str, Any] = asked.words()
    return [
        (speaker(g.language)(label), url_for("export.summary_csv", **{**words, "layout": layout}))
        for layout, label in labels.DOWNLOADS
    ]


@bp.get("/exact-figures")
@requires(Permission.COUNT_EXACTLY)
def exact() -> ResponseReturnValue:
    """The table asked for, and how to read it."""
    try:
        answer = _exact()
    except Unanswerable as refused:
        return _exact_page(request.args.to_dict(), refused), 400
    _note(answer, what="exact_figures_seen")
    return _exact_page(answer.asked.words(), None, answer)


@bp.get("/exact-figures.csv")
@requires(Permission.COUNT_EXACTLY)
def exact_csv() -> ResponseReturnValue:
    """The same as a file, with protected=no on every row."""
    try:
        answer = _exact()
    except Unanswerable as refused:
        return _exact_page(request.args.to_dict(), refused), 400
    export_id = secrets.token_hex(4)
    _note(answer, what="exact_figures_downloaded", rows=tables.length(answer), export_id=export_id)
    headers = {"Content-Disposition": f'attachment; filename="exact-not-protected-{export_id}.csv"'}
    return Response(tables.csv(answer), headers=headers, content_type="text/csv; charset=utf-8")


def _exact() -> Answer:
    reference = db.reference()
    asked = question(dict(request.args.lists()), reference[0])
    return queries.exact(db.session(), asked, reference, g.language, person(), day_of(now()))


def _note(answer: Answer, *, what: str, **more: str | int) -> None:
    with db.writing() as session:
        guard.acting(session).note(what, **answer.asked.words(), language=answer.language, **more)


def _exact_page(words: dict[str, str], refused: Unanswerable | None, answer: Answer | None = None) -> str:
    say, (atlas, taxonomy), today = speaker(g.language), db.reference(), day_of(now())
    filters = forms.filters(words, refused, atlas, g.language, say)
    forms.narrow(filters, atlas, reach(person().role, person().scope, atlas), g.language, say)
    asked: dict[str, Any] = answer.asked.words() if answer else {}
    return render_template(
        "export/exact.html",
        filters=filters,
        table=forms.sheet(answer, say) if answer and not forms.too_long(answer) else None,
        today=today,
        notes=labels.exact_notes(answer.asked, taxonomy, g.language, say, today) if answer else [],
        download=url_for("export.exact_csv", **asked) if answer else None,
    )
