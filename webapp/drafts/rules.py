"""Drafts: every rule that a form must meet before it becomes a grievance, the same for screen and paper. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from webapp.concerns.rules import Sensitivity, Topic
from webapp.drafts.forms import (
    FIRST_DAY,
    FIRST_YEAR,
    GATHERING_LISTS,
    MOST_PEOPLE,
    TEXTS,
    Given,
    Problem,
    Reader,
    World,
)
from webapp.texts import rules as texts


@dataclass(frozen=True)
class GatheringDraft:
    """One jirga session; codes are None where not recorded."""

    gathering_date: date
    gathering_district: str
    gathering_tehsil: str | None = None
    place_type: str | None = None
    participants: str | None = None
    women_heard: str | None = None
    youth_heard: str | None = None
    minorities_heard: str | None = None
    displaced_heard: str | None = None
    consensus: str | None = None


@dataclass(frozen=True)
class GrievanceDraft:
    """One problem; codes are None where not recorded, and where the subject is too sensitive to ask."""

    district: str
    subcategory: str
    sensitivity: Sensitivity
    urgency: str
    confidentiality: str
    consent_statistics: bool
    contact_preference: str
    tehsil: str | None = None
    timing: str | None = None
    start_year: int | None = None
    households: str | None = None
    people_number: int | None = None
    groups_affected: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()
    raised_before: str | None = None
    raised_to: tuple[str, ...] = ()
    prior_result: str | None = None
    #: kind -> text as typed; empty where nothing may be kept
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    #: something was written that may not be kept
    discarded: bool = False


@dataclass
class Checked:
    """The outcome: both drafts when there are no errors; warnings ask for one look more."""

    errors: list[Problem]
    warnings: list[Problem]
    gathering: GatheringDraft | None = None
    grievance: GrievanceDraft | None = None


def check(given: Given, world: World, *, with_gathering: bool = True) -> Checked:
    """Check all that was given; a short form (with_gathering=False) belongs to a gathering that stands already."""
    reader = Reader(given, world)
    gathering = _gathering(reader) if with_gathering else None
    grievance = _grievance(reader)
    if reader.errors:
        return Checked(reader.errors, reader.warnings)
    return Checked([], reader.warnings, gathering, grievance)


def _gathering(reader: Reader) -> GatheringDraft | None:
    day = reader.day("gathering_date", FIRST_DAY)
    district = _district(reader, "gathering_district", reader.world.atlas.districts)
    tehsil = reader.one("gathering_tehsil") or None
    _in_district(reader, "gathering_tehsil", tehsil, district)
    codes = {name: reader.choice(name) for name in GATHERING_LISTS}
    if not reader.world.paper and not reader.yes("safety_ack"):
        reader.refuse("safety_ack", "required")
    return GatheringDraft(day, district, tehsil, **codes) if day and district else None


def _district(reader: Reader, name: str, allowed: Collection[str]) -> str:
    district = reader.one(name)
    place = reader.world.atlas.districts.get(district)
    if not district:
        return ""
    if place is None or not place.valid(reader.world.today):
        reader.refuse(name, "not_listed")
    elif district not in allowed:
        reader.refuse(name, "out_of_scope")
    else:
        return district
    return ""


def _in_district(reader: Reader, name: str, tehsil: str | None, district: str) -> None:
    place = reader.world.atlas.tehsils.get(tehsil or "")
    if tehsil and (place is None or not place.valid(reader.world.today)):
        reader.refuse(name, "not_listed")
    elif place and district and place.parent != district:
        reader.refuse(name, "other_district")


def _grievance(reader: Reader) -> GrievanceDraft | None:
    district = _district(reader, "district", reader.world.scope)
    topic = _topic(reader)
    common: dict[str, Any] = {"start_year": _start_year(reader), **_consent(reader)}
    if topic is None:  # the rest is looked at all the same, so that nobody learns of one mistake after the other
        _details(reader, district, common["consent_statistics"])
        return None
    if topic.sensitivity is Sensitivity.REFERRAL_ONLY:
        if topic.person_asked and not reader.yes("person_asked"):
            reader.refuse("person_asked", "person_not_asked")
        kept: dict[str, Any] = {"urgency": topic.urgency.value, "confidentiality": "protected"}
        kept["discarded"] = any(texts.clean(value) for name in TEXTS for value in reader.given.get(name, ()))
    else:
        kept = _details(reader, district, common["consent_statistics"])
    return GrievanceDraft(district, topic.code, topic.sensitivity, **common, **kept)


def _topic(reader: Reader) -> Topic | None:
    code = reader.one("subcategory")
    topic = reader.world.taxonomy.subcategories.get(code)
    if code and (topic is None or not topic.valid(reader.world.today)):
        reader.refuse("subcategory", "not_listed")
        return None
    if topic and reader.world.paper and any(category != topic.category for category in reader.all("category")):
        reader.refuse("category", "other_category")
    return topic


def _start_year(reader: Reader) -> int | None:
    if reader.all("start_year") == ["unknown"]:
        return None
    return reader.number("start_year", FIRST_YEAR, reader.world.today.year)


def _consent(reader: Reader) -> dict[str, Any]:
    """Consent is never assumed; handing in a paper form is consent to send it on, and nothing more."""
    if not reader.world.paper and not reader.yes("consent_share"):
        reader.refuse("consent_share", "required")
    counted = reader.one("consent_statistics")
    if counted not in ("", "yes", "no"):
        reader.refuse("consent_statistics", "not_understood")
    through = reader.world.paper and not reader.all("contact_preference")
    contact = "through_jirga" if through else reader.choice("contact_preference")
    return {"consent_statistics": counted == "yes", "contact_preference": contact}


def _details(reader: Reader, district: str, counted: bool) -> dict[str, Any]:
    """The fields that are asked about ordinary and confidential subjects alike."""
    kept: dict[str, Any] = {name: reader.choice(name) for name in ("timing", "households", "urgency")}
    tehsil = reader.one("tehsil")
    kept["tehsil"] = None if tehsil in ("", "whole_district") else tehsil
    _in_district(reader, "tehsil", kept["tehsil"], district)
    kept["people_number"] = reader.number("people_number", 1, MOST_PEOPLE)
    kept["groups_affected"] = reader.choices("groups_affected", required=False)
    kept["remedies"] = reader.choices("remedies", required=not reader.world.paper)
    kept |= _raised(reader)
    kept["confidentiality"] = wish = reader.choice("confidentiality")
    if wish == "numbers_only" and not counted and reader.all("consent_statistics"):
        reader.refuse("consent_statistics", "uncounted_number")
    kept |= _texts(reader, wish)
    if kept["urgency"] == "life_danger":
        reader.warnings.append(Problem("urgency", "life_danger"))
    return kept


def _raised(reader: Reader) -> dict[str, Any]:
    before = reader.choice("raised_before")
    said = bool(reader.all("raised_to") or reader.all("prior_result"))
    if before != "yes":
        if said:
            reader.refuse("raised_before", "raised_conflict")
        return {"raised_before": before}
    to = reader.choices("raised_to", required=True)
    return {"raised_before": before, "raised_to": to, "prior_result": reader.choice("prior_result")}


def _texts(reader: Reader, wish: str | None) -> dict[str, Any]:
    """The person's own words; for "only as a number" they are neither asked for nor kept."""
    if wish == "numbers_only":
        return {"discarded": any(texts.clean(value) for name in TEXTS for value in reader.given.get(name, ()))}
    read = {name: reader.text(name) for name in TEXTS}
    return {"texts": {name: text for name, text in read.items() if text}}
