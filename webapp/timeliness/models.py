"""The table of figures of service, as they stood when a release was made."""

from sqlalchemy import BigInteger, ForeignKey, Integer, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.orm import Base, Code


class ServiceCounts(Base):
    """One area and office in one year: true counts with the sums of their record keys; shown only protected."""

    __tablename__ = "service_counts"

    release: Mapped[int] = mapped_column(ForeignKey("releases.number"), primary_key=True, autoincrement=False)
    #: kind and code, like division/bannu: a district may be called like its division
    area: Mapped[Code] = mapped_column(primary_key=True)
    #: an office, or "total"
    office: Mapped[str] = mapped_column(String(30), primary_key=True)
    #: in which they were received; 0 for all time
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    received: Mapped[int] = mapped_column(Integer)
    received_keys: Mapped[int] = mapped_column(BigInteger)
    in_time: Mapped[int] = mapped_column(Integer)
    in_time_keys: Mapped[int] = mapped_column(BigInteger)
    acted: Mapped[int] = mapped_column(Integer)
    acted_keys: Mapped[int] = mapped_column(BigInteger)
    reopened: Mapped[int] = mapped_column(Integer)
    reopened_keys: Mapped[int] = mapped_column(BigInteger)
    confirmed: Mapped[int] = mapped_column(Integer)
    confirmed_keys: Mapped[int] = mapped_column(BigInteger)
    #: days as they may be shown (rules.percentile); NULL where too few were acknowledged, or had an action
    acknowledged_median: Mapped[int | None] = mapped_column(SmallInteger)
    acknowledged_p90: Mapped[int | None] = mapped_column(SmallInteger)
    acted_median: Mapped[int | None] = mapped_column(SmallInteger)
    acted_p90: Mapped[int | None] = mapped_column(SmallInteger)
