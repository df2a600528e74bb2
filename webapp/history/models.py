"""The table of grievances that belong together."""

import uuid

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.history.tables import RELATIONS
from webapp.orm import Base, one_of


class Link(Base):
    """An officer said that one grievance tells of the same as another; both stay as they are."""

    __tablename__ = "links"
    __table_args__ = (one_of("relation", RELATIONS),)

    grievance_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("grievances.id"), primary_key=True)
    other_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("grievances.id"), primary_key=True, index=True)
    relation: Mapped[str] = mapped_column(String(20))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
