"""The taxonomy as the rest of the house sees it: what a grievance can be about, and how sensitive that is."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from webapp.config import N_


class Sensitivity(enum.StrEnum):
    """How carefully a subcategory is kept; a property of the subcategory that never changes."""

    NO = "no"
    CONFIDENTIAL = "confidential"
    REFERRAL_ONLY = "referral_only"


class Urgency(enum.StrEnum):
    """How soon harm comes."""

    LIFE_DANGER = "life_danger"
    HIGH = "high"
    NORMAL = "normal"
    LONG_TERM = "long_term"


#: The themes of the founding article, in the order of tables.
THEMES: Mapping[str, str] = {
    "militant_violence": N_("Militant violence"),
    "operations_conduct": N_("Conduct of operations"),
    "civilian_protection": N_("Protection of civilians"),
    "compensation_and_return": N_("Compensation and return"),
    "restoration_of_normalcy": N_("Restoration of normal life"),
    "justice_and_law": N_("Justice and law"),
    "cross_border": N_("Cross-border matters"),
    "foreign_nationals_and_projects": N_("Foreign nationals and projects"),
    "governance_and_services": N_("Governance and services"),
}


@dataclass(frozen=True)
class Topic:
    """One category or subcategory; a category has an empty `category`."""

    code: str
    category: str
    labels: Mapping[str, str]
    descriptions: Mapping[str, str]
    sensitivity: Sensitivity = Sensitivity.NO
    themes: tuple[str, ...] = ()
    urgency: Urgency = Urgency.NORMAL
    valid_from: date = date.min
    valid_to: date | None = None

    def valid(self, day: date) -> bool:
        """Whether a form offers it on that day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def person_asked(self) -> bool:
        """Whether the person concerned must have asked for it to be filed (survivors of violence and abuse)."""
        return self.category == "protection" and self.sensitivity is Sensitivity.REFERRAL_ONLY


@dataclass(frozen=True)
class Taxonomy:
    """Categories and subcategories by code, in the taxonomy's order."""

    categories: Mapping[str, Topic]
    subcategories: Mapping[str, Topic]

    def of(self, category: str) -> tuple[Topic, ...]:
        """The subcategories of a category."""
        return tuple(topic for topic in self.subcategories.values() if topic.category == category)
