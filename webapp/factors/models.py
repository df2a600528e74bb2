"""Tables of second factors and of recovery codes."""

import uuid

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from webapp.orm import Base, Key, Moment


class Factor(Base):
    """The secret that a person's app and we share, sealed; asked for once the person's factor_at is set."""

    __tablename__ = "factors"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Moment]
    #: the last time step whose code was given: each is good once
    counter: Mapped[int] = mapped_column(BigInteger)


class RecoveryCode(Base):
    """A code on paper for when the app is lost; good once."""

    __tablename__ = "recovery_codes"

    id: Mapped[Key]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), index=True)
    #: keyed hash, under a secret that is not in the database
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    used_at: Mapped[Moment | None]
