"""After a shutdown was marked or ended: what waits in its district gets its place in the queue anew, some at a time.

What is cut short here, or was filed in the same moment, is found by the sealer's thread at its next look."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Engine

from webapp import db
from webapp.clocks.queries import touched
from webapp.handling.actions import settle
from webapp.handling.queries import behind

#: How many parts a request settles itself; the sealer's thread takes the rest some seconds later.
OWN_PARTS = 2


def settle_lately(engine: Engine, since: datetime) -> int:
    """Settle all districts with a shutdown that was marked or ended since a moment; how many grievances moved."""
    with db.open_session(engine, writes=False) as session:
        found = touched(session, since)
    return settle_shut(engine, found)


def settle_shut(engine: Engine, districts: Mapping[str, date], most: int | None = None) -> int:
    """Settle what a shutdown from a day on moves, by district, in `most` parts of each at most; how many moved."""
    return sum(_settle_one(engine, district, first, most) for district, first in districts.items())


def _settle_one(engine: Engine, district: str, first: date, most: int | None) -> int:
    moved, parts, after = 0, 0, None
    while most is None or parts < most:
        keys, after = _look(engine, district, first, after)
        if after is None:
            break
        if keys:
            with db.open_session(engine, writes=True) as session, session.begin():
                settle(session, keys)
        moved, parts = moved + len(keys), parts + 1
    return moved


def _look(
    engine: Engine, district: str, first: date, after: uuid.UUID | None
) -> tuple[list[uuid.UUID], uuid.UUID | None]:
    """The next to be settled; reading them keeps nobody from filing."""
    with db.open_session(engine, writes=False) as session:
        return behind(session, district, first, after)
