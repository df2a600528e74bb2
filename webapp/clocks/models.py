"""The table of days on which clocks stand still in a district."""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.clocks.rules import WHY
from webapp.config import LANGUAGES
from webapp.orm import Base, Code, Key, Moment, one_of


class Shutdown(Base):
    """A district that offices cannot work for: from when, until when, why; shown to everybody."""

    __tablename__ = "shutdowns"
    __table_args__ = (
        CheckConstraint("until > first", name="days"),
        one_of("language", LANGUAGES),
        Index("ix_shutdowns_district_until", "district", "until"),
    )

    id: Mapped[Key]
    district: Mapped[Code] = mapped_column(ForeignKey("districts.code"))
    first: Mapped[date] = mapped_column(Date)
    #: the day on which clocks run again; moved up when it ends sooner
    until: Mapped[date] = mapped_column(Date)
    #: public words, in `language`
    why: Mapped[str] = mapped_column(String(WHY[1]))
    language: Mapped[str] = mapped_column(String(2))
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[Moment]
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[Moment | None]
