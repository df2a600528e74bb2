"""The audit log: entries are added, never changed or removed (a database trigger says so)."""

import uuid
from typing import Any

from sqlalchemy import JSON, BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.orm import Base, Moment


class AuditEntry(Base):
    """One thing that was done: when, by whom (None: the operator at the command line), what, and its codes."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[Moment]
    person_id: Mapped[uuid.UUID | None]
    what: Mapped[str] = mapped_column(String(60))
    about: Mapped[dict[str, Any]] = mapped_column(JSON)
