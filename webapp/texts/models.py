"""What people wrote in their own words, sealed; erasing empties the text and leaves the row."""

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.config import LANGUAGES
from webapp.orm import Base, Key, one_of

KINDS = ("narrative", "remedy_text", "area_name", "question", "answer", "reply", "reason", "note")


class Probe(Base):
    """One row: what opens only with this instance's keys, so that a wrong key ring or secret is found at once."""

    __tablename__ = "probe"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))


class Text(Base):
    """One text of one event; the seal is bound to this table, column and row."""

    __tablename__ = "texts"
    __table_args__ = (one_of("kind", KINDS), one_of("language", LANGUAGES))

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
