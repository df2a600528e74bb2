"""Reading grievances with all that happened to them."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, SQLColumnExpression, String, and_, cast, func, or_, select, union_all
from sqlalchemy.orm import Session

from webapp.clocks.queries import spans
from webapp.clocks.rules import Span
from webapp.config import day_of
from webapp.grievances.models import Event, Gathering, Grievance
from webapp.grievances.queries import SAID, Query, visible_to
from webapp.grievances.rules import MOST_REOPENINGS, READS, Condition, Guarded, Reader, Status, veiled
from webapp.history.models import Link
from webapp.history.rules import Happened, State
from webapp.history.tables import HANDLERS, INNER, OWNER, PRESSED, Step
from webapp.people.models import Person
from webapp.people.queries import Signed
from webapp.people.rules import Role
from webapp.places.models import District
from webapp.texts.models import Text

#: How long ago what is alike was received at most.
LATELY = timedelta(days=90)


def _names(place: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """Whether the scope of a person, in the row at hand, names a place; LIKE would not tell PK-KP from PK-kp."""
    scope = " " + cast(Person.scope, String) + " "
    return func.replace(scope, " " + place + " ", "") != scope


_PROVINCE = select(District.province).where(District.code == Grievance.district).correlate(Grievance).scalar_subquery()
#: What grievances.queries.SAID says of whoever asks, of a person in the row at hand; the rest asks nothing of a person.
_OF_ROW = {
    Condition.IN_SCOPE: or_(_names(Grievance.district), _names(_PROVINCE)),
    Condition.FROM_THE_PROVINCE: or_(Grievance.confidentiality != "province_only", _names(_PROVINCE)),
}
_ANYBODY = Reader(uuid.UUID(int=0), Role.REVIEWER, ())
#: Whether the handler still handles grievances and may open this one: rules.may_read, for the handler of each row.
WORKS = (
    select(Person.id)
    .where(Person.id == Grievance.handler_id, Person.disabled_at.is_(None))
    .where(or_(*(
        and_(Person.role == role, *(_OF_ROW[one] if one in _OF_ROW else SAID[one](_ANYBODY) for one in READS[role]))
        for role in sorted(HANDLERS)
    )))
    .correlate(Grievance)
    .exists()
)  # fmt: skip
STATE: Query = select(
    Grievance.id, Grievance.reference, Grievance.gathering_id, Grievance.person_id, Grievance.district,
    District.province, Grievance.sensitivity, Grievance.confidentiality, Grievance.prior_result, Grievance.status,
    Grievance.subcategory, Grievance.urgency, Grievance.households, Grievance.outcome, Grievance.received_at,
    Grievance.consent_language, Grievance.handler_id, Grievance.seen_event, Grievance.reopened,
    WORKS.label("handler_works"),
).join(District, District.code == Grievance.district)  # fmt: skip


class Beside(NamedTuple):
    """Another grievance, told of by codes alone."""

    reference: str
    received: date
    status: Status
    relation: str | None = None


def opened(session: Session, person: Signed, reference: str, *, lock: bool = False) -> State | None:
    """One grievance the person may open, with its history; what is not theirs looks like what does not exist.

    With `lock` its gathering and then the grievance are held until the transaction ends, as every change must.
    """
    mine = visible_to(select(Grievance.id, Grievance.gathering_id), person).where(Grievance.reference == reference)
    found = session.execute(mine).one_or_none()
    if found and lock:
        hold(session, found.gathering_id)
    return _state(session, visible_to(STATE, person).where(Grievance.id == found.id), person, lock) if found else None


def whole(session: Session, grievance_id: uuid.UUID, *, lock: bool = False) -> State | None:
    """One grievance as the site itself sees it, when its time has come."""
    if lock:
        of = session.scalar(select(Grievance.gathering_id).where(Grievance.id == grievance_id))
        hold(session, of)
    return _state(session, STATE.where(Grievance.id == grievance_id), None, lock)


def hold(session: Session, gathering_id: uuid.UUID | None) -> Gathering:
    """A gathering, locked until the transaction ends."""
    return session.scalars(select(Gathering).where(Gathering.id == gathering_id).with_for_update()).one()


def _state(session: Session, query: Query, person: Signed | None, lock: bool) -> State | None:
    found = states(session, query.with_for_update(of=Grievance) if lock else query, person)
    return found[0] if found else None


def states(session: Session, query: Query, person: Signed | None) -> list[State]:
    """The grievances of a query of STATE, each with its history, in the query's order.

    `person` is whom they are shown to, for whose eyes the history is; None for the site itself.
    """
    rows = session.execute(query).all()
    keys, events = [row.id for row in rows], dict[uuid.UUID, list[Event]]()
    for one in session.scalars(select(Event).where(Event.grievance_id.in_(keys)).order_by(Event.id)):
        events.setdefault(one.grievance_id, []).append(one)
    shutdowns = spans(session, {row.district for row in rows})
    return [_stood(row, events.get(row.id, ()), shutdowns, person) for row in rows]


def _stood(row: Any, events: Sequence[Event], shutdowns: Mapping[str, Sequence[Span]], person: Signed | None) -> State:
    guarded = Guarded(
        row.person_id, row.district, row.province, row.sensitivity, row.confidentiality,
        row.prior_result == "threatened", row.status, row.reopened,
    )  # fmt: skip
    owns = bool(person and person.role in OWNER)
    return State(
        id=row.id, reference=row.reference, gathering_id=row.gathering_id, guarded=guarded,
        subcategory=row.subcategory, urgency=row.urgency, households=row.households, outcome=row.outcome,
        received_at=row.received_at, language=row.consent_language, handler=row.handler_id, seen_event=row.seen_event,
        veiled=bool(owns and person and veiled(row.received_at, person.reset_at)),
        history=tuple(
            _happened(one, person.role if person else None)
            for one in events if not (owns and one.codes.get("step") in INNER)
        ),
        earlier=_earlier(events, row.reopened), handler_works=bool(row.handler_works), proposer=_proposer(events),
        shutdowns=tuple(shutdowns.get(row.district, ())),
    )  # fmt: skip


def _proposer(events: Sequence[Event]) -> uuid.UUID | None:
    """Who proposed to lift the protection as it stands now."""
    turns = [one for one in events if one.codes.get("step") in (Step.PROPOSE_LIFT, Step.LIFT, Step.MARK_PROTECTED)]
    return turns[-1].person_id if turns and turns[-1].codes["step"] == Step.PROPOSE_LIFT else None


def _happened(event: Event, role: Role | None) -> Happened:
    """An event without its person; who is pressed to withdraw is told to protection officers alone."""
    codes = {name: value for name, value in event.codes.items() if name != PRESSED or role is Role.PROTECTION_OFFICER}
    step = Step(codes["step"]) if "step" in codes else None
    return Happened(event.id, event.at, step, event.from_status, event.to_status, codes)


def _earlier(events: Sequence[Event], reopened: int) -> frozenset[uuid.UUID]:
    """The officials who handled it before an auditor was asked."""
    if reopened <= MOST_REOPENINGS:
        return frozenset()
    last = max(event.id for event in events if event.codes.get("step") == Step.REOPEN)
    steps = [event for event in events if event.id < last and event.codes.get("step") not in INNER]
    return frozenset(one.person_id for one in steps if one.person_id and one.codes.get("by") in HANDLERS)


def alike(session: Session, person: Signed, state: State, at: datetime, most: int = 10) -> tuple[list[Beside], int]:
    """The newest others of the same district and subject that the person may open, and how many more there are."""
    same = (Grievance.district == state.guarded.district, Grievance.subcategory == state.subcategory)
    others = (*same, Grievance.received_at > at - LATELY, Grievance.id != state.id)
    query = visible_to(select(Grievance.reference, Grievance.received_at, Grievance.status), person).where(*others)
    rows = session.execute(query.order_by(Grievance.received_at.desc(), Grievance.id.desc()).limit(most)).all()
    found = [Beside(row.reference, day_of(row.received_at), row.status) for row in rows]
    counted = visible_to(select(func.count(Grievance.id)), person).where(*others)
    return found, (session.scalar(counted) or 0) - most if len(found) == most else 0


def links(session: Session, person: Signed, state: State) -> tuple[list[Beside], int]:
    """What was linked with a grievance, from either page, and how many more that the person may not open."""
    there = select(Link.other_id.label("id"), Link.relation).where(Link.grievance_id == state.id)
    back = select(Link.grievance_id.label("id"), Link.relation).where(Link.other_id == state.id)
    either = union_all(there, back).subquery()
    query = select(Grievance.reference, Grievance.received_at, Grievance.status, either.c.relation)
    mine = visible_to(query.join(either, either.c.id == Grievance.id), person).order_by(Grievance.received_at.desc())
    found = [
        Beside(row.reference, day_of(row.received_at), row.status, row.relation) for row in session.execute(mine)
    ]  # fmt: skip
    return found, (session.scalar(select(func.count()).select_from(either)) or 0) - len(found)


def other_texts(session: Session) -> int:
    """How many events have other kinds of text than as many as they say came with them, as none should.

    Older ones do not say, nor does an event that came without any.
    """
    kinds = select(func.count(Text.kind.distinct())).where(Text.event_id == Event.id)
    # as words, because whoever changes an event may write anything there
    unlike = Event.codes["texts"].as_string() != cast(kinds.correlate(Event).scalar_subquery(), String)
    return session.scalar(select(func.count()).select_from(Event).where(unlike)) or 0
