"""Reading second factors."""

import uuid
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.factors.models import Factor, RecoveryCode
from webapp.orm import Base
from webapp.sealed import Column
from webapp.vault import Vault, Where


def place(person_id: uuid.UUID) -> Where:
    """What a secret is sealed for: another person's row does not open it."""
    return ("factors", "sealed", str(person_id))


def secret_of(session: Session, vault: Vault, person_id: uuid.UUID) -> tuple[str, int] | None:
    """A person's secret, agreed on or still being set up, and the last time step that was spent."""
    found = session.get(Factor, person_id, populate_existing=True)
    return (vault.open(found.sealed, place(person_id)), found.counter) if found else None


def pending_of(session: Session, vault: Vault, person_id: uuid.UUID, proved_at: datetime) -> str | None:
    """The secret being set up by whoever typed the password at that very moment: one sign-in."""
    found = session.get(Factor, person_id, populate_existing=True)
    return vault.open(found.sealed, place(person_id)) if found and found.created_at == proved_at else None


def recovery_left(session: Session, person_id: uuid.UUID) -> int:
    """How many recovery codes a person has left."""
    unused = (RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


SEALED = Column(Base.metadata.tables[Factor.__tablename__], lambda row: place(row.person_id))
