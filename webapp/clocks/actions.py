"""Marking days on which offices cannot work; actions flush, callers commit, then settle what waits (standstill)."""

from datetime import date

from sqlalchemy import select

from webapp.audit.actions import Acting
from webapp.clocks.models import Shutdown
from webapp.clocks.rules import DAY
from webapp.config import day_of


def mark(acting: Acting, district: str, first: date, last: date, why: str, language: str) -> bool:
    """Stop the clocks of a district, for days that rules.unfit allows; False where the same mark stands already."""
    same = (Shutdown.district == district, Shutdown.first == first, Shutdown.until == last + DAY, Shutdown.why == why)
    if acting.by is None or acting.session.scalar(select(Shutdown.id).where(*same)):
        return False
    made = Shutdown(district=district, first=first, until=last + DAY, why=why, language=language)
    made.made_by, made.made_at = acting.by, acting.at
    acting.session.add(made)
    acting.session.flush()
    acting.note("shutdown_marked", district=district, first=first.isoformat(), last=last.isoformat())
    return True


def end(acting: Acting, found: Shutdown) -> bool:
    """Today is the last day of a shutdown that is held; False where it ends today or has ended."""
    tomorrow = day_of(acting.at) + DAY
    if found.until <= tomorrow:
        return False
    found.until, found.ended_by, found.ended_at = tomorrow, acting.by, acting.at
    acting.session.flush()
    days = {"first": found.first.isoformat(), "last": day_of(acting.at).isoformat()}
    acting.note("shutdown_ended", district=found.district, **days)
    return True
