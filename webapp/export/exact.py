"""Exact figures for whoever answers: of their own queue, counted now, marked on every row, noted with their name."""

import secrets
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp import db, guard
from webapp.config import day_of, now
from webapp.export import forms, own, tables
from webapp.export.tables import Answer
from webapp.grievances.rules import reach
from webapp.guard import person, requires
from webapp.i18n import speaker
from webapp.people.rules import Permission
from webapp.questions.rules import Unanswerable, question

bp = Blueprint("exact", __name__)


@bp.get("/exact-figures")
@requires(Permission.COUNT_EXACTLY)
def figures() -> ResponseReturnValue:
    """The table asked for, and how to read it."""
    try:
        answer = _answer()
    except Unanswerable as refused:
        return _page(request.args.to_dict(), refused), 400
    _note("exact_figures_seen", answer)
    return _page(answer.asked.words(), None, answer)


@bp.get("/exact-figures.csv")
@requires(Permission.COUNT_EXACTLY)
def figures_csv() -> ResponseReturnValue:
    """The same as a file, with protected=no on every row."""
    try:
        answer = _answer()
    except Unanswerable as refused:
        return _page(request.args.to_dict(), refused), 400
    export_id = secrets.token_hex(4)
    _note("exact_figures_downloaded", answer, rows=tables.length(answer), export_id=export_id)
    headers = {"Content-Disposition": f'attachment; filename="exact-not-protected-{export_id}.csv"'}
    return Response(tables.csv(answer), headers=headers, content_type="text/csv; charset=utf-8")


def _answer() -> Answer:
    reference = db.reference()
    asked = question(dict(request.args.lists()), reference[0])
    return own.answer(db.session(), asked, reference, g.language, person(), day_of(now()))


def _note(what: str, answer: Answer, **more: str | int) -> None:
    with db.writing() as session:
        guard.acting(session).note(what, **answer.asked.words(), language=answer.language, **more)


def _page(words: dict[str, str], refused: Unanswerable | None, answer: Answer | None = None) -> str:
    say, (atlas, taxonomy), today = speaker(g.language), db.reference(), day_of(now())
    filters = forms.filters(words, refused, atlas, g.language, say)
    own.offered(filters, atlas, reach(person().role, person().scope, atlas), g.language, say)
    asked: dict[str, Any] = answer.asked.words() if answer else {}
    return render_template(
        "export/exact.html",
        filters=filters,
        table=forms.sheet(answer, say) if answer and not forms.too_long(answer) else None,
        today=today,
        notes=own.notes(answer.asked, taxonomy, g.language, say, today) if answer else [],
        download=url_for("exact.figures_csv", **asked) if answer else None,
    )
