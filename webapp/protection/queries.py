"""What the report on protected grievances counts, by month and province; it reads no text and names no grievance."""

import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from webapp.audit.models import AuditEntry
from webapp.config import KARACHI, day_of
from webapp.grievances.models import PROTECTED, Event, Grievance
from webapp.grievances.queries import SAID, Query
from webapp.grievances.rules import Condition
from webapp.history.tables import Step
from webapp.people.models import Person
from webapp.people.queries import ABLE, Signed
from webapp.people.rules import Role
from webapp.places.models import District
from webapp.summary.rules import month_of

#: Months that the report covers, the running one among them.
MONTHS = 12


class Place(NamedTuple):
    """One month (year * 12 + month - 1) of one province."""

    month: int
    province: str


class Officer(NamedTuple):
    """Who opened protected grievances; the name is None for an account that was left."""

    username: str | None
    role: Role


class Opened(NamedTuple):
    """How often somebody opened protected grievances in a month, and how many different ones."""

    times: int
    different: int


class Lifted(NamedTuple):
    """A protection that two officers lifted."""

    place: Place
    proposed_by: Officer
    lifted_by: Officer


class Report(NamedTuple):
    """All of it."""

    came: Counter[Place]
    #: different ones
    opened: Counter[Place]
    referred: Counter[Place]
    lifted: list[Lifted]
    officers: dict[tuple[Place, Officer], Opened]


def report(session: Session, person: Signed, today: date) -> Report:
    """The last months of the places that somebody may know of."""
    here, since = SAID[Condition.IN_SCOPE](person), _since(today)
    steps = session.execute(_steps().where(here, Event.at >= since)).all()
    lifts = [row for row in steps if row.codes["step"] == Step.LIFT]
    opened = _openings(session, since, person)
    different = {(place, key) for (place, _), keys in opened.items() for key in keys}
    return Report(
        came=_came(session, since, person, {row.id for row in lifts}),
        opened=Counter(place for place, _ in different),
        referred=Counter(_place(row) for row in steps if row.codes["step"] == Step.REFER),
        lifted=_lifted(session, lifts),
        officers={key: Opened(keys.total(), len(keys)) for key, keys in opened.items()},
    )


def _since(today: date) -> datetime:
    """The first moment of the first month, in Karachi."""
    month = month_of(today) - MONTHS + 1
    return datetime.combine(date(month // 12, month % 12 + 1, 1), time(), KARACHI).astimezone(UTC)


def _place(row: "Row[tuple[object, ...]]") -> Place:
    return Place(month_of(day_of(row.at)), row.province)


def _came(session: Session, since: datetime, person: Signed, lifted: set[uuid.UUID]) -> Counter[Place]:
    """By the month in which they were received: what is protected now, and what was until its protection was lifted."""
    query: Query = select(Grievance.id, Grievance.received_at.label("at"), District.province)
    query = query.join(District, District.code == Grievance.district)
    queued = [SAID[one](person) for one in (Condition.IN_SCOPE, Condition.NOT_NUMBERS_ONLY)]
    query = query.where(*queued, Grievance.received_at >= since)
    found = {
        row.id: row for which in (PROTECTED, Grievance.id.in_(lifted)) for row in session.execute(query.where(which))
    }
    return Counter(map(_place, found.values()))


def _steps() -> Query:
    """What protection officers sent on, never without consent (handling.forms), and protections that were lifted."""
    query: Query = select(
        Grievance.id, Event.id.label("event"), Event.at, Event.codes, Event.person_id, District.province
    )  # fmt: skip
    query = query.join(Grievance, Grievance.id == Event.grievance_id)
    query = query.join(District, District.code == Grievance.district)
    by, step = (Event.codes[name].as_string() for name in ("by", "step"))
    return query.where(by == Role.PROTECTION_OFFICER, step.in_((Step.REFER, Step.LIFT))).order_by(Event.id)


def _openings(
    session: Session, since: datetime, person: Signed
) -> dict[tuple[Place, Officer], Counter[uuid.UUID]]:  # fmt: skip
    """Month, province and officer -> how often each protected grievance was opened, as the activity log keeps it."""
    query: Query = select(AuditEntry.at, AuditEntry.person_id, Event.grievance_id, District.province)
    query = query.join(Event, Event.id == AuditEntry.about["event"].as_integer())
    query = query.join(Grievance, Grievance.id == Event.grievance_id)
    query = query.join(District, District.code == Grievance.district)
    query = query.where(AuditEntry.what == "grievance_opened", AuditEntry.at >= since)
    query = query.where(AuditEntry.about["protected"].as_string() == "yes", SAID[Condition.IN_SCOPE](person))
    rows = session.execute(query).all()
    officers, found = (
        _officers(session, (row.person_id for row in rows)),
        dict[tuple[Place, Officer], Counter[uuid.UUID]](),
    )
    for row in rows:
        if row.person_id in officers:
            found.setdefault((_place(row), officers[row.person_id]), Counter())[row.grievance_id] += 1
    return found


def _lifted(session: Session, lifts: Iterable["Row[tuple[object, ...]]"]) -> list[Lifted]:
    """The newest first, each with whoever proposed it."""
    lifts = list(lifts)
    proposals = select(Event.id, Event.grievance_id, Event.person_id).where(
        Event.grievance_id.in_([row.id for row in lifts]), Event.codes["step"].as_string() == Step.PROPOSE_LIFT
    )
    found = session.execute(proposals.order_by(Event.id)).all()
    by = {
        row.event: [one.person_id for one in found if one.grievance_id == row.id and one.id < row.event]
        for row in lifts
    }
    people = _officers(session, [*(row.person_id for row in lifts), *(some[-1] for some in by.values() if some)])
    return [
        Lifted(_place(row), people[by[row.event][-1]], people[row.person_id])
        for row in reversed(lifts) if by[row.event]
    ]  # fmt: skip


def _officers(session: Session, keys: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, Officer]:
    rows = session.execute(select(Person.id, Person.username, Person.role).where(Person.id.in_({*keys} - {None})))
    return {row.id: Officer(row.username, row.role) for row in rows}


def protectors(session: Session) -> list[tuple[str, tuple[str, ...]]]:
    """User name and places of each protection officer whose account can be used today."""
    able = (Person.role == Role.PROTECTION_OFFICER, *ABLE)
    rows = session.execute(select(Person.username, Person.scope).where(*able).order_by(Person.username))
    return [(row.username or "", row.scope) for row in rows]
