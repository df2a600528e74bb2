"""The queue: what waits for an official, what is due first."""

from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from webapp import db, guard
from webapp.config import day_of, now
from webapp.desk import forms, labels
from webapp.desk.tables import Teller
from webapp.guard import person, requires
from webapp.i18n import speaker
from webapp.people.rules import Permission, Role
from webapp.questions.rules import Unanswerable
from webapp.queue import queries, rules
from webapp.queue.queries import Listed, Scope
from webapp.queue.rules import Asked, Place

bp = Blueprint("desk", __name__)
#: Seconds that a page waits for its line in the log. Who listed what is always known: without that line there is no
#: page, and the site says that it cannot write just now. On SQLite one waits for all who file.
PATIENCE = 5


@bp.get("/queue")
@requires(Permission.OPEN_QUEUE)
def queue() -> ResponseReturnValue:
    """Twenty of what waits, what is due first on top; the log keeps which filters were used."""
    atlas, taxonomy = db.reference()
    scope = queries.scope_of(db.session(), person(), atlas, day_of(now()))
    given = {name: values for name, values in request.args.lists() if name != "after"}
    try:
        asked = rules.asked(given, scope.person.role, scope.districts, taxonomy)
    except Unanswerable as refused:
        return _page(scope, request.args.to_dict(), refused=refused), 400
    after = rules.read_place(db.vault(), scope.person.id, request.args.get("after", ""))
    listed = queries.page(db.session(), scope, asked, taxonomy, after)
    counts = queries.counts(db.session(), scope)
    _note(scope, asked)
    parts = {"counts": forms.counted(counts, speaker(g.language)), **_list(scope, asked, listed, after)}
    return _page(scope, asked.words(), **parts)


def _note(scope: Scope, asked: Asked) -> None:
    """Codes alone, and never how many there were: who reads the log would learn small true counts.

    Of the protected ones not even the codes.
    """
    words = asked.words()
    about = {"filters": list(words)} if scope.person.role is Role.PROTECTION_OFFICER else words
    with db.writing(patience=PATIENCE) as session:
        guard.acting(session).note("queue_opened", **about)


def _list(scope: Scope, asked: Asked, listed: Listed, after: Place | None) -> dict[str, Any]:
    """The rows in words, where the next page starts, and what to do where there are none."""
    teller = Teller(scope.person, scope.today, g.language, *db.reference(), listed.usernames)
    code, instead = forms.nothing(asked, scope.person.role, scope, later=after is not None)
    return {
        "rows": [teller.row(state) for state in listed.states],
        "after": listed.next and rules.place_word(db.vault(), scope.person.id, listed.next),
        "later": after is not None,
        "nothing": speaker(g.language)(labels.EMPTY[code]),
        "instead": instead,
    }


def _page(scope: Scope, words: dict[str, str], refused: Unanswerable | None = None, **parts: Any) -> str:
    """The page with its filters; with a list unless they were refused."""
    say, (atlas, taxonomy) = speaker(g.language), db.reference()
    heading, lead = (say(text) for text in labels.HEADS[scope.person.role])
    return render_template(
        "desk/queue.html",
        heading=heading,
        lead=lead,
        filters=forms.filters(words, refused, scope, (atlas, taxonomy), g.language, say),
        words=words,
        refused=refused,
        unreviewed=[atlas.districts[code].names[g.language] for code in atlas.districts if code in scope.unreviewed],
        placed=scope.person.role is not Role.AUDITOR,
        today=scope.today,
        counts_exactly=guard.can(Permission.COUNT_EXACTLY),
        **parts,
    )
