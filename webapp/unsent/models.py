"""The table of what officers have typed and not sent."""

import uuid

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.orm import Base, Key, Moment


class Unsent(Base):
    """The fields of one step's form, sealed, until it is sent or a month has passed."""

    __tablename__ = "unsent_replies"
    __table_args__ = (UniqueConstraint("person_id", "grievance_id", "step"),)

    id: Mapped[Key]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    grievance_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("grievances.id"))
    step: Mapped[str] = mapped_column(String(20))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[Moment]
