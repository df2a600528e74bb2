"""What must never be true is refused by the database itself, whoever writes: constraints and append-only tables."""

import secrets
import uuid
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests import factories
from webapp.audit import actions as audit
from webapp.audit.models import AuditEntry
from webapp.config import now
from webapp.grievances.models import Event, Gathering, Grievance
from webapp.references import new_reference
from webapp.texts.models import Text

ROW: dict[str, Any] = {
    "record_key": 0, "received_date": date(2026, 3, 1), "status": "submitted", "district": "bannu", "tehsil": None,
    "subcategory": "house_damage", "sensitivity": "no", "urgency": "normal", "confidentiality": "district_officials",
    "consent_statistics": True, "contact_preference": "in_app", "consent_version": 1, "consent_language": "en",
}  # fmt: skip
REFERRAL = {"subcategory": "armed_threats", "sensitivity": "referral_only", "confidentiality": "protected"}
RAISED = {"raised_before": "yes", "raised_to": ("police",), "prior_result": "refused"}
RIGHT: list[dict[str, Any]] = [
    {},
    REFERRAL,
    {**REFERRAL, "start_year": 1979, "consent_statistics": False},
    RAISED,
    {"subcategory": "civilian_death", "sensitivity": "confidential"},
    {"confidentiality": "numbers_only"},
    {"confidentiality": "protected", "consent_statistics": False},
    {"status": "closed", "outcome": "solved"},
    {"people_number": 2_000_000, "households": "gt5000", "tehsil": "bannu.domel", "remedies": ("apology",)},
]
WRONG: list[dict[str, Any]] = [
    *({**REFERRAL, **kept} for kept in (
        {"tehsil": "bannu.domel"}, {"timing": "once"}, {"households": "unknown"}, {"people_number": 1},
        {"groups_affected": ("women",)}, {"remedies": ("apology",)}, {"raised_before": "no"}, RAISED,
        {"confidentiality": "district_officials"}, {"confidentiality": "province_only"},
        {"confidentiality": "numbers_only"}, {"sensitivity": "no"}, {"sensitivity": "confidential"},
    )),
    {"sensitivity": "referral_only", "confidentiality": "protected"},
    {"sensitivity": "confidential"},
    {"sensitivity": "secret"},
    {"subcategory": "volcano"},
    {"subcategory": "border"},
    {"confidentiality": "numbers_only", "consent_statistics": False},
    {"confidentiality": "everybody"},
    {"confidentiality": None},
    {"consent_statistics": None},
    {**RAISED, "raised_before": "no"},
    {**RAISED, "raised_before": None},
    {"prior_result": "threatened"},
    {"raised_to": ("police",)},
    {"status": "closed"},
    {"outcome": "solved"},
    {"status": "solved"},
    {"status": "closed", "outcome": "forgotten"},
    {"district": "lahor"},
    {"district": None},
    {"tehsil": "bannu.atlantis"},
    {"record_key": 4096},
    {"record_key": -1},
    {"start_year": 1978},
    {"people_number": 0},
    {"people_number": 2_000_001},
    {"timing": "never"},
    {"households": "many"},
    {"urgency": "soon"},
    {"contact_preference": "phone"},
    {"consent_language": "fr"},
]  # fmt: skip


@pytest.fixture
def met(session: Session) -> Gathering:
    """A synthetic gathering."""
    made = Gathering(
        id=uuid.uuid4(), person_id=factories.person(session).id, record_key=0, created_at=now(),
        fields_hash=secrets.token_bytes(32), gathering_date=date(2026, 2, 1), gathering_district="bannu",
    )  # fmt: skip
    session.add(made)
    session.commit()
    return made


def refused(session: Session, statement: Any, *values: Any) -> bool:
    """Whether the database refuses it; nothing stays."""
    saved = session.begin_nested()
    try:
        session.execute(statement, *values)
    except DBAPIError:
        return True
    finally:
        saved.rollback()
    return False


def of(met: Gathering, **changes: Any) -> dict[str, Any]:
    """A whole row."""
    new = {"id": uuid.uuid4(), "reference": new_reference(), "client_id": uuid.uuid4(), "received_at": now()}
    own = {"gathering_id": met.id, "person_id": met.person_id, "content_hash": secrets.token_bytes(32)}
    return {**ROW, **new, **own, **changes}


def test_grievances(session: Session, met: Gathering) -> None:
    assert [changes for changes in RIGHT if refused(session, insert(Grievance), of(met, **changes))] == []
    assert [changes for changes in WRONG if not refused(session, insert(Grievance), of(met, **changes))] == []


def test_one_grievance_for_one_form_and_one_reference(session: Session, met: Gathering) -> None:
    first = of(met)
    session.execute(insert(Grievance), first)
    other = factories.person(session)
    for same in ("reference", "id"):
        assert refused(session, insert(Grievance), of(met, **{same: first[same]}))
    assert refused(session, insert(Grievance), of(met, client_id=first["client_id"]))
    assert not refused(session, insert(Grievance), of(met, client_id=first["client_id"], person_id=other.id))
    assert refused(session, insert(Grievance), of(met, gathering_id=uuid.uuid4()))
    assert refused(session, insert(Grievance), of(met, person_id=uuid.uuid4()))


def test_gatherings(session: Session, met: Gathering) -> None:
    values = {column.name: getattr(met, column.name) for column in Gathering.__mapper__.columns}
    wrong = [
        *({name: "maybe"} for name in ("women_heard", "youth_heard", "minorities_heard", "displaced_heard")),
        {"participants": "12"}, {"consensus": "none"}, {"place_type": "palace"}, {"record_key": 4096},
        {"gathering_district": "atlantis"}, {"gathering_tehsil": "bannu.atlantis"}, {"gathering_date": None},
    ]  # fmt: skip
    accepted = [one for one in wrong if not refused(session, insert(Gathering), {**values, **one, "id": uuid.uuid4()})]
    assert accepted == []
    assert not refused(session, insert(Gathering), {**values, "id": uuid.uuid4()})


@pytest.fixture
def event(session: Session, met: Gathering) -> int:
    """The id of one event with a text, and an audit entry beside it; committed."""
    row = of(met)
    session.execute(insert(Grievance), row)
    told = {"grievance_id": row["id"], "at": now(), "to_status": "submitted", "codes": {}}
    made = session.scalars(insert(Event).returning(Event.id), told).one()
    session.execute(insert(Text), {"id": uuid.uuid4(), "event_id": made, "kind": "narrative", "language": "en"})
    audit.append(session, factories.VAULT, by=None, what="test")
    session.commit()
    return made


@pytest.mark.usefixtures("event")
@pytest.mark.parametrize("model", [Event, AuditEntry])
def test_what_happened_stays(session: Session, model: type[Event] | type[AuditEntry]) -> None:
    before = session.execute(select(*model.__mapper__.columns)).all()
    session.commit()
    for column in model.__mapper__.columns:
        assert refused(session, update(model).values({column.name: column}))
    assert refused(session, delete(model))
    assert session.execute(select(*model.__mapper__.columns)).all() == before
    assert before


@pytest.mark.parametrize("table", ["events", "audit_entries"])
def test_what_happened_is_not_replaced_or_emptied(session: Session, event: int, table: str) -> None:
    """The other ways to lose a row: SQLite's REPLACE, PostgreSQL's TRUNCATE."""
    if session.get_bind().dialect.name == "sqlite":
        values = {"events": "grievance_id, at, to_status, codes", "audit_entries": "at, what, about"}[table]
        changed = values.replace("codes", "'{\"forged\": 1}'").replace("about", "'{\"forged\": 1}'")
        assert refused(session, text(f"REPLACE INTO {table} (id, {values}) SELECT id, {changed} FROM {table}"))
    else:
        assert refused(session, text(f"TRUNCATE {table} CASCADE"))


@pytest.mark.usefixtures("event")
def test_a_grievance_with_a_history_is_not_deleted(session: Session) -> None:
    assert refused(session, delete(Grievance))
    assert refused(session, delete(Gathering))


def test_texts(session: Session, event: int) -> None:
    row = {"event_id": event, "kind": "narrative", "language": "en", "sealed": None}
    wrong = [{"kind": "cnic"}, {"language": "fr"}, {"event_id": 0}, {"kind": None}]
    assert [one for one in wrong if not refused(session, insert(Text), {**row, **one, "id": uuid.uuid4()})] == []
    assert not refused(session, insert(Text), {**row, "id": uuid.uuid4()})


def test_the_published_are_never_negative(session: Session) -> None:
    zero = dict.fromkeys(("gatherings", "confirmed", "grievance_keys", "gathering_keys", "confirmed_keys"), 0)
    row = {"dimension": "none", "area": "bannu", "month": 24300, "code": "total", "grievances": 1, **zero}
    table = "INSERT INTO published ({}) VALUES ({})"
    sql = text(table.format(", ".join(row), ", ".join(f":{name}" for name in row)))
    assert not refused(session, sql, row)
    for wrong in ({"grievances": -1}, {"gatherings": -1}, {"confirmed": -1}, {"confirmed": 2}):
        assert refused(session, sql, {**row, **wrong})
