"""Tables of gatherings, grievances and their events. NULL means not recorded, or too sensitive to ask."""

import uuid
from datetime import date
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    func,
    literal_column,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column

from webapp.concerns.rules import Sensitivity, Urgency
from webapp.config import LANGUAGES
from webapp.drafts.forms import FIRST_YEAR, GATHERING_LISTS, MOST_PEOPLE
from webapp.drafts.tables import OPTIONS
from webapp.grievances.rules import MOST_REOPENINGS, Outcome, Status
from webapp.orm import Base, Code, Codes, Key, Moment, by_value, one_of

#: What is never asked, and so never stored, on a subject where a story could cost a life.
REFERRAL_NULLS = (
    "tehsil", "timing", "households", "people_number", "groups_affected", "remedies", "raised_before", "raised_to",
    "prior_result",
)  # fmt: skip


class Gathering(Base):
    """One jirga session, entered by one representative."""

    __tablename__ = "gatherings"
    __table_args__ = (
        CheckConstraint("record_key BETWEEN 0 AND 4095", name="record_key"),
        *(one_of(name, OPTIONS[options]) for name, options in GATHERING_LISTS.items()),
        Index("ix_gatherings_same", "person_id", "fields_hash", "created_at"),
        UniqueConstraint("person_id", "import_ref"),
    )

    id: Mapped[Key]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    #: secret, for the noise of published figures
    record_key: Mapped[int] = mapped_column(SmallInteger)
    created_at: Mapped[Moment]
    #: keyed hash of the fields below: equal ones within a day are one gathering
    fields_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    #: keyed hash of an imported file's own name for it
    import_ref: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    gathering_date: Mapped[date] = mapped_column(Date)
    gathering_district: Mapped[Code] = mapped_column(ForeignKey("districts.code"))
    gathering_tehsil: Mapped[str | None] = mapped_column(ForeignKey("tehsils.code"))
    place_type: Mapped[str | None] = mapped_column(String(20))
    participants: Mapped[str | None] = mapped_column(String(20))
    women_heard: Mapped[str | None] = mapped_column(String(20))
    youth_heard: Mapped[str | None] = mapped_column(String(20))
    minorities_heard: Mapped[str | None] = mapped_column(String(20))
    displaced_heard: Mapped[str | None] = mapped_column(String(20))
    consensus: Mapped[str | None] = mapped_column(String(20))


class Grievance(Base):
    """One problem raised by a gathering: coded fields only; words are sealed in `texts`."""

    __tablename__ = "grievances"
    __table_args__ = (
        ForeignKeyConstraint(["subcategory", "sensitivity"], ["subcategories.code", "subcategories.sensitivity"]),
        UniqueConstraint("person_id", "client_id"),
        Index("ix_grievances_district_queue_key", "district", "queue_key", "id"),
        Index("ix_grievances_handler_id_queue_key", "handler_id", "queue_key", "id"),
        Index("ix_grievances_district_subcategory", "district", "subcategory", "received_at"),
        Index("ix_grievances_person_id_received_at", "person_id", "received_at", "id"),
        CheckConstraint("record_key BETWEEN 0 AND 4095", name="record_key"),
        one_of("timing", OPTIONS["timing"]),
        one_of("households", OPTIONS["households"]),
        one_of("raised_before", OPTIONS["yes_no_not_sure"]),
        one_of("prior_result", OPTIONS["prior_result"]),
        one_of("confidentiality", OPTIONS["confidentiality"]),
        one_of("contact_preference", OPTIONS["contact"]),
        one_of("consent_language", LANGUAGES),
        CheckConstraint(f"start_year >= {FIRST_YEAR}", name="start_year"),
        CheckConstraint(f"people_number BETWEEN 1 AND {MOST_PEOPLE}", name="people_number"),
        CheckConstraint("(status = 'closed') = (outcome IS NOT NULL)", name="outcome_when_closed"),
        CheckConstraint("consent_statistics OR confidentiality <> 'numbers_only'", name="numbers_only_is_counted"),
        CheckConstraint(
            "sensitivity <> 'referral_only' OR (confidentiality = 'protected' AND "
            + " AND ".join(f"{name} IS NULL" for name in REFERRAL_NULLS)
            + ")",
            name="referral_only_keeps_little",
        ),
        CheckConstraint(
            "coalesce(raised_before, '') = 'yes' OR (raised_to IS NULL AND prior_result IS NULL)",
            name="raised_before_result",
        ),
    )

    id: Mapped[Key]
    #: public number; opens nothing without sign-in
    reference: Mapped[str] = mapped_column(String(10), unique=True)
    gathering_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("gatherings.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    #: from the form, or derived from its content: sending again gives the same receipt
    client_id: Mapped[uuid.UUID]
    #: keyed hash of all that was given
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    record_key: Mapped[int] = mapped_column(SmallInteger)
    #: when the server stored it; clocks start here
    received_at: Mapped[Moment]
    #: when the paper reached the office, or the same day; the month of summaries
    received_date: Mapped[date] = mapped_column(Date)
    status: Mapped[Status] = mapped_column(by_value(Status))
    outcome: Mapped[Outcome | None] = mapped_column(by_value(Outcome))
    #: the official who has it in hand
    handler_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    #: what follows from its events (history.rules.derived), kept for lists and figures; `jirga check` compares.
    #: queue_key: its place in the queue (clocks.rules.queue_key); NULL when it was not worked out yet
    queue_key: Mapped[int | None] = mapped_column(Integer)
    #: the day from which it is overdue and a supervisor's; NULL for what waits for no official
    escalates_on: Mapped[date | None] = mapped_column(Date)
    #: the office that last took it on
    office: Mapped[str | None] = mapped_column(String(30))
    #: calendar days from the day it was received to the first word of an official, and to the first action reported
    acknowledged_after: Mapped[int | None] = mapped_column(SmallInteger)
    acted_after: Mapped[int | None] = mapped_column(SmallInteger)
    #: how often its jirga opened it again
    reopened: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    #: the last event that its owner has been shown
    seen_event: Mapped[int | None] = mapped_column(BigInteger)
    #: the release it last posted its counts to; NULL when it never counted
    posted_release: Mapped[int | None] = mapped_column(Integer, index=True)

    district: Mapped[Code] = mapped_column(ForeignKey("districts.code"))
    tehsil: Mapped[str | None] = mapped_column(ForeignKey("tehsils.code"))
    subcategory: Mapped[Code]
    sensitivity: Mapped[Sensitivity] = mapped_column(by_value(Sensitivity))
    timing: Mapped[str | None] = mapped_column(String(20))
    start_year: Mapped[int | None] = mapped_column(SmallInteger)
    households: Mapped[str | None] = mapped_column(String(20))
    people_number: Mapped[int | None] = mapped_column(Integer)
    groups_affected: Mapped[tuple[str, ...]] = mapped_column(Codes, nullable=True)
    urgency: Mapped[Urgency] = mapped_column(by_value(Urgency))
    remedies: Mapped[tuple[str, ...]] = mapped_column(Codes, nullable=True)
    raised_before: Mapped[str | None] = mapped_column(String(20))
    raised_to: Mapped[tuple[str, ...]] = mapped_column(Codes, nullable=True)
    prior_result: Mapped[str | None] = mapped_column(String(20))
    confidentiality: Mapped[str] = mapped_column(String(20))
    consent_statistics: Mapped[bool]
    contact_preference: Mapped[str] = mapped_column(String(20))
    #: which consent text was agreed to, and in which language it was read
    consent_version: Mapped[int] = mapped_column(SmallInteger)
    consent_language: Mapped[str] = mapped_column(String(2))


#: What rules.is_protected says, never NULL since its opposite is asked too; and who waits for an auditor. With their
#: values in them, or no database would see that the indexes of these alone serve.
PROTECTED: ColumnElement[bool] = or_(
    Grievance.sensitivity == literal_column("'referral_only'"),
    Grievance.confidentiality == literal_column("'protected'"),
    func.coalesce(Grievance.prior_result, literal_column("''")) == literal_column("'threatened'"),
)
AUDITED = Grievance.reopened > literal_column(str(MOST_REOPENINGS))
for _name, _which in (("protected", PROTECTED), ("audited", AUDITED)):
    Index(
        f"ix_grievances_{_name}", Grievance.district, Grievance.queue_key, Grievance.id,
        sqlite_where=_which, postgresql_where=_which,
    )  # fmt: skip


class Event(Base):
    """Something that happened to a grievance; added, never changed (a database trigger says so)."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    grievance_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("grievances.id"), index=True)
    at: Mapped[Moment]
    #: None: the operator at the command line
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    from_status: Mapped[Status | None] = mapped_column(by_value(Status, "from_status"))
    to_status: Mapped[Status] = mapped_column(by_value(Status, "to_status"))
    codes: Mapped[dict[str, Any]] = mapped_column(JSON)
