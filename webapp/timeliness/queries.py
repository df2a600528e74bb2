"""Reading figures of service: counted from the grievances before a release, and as a release has kept them."""

from collections import defaultdict
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Integer,
    String,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    null,
    select,
    union_all,
)  # fmt: skip
from sqlalchemy.orm import Session

from webapp.concerns.rules import Urgency
from webapp.grievances.models import PROTECTED, Grievance
from webapp.grievances.rules import CONFIRMED, Status
from webapp.places.rules import Atlas
from webapp.questions.rules import Area
from webapp.summary.models import Release
from webapp.timeliness import rules
from webapp.timeliness.models import ServiceCounts
from webapp.timeliness.rules import Cell, Counts, Finest, Spot, Tally

#: What stands in tables of districts or provinces (grievances.rules says it of one) and has a clock.
COUNTED = and_(
    Grievance.consent_statistics, Grievance.status != Status.WITHDRAWN, ~PROTECTED,
    Grievance.confidentiality != "numbers_only",
)  # fmt: skip
FINEST: tuple[ColumnElement[Any], ...] = (
    Grievance.district.expression,
    Grievance.confidentiality != "province_only",
    Grievance.office.expression,
    cast(extract("year", Grievance.received_date), Integer),
)


def served(session: Session, atlas: Atlas) -> dict[Cell, Counts]:
    """What a release that is about to be made keeps; reads every grievance, so before anybody is kept waiting."""
    found: dict[Finest, Tally] = defaultdict(Tally)
    for acted, *place, urgency, days, number, keys, some, some_keys in session.execute(_counting()):
        tally = found[Finest(*place)]
        if acted:
            tally.count("acted", number, keys)
            tally.count("confirmed", some, some_keys)
            tally.acted_after[days] += number
            continue
        tally.count("received", number, keys)
        tally.count("reopened", some, some_keys)
        if days is not None:
            tally.count("acknowledged", number, keys)
            tally.acknowledged_after[days] += number
            if rules.in_time(Urgency(urgency), days):
                tally.count("in_time", number, keys)
    return rules.kept(found, atlas)


def _counting() -> CompoundSelect[Any]:
    """Finest sets by days to the first word, then by days to the action; one statement, so that it sees one moment."""
    again = Grievance.reopened > 0
    sure = and_(Grievance.status == Status.CLOSED, Grievance.outcome.in_(CONFIRMED))
    waited = (*FINEST, cast(Grievance.urgency, String), Grievance.acknowledged_after)
    acted = (*FINEST, Grievance.acted_after)
    first = select(literal(0), *waited, *_sums(again)).where(COUNTED).group_by(*waited)
    then = select(literal(1), *FINEST, null(), Grievance.acted_after, *_sums(sure)).where(COUNTED).group_by(*acted)
    return union_all(first, then.where(Grievance.acted_after.is_not(None)))


def _sums(some: ColumnElement[bool]) -> list[ColumnElement[int]]:
    """How many, the sum of their keys, and the same of `some` among them."""
    one = case((some, 1), else_=0)
    numbers = (func.count(), func.sum(Grievance.record_key), func.sum(one), func.sum(one * Grievance.record_key))
    return [cast(number, BigInteger) for number in numbers]


def at(session: Session, release: int, office: str, year: int) -> dict[Spot, Counts]:
    """Place -> what a release kept of it for an office and a year, where it may be shown."""
    columns = [getattr(ServiceCounts, name) for name in Counts._fields]
    wanted = (ServiceCounts.release == release, ServiceCounts.office == office, ServiceCounts.year == year)
    found = session.execute(select(ServiceCounts.area, *columns).where(*wanted))
    kept = {spot_of(area): Counts(*numbers) for area, *numbers in found}
    return {spot: counts for spot, counts in kept.items() if rules.publishable(counts)}


def spot_of(area: str) -> Spot:
    """A place as it is stored: its kind, a slash and its code."""
    kind, _, code = area.partition("/")
    return Spot(Area(kind), code)


def years(session: Session, release: int) -> list[int]:
    """The years of which a release kept figures, the newest first; ALL_TIME last. Empty where it kept none at all."""
    query = select(ServiceCounts.year).where(ServiceCounts.release == release).distinct()
    return list(session.scalars(query.order_by(ServiceCounts.year.desc())))


def without(session: Session) -> list[int]:
    """Closed releases that kept nothing after one that did; there should be none."""
    first = select(func.min(ServiceCounts.release)).scalar_subquery()
    missing = ~select(ServiceCounts.release).where(ServiceCounts.release == Release.number).exists()
    return list(session.scalars(select(Release.number).where(Release.number > first, missing).order_by(Release.number)))


def inconsistent(session: Session) -> list[tuple[Any, ...]]:
    """Release, area, office and year of kept numbers that cannot be true together; there should be none."""
    columns = [getattr(ServiceCounts, name) for name in Counts._fields]
    key = (ServiceCounts.release, ServiceCounts.area, ServiceCounts.office, ServiceCounts.year)
    found = session.execute(select(*key, *columns).order_by(*key).execution_options(yield_per=1000))
    return [tuple(row[:4]) for row in found if rules.inconsistent(Counts(*row[4:]))]


def wrong(session: Session) -> str:
    """What `jirga check` says of the figures of service; "" for nothing."""
    missing, cells = without(session), inconsistent(session)
    told = f"release {missing[0]} has none" if missing else ""
    return f"{len(cells)} cells cannot be true, first {cells[0]}" if cells else told
