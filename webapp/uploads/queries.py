"""Reading a file that waits to be entered: only its own person's, only for a while."""

import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

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


def unopened(session: Session, vault: Vault) -> Iterator[uuid.UUID]:
    """The files that do not open with this key ring; there should be none."""
    for row in session.execute(select(Upload.id, Upload.person_id, Upload.sealed)):
        try:
            vault.open(row.sealed, place(row.person_id, row.id))
        except CannotOpen:
            yield row.id
