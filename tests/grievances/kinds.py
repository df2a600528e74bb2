"""Every kind of grievance by what decides who may read it, and rows of each; synthetic."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import date
from itertools import product
from typing import Any, NamedTuple

from sqlalchemy import insert
from sqlalchemy.orm import Session

from webapp.concerns.rules import Sensitivity
from webapp.config import now
from webapp.drafts.tables import OPTIONS
from webapp.grievances.models import Gathering, Grievance
from webapp.grievances.rules import Guarded, Outcome, Status
from webapp.references import new_reference

#: A topic of each sensitivity.
TOPICS = {
    Sensitivity.NO: "house_damage",
    Sensitivity.CONFIDENTIAL: "civilian_death",
    Sensitivity.REFERRAL_ONLY: "armed_threats",
}


class Kind(NamedTuple):
    """How sensitive, seen by whom, and whether somebody was threatened before."""

    sensitivity: Sensitivity
    confidentiality: str
    threatened: bool


def stands(kind: Kind) -> bool:
    """Whether the database lets it in: on a referral-only subject nothing else was asked."""
    return kind.sensitivity != Sensitivity.REFERRAL_ONLY or (kind.confidentiality, kind.threatened) == (
        "protected",
        False,
    )


KINDS = [
    kind for kind in map(Kind._make, product(Sensitivity, OPTIONS["confidentiality"], (False, True))) if stands(kind)
]


def gathering(session: Session, owner: uuid.UUID) -> uuid.UUID:
    """The id of a new gathering of that person."""
    made = Gathering(
        id=uuid.uuid4(), person_id=owner, record_key=0, created_at=now(), fields_hash=secrets.token_bytes(32),
        gathering_date=date(2026, 2, 1), gathering_district="bannu",
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made.id


def row(kind: Kind, status: Status, owner: uuid.UUID, gathering_id: uuid.UUID, district: str) -> dict[str, Any]:
    """A whole row of the table of grievances."""
    raised = {"raised_before": "yes", "prior_result": "threatened"}
    return {
        "id": uuid.uuid4(), "reference": new_reference(), "client_id": uuid.uuid4(), "person_id": owner,
        "gathering_id": gathering_id, "content_hash": secrets.token_bytes(32), "record_key": 0,
        "received_at": now(), "received_date": date(2026, 3, 1), "status": status,
        "outcome": Outcome.SOLVED if status is Status.CLOSED else None, "district": district,
        "subcategory": TOPICS[kind.sensitivity], "sensitivity": kind.sensitivity, "urgency": "normal",
        "confidentiality": kind.confidentiality, "consent_statistics": True, "contact_preference": "in_app",
        "consent_version": 1, "consent_language": "en",
        **(raised if kind.threatened else dict.fromkeys(raised)),
    }  # fmt: skip


def guarded(stored: dict[str, Any], province: str) -> Guarded:
    """What of a row decides who may read it."""
    return Guarded(
        owner=stored["person_id"],
        district=stored["district"],
        province=province,
        sensitivity=stored["sensitivity"],
        confidentiality=stored["confidentiality"],
        threatened=stored["prior_result"] == "threatened",
        status=stored["status"],
    )


def add(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Store them as they are: no event, no text, no count."""
    session.execute(insert(Grievance), rows)
    session.commit()
