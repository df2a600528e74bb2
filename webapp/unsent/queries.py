"""Reading what officers have typed and not sent: each reads their own."""

import json
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from webapp.config import day_of
from webapp.orm import Base
from webapp.people.queries import Signed
from webapp.sealed import Column
from webapp.unsent.models import Unsent
from webapp.vault import CannotOpen, Vault, Where

#: What was not sent by then is erased.
KEPT = timedelta(days=30)


class Kept(NamedTuple):
    """The fields of a form as they stood, and when."""

    fields: Mapping[str, Sequence[str]]
    at: datetime

    @property
    def day(self) -> date:
        """The day in Karachi."""
        return day_of(self.at)


def place(row: Unsent | Row[Any]) -> Where:
    """What a row is sealed for: another row, another person's or another step's, does not open it."""
    return ("unsent_replies", "sealed", f"{row.id} {row.person_id} {row.grievance_id} {row.step}")


def kept(session: Session, vault: Vault, person: Signed, grievance_id: uuid.UUID, at: datetime) -> dict[str, Kept]:
    """Step -> what the person has not sent of its form; without what lies too long, or does not open."""
    own = (Unsent.person_id == person.id, Unsent.grievance_id == grievance_id, Unsent.at > at - KEPT)
    found: dict[str, Kept] = {}
    for row in session.scalars(select(Unsent).where(*own)):
        with suppress(CannotOpen):
            found[row.step] = Kept(json.loads(vault.open(row.sealed, place(row))), row.at)
    return found


SEALED = Column(Base.metadata.tables[Unsent.__tablename__], place)
