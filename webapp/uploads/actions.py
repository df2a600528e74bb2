"""Keeping a file until it is entered. Actions flush; callers commit."""

import uuid
from datetime import datetime

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from webapp.uploads.models import Upload
from webapp.uploads.queries import KEPT, place
from webapp.vault import Vault


def keep(session: Session, vault: Vault, person_id: uuid.UUID, content: str, at: datetime) -> uuid.UUID:
    """Seal and keep a file's content, in place of the person's last one; whatever has had its time goes too."""
    old = or_(Upload.person_id == person_id, Upload.created_at < at - KEPT)
    session.execute(delete(Upload).where(old))
    number = uuid.uuid4()
    session.add(
        Upload(id=number, person_id=person_id, created_at=at, sealed=vault.seal(content, place(person_id, number)))
    )
    session.flush()
    return number
