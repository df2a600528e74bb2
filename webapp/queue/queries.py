"""Reading the queue: a page of it, how much is in it, and where nobody reviews."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date
from functools import reduce
from operator import add
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select, text, true, tuple_
from sqlalchemy.orm import Session, aliased

from webapp.clocks.rules import CALM, NEVER
from webapp.concerns.rules import Taxonomy, Urgency
from webapp.grievances.models import AUDITED, Grievance
from webapp.grievances.queries import SAID, Query, visible_to
from webapp.grievances.rules import MOST_REOPENINGS, READS, Condition, Status, reach
from webapp.history.queries import STATE, WORKS, states
from webapp.history.rules import State, holder
from webapp.history.tables import ANSWERED, CLOSED, REFERRED, REOPENED
from webapp.people.models import Person
from webapp.people.queries import Signed, at_work
from webapp.people.rules import Role
from webapp.places.models import District
from webapp.places.rules import Atlas
from webapp.queue.rules import Asked, Place, When, Whose

PAGE = 20
#: Of each of many districts so many are looked at first: most pages have fewer of any one.
FEW = 4
#: Counting stops here: how many more there are helps nobody, and counting all of a province would take seconds.
MOST = 1000
#: A district as the outer loop, and a grievance found by its id; conditions name the plain tables.
HERE, FOUND = aliased(District), aliased(Grievance)


class Scope(NamedTuple):
    """Who asks, on which day, and for which districts."""

    person: Signed
    today: date
    districts: frozenset[str]
    #: those of them that nobody reviews
    unreviewed: frozenset[str]


class Listed(NamedTuple):
    """A page in the queue's order, the user names of whoever has one in hand, and where the next page starts."""

    states: list[State]
    usernames: dict[uuid.UUID, str]
    next: Place | None


class Counts(NamedTuple):
    """How many there are, MOST + 1 for more; None where it is not counted."""

    danger: int | None
    overdue: int | None
    today: int | None
    waiting: int


def scope_of(session: Session, person: Signed, atlas: Atlas, today: date) -> Scope:
    """The districts of a person's queue; without any in the scope an auditor has all."""
    districts = reach(person.role, person.scope, atlas)
    alone = districts - reviewed(session, atlas) if person.role is Role.SUPERVISOR else frozenset[str]()
    return Scope(person, today, districts, alone)


def reviewed(session: Session, atlas: Atlas) -> frozenset[str]:
    """The districts that have a reviewer whose account can be used today."""
    return frozenset().union(*(atlas.in_scope(scope) for role, scope in at_work(session) if role is Role.REVIEWER))


def page(session: Session, scope: Scope, asked: Asked, taxonomy: Taxonomy, after: Place | None = None) -> Listed:
    """What is due first, lives in danger before all; `after` is the last one of the page before."""
    query = _visible(scope).where(*_asked(scope, asked, taxonomy))
    if after:
        query = query.where(tuple_(Grievance.queue_key, Grievance.id) > tuple_(after.key, after.id))
    query = query.order_by(Grievance.queue_key, Grievance.id)
    districts = scope.districts & {asked.district} if asked.district else scope.districts
    _stop_early(session)
    places: list[Place] = []
    for within in _due(asked.due, scope.today) if asked.due else [true()]:
        if len(places) > PAGE:
            break
        if asked.whose is Whose.MINE:  # which has an index of its own
            here = query.where(within, Grievance.district.in_(sorted(districts))).limit(PAGE + 1)
            places += [Place(row.queue_key, row.id) for row in session.execute(here)]
        else:
            places += _first(session, query.where(within), districts)
    shown = places[:PAGE]
    whole = visible_to(STATE, scope.person).where(Grievance.id.in_([one.id for one in shown]))
    stood = {state.id: state for state in states(session, whole, scope.person)}
    listed = [stood[one.id] for one in shown if one.id in stood]
    return Listed(listed, _usernames(session, listed), shown[-1] if len(places) > PAGE else None)


def _visible(scope: Scope) -> Query:
    """Id and key of what the person may read in the districts of the scope, which each query names by itself."""
    conditions = READS[scope.person.role]
    said = [SAID[one](scope.person) for one in conditions if one is not Condition.IN_SCOPE]
    return select(Grievance.id, Grievance.queue_key, Grievance.district).where(*said)


def _first(session: Session, query: Query, districts: Collection[str]) -> list[Place]:
    """The first of all districts: a few of each, then a whole page of those that may have more of the first."""
    few = FEW if len(districts) > FEW else PAGE + 1
    found = session.execute(_by_district(session, query.limit(few), districts)).all()
    last = _last(found, few)
    places = sorted(Place(row.queue_key, row.id) for row in found)[: PAGE + 1]
    more = {code for code, place in last.items() if len(places) <= PAGE or place < places[PAGE]}
    if more and few <= PAGE:
        again = session.execute(_by_district(session, query.limit(PAGE + 1), more)).all()
        kept = [row for row in found if row.district not in more]
        places = sorted(Place(row.queue_key, row.id) for row in (*kept, *again))[: PAGE + 1]
    return places


def _last(rows: Sequence[Any], few: int) -> dict[str, Place]:
    """District -> the last of its rows, where it gave as many as it was asked for."""
    found: dict[str, list[Place]] = {}
    for row in rows:
        found.setdefault(row.district, []).append(Place(row.queue_key, row.id))
    return {district: max(places) for district, places in found.items() if len(places) == few}


def counts(session: Session, scope: Scope) -> Counts:
    """How much waits, how much of it is urgent; each counted up to MOST."""
    waiting = Grievance.queue_key < NEVER
    if scope.person.role is Role.AUDITOR:  # whose clocks these are not
        audited = and_(waiting, AUDITED)
        return Counts(None, None, None, session.scalar(select(_bounded(session, scope, audited))) or 0)
    ranges = [[Grievance.queue_key < CALM], *(_due(when, scope.today) for when in When), [waiting]]
    _stop_early(session)
    bounded = (reduce(add, (_bounded(session, scope, within) for within in several)) for several in ranges)
    return Counts(*(min(count, MOST + 1) for count in session.execute(select(*bounded)).one()))


def waiting(session: Session, today: date) -> tuple[int, int]:
    """How many are overdue, and how many due today, over all queues."""
    some = select(func.count(Grievance.id))
    late, now_due = (session.scalar(some.where(or_(*_due(when, today)))) or 0 for when in When)
    return late, now_due


def _stop_early(session: Session) -> None:
    """Keep PostgreSQL from reading all that waits in a crowded district into a bitmap before it gives the first row.

    It does so where most districts have fewer rows than the limit; its cost would grow with what waits.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL enable_bitmapscan = off"))


def _bounded(session: Session, scope: Scope, within: ColumnElement[bool]) -> Any:
    query = _visible(scope).where(within).limit(MOST + 1)
    if _has_lateral(session):
        query = _by_district(session, query, scope.districts).limit(MOST + 1)
    else:  # which reads the same range of its index for one district after the other, and stops
        query = query.where(Grievance.district.in_(sorted(scope.districts)))
    return select(func.count()).select_from(query.subquery()).scalar_subquery()


def _by_district(session: Session, query: Query, districts: Collection[str]) -> Query:
    """A limited query of _visible, asked of each district by itself.

    So each reads no more of its index than it gives, where one query over all would read and sort a whole province.
    """
    inner = query.where(Grievance.district == HERE.code).correlate(HERE)
    if _has_lateral(session):
        found = inner.lateral()
        outer: Query = select(*found.c).select_from(HERE).join(found, true())
    else:  # which asks a subquery once for each row
        outer = select(FOUND.id, FOUND.queue_key, FOUND.district).select_from(HERE)
        outer = outer.join(FOUND, FOUND.id.in_(inner.with_only_columns(Grievance.id)))
    return outer.where(HERE.code.in_(sorted(districts)))


def _has_lateral(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _asked(scope: Scope, asked: Asked, taxonomy: Taxonomy) -> list[ColumnElement[bool]]:
    """The conditions of a part of the queue; those on the key first say how much of an index is read."""
    found = [_key_range(asked)]
    if scope.person.role is Role.AUDITOR and asked.status not in ANSWERED | CLOSED:
        found.append(AUDITED)  # all that an auditor reads and that waits; says so to the index of these
    if asked.status:
        found.append(Grievance.status == asked.status)
    if asked.urgency:
        found.append(Grievance.urgency == asked.urgency)
    if asked.district:
        found.append(Grievance.district == asked.district)
    if asked.topic in taxonomy.categories:
        found.append(Grievance.subcategory.in_([topic.code for topic in taxonomy.of(asked.topic)]))
    elif asked.topic:
        found.append(Grievance.subcategory == asked.topic)
    return [*found, *_in_hand(scope, asked.whose)]


def _key_range(asked: Asked) -> ColumnElement[bool]:
    """What waits for an official has a day; what is answered or closed has none."""
    if asked.status in ANSWERED | CLOSED:
        return Grievance.queue_key == NEVER
    if asked.urgency is None:
        return Grievance.queue_key < NEVER
    if asked.urgency is Urgency.LIFE_DANGER:
        return Grievance.queue_key < CALM
    return and_(Grievance.queue_key >= CALM, Grievance.queue_key < NEVER)


def _due(when: When, today: date) -> list[ColumnElement[bool]]:
    """Two ranges of the stored key, which `jirga check` compares with the events: lives in danger, then all others.

    Each can be read from an index as far as one likes; one condition for both would read what lies between them.
    """
    key, day = Grievance.queue_key, today.toordinal()
    if when is When.TODAY:
        return [key == day, key == CALM + day]
    return [key < day, and_(key >= CALM, key < CALM + day)]


def _in_hand(scope: Scope, whose: Whose) -> list[ColumnElement[bool]]:
    """What history.rules.holder says of a single one."""
    passed_on = Grievance.status.in_(REOPENED | REFERRED)
    if whose is Whose.MINE:
        return [Grievance.handler_id == scope.person.id, ~passed_on]
    if whose is Whose.NOBODY:
        return [or_(Grievance.handler_id.is_(None), passed_on, ~WORKS)]
    if whose is Whose.SUPERVISOR:
        again = and_(Grievance.status == Status.REOPENED, Grievance.reopened <= MOST_REOPENINGS)
        alone = [Grievance.district.in_(sorted(scope.unreviewed))] if scope.unreviewed else []
        provincial = Grievance.confidentiality == "province_only"
        return [or_(Grievance.escalates_on <= scope.today, provincial, again, *alone)]
    return []


def _usernames(session: Session, listed: Collection[State]) -> dict[uuid.UUID, str]:
    holders = {found for state in listed if (found := holder(state))}
    rows = session.execute(select(Person.id, Person.username).where(Person.id.in_(holders)))
    return {key: name for key, name in rows if name}
