"""Reading the taxonomy."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.concerns.models import Category, Subcategory
from webapp.concerns.rules import Taxonomy, Topic
from webapp.config import LANGUAGES


def taxonomy(session: Session) -> Taxonomy:
    """All categories and subcategories, in order."""
    categories = session.scalars(select(Category).order_by(Category.position))
    subcategories = session.scalars(select(Subcategory).order_by(Subcategory.position))
    return Taxonomy(
        {
            row.code: Topic(row.code, "", *_texts(row), valid_from=row.valid_from, valid_to=row.valid_to)
            for row in categories
        },
        {
            row.code: Topic(
                row.code,
                row.category,
                *_texts(row),
                row.sensitivity,
                row.themes,
                row.default_urgency,
                row.valid_from,
                row.valid_to,
            )
            for row in subcategories
        },
    )


def _texts(row: Category | Subcategory) -> tuple[dict[str, str], dict[str, str]]:
    """Labels and descriptions by language."""
    labels = {language: getattr(row, f"label_{language}") for language in LANGUAGES}
    return labels, {language: getattr(row, f"desc_{language}") for language in LANGUAGES}
