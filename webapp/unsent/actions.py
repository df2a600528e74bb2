"""Keeping what officers have typed and not sent. Actions flush; callers commit."""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from webapp.audit.actions import Acting
from webapp.orm import deleted, lock
from webapp.people.queries import Signed
from webapp.unsent.models import Unsent
from webapp.unsent.queries import KEPT, place


def keep(
    acting: Acting, person: Signed, grievance_id: uuid.UUID, step: str, fields: Mapping[str, Sequence[str]]
) -> None:  # fmt: skip
    """Keep the fields of a form in place of what was kept of it before."""
    session = acting.session
    lock(session, person.id.bytes)  # two pages of one person
    row = session.scalars(select(Unsent).where(*_of(person, grievance_id, step))).one_or_none()
    row = row or Unsent(id=uuid.uuid4(), person_id=person.id, grievance_id=grievance_id, step=step)
    row.sealed, row.at = acting.vault.seal(json.dumps(fields), place(row)), acting.at
    session.add(row)
    session.flush()


def drop(session: Session, person: Signed, grievance_id: uuid.UUID, step: str) -> None:
    """Erase what the person kept of a form."""
    session.execute(delete(Unsent).where(*_of(person, grievance_id, step)))


def drop_all(session: Session, grievance_id: uuid.UUID) -> None:
    """Erase what anybody kept about a grievance whose words are erased."""
    session.execute(delete(Unsent).where(Unsent.grievance_id == grievance_id))


def forget(session: Session, at: datetime) -> int:
    """Erase what lies too long; how many."""
    return deleted(session, delete(Unsent).where(Unsent.at <= at - KEPT))


def _of(person: Signed, grievance_id: uuid.UUID, step: str) -> tuple[ColumnElement[bool], ...]:
    return (Unsent.person_id == person.id, Unsent.grievance_id == grievance_id, Unsent.step == step)
