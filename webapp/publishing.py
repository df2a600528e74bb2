"""The release that is due, made by whoever asks the site for figures first."""

from webapp import db
from webapp.config import now
from webapp.grievances.queries import release_is_due
from webapp.timeliness import actions
from webapp.timeliness.queries import served


def release_if_due() -> None:
    """Make it: what takes long is read before, the rest is a short transaction of its own."""
    at = now()
    if not release_is_due(db.session(), at):
        return
    figures = served(db.session(), db.reference()[0])
    with db.writing() as own:
        actions.release_if_due(own, db.vault(), figures, at=at)
