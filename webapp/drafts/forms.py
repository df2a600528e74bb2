"""The shape of the form: its fields, its lists, and reading what a screen or paper gave for each. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from webapp.concerns.rules import Taxonomy
from webapp.drafts.tables import OPTIONS
from webapp.places.rules import Atlas
from webapp.texts import rules as texts

#: field -> what was given, as strings, possibly several
Given = Mapping[str, Sequence[str]]

FIRST_DAY = date(2014, 1, 1)
FIRST_YEAR = 1979
MOST_PEOPLE = 2_000_000
MOST = {"remedies": 3, "groups_affected": 4}
TEXTS = {"narrative": texts.NARRATIVE, "remedy_text": texts.REMEDY_TEXT, "area_name": texts.AREA_NAME}
GATHERING_LISTS = {
    "place_type": "place_type", "participants": "participants", "women_heard": "heard", "youth_heard": "heard",
    "minorities_heard": "heard", "displaced_heard": "heard", "consensus": "consensus",
}  # fmt: skip
LISTS = GATHERING_LISTS | {
    "timing": "timing", "households": "households", "groups_affected": "groups", "urgency": "urgency",
    "remedies": "remedy", "raised_before": "yes_no_not_sure", "raised_to": "body", "prior_result": "prior_result",
    "confidentiality": "confidentiality", "contact_preference": "contact",
}  # fmt: skip
MULTI = ("groups_affected", "remedies", "raised_to")
GATHERING_FIELDS = ("gathering_date", "gathering_district", "gathering_tehsil", *GATHERING_LISTS)
GRIEVANCE_FIELDS = (
    "district", "tehsil", "area_name", "subcategory", "person_asked", "timing", "start_year", "households",
    "people_number", "groups_affected", "urgency", "narrative", "remedies", "remedy_text", "raised_before", "raised_to",
    "prior_result", "confidentiality", "consent_share", "consent_statistics", "contact_preference",
)  # fmt: skip
#: All that is kept of a referral-only subject.
REFERRAL_FIELDS = (
    "district", "subcategory", "person_asked", "start_year", "consent_share", "consent_statistics",
    "contact_preference",
)  # fmt: skip
OPTIONAL = frozenset({
    "gathering_tehsil", "place_type", "minorities_heard", "displaced_heard", "area_name", "people_number",
    "groups_affected", "remedy_text",
})  # fmt: skip
#: What paper may leave out although a screen must ask; kept as "not recorded".
PAPER_OPTIONAL = OPTIONAL | {
    "participants", "women_heard", "youth_heard", "consensus", "timing", "households", "remedies", "raised_before",
    "start_year", "tehsil",
}  # fmt: skip


class Problem(NamedTuple):
    """Something to mend or to confirm: where, which message of labels.PROBLEMS, and its named values."""

    field: str
    code: str
    named: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class World:
    """What a draft is checked against; `scope` is the districts this person files for."""

    atlas: Atlas
    taxonomy: Taxonomy
    scope: Collection[str]
    today: date
    paper: bool = False


@dataclass
class Reader:
    """Reads one given field after the other and notes what is wrong with it."""

    given: Given
    world: World
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def refuse(self, name: str, code: str, **named: Any) -> None:
        """Note an error at a field."""
        self.errors.append(Problem(name, code, named))

    def all(self, name: str) -> list[str]:
        """All non-empty values; on paper "not_recorded" is the same as nothing."""
        found = [texts.clean(value) for value in self.given.get(name, ())]
        unsaid = ("", "not_recorded") if self.world.paper else ("",)
        return [value for value in dict.fromkeys(found) if value not in unsaid]

    def one(self, name: str) -> str:
        """The first value, or "" after noting that it is missing."""
        found = self.all(name)
        optional = PAPER_OPTIONAL if self.world.paper else OPTIONAL
        if not found and name not in optional:
            self.refuse(name, "required")
        if len(found) > 1:
            self.refuse(name, "answered_twice")
        return found[0] if found else ""

    def choice(self, name: str) -> str | None:
        """One code of the field's list."""
        value = self.one(name)
        if value and value not in OPTIONS[LISTS[name]]:
            self.refuse(name, "not_listed")
        return value or None

    def choices(self, name: str, *, required: bool) -> tuple[str, ...]:
        """Several codes of the field's list, in the order given."""
        found = self.all(name)
        if required and not found:
            self.refuse(name, "required")
        if any(code not in OPTIONS[LISTS[name]] for code in found):
            self.refuse(name, "not_listed")
        if len(found) > MOST.get(name, len(found)):
            self.refuse(name, "too_many", most=MOST[name])
        return tuple(found)

    def day(self, name: str, earliest: date) -> date | None:
        """A day between `earliest` and today."""
        value = self.one(name)
        found = read_day(value)
        if value and found is None:
            self.refuse(name, "bad_date")
        elif found and found > self.world.today:
            self.refuse(name, "future_date")
        elif found and found < earliest:
            self.refuse(name, "too_early")
        return found

    def number(self, name: str, low: int, high: int) -> int | None:
        """A whole number in Latin, Urdu or Arabic digits, with or without commas."""
        typed = self.one(name)
        value = texts.digits(typed).replace(",", "").replace("٬", "").replace("،", "")
        if not typed:
            return None
        if not (value.isascii() and value.isdigit()):
            self.refuse(name, "bad_number")
        elif not low <= int(value[:12]) <= high or len(value) > 12:
            self.refuse(name, "out_of_range", low=low, high=high if high < 10_000 else f"{high:,}")
        else:
            return int(value)
        return None

    def yes(self, name: str) -> bool:
        """A ticked box; paper says yes, and nothing else beside it."""
        return self.all(name) == ["yes"]

    def text(self, name: str) -> str | None:
        """A text of the form in the person's own words."""
        return self.words(name, TEXTS[name], needed=name not in OPTIONAL)

    def words(self, name: str, limits: tuple[int, int], *, needed: bool) -> str | None:
        """Anybody's own words, refused when they hold what may put somebody in danger."""
        value = texts.clean("\n".join(self.given.get(name, ())))
        low, high = limits
        length = texts.length(value)
        if not value and needed:
            self.refuse(name, "required")
        elif value and length < low:
            self.refuse(name, "too_short")
        elif length > high:
            self.refuse(name, "too_long", over=length - high)
        if value and length <= 4 * high:
            self._look_for_danger(name, value)
        return value or None

    def _look_for_danger(self, name: str, value: str) -> None:
        refused, doubtful = texts.dangers(value, area=name == "area_name")
        self.errors += _once(name, refused)
        self.warnings += [Problem(name, code) for code in doubtful]
        if name == "remedy_text" and texts.punitive(value):
            self.warnings.append(Problem(name, "punitive"))


def _once(name: str, codes: Iterable[str]) -> list[Problem]:
    """A CNIC and a mobile number have the same message; it is said once."""
    merged = dict.fromkeys("cnic" if code == "mobile" else code for code in codes)
    return [Problem(name, code) for code in merged]


def read_day(value: str) -> date | None:
    """A day written 2025-03-26 or 26/3/2025, in any of the three digit sets; None when it is no day."""
    parts = texts.digits(value).replace("/", "-").replace(".", "-").split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        return None
    if len(parts[0]) != 4:
        parts.reverse()
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2])) if len(parts[0]) == 4 else None
    except ValueError:
        return None
