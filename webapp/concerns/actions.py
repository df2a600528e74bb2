"""Loading the taxonomy."""

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from webapp import reference
from webapp.concerns.models import Category, Subcategory
from webapp.concerns.rules import Sensitivity, Urgency

DATA = Path(__file__).parent / "data"
TEXTS = ("label_en", "label_ur", "label_ps", "desc_en", "desc_ur", "desc_ps")


def load(session: Session) -> int:
    """Load or confirm the taxonomy; the number of new topics. Raises reference.Renamed for a change of meaning."""
    rows = reference.rows(DATA / "taxonomy.csv")
    categories = [_texts(row, row["category_code"]) for row in rows if row["level"] == "category"]
    subcategories = [_subcategory(row) for row in rows if row["level"] == "subcategory"]
    return reference.load(session, Category, categories) + reference.load(session, Subcategory, subcategories)


def _texts(row: dict[str, str], code: str, **more: Any) -> dict[str, Any]:
    texts = {name: row[name] for name in TEXTS}
    return {"code": code, "position": int(row["sort_order"]), **texts, **reference.validity(row), **more}


def _subcategory(row: dict[str, str]) -> dict[str, Any]:
    return _texts(
        row,
        row["subcategory_code"],
        category=row["category_code"],
        sensitivity=Sensitivity(row["sensitive"]),
        themes=tuple(row["themes"].split(";")),
        responsible_bodies=tuple(row["responsible_body_types"].split(";")),
        default_urgency=Urgency(row["default_urgency"]),
    )
