"""The release that is due, made by whoever asks the site for figures first."""

from webapp import db
from webapp.config import now
from webapp.timeliness.actions import make_if_due


def release_if_due() -> None:
    """Make it."""
    make_if_due(db.session(), db.writing, db.vault(), db.reference()[0], now())
