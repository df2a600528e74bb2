"""Reading places."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import LANGUAGES
from webapp.places.models import District, Division, Province, Tehsil
from webapp.places.rules import Atlas, Place


def atlas(session: Session) -> Atlas:
    """Everything in the intake provinces, in order."""
    provinces = session.scalars(select(Province).where(Province.intake).order_by(Province.position))
    divisions = session.scalars(
        select(Division).join(Province).where(Province.intake).order_by(Province.position, Division.position)
    )
    districts = session.scalars(
        select(District)
        .join(Division)
        .join(Province, District.province == Province.code)
        .where(Province.intake)
        .order_by(Province.position, Division.position, District.position)
    )
    tehsils = session.scalars(
        select(Tehsil)
        .join(District)
        .join(Province, District.province == Province.code)
        .where(Province.intake)
        .order_by(District.position, Tehsil.position)
    )
    return Atlas(
        {row.code: _place(row, "") for row in provinces},
        {row.code: _place(row, row.province) for row in divisions},
        {row.code: _place(row, row.division or "") for row in districts},
        {row.code: _place(row, row.district) for row in tehsils},
    )


def _place(row: Province | Division | District | Tehsil, parent: str) -> Place:
    names = {language: getattr(row, f"name_{language}") for language in LANGUAGES}
    column, line = getattr(row, "tile_col", None), getattr(row, "tile_row", None)
    tile = (column, line) if column is not None and line is not None else None
    people = getattr(row, "population_2023", None)
    return Place(row.code, parent, names, getattr(row, "pcode", None) or "", row.valid_from, row.valid_to, tile, people)
