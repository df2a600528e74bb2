"""Loading the reference tables of places."""

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from webapp import reference
from webapp.places.models import District, Division, Province, Tehsil

DATA = Path(__file__).parent / "data"
NAMES = ("name_en", "name_ur", "name_ps")


def load(session: Session) -> int:
    """Load or confirm all places; the number of new ones. Raises reference.Renamed for a change of what is fixed."""
    added = reference.load(session, Province, [_province(row) for row in reference.rows(DATA / "provinces.csv")])
    added += reference.load(
        session, Division, [_named(row, province=row["province"]) for row in reference.rows(DATA / "divisions.csv")]
    )
    divisions = {row["code"] for row in reference.rows(DATA / "divisions.csv")}
    districts = [_district(row, divisions) for row in reference.rows(DATA / "districts.csv")]
    added += reference.load(session, District, districts)
    tehsils = reference.rows(DATA / "tehsils_kp.csv")
    return added + reference.load(
        session,
        Tehsil,
        [_named(row, district=row["district"], population_2023=_number(row["population_2023"])) for row in tehsils],
    )


def _named(row: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"code": row["code"], **{name: row[name] for name in NAMES}, **reference.validity(row), **more}


def _number(text: str) -> int | None:
    return int(text) if text else None


def _province(row: dict[str, str]) -> dict[str, Any]:
    number = _number(row["population_2023"])
    return _named(row, pcode=row["pcode"], population_2023=number, intake=row["intake"] == "yes")


def _district(row: dict[str, str], divisions: set[str]) -> dict[str, Any]:
    return _named(
        row,
        province=row["province"],
        division=row["division"] if row["division"] in divisions else None,
        pcode=row["pcode"] or None,
        pcode_parent=row["pcode_parent"] or None,
        population_2023=_number(row["population_2023"]),
        borders_afghanistan=row["borders_afghanistan"] == "yes",
        tile_col=_number(row["tile_col"]),
        tile_row=_number(row["tile_row"]),
    )
