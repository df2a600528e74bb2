"""The table of files handed in; one a person."""

import uuid

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from webapp.orm import Base, Key, Moment


class Upload(Base):
    """The rows of a file as they were read, sealed; erased by the person's next one or when its time is over."""

    __tablename__ = "uploads"

    id: Mapped[Key]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[Moment]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
