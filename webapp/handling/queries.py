"""Reading what happened to grievances: one with its history, an owner's list, texts, what is due, what does not fit."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Select, String, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from webapp.clocks.rules import NEVER, over_since
from webapp.concerns.rules import Urgency
from webapp.config import day_of
from webapp.grievances.models import PROTECTED, Event, Gathering, Grievance
from webapp.grievances.queries import MANY, SAID, Query, visible_to
from webapp.grievances.rules import Condition, Outcome, Reader, Status, may_read, veiled
from webapp.handling.rules import opens, readable
from webapp.history.models import Link
from webapp.history.queries import STATE, states
from webapp.history.rules import DERIVED, State, derived
from webapp.history.tables import (
    ANSWERED,
    HANDLERS,
    INNER,
    KEPT_MONTHS,
    OPEN,
    PRESSED,
    REMIND_ON,
    SILENT_AFTER,
    TAKE_BACK_WITHIN,
    VEILED,
    Step,
)  # fmt: skip
from webapp.people.models import Person
from webapp.people.queries import Signed
from webapp.people.rules import Role
from webapp.texts.models import KINDS, Text
from webapp.texts.queries import place
from webapp.vault import Vault

#: What was chosen from lists, of a grievance and of its gathering; never who filed it or where it met.
CHOSEN = (
    Grievance.tehsil, Grievance.start_year, Grievance.timing, Grievance.people_number, Grievance.groups_affected,
    Grievance.remedies, Grievance.raised_before, Grievance.raised_to, Grievance.prior_result,
    Grievance.contact_preference, Gathering.gathering_date, Gathering.place_type, Gathering.participants,
    Gathering.women_heard, Gathering.youth_heard, Gathering.displaced_heard, Gathering.minorities_heard,
    Gathering.consensus,
)  # fmt: skip
ERASED, UNSURE = (Event.codes[name].as_string().is_not(None) for name in ("erased", VEILED))
#: An event, and a later one that says that words are erased: all before it, or `of` one.
OWN, TOLD = Event.__table__.alias("own"), Event.__table__.alias("told")
OF = TOLD.c.codes["of"].as_string()
ERASED_SINCE = (
    TOLD.c.grievance_id == OWN.c.grievance_id, TOLD.c.id > OWN.c.id, TOLD.c.codes["erased"].as_string().is_not(None),
)  # fmt: skip


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
    """A withdrawal that its jirga may not wish: it said so, or (`veiled`) a new code was given out for it before."""

    reference: str
    district: str
    day: date
    veiled: bool


def with_states(session: Session, person: Signed, listed: Sequence[Mine]) -> list[tuple[Mine, State]]:
    """Lines of the owner's list, each with the grievance and its history."""
    query = visible_to(STATE, person).where(Grievance.id.in_([one.id for one in listed]))
    found = {state.id: state for state in states(session, query, person)}
    return [(one, found[one.id]) for one in listed if one.id in found]


def mine(session: Session, person: Signed, after: str | None = None, limit: int = 20) -> tuple[list[Mine], bool]:
    """A page of the person's own grievances, newest first, and whether more follow.

    `after` is the reference of the last one shown; one that is not the person's own gives the first page.
    """
    by_others = or_(Event.person_id.is_(None), Event.person_id != Grievance.person_id)
    news = (
        select(func.count(Event.id))
        .where(Event.grievance_id == Grievance.id, by_others, Event.id > func.coalesce(Grievance.seen_event, 0))
        .where(Event.codes["step"].as_string().not_in(INNER))
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
    who = Reader(person.id, person.role, person.scope)
    wanted = readable(state, who) & frozenset(KINDS if kinds is None else kinds)
    happened = {one.id: one for one in state.history}
    query = select(Text).where(Text.event_id.in_(happened), Text.kind.in_(wanted), Text.sealed.is_not(None))
    found: dict[int, list[Opened]] = {}
    for one in session.scalars(query.order_by(Text.event_id, Text.kind)):
        if opens(state, who, happened[one.event_id], one.kind):
            text = vault.open(one.sealed or b"", place(one.id, one.event_id, one.kind))
            found.setdefault(one.event_id, []).append(Opened(one.kind, one.language, text))
    return found


def chosen(session: Session, person: Signed, state: State) -> dict[str, Any] | None:
    """Field -> what was chosen; `raised` is how many of its gathering's grievances the person may open.

    None when it has left the person's sight since.
    """
    of_it: Query = select(*CHOSEN).join(Gathering, Gathering.id == Grievance.gathering_id)
    row = session.execute(visible_to(of_it, person).where(Grievance.id == state.id)).one_or_none()
    raised = visible_to(select(func.count(Grievance.id)), person).where(Grievance.gathering_id == state.gathering_id)
    return {**row._mapping, "raised": session.scalar(raised) or 0} if row else None


def visible(session: Session, person: Signed, reference: str) -> uuid.UUID | None:
    """Another grievance that the person may open."""
    return session.scalar(visible_to(select(Grievance.id), person).where(Grievance.reference == reference))


def linked(session: Session, one: uuid.UUID, other: uuid.UUID) -> bool:
    """Whether two grievances were said to belong together, by either's page."""
    either = or_(
        and_(Link.grievance_id == one, Link.other_id == other), and_(Link.grievance_id == other, Link.other_id == one)
    )
    return session.scalar(select(Link.event_id).where(either)) is not None


def officers(session: Session, state: State, username: str | None = None) -> list[Person]:
    """Who handles grievances and may read this one, by user name; of one user name alone if it is given."""
    query = select(Person).where(Person.role.in_(HANDLERS), Person.disabled_at.is_(None)).order_by(Person.username)
    found = session.scalars(query.where(Person.username == username) if username is not None else query)
    return [one for one in found if may_read(Reader(one.id, one.role, one.scope), state.guarded)]


def stands(session: Session, person: Signed, state: State, blanked: tuple[int, str]) -> bool:
    """Whether a text of a grievance, named by event and kind, is there, not erased, and the person's to read."""
    (event_id, kind), who = blanked, Reader(person.id, person.role, person.scope)
    here = any(one.id == event_id and opens(state, who, one, kind) for one in state.history)
    query = select(Text.id).where(Text.event_id == event_id, Text.kind == kind, Text.sealed.is_not(None))
    return here and session.scalar(query) is not None


def pressed(session: Session, person: Signed) -> list[Pressed]:
    """For a protection officer: withdrawn ones of the own places whose owner may not have wished it, newest first."""
    if person.role is not Role.PROTECTION_OFFICER:
        return []
    where = [SAID[one](person) for one in (Condition.IN_SCOPE, Condition.NOT_NUMBERS_ONLY)]
    query = select(Grievance.reference, Grievance.district, Event.at, UNSURE).join_from(Grievance, Event)
    said = (Event.to_status == Status.WITHDRAWN, or_(UNSURE, Event.codes[PRESSED].as_string() == "yes"))
    rows = session.execute(query.where(*said, *where, Grievance.status == Status.WITHDRAWN).order_by(Event.id.desc()))
    return [Pressed(reference, district, day_of(at), veiled) for reference, district, at, veiled in rows]


def proposed(session: Session, person: Signed) -> int:
    """For a protection officer: how many protections another one proposed to lift, and none has decided on."""
    if person.role is not Role.PROTECTION_OFFICER:
        return 0
    of, lifts, step = (
        Event.__table__.alias("turn"),
        (Step.PROPOSE_LIFT, Step.LIFT, Step.MARK_PROTECTED),
        Event.codes["step"],
    )
    last = select(func.max(of.c.id)).where(of.c.grievance_id == Grievance.id, of.c.codes["step"].as_string().in_(lifts))
    query = visible_to(select(func.count()).select_from(Grievance), person).where(Grievance.status.in_(OPEN))
    query = query.join(Event, Event.id == last.correlate(Grievance).scalar_subquery())
    return session.scalar(query.where(step.as_string() == Step.PROPOSE_LIFT, Event.person_id != person.id)) or 0


def _closed_for_long(at: datetime, since: ScalarSelect[datetime]) -> Sequence[ColumnElement[bool]]:
    """What was closed so long ago that its words are erased, and has some left."""
    plain, guarded = (over_since(day_of(at), KEPT_MONTHS[protected]) for protected in (False, True))
    words = select(Text.id).join(Event, Event.id == Text.event_id).where(Event.grievance_id == Grievance.id)
    some = words.where(Text.sealed.is_not(None)).correlate(Grievance).exists()
    long = or_(since < plain, and_(PROTECTED, since < guarded))
    return (Grievance.status == Status.CLOSED, Grievance.received_at < guarded, long, some)


def due(session: Session, at: datetime) -> list[tuple[Step, uuid.UUID]]:
    """What the site itself may have to do now; whether it must is said by rules.refusal."""
    came = select(func.max(Event.at)).where(Event.grievance_id == Grievance.id, Event.from_status != Event.to_status)
    since = came.correlate(Grievance).scalar_subquery()
    since_then = select(Event.id).where(Event.grievance_id == Grievance.id, Event.at >= since).correlate(Grievance)
    kept = since_then.where(or_(ERASED, and_(UNSURE, Event.at >= at - TAKE_BACK_WITHIN[True]))).exists()
    withdrawn = (Grievance.status == Status.WITHDRAWN, since < at - TAKE_BACK_WITHIN[False], ~kept)
    found = [(Step.ERASE_DUE, key) for key in session.scalars(select(Grievance.id).where(*withdrawn))]
    answered = select(Grievance.id, since).where(Grievance.status.in_(ANSWERED))
    for key, moment in session.execute(answered):
        days = (day_of(at) - day_of(moment)).days
        if days >= REMIND_ON[0]:
            found.append((Step.REMIND, key))
        if days >= SILENT_AFTER.days:
            found.append((Step.CLOSE_SILENT, key))
    closed = select(Grievance.id).where(*_closed_for_long(at, since))
    return found + [(Step.ERASE_CLOSED, key) for key in session.scalars(closed)]


def out_of_step(session: Session) -> int:
    """How many grievances stand otherwise than their last event says; there should be none."""
    last = select(func.max(Event.id)).where(Event.grievance_id == Grievance.id).correlate(Grievance).scalar_subquery()
    query = select(func.count()).select_from(Grievance).join(Event, Event.id == last)
    return session.scalar(query.where(Event.to_status != Grievance.status)) or 0


def silently_erased(session: Session) -> int:
    """How many texts are gone without an event that says so, of all before it or `of` one; there should be none."""
    said = select(TOLD.c.id).where(*ERASED_SINCE, or_(OF.is_(None), cast(OWN.c.id, String) == OF))
    query = select(func.count()).select_from(Text).join(OWN, OWN.c.id == Text.event_id)
    return session.scalar(query.where(Text.sealed.is_(None), ~said.exists())) or 0


def before_erasing() -> Select[int]:
    """The events of which a later one says that all words are erased."""
    return select(OWN.c.id).join(TOLD, and_(*ERASED_SINCE, OF.is_(None)))


def unsettled(session: Session) -> int:
    """How many rows keep something else than follows from their events; there should be none."""
    wrong = 0
    after: uuid.UUID | None = None
    while rows := _kept(session, after):
        wrong += len(_unlike(session, rows))
        after = max(rows)
    return wrong


def behind(
    session: Session, district: str, first: date, after: uuid.UUID | None
) -> tuple[list[uuid.UUID], uuid.UUID | None]:
    """Of the next that a shutdown of a district from a day on may move: those not settled, and the last looked at.

    What reached its supervisor before that day is moved by none; without any to look at, the last is None.
    """
    waiting = (Grievance.queue_key != NEVER, Grievance.escalates_on >= first)
    rows = _kept(session, after, Grievance.district == district, *waiting)
    return _unlike(session, rows), max(rows, default=None)


def _unlike(session: Session, rows: dict[uuid.UUID, dict[str, Any]]) -> list[uuid.UUID]:
    """Those of some rows that keep something else than follows from their events, in the order of ids."""
    found = {state.id: derived(state) for state in states(session, STATE.where(Grievance.id.in_(rows)), None)}
    return sorted(key for key, kept in rows.items() if found[key] != kept)


def _kept(session: Session, after: uuid.UUID | None, *where: ColumnElement[bool]) -> dict[uuid.UUID, dict[str, Any]]:
    """The next rows by id, each with what it keeps."""
    query: Query = select(Grievance.id, *(getattr(Grievance, name) for name in DERIVED)).where(*where)
    query = query.where(Grievance.id > after) if after else query
    rows = session.execute(query.order_by(Grievance.id).limit(MANY))
    return {row.id: {name: getattr(row, name) for name in DERIVED} for row in rows}
