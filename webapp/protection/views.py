"""The monthly report on protected grievances, and for protection officers alone who is pressed to withdraw."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from webapp import db, guard, i18n, references
from webapp.config import day_of, now
from webapp.grievances.rules import reach
from webapp.guard import person, requires
from webapp.handling.queries import pressed
from webapp.people.rules import ROLE_NAMES, Permission, Role
from webapp.protection import queries, tables

bp = Blueprint("protection", __name__)


@bp.get("/protection-report")
@requires(Permission.READ_PROTECTION_REPORT)
def report() -> ResponseReturnValue:
    """By month and province, in numbers; the log keeps that it was read."""
    with db.writing() as session:
        cases = pressed(session, person())
        guard.acting(session).note("protection_report")
    atlas, today = db.reference()[0], day_of(now())
    scope = reach(person().role, person().scope, atlas)
    found, say = queries.report(db.session(), person(), today), i18n.speaker(g.language)
    officers = queries.protectors(db.session())
    return render_template(
        "protection/report.html",
        provinces=tables.provinces(found, officers, atlas, scope, today, g.language),
        openings=tables.openings(found.officers, atlas, g.language),
        lifted=[
            (tables.month(one.place.month, g.language), atlas.provinces[one.place.province].names[g.language], one)
            for one in found.lifted
        ],
        role=lambda who: say(ROLE_NAMES[who.role]),
        mine=person().role is Role.PROTECTION_OFFICER,
        cases=[
            (references.shown(one.reference), atlas.districts[one.district].names[g.language], one.day, one.veiled)
            for one in cases
        ],
    )
