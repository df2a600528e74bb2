"""Reading gatherings and grievances; every reading of a single one starts from visible_to(person)."""

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, and_, bindparam, false, func, or_, select, true
from sqlalchemy.orm import Session

from webapp.audit import queries as audit
from webapp.concerns.rules import Sensitivity, Urgency
from webapp.drafts.forms import World
from webapp.grievances.models import AUDITED, PROTECTED, Event, Gathering, Grievance
from webapp.grievances.rules import (
    READS,
    SAME_GATHERING,
    Condition,
    Facts,
    Heard,
    Reader,
    Status,
    contribution,
    everywhere,
)
from webapp.orm import Base
from webapp.people.queries import Signed
from webapp.places.models import District
from webapp.places.rules import Atlas
from webapp.questions.rules import Dimension
from webapp.summary import queries as figures
from webapp.summary.rules import Cell, Counts, month_of, plus

#: Values that one statement names.
MANY = 500
#: A query of any columns.
Query = Select[*tuple[Any, ...]]

#: Of tables, not of mapped classes: the path of every filing.
GATHERINGS: Table = Base.metadata.tables[Gathering.__tablename__]
GRIEVANCES: Table = Base.metadata.tables[Grievance.__tablename__]
#: A gathering as those need it who file and post: its id, its key, whose voices were heard.
Known = Gathering | Row[Any]
HEARD = GATHERINGS.c["record_key", "women_heard", "youth_heard", "displaced_heard", "minorities_heard"]
FACTS = GRIEVANCES.c[
    "record_key", "received_date", "district", "subcategory", "sensitivity", "urgency", "status", "outcome",
    "confidentiality", "prior_result", "consent_statistics", "remedies", "start_year", "households",
]  # fmt: skip


#: What the audit chain seals: its own entries, and what happened to grievances; never texts.
CHAINED = (
    audit.ENTRIES,
    audit.Source(
        "event",
        Event.id,
        (Event.grievance_id, Event.at, Event.person_id, Event.from_status, Event.to_status, Event.codes),
    ),
)

#: All that is counted, a gathering after the other.
COUNTED: Query = select(GATHERINGS.c.id, *HEARD, *FACTS).join_from(GATHERINGS, GRIEVANCES)
#: Built once: they are on the path of every filing.
FACTS_OF: Query = select(GRIEVANCES.c.gathering_id, GRIEVANCES.c.id, *FACTS).where(
    GRIEVANCES.c.gathering_id.in_(bindparam("gatherings", expanding=True))
)
SAME: Query = (
    select(GATHERINGS.c.id, *HEARD)
    .where(GATHERINGS.c.person_id == bindparam("person"), GATHERINGS.c.fields_hash == bindparam("fields"))
    .where(GATHERINGS.c.created_at > bindparam("after"), GATHERINGS.c.import_ref.is_(None))
    .order_by(GATHERINGS.c.created_at.desc())
    .limit(1)
    .with_for_update()
)


@dataclass(frozen=True)
class Stored:
    """What stands for a form that was sent: enough for its receipt."""

    id: uuid.UUID
    reference: str
    gathering_id: uuid.UUID
    content_hash: bytes
    received_at: datetime
    urgency: Urgency
    district: str
    subcategory: str
    sensitivity: Sensitivity
    confidentiality: str
    prior_result: str | None
    status: Status


STORED: Query = select(
    Grievance.id, Grievance.reference, Grievance.gathering_id, Grievance.content_hash, Grievance.received_at,
    Grievance.urgency, Grievance.district, Grievance.subcategory, Grievance.sensitivity, Grievance.confidentiality,
    Grievance.prior_result, Grievance.status,
)  # fmt: skip


def _in_scope(person: Signed | Reader) -> ColumnElement[bool]:
    if everywhere(person.role, person.scope):
        return true()
    covered = or_(District.code.in_(person.scope), District.province.in_(person.scope))
    return Grievance.district.in_(select(District.code).where(covered))


def _from_the_province(person: Signed | Reader) -> ColumnElement[bool]:
    provincial = Grievance.district.in_(select(District.code).where(District.province.in_(person.scope)))
    return or_(Grievance.confidentiality != "province_only", provincial)


#: What rules.HOLDS says in Python.
SAID: Mapping[Condition, Callable[[Signed | Reader], ColumnElement[bool]]] = {
    Condition.OWN: lambda person: Grievance.person_id == person.id,
    Condition.IN_SCOPE: _in_scope,
    Condition.PROTECTED: lambda person: PROTECTED,
    Condition.NOT_PROTECTED: lambda person: ~PROTECTED,
    Condition.NOT_PROVINCE_ONLY: lambda person: Grievance.confidentiality != "province_only",
    Condition.FROM_THE_PROVINCE: _from_the_province,
    Condition.NOT_NUMBERS_ONLY: lambda person: Grievance.confidentiality != "numbers_only",
    Condition.NOT_WITHDRAWN: lambda person: Grievance.status != Status.WITHDRAWN,
    Condition.CLOSED_OR_AUDITED: lambda person: or_(
        Grievance.status == Status.CLOSED,
        and_(Grievance.status == Status.REOPENED, AUDITED),
    ),
}


def visible_to(query: Query, person: Signed | Reader) -> Query:
    """Narrow a query on grievances to those the person may read; rules.may_read says the same of a single one."""
    conditions = [SAID[condition](person) for condition in READS.get(person.role, ())]
    return query.where(*conditions) if conditions else query.where(false())


def by_reference(session: Session, person: Signed, reference: str) -> Stored | None:
    """One grievance the person may open; what is not theirs looks like what does not exist."""
    row = session.execute(visible_to(STORED, person).where(Grievance.reference == reference)).one_or_none()
    return Stored(*row) if row else None


def by_client_id(session: Session, person_id: uuid.UUID, client_id: uuid.UUID) -> Stored | None:
    """What was stored for a form that carried this client_id."""
    mine = (Grievance.person_id == person_id, Grievance.client_id == client_id)
    row = session.execute(STORED.where(*mine)).one_or_none()
    return Stored(*row) if row else None


def by_client_ids(session: Session, person_id: uuid.UUID, client_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Stored]:
    """What was stored for forms that carried these client_ids."""
    if not client_ids:
        return {}
    query, mine = STORED.add_columns(Grievance.client_id), Grievance.person_id == person_id
    some = (client_ids[start : start + MANY] for start in range(0, len(client_ids), MANY))
    rows = (row for part in some for row in session.execute(query.where(mine, Grievance.client_id.in_(part))))
    return {row[-1]: Stored(*row[:-1]) for row in rows}


def gathering_of(session: Session, person_id: uuid.UUID, gathering_id: uuid.UUID) -> Known | None:
    """The person's own gathering, locked until the transaction ends."""
    mine = (GATHERINGS.c.id == gathering_id, GATHERINGS.c.person_id == person_id)
    return session.execute(select(GATHERINGS.c.id, *HEARD).where(*mine).with_for_update()).one_or_none()


def owns_gathering(session: Session, person: Signed, gathering_id: uuid.UUID) -> bool:
    """Whether the gathering is the person's own."""
    return bool(
        session.scalar(select(Gathering.id).where(Gathering.id == gathering_id, Gathering.person_id == person.id))
    )


def filed_by(session: Session, person_id: uuid.UUID) -> int:
    """How many grievances a person filed."""
    return session.scalar(select(func.count()).where(Grievance.person_id == person_id)) or 0


def same_gathering(session: Session, person_id: uuid.UUID, fields_hash: bytes, at: datetime) -> Known | None:
    """The gathering with equal fields that the person entered within the last day, locked."""
    given = {"person": person_id, "fields": fields_hash, "after": at - SAME_GATHERING}
    return session.execute(SAME, given).one_or_none()


def facts_of(
    session: Session, gatherings: Collection[uuid.UUID], world: World
) -> dict[uuid.UUID, dict[uuid.UUID, Facts]]:
    """Gathering -> grievance -> what is counted of it."""
    found: dict[uuid.UUID, dict[uuid.UUID, Facts]] = {}
    for gathering, grievance, *row in session.execute(FACTS_OF, {"gatherings": list(gatherings)}):
        found.setdefault(gathering, {})[grievance] = _facts(row, world)
    return found


def heard(gathering: Known) -> Heard:
    """What is counted of a gathering."""
    return Heard(
        gathering.record_key,
        gathering.women_heard,
        gathering.youth_heard,
        gathering.displaced_heard,
        gathering.minorities_heard,
    )


def changed_since(session: Session, release: int) -> int:
    """How many grievances changed the figures of a release that is still open."""
    return session.scalar(select(func.count()).where(Grievance.posted_release == release)) or 0


def release_is_due(session: Session, at: datetime) -> bool:
    """Whether enough has changed, long enough ago, for the next release."""
    return figures.due(session, changed=partial(changed_since, session), at=at)


def without_event(session: Session) -> int:
    """How many grievances lack the event of their filing; there should be none."""
    filed = select(Event.id).where(Event.grievance_id == Grievance.id, Event.from_status.is_(None)).exists()
    return session.scalar(select(func.count()).select_from(Grievance).where(~filed)) or 0


def recount(session: Session, world: World) -> dict[Cell, Counts]:
    """The whole ledger once more, from the grievances themselves: contribution summed over all gatherings."""
    return _counted(session, world, COUNTED, tuple(Dimension))


def counted_for(
    session: Session, person: Signed, world: World, days: tuple[date, date] | None, only: Collection[Dimension]
) -> dict[Cell, Counts]:
    """These dimensions of the ledger as it would be if there were only what the person may read.

    What was received within the days, both included, is counted.

    Nothing is ever published of it: these numbers are bare.
    """
    return _counted(session, world, _received(visible_to(COUNTED, person), days), only)


def visible(session: Session, person: Signed, days: tuple[date, date] | None) -> int:
    """How many grievances received within the days the person may read."""
    return session.scalar(_received(visible_to(select(func.count(Grievance.id)), person), days)) or 0


def areas_heard(session: Session, person: Signed, atlas: Atlas) -> set[str]:
    """The ledger areas of which the person may read a grievance that is counted, of all time."""
    placed = select(Grievance.district, Grievance.confidentiality == "province_only").distinct()
    query = visible_to(placed, person).where(Grievance.consent_statistics)
    return {atlas.province_of(code) if provincial else code for code, provincial in session.execute(query)}


def _received(query: Query, days: tuple[date, date] | None) -> Query:
    return query.where(Grievance.received_date.between(*days)) if days else query


def _counted(session: Session, world: World, query: Query, only: Collection[Dimension]) -> dict[Cell, Counts]:
    total: dict[Cell, Counts] = {}
    for gathering, facts in _gatherings(session, world, query):
        for cell, counts in contribution(gathering, facts, only).items():
            total[cell] = plus(total[cell], counts) if cell in total else counts
    return total


def _gatherings(session: Session, world: World, query: Query) -> Iterator[tuple[Heard, list[Facts]]]:
    rows = session.execute(query.order_by(GATHERINGS.c.id).execution_options(yield_per=1000))
    for _, group in groupby(rows, key=lambda row: row[0]):
        members: list[Sequence[Any]] = [tuple(row) for row in group]
        _, key, women, youth, displaced, minorities = members[0][:6]
        yield Heard(key, women, youth, displaced, minorities), [_facts(row[6:], world) for row in members]


def _facts(row: Sequence[Any], world: World) -> Facts:
    (key, day, district, subcategory, sensitivity, urgency, status, outcome, confidentiality, prior, consented,
     remedies, start_year, households) = row  # fmt: skip
    topic = world.taxonomy.subcategories[subcategory]
    return Facts(
        record_key=key,
        month=month_of(day),
        district=district,
        province=world.atlas.province_of(district),
        category=topic.category,
        subcategory=subcategory,
        sensitivity=sensitivity,
        themes=topic.themes,
        urgency=urgency,
        status=status,
        outcome=outcome,
        confidentiality=confidentiality,
        threatened=prior == "threatened",
        consented=consented,
        remedies=remedies,
        start_year=start_year,
        households=households,
    )
