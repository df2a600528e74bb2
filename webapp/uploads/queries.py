"""Reading a file that waits to be entered: only its own person's, only for a while."""

import uuid
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from webapp.orm import Base
from webapp.sealed import Column
from webapp.uploads.models import Upload
from webapp.vault import CannotOpen, Vault, Where

#: As long as a representative's sign-in lasts without use.
KEPT = timedelta(hours=2)


class Kept(NamedTuple):
    """A file that waits."""

    content: str
    created_at: datetime


def place(person_id: uuid.UUID, number: uuid.UUID) -> Where:
    """What a content is sealed for: another person's row does not open it."""
    return ("uploads", f"sealed for {person_id}", str(number))


def kept(session: Session, vault: Vault, person_id: uuid.UUID, number: uuid.UUID, at: datetime) -> Kept | None:
    """The person's file of this number; None when it is not theirs, replaced, its time over, or its key gone."""
    found = session.get(Upload, number)
    if found is None or found.person_id != person_id or found.created_at < at - KEPT:
        return None
    with suppress(CannotOpen):
        return Kept(vault.open(found.sealed, place(person_id, number)), found.created_at)
    return None


#: A file may have two million letters.
SEALED = Column(Base.metadata.tables[Upload.__tablename__], lambda row: place(row.person_id, row.id), most=2)
