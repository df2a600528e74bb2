"""Tables of places; a place is retired by its valid_to and never renamed."""

from datetime import date

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from webapp.orm import Base, Code


class PlaceColumns:
    """What every place has: a code for ever, three names, an order, the days between which it is offered."""

    code: Mapped[Code] = mapped_column(primary_key=True)
    name_en: Mapped[str] = mapped_column(String(80))
    name_ur: Mapped[str] = mapped_column(String(80))
    name_ps: Mapped[str] = mapped_column(String(80))
    #: order in lists and files
    position: Mapped[int] = mapped_column(Integer)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return cls.__name__.lower() + "s"  # type: ignore[attr-defined, no-any-return]


class Province(PlaceColumns, Base):
    """A province; only those with `intake` appear in forms, tables and files."""

    pcode: Mapped[str] = mapped_column(String(10))
    population_2023: Mapped[int | None]
    intake: Mapped[bool] = mapped_column(Boolean)


class Division(PlaceColumns, Base):
    """A division of an intake province."""

    province: Mapped[Code] = mapped_column(ForeignKey("provinces.code"))


class District(PlaceColumns, Base):
    """A district, with OCHA's P-codes where it existed in 2022 (pcode_parent: the district it lay in)."""

    province: Mapped[Code] = mapped_column(ForeignKey("provinces.code"))
    #: empty outside the intake provinces
    division: Mapped[str | None] = mapped_column(ForeignKey("divisions.code"))
    pcode: Mapped[str | None] = mapped_column(String(10))
    pcode_parent: Mapped[str | None] = mapped_column(String(10))
    population_2023: Mapped[int | None]
    borders_afghanistan: Mapped[bool] = mapped_column(Boolean)
    #: place on the hexagon map, odd-r offset
    tile_col: Mapped[int | None]
    tile_row: Mapped[int | None]


class Tehsil(PlaceColumns, Base):
    """A tehsil of a district of Khyber Pakhtunkhwa."""

    district: Mapped[Code] = mapped_column(ForeignKey("districts.code"))
    population_2023: Mapped[int | None]
