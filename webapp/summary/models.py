"""Tables of counts: the ledger of what each release changed, its published sum, and the releases."""

import uuid

from sqlalchemy import BigInteger, CheckConstraint, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.orm import Base, Code, Moment

LONGEST_WHY = 200


class CountColumns:
    """Counts, each with the sum of the record keys of what it counts (summary.rules.Counts)."""

    grievances: Mapped[int] = mapped_column(BigInteger)
    gatherings: Mapped[int] = mapped_column(BigInteger)
    confirmed: Mapped[int] = mapped_column(BigInteger)
    grievance_keys: Mapped[int] = mapped_column(BigInteger)
    gathering_keys: Mapped[int] = mapped_column(BigInteger)
    confirmed_keys: Mapped[int] = mapped_column(BigInteger)


class Ledger(CountColumns, Base):
    """What one release adds to a cell; of the open release, what it will add. May be negative."""

    __tablename__ = "ledger"

    #: first in the key, because a table asks for one dimension
    dimension: Mapped[str] = mapped_column(String(20), primary_key=True)
    release: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    area: Mapped[Code] = mapped_column(primary_key=True)
    #: year*12 + month-1
    month: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    code: Mapped[Code] = mapped_column(primary_key=True)


class Published(CountColumns, Base):
    """The ledger summed over all closed releases, so that the last one is read at once."""

    __tablename__ = "published"
    __table_args__ = (
        CheckConstraint("grievances >= 0 AND gatherings >= 0 AND confirmed BETWEEN 0 AND grievances", name="counts"),
    )

    dimension: Mapped[str] = mapped_column(String(20), primary_key=True)
    area: Mapped[Code] = mapped_column(primary_key=True)
    month: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    code: Mapped[Code] = mapped_column(primary_key=True)


class Release(Base):
    """A closed release: its numbers never change again."""

    __tablename__ = "releases"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    made_at: Mapped[Moment]
    #: None: the operator, or whoever asked first when it was due
    made_by: Mapped[uuid.UUID | None]
    #: given when it was made before it was due
    why: Mapped[str | None] = mapped_column(String(LONGEST_WHY))
    #: grievances whose counts it changed
    changed: Mapped[int] = mapped_column(Integer)


class OpenRelease(Base):
    """One row: the release that postings go to."""

    __tablename__ = "open_release"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer)
    opened_at: Mapped[Moment]
