"""Figures of service: one page; its address is the filter."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from webapp import db
from webapp.config import day_of
from webapp.figures import forms, labels
from webapp.guard import requires
from webapp.i18n import speaker
from webapp.people.rules import Permission
from webapp.publishing import release_if_due
from webapp.questions.rules import Unanswerable
from webapp.summary import queries as figures
from webapp.timeliness import queries
from webapp.timeliness.rules import Asked, asked

bp = Blueprint("figures", __name__)


@bp.get("/service")
@requires(Permission.READ_SUMMARY)
def service() -> ResponseReturnValue:
    """The table asked for, and how its figures are made."""
    release_if_due()
    try:
        wanted = asked(request.args.to_dict(flat=False))
        released = figures.release_asked(db.session(), wanted.release)
    except Unanswerable as refused:
        return _page(request.args.to_dict(), figures.Released(0, None), refused=refused), 400
    return _page(forms.words(wanted), released, wanted)


def _page(
    words: dict[str, str], released: figures.Released, wanted: Asked | None = None, refused: Unanswerable | None = None
) -> str:
    """The page with its filters, and with a table once there is a release that kept one."""
    say, atlas, table = speaker(g.language), db.reference()[0], None
    years = queries.years(db.session(), released.number or figures.last_number(db.session()))
    if wanted and years and released.made_at:
        known = queries.at(db.session(), released.number, wanted.office, wanted.year)
        table = forms.sheet(wanted, known, atlas, day_of(released.made_at), g.language, say)
    return render_template(
        "figures/service.html",
        filters=forms.filters(words, refused, {*years, wanted.year if wanted else 0}, say),
        asked_release=words.get("release"),
        release={"number": released.number, "made_at": day_of(released.made_at)} if released.made_at else None,
        refused=refused,
        table=table,
        notes=labels.notes(wanted.area, say) if wanted else [],
    )
