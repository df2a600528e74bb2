"""Reading the queue: a page of it, how much is in it, and where nobody reviews."""

import uuid
from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select, true, tuple_
from sqlalchemy.orm import Session, aliased

from webapp.clocks.rules import CALM, NEVER
from webapp.concerns.rules import Taxonomy, Urgency
from webapp.grievances.models import Grievance
from webapp.grievances.queries import Query, visible_to
from webapp.grievances.rules import MOST_REOPENINGS, Status
from webapp.history.queries import STATE, WORKS, states
from webapp.history.rules import State, holder
from webapp.history.tables import ANSWERED, CLOSED, REFERRED, REOPENED
from webapp.people.models import Person
from webapp.people.queries import Signed
from webapp.people.rules import Role
from webapp.places.models import District
from webapp.places.rules import Atlas
from webapp.queue.rules import Asked, Place, When, Whose

PAGE = 20
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
    if person.role is Role.AUDITOR and not person.scope:
        return Scope(person, today, frozenset(atlas.districts), frozenset())
    districts = atlas.in_scope(person.scope)
    alone = districts - reviewed(session, atlas) if person.role is Role.SUPERVISOR else frozenset[str]()
    return Scope(person, today, districts, alone)


def reviewed(session: Session, atlas: Atlas) -> frozenset[str]:
    """The districts that have a reviewer whose account can be used today."""
    able = (Person.role == Role.REVIEWER, Person.disabled_at.is_(None), Person.password_hash.is_not(None))
    return atlas.in_scope(
        tuple({code for scope in session.scalars(select(Person.scope).where(*able)) for code in scope})
    )


def page(session: Session, scope: Scope, asked: Asked, taxonomy: Taxonomy, after: Place | None = None) -> Listed:
    """What is due first, lives in danger before all; `after` is the last one of the page before."""
    query = visible_to(select(Grievance.id, Grievance.queue_key), scope.person).where(*_asked(scope, asked, taxonomy))
    if after:
        query = query.where(tuple_(Grievance.queue_key, Grievance.id) > tuple_(after.key, after.id))
    query = query.order_by(Grievance.queue_key, Grievance.id).limit(PAGE + 1)
    if asked.whose is not Whose.MINE:  # which has an index of its own
        districts = {asked.district} if asked.district else scope.districts
        found = _by_district(session, query, districts).subquery()
        query = select(found.c.id, found.c.queue_key).order_by(found.c.queue_key, found.c.id).limit(PAGE + 1)
    rows = session.execute(query).all()
    shown = [Place(row.queue_key, row.id) for row in rows[:PAGE]]
    whole = visible_to(STATE, scope.person).where(Grievance.id.in_([one.id for one in shown]))
    stood = {state.id: state for state in states(session, whole, scope.person)}
    listed = [stood[one.id] for one in shown if one.id in stood]
    return Listed(listed, _usernames(session, listed), shown[-1] if len(rows) > PAGE else None)


def counts(session: Session, scope: Scope) -> Counts:
    """How much waits, how much of it is urgent; each counted up to MOST."""
    waiting = Grievance.queue_key < NEVER
    if scope.person.role is Role.AUDITOR:  # whose clocks these are not
        return Counts(None, None, None, session.scalar(select(_bounded(session, scope, waiting))) or 0)
    ranges = (Grievance.queue_key < CALM, *(_due(when, scope.today) for when in When), waiting)
    return Counts(*session.execute(select(*(_bounded(session, scope, within) for within in ranges))).one())


def _bounded(session: Session, scope: Scope, within: ColumnElement[bool]) -> Any:
    query = visible_to(select(Grievance.id, Grievance.queue_key), scope.person).where(within).limit(MOST + 1)
    some = _by_district(session, query, scope.districts).limit(MOST + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _by_district(session: Session, query: Query, districts: Collection[str]) -> Query:
    """A limited query on id and queue_key, asked of each district by itself.

    So each reads no more of its index than it gives, where one query over all would read and sort a whole province.
    """
    inner = query.where(Grievance.district == HERE.code).correlate(HERE)
    if session.get_bind().dialect.name == "postgresql":
        found = inner.lateral()
        outer: Query = select(found.c.id, found.c.queue_key).select_from(HERE).join(found, true())
    else:  # which knows no LATERAL, but asks a subquery once for each row
        outer = select(FOUND.id, FOUND.queue_key).select_from(HERE)
        outer = outer.join(FOUND, FOUND.id.in_(inner.with_only_columns(Grievance.id)))
    return outer.where(HERE.code.in_(sorted(districts)))


def _asked(scope: Scope, asked: Asked, taxonomy: Taxonomy) -> list[ColumnElement[bool]]:
    """The conditions of a part of the queue; those on the key first say how much of an index is read."""
    found = [_key_range(asked)]
    if asked.due:
        found.append(_due(asked.due, scope.today))
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


def _due(when: When, today: date) -> ColumnElement[bool]:
    """By the stored key, which `jirga check` compares with the events."""
    key, day = Grievance.queue_key, today.toordinal()
    if when is When.TODAY:
        return key.in_((day, CALM + day))
    return and_(key < CALM + day, or_(key < day, key >= CALM))


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
