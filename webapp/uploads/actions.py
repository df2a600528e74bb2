"""Keeping a file until it is entered. Actions flush; callers commit."""

import uuid
from datetime import datetime

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from webapp.orm import deleted, lock
from webapp.uploads.models import Upload
from webapp.uploads.queries import KEPT, place
from webapp.vault import Vault


def keep(session: Session, vault: Vault, person_id: uuid.UUID, content: str, at: datetime) -> uuid.UUID:
    """Seal and keep a file's content, in place of the person's last one."""
    lock(session, person_id.bytes)
    forget(session, person_id, at)
    number = uuid.uuid4()
    sealed = vault.seal(content, place(person_id, number))
    session.add(Upload(id=number, person_id=person_id, created_at=at, sealed=sealed))
    session.flush()
    return number


def replace(session: Session, vault: Vault, person_id: uuid.UUID, number: uuid.UUID, content: str) -> None:
    """Keep this instead, if the file is still there."""
    sealed = vault.seal(content, place(person_id, number))
    mine = (Upload.id == number, Upload.person_id == person_id)
    session.execute(update(Upload).where(*mine).values(sealed=sealed))


def forget(session: Session, person_id: uuid.UUID | None, at: datetime) -> int:
    """Erase what a person handed in, and whatever has had its time; how many files."""
    return deleted(session, delete(Upload).where(or_(Upload.person_id == person_id, Upload.created_at < at - KEPT)))
