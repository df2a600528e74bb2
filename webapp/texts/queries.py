"""Reading what people wrote, and whether the keys at hand are the instance's own."""

import uuid

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from webapp.config import BadSetting
from webapp.orm import Base
from webapp.sealed import Column
from webapp.texts.models import Probe, Text
from webapp.vault import CannotOpen, Vault, Where

PROBE: Where = ("probe", "sealed", "1")


class WrongKeys(BadSetting):
    """The database was made with other keys; whatever were stored now, half of it could never be read again."""

    def __init__(self) -> None:
        super().__init__(
            "JIRGA_SECRET_KEY and JIRGA_VAULT_KEYS",
            "not those of this database; give back the secrets it was made with",
        )


def place(key: uuid.UUID, event_id: int, kind: str) -> Where:
    """Where a text belongs: sealed for one row, one event and one kind, it opens nowhere else."""
    return ("texts", "sealed", f"{key} {event_id} {kind}")


def is_claimed(session: Session) -> bool:
    """Whether the database is tied to keys already; one without tables is not."""
    return inspect(session.connection()).has_table(Probe.__tablename__) and session.get(Probe, 1) is not None


def require_keys(session: Session, vault: Vault) -> None:
    """Confirm that these are the keys of this database; raises WrongKeys."""
    probe = session.get(Probe, 1)
    if probe is None or probe.fingerprint != vault.fingerprint("", purpose="probe"):
        raise WrongKeys
    try:
        vault.open(probe.sealed, PROBE)
    except CannotOpen:
        raise WrongKeys from None


SEALED = (
    Column(Base.metadata.tables[Text.__tablename__], lambda row: place(row.id, row.event_id, row.kind)),
    Column(Base.metadata.tables[Probe.__tablename__], lambda row: PROBE),
)
