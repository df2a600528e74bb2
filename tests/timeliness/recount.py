"""Figures of service counted once more, slowly, from events alone; no rule of the product is used here."""

import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.grievances.counting import districts, topics
from webapp.grievances.models import Event, Grievance

KARACHI = ZoneInfo("Asia/Karachi")
PROMISED = {"life_danger": 1, "high": 2, "normal": 3, "long_term": 7}
SPEAKING = {
    "acknowledge", "review", "ask", "refer", "accept", "send_back", "plan", "report_action", "close",
    "answer_reopened", "correct_official",
}  # fmt: skip


#: Kind and code of an area, office, year.
Key = tuple[tuple[str, str], str, int]


class Told(NamedTuple):
    """What one grievance's events tell."""

    district: str
    placed: bool
    office: str | None
    year: int
    key: int
    in_time: bool
    waited: int | None
    acted: int | None
    reopened: bool
    confirmed: bool


def told(session: Session) -> list[Told]:
    """Of every grievance that counts and has a clock."""
    events = defaultdict(list)
    for event in session.scalars(select(Event).order_by(Event.id)):
        events[event.grievance_id].append(event)
    return [_told(one, events[one.id]) for one in session.scalars(select(Grievance)) if _counts(one, events[one.id])]


def _counts(one: Grievance, events: list[Event]) -> bool:
    protected = one.confidentiality == "protected" or one.prior_result == "threatened"
    protected = protected or topics()[one.subcategory]["sensitive"] == "referral_only"
    gone = events[-1].to_status == "withdrawn"
    return one.consent_statistics and not protected and not gone and one.confidentiality != "numbers_only"


def _told(one: Grievance, events: list[Event]) -> Told:
    filed = _day(events[0])
    waited = _first(events, SPEAKING, filed)
    acted = _first(events, {"report_action"}, filed)
    office, offered = None, None
    for event in events:
        step = event.codes.get("step")
        if step == "refer":
            offered = event.codes["body"]
        office = offered if step == "accept" else event.codes.get("office", office)
    last = [event for event in events if event.to_status == "closed" and event.from_status != "closed"]
    solved = events[-1].to_status == "closed" and last[-1].codes.get("outcome") in ("solved", "partly_solved")
    return Told(
        one.district, one.confidentiality != "province_only", office, one.received_date.year, one.record_key,
        waited is not None and waited <= PROMISED[one.urgency.value], waited, acted,
        any(event.codes.get("step") == "reopen" for event in events), solved and acted is not None,
    )  # fmt: skip


def _first(events: Iterable[Event], steps: set[str], filed: date) -> int | None:
    return next(((_day(event) - filed).days for event in events if event.codes.get("step") in steps), None)


def _day(event: Event) -> date:
    return event.at.astimezone(KARACHI).date()


def cells(found: Iterable[Told]) -> dict[Key, list[Told]]:
    """Area, office and year -> what counts there; "total" and 0 for all of them."""
    by: dict[Key, list[Told]] = defaultdict(list)
    for one in found:
        place = districts()[one.district]
        around = [("province", place["province"])]
        around += [("division", place["division"]), ("district", one.district)] if one.placed else []
        for area in around:
            for office in ("total", *([one.office] if one.office else [])):
                for year in (0, one.year):
                    by[area, office, year].append(one)
    return by


def sums(those: list[Told]) -> dict[str, Any]:
    """Counts and sums of keys."""
    chosen = {
        "received": those,
        "in_time": [one for one in those if one.in_time],
        "acted": [one for one in those if one.acted is not None],
        "reopened": [one for one in those if one.reopened],
        "confirmed": [one for one in those if one.confirmed],
    }
    return {name: (len(some), sum(one.key for one in some)) for name, some in chosen.items()}


def nearest(days: Iterable[int | None], percent: int) -> tuple[int, int]:
    """The days of the ranks 3 below and 3 above the nearest rank, of those that are days."""
    ordered = sorted(day for day in days if day is not None)
    rank = math.ceil(len(ordered) * percent / 100)
    return ordered[max(rank - 3, 1) - 1], ordered[min(rank + 3, len(ordered)) - 1]
