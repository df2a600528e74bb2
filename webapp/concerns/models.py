"""Tables of the taxonomy; a topic is retired by its valid_to, and a change of meaning is a new code."""

from datetime import date

from sqlalchemy import Date, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.concerns.rules import Sensitivity, Urgency
from webapp.orm import Base, Code, Codes, by_value


class TopicColumns:
    """What categories and subcategories share."""

    code: Mapped[Code] = mapped_column(primary_key=True)
    label_en: Mapped[str] = mapped_column(String(120))
    label_ur: Mapped[str] = mapped_column(String(120))
    label_ps: Mapped[str] = mapped_column(String(120))
    desc_en: Mapped[str] = mapped_column(String(300))
    desc_ur: Mapped[str] = mapped_column(String(300))
    desc_ps: Mapped[str] = mapped_column(String(300))
    #: order in lists and files
    position: Mapped[int] = mapped_column(Integer)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)


class Category(TopicColumns, Base):
    """One of the fourteen categories."""

    __tablename__ = "categories"


class Subcategory(TopicColumns, Base):
    """One exact problem; (code, sensitivity) is unique so that a grievance can carry both and never disagree."""

    __tablename__ = "subcategories"
    __table_args__ = (UniqueConstraint("code", "sensitivity"),)

    category: Mapped[Code] = mapped_column(ForeignKey("categories.code"))
    sensitivity: Mapped[Sensitivity] = mapped_column(by_value(Sensitivity))
    themes: Mapped[tuple[str, ...]] = mapped_column(Codes)
    responsible_bodies: Mapped[tuple[str, ...]] = mapped_column(Codes)
    default_urgency: Mapped[Urgency] = mapped_column(by_value(Urgency))
