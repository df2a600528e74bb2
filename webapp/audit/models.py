"""The audit log and its seals: rows are added, never changed or removed (database triggers say so)."""

import uuid
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.orm import Base, Moment


class AuditEntry(Base):
    """One thing that was done: when, by whom (None: the operator at the command line), what, and its codes."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_at", "at", "id"),
        Index("ix_audit_entries_person_id", "person_id", "at", "id"),
        Index("ix_audit_entries_what", "what", "at", "id"),
        Index("ix_audit_entries_person_id_what", "person_id", "what", "at", "id"),
        Index("ix_audit_entries_nonce", "nonce", unique=True),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[Moment]
    person_id: Mapped[uuid.UUID | None]
    what: Mapped[str] = mapped_column(String(60))
    about: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: random, so that a copied row shows; NULL in entries older than the chain, as is `mac`
    nonce: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    #: keyed hash of all before it but the id, so that only the site itself can write an entry
    mac: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class AuditSeal(Base):
    """A link of the chain, which fixes its members as they stood then."""

    __tablename__ = "audit_seals"

    #: from 1, without gaps
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sealed_at: Mapped[Moment]
    #: keyed hash over the previous seal's hash, number, moment and members
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditMember(Base):
    """Which entry, of which table, belongs to which seal."""

    __tablename__ = "audit_members"
    __table_args__ = (Index("ix_audit_members_seal", "source", "seal", "entry_id"), {"sqlite_with_rowid": False})

    #: the code of a queries.Source
    source: Mapped[str] = mapped_column(String(10), primary_key=True)
    entry_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    #: asked at the end of the transaction, because a seal's hash needs its members
    seal: Mapped[int] = mapped_column(ForeignKey("audit_seals.number", deferrable=True, initially="DEFERRED"))
