"""Reading the days on which clocks stand still."""

from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from webapp.clocks.models import Shutdown
from webapp.clocks.rules import Span

#: Built once: it is on the path of every filing.
SPANS = select(Shutdown.district, Shutdown.first, Shutdown.until).where(
    Shutdown.district.in_(bindparam("districts", expanding=True))
)


def spans(session: Session, districts: Collection[str]) -> dict[str, list[Span]]:
    """District -> the spans in which it was, is or will be shut down; districts without any are left out."""
    found: dict[str, list[Span]] = {}
    for district, first, until in session.execute(SPANS, {"districts": list(districts)}):
        found.setdefault(district, []).append(Span(first, until))
    return found
