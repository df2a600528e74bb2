"""Reading what happened to grievances: one with its history, an owner's list, texts, what is due, what does not fit."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from webapp.concerns.rules import Urgency
from webapp.config import day_of
from webapp.grievances.models import Event, Gathering, Grievance
from webapp.grievances.queries import REOPENED, SAID, Query, visible_to
from webapp.grievances.rules import MOST_REOPENINGS, Condition, Guarded, Outcome, Reader, Status, veiled
from webapp.handling.rules import Happened, State, readable
from webapp.handling.tables import ANSWERED, HANDLERS, OWNER, PRESSED, REMIND_ON, SILENT_AFTER, TAKE_BACK_WITHIN, Step
from webapp.people.queries import Signed
from webapp.people.rules import Role
from webapp.places.models import District
from webapp.texts.models import Text
from webapp.texts.queries import place
from webapp.vault import Vault

STATE: Query = select(
    Grievance.id, Grievance.reference, Grievance.gathering_id, Grievance.person_id, Grievance.district,
    District.province, Grievance.sensitivity, Grievance.confidentiality, Grievance.prior_result, Grievance.status,
    Grievance.subcategory, Grievance.urgency, Grievance.households, Grievance.outcome, Grievance.received_at,
    Grievance.consent_language, Grievance.handler_id, Grievance.seen_event, REOPENED.label("reopened"),
).join(District, District.code == Grievance.district)  # fmt: skip
ERASED = Event.codes["erased"].as_string().is_not(None)


class Opened(NamedTuple):
    """One text as it was written."""

    kind: str
    language: str
    text: str


@dataclass(frozen=True)
class Mine:
    """One line of an owner's list; of a veiled one only reference and status may be shown."""

    id: uuid.UUID
    reference: str
    received: date
    status: Status
    outcome: Outcome | None
    urgency: Urgency
    confidentiality: str
    #: how many events by others it was not yet opened with
    news: int
    veiled: bool


class Pressed(NamedTuple):
    """Somebody said to be under pressure to withdraw."""

    reference: str
    district: str
    day: date


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


def with_states(session: Session, person: Signed, listed: Sequence[Mine]) -> list[tuple[Mine, State]]:
    """Lines of the owner's list, each with the grievance and its history."""
    keys = [one.id for one in listed]
    rows = session.execute(visible_to(STATE, person).where(Grievance.id.in_(keys))).all()
    events = session.scalars(select(Event).where(Event.grievance_id.in_(keys)).order_by(Event.id)).all()
    states = {row.id: _stood(row, [one for one in events if one.grievance_id == row.id], person) for row in rows}
    return [(one, states[one.id]) for one in listed if one.id in states]


def _state(session: Session, query: Query, person: Signed | None, lock: bool) -> State | None:
    row = session.execute(query.with_for_update(of=Grievance) if lock else query).one_or_none()
    if row is None:
        return None
    events = session.scalars(select(Event).where(Event.grievance_id == row.id).order_by(Event.id)).all()
    return _stood(row, events, person)


def _stood(row: Any, events: Sequence[Event], person: Signed | None) -> State:
    guarded = Guarded(
        row.person_id, row.district, row.province, row.sensitivity, row.confidentiality,
        row.prior_result == "threatened", row.status, row.reopened,
    )  # fmt: skip
    return State(
        id=row.id, reference=row.reference, gathering_id=row.gathering_id, guarded=guarded,
        subcategory=row.subcategory, urgency=row.urgency, households=row.households, outcome=row.outcome,
        received_at=row.received_at, language=row.consent_language, handler=row.handler_id, seen_event=row.seen_event,
        veiled=bool(person and person.role in OWNER and veiled(row.received_at, person.reset_at)),
        history=tuple(_happened(one, person.role if person else None) for one in events),
        earlier=_earlier(events, row.reopened),
    )  # fmt: skip


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
    return frozenset(
        event.person_id for event in events if event.id < last and event.person_id and event.codes.get("by") in HANDLERS
    )


def mine(session: Session, person: Signed, after: str | None = None, limit: int = 20) -> tuple[list[Mine], bool]:
    """A page of the person's own grievances, newest first, and whether more follow.

    `after` is the reference of the last one shown; one that is not the person's own gives the first page.
    """
    by_others = or_(Event.person_id.is_(None), Event.person_id != Grievance.person_id)
    news = (
        select(func.count(Event.id))
        .where(Event.grievance_id == Grievance.id, by_others, Event.id > func.coalesce(Grievance.seen_event, 0))
        .correlate(Grievance)
        .scalar_subquery()
    )
    query: Query = select(
        Grievance.id, Grievance.reference, Grievance.received_at, Grievance.status, Grievance.outcome,
        Grievance.urgency, Grievance.confidentiality, news.label("news"),
    ).where(Grievance.person_id == person.id)  # fmt: skip
    place_of = select(Grievance.received_at, Grievance.id).where(Grievance.person_id == person.id)
    last = session.execute(place_of.where(Grievance.reference == after)).one_or_none() if after else None
    if last:
        query = query.where(_before(last.received_at, last.id))
    rows = session.execute(query.order_by(Grievance.received_at.desc(), Grievance.id.desc()).limit(limit + 1)).all()
    found = [
        Mine(
            row.id, row.reference, day_of(row.received_at), row.status, row.outcome, row.urgency, row.confidentiality,
            row.news, veiled(row.received_at, person.reset_at),
        )
        for row in rows
    ]  # fmt: skip
    return found[:limit], len(found) > limit


def _before(received_at: datetime, number: uuid.UUID) -> ColumnElement[bool]:
    same = and_(Grievance.received_at == received_at, Grievance.id < number)
    return or_(Grievance.received_at < received_at, same)


def texts_of(
    session: Session, vault: Vault, person: Signed, state: State, kinds: Collection[str] | None = None
) -> dict[int, list[Opened]]:
    """Event id -> its texts, of these kinds and of those that the person may read at all; without erased ones."""
    allowed = readable(state, Reader(person.id, person.role, person.scope))
    wanted = allowed & frozenset(kinds) if kinds is not None else allowed
    events = select(Event.id).where(Event.grievance_id == state.id)
    query = select(Text).where(Text.event_id.in_(events), Text.kind.in_(wanted), Text.sealed.is_not(None))
    found: dict[int, list[Opened]] = {}
    for one in session.scalars(query.order_by(Text.event_id, Text.kind)):
        text = vault.open(one.sealed or b"", place(one.id, one.event_id, one.kind))
        found.setdefault(one.event_id, []).append(Opened(one.kind, one.language, text))
    return found


def first_in_line(session: Session, person: Signed, most: int) -> list[str]:
    """The references of the first that came to an official, as long as nobody has handled any."""
    query = visible_to(select(Grievance.reference, Grievance.status), person)
    rows = session.execute(query.order_by(Grievance.received_at, Grievance.received_date, Grievance.subcategory)).all()
    fresh = all(row.status is Status.SUBMITTED for row in rows)
    return [row.reference for row in rows[:most]] if fresh else []


def pressed(session: Session, person: Signed) -> list[Pressed]:
    """For a protection officer: withdrawn grievances of the own places whose owner said to be pressed, newest first."""
    if person.role is not Role.PROTECTION_OFFICER:
        return []
    where = [SAID[one](person) for one in (Condition.IN_SCOPE, Condition.NOT_NUMBERS_ONLY)]
    query = select(Grievance.reference, Grievance.district, Event.at).join(Event, Event.grievance_id == Grievance.id)
    said = (Event.to_status == Status.WITHDRAWN, Event.codes[PRESSED].as_string() == "yes")
    rows = session.execute(query.where(*said, *where, Grievance.status == Status.WITHDRAWN).order_by(Event.id.desc()))
    return [Pressed(row.reference, row.district, day_of(row.at)) for row in rows]


def due(session: Session, at: datetime) -> list[tuple[Step, uuid.UUID]]:
    """What the site itself may have to do now; whether it must is said by rules.refusal."""
    came = select(func.max(Event.at)).where(Event.grievance_id == Grievance.id, Event.from_status != Event.to_status)
    since = came.correlate(Grievance).scalar_subquery()
    gone = select(Event.id).where(Event.grievance_id == Grievance.id, Event.at >= since, ERASED).correlate(Grievance)
    withdrawn = (Grievance.status == Status.WITHDRAWN, since < at - TAKE_BACK_WITHIN, ~gone.exists())
    found = [(Step.ERASE_DUE, key) for key in session.scalars(select(Grievance.id).where(*withdrawn))]
    answered = select(Grievance.id, since).where(Grievance.status.in_(ANSWERED))
    for key, moment in session.execute(answered):
        days = (day_of(at) - day_of(moment)).days
        if days >= REMIND_ON[0]:
            found.append((Step.REMIND, key))
        if days >= SILENT_AFTER.days:
            found.append((Step.CLOSE_SILENT, key))
    return found


def out_of_step(session: Session) -> int:
    """How many grievances stand otherwise than their last event says; there should be none."""
    last = select(func.max(Event.id)).where(Event.grievance_id == Grievance.id).correlate(Grievance).scalar_subquery()
    query = select(func.count()).select_from(Grievance).join(Event, Event.id == last)
    return session.scalar(query.where(Event.to_status != Grievance.status)) or 0


def silently_erased(session: Session) -> int:
    """How many texts are gone without an event that says so; there should be none."""
    told, own = Event.__table__.alias("told"), Event.__table__.alias("own")
    said = (
        select(told.c.id)
        .where(told.c.grievance_id == own.c.grievance_id, told.c.id > own.c.id)
        .where(told.c.codes["erased"].as_string().is_not(None))
    )
    query = select(func.count()).select_from(Text).join(own, own.c.id == Text.event_id)
    return session.scalar(query.where(Text.sealed.is_(None), ~said.exists())) or 0
