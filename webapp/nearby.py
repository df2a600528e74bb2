"""The help numbers of a place, as pages list them."""

from flask import current_app, g

from webapp import db, i18n
from webapp.config import LANGUAGES, day_of, now
from webapp.helplines.labels import KINDS
from webapp.helplines.queries import Book
from webapp.helplines.rules import ALL, Line, entries

#: (kind, its numbers with the names they were given)
Numbers = tuple[str, list[tuple[str, Line]]]


def numbers(district: str | None = None) -> list[Numbers]:
    """Each kind of help with its numbers for a district, its province and everybody, the nearest first."""
    atlas, _ = db.reference()
    nearest = (district, atlas.province_of(district), ALL) if district else (ALL,)
    book: Book = current_app.extensions["helplines"]
    lines = book.lines({*atlas.provinces, *atlas.districts}, day_of(now()))
    say, at = i18n.speaker(g.language), LANGUAGES.index(g.language)
    return [(say(KINDS[kind]), [(line.labels[at], line) for line in found]) for kind, found in entries(lines, nearest)]
