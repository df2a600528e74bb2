"""What follows from the events of a grievance, worked out once more: slowly, day by day, and from the events alone."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from webapp.clocks.rules import CALM, LIMITS, NEVER
from webapp.concerns.rules import Urgency
from webapp.config import day_of
from webapp.grievances.models import Event, Grievance
from webapp.grievances.rules import Status
from webapp.history.tables import MOVES, Step, To

DAY = timedelta(days=1)
ANSWERS = {"ask", "refer", "plan", "report_action", "close"}
#: What an official tells a jirga.
TELLS = ANSWERS | {"acknowledge", "review", "accept", "send_back", "answer_reopened", "correct_official"}
TAKES = {"acknowledge", "review", "ask", "refer", "accept", "plan", "report_action", "claim"}


def unexplained(row: Grievance, events: Sequence[Event]) -> list[str]:
    """What of a row its events do not lead to, step by step."""
    wrong, before, stood = [], None, [Status.SUBMITTED]
    for one in events:
        step = Step(one.codes["step"]) if "step" in one.codes else None
        if one.from_status is not before:
            wrong.append(f"{step} from {one.from_status}, not {before}")
        if step and not _listed(step, one, stood):
            wrong.append(f"{step} from {one.from_status} to {one.to_status}")
        before = one.to_status
        stood.append(before)
    if before is not row.status:
        wrong.append(f"stands at {row.status}, not {before}")
    if row.handler_id != _hands(events):
        wrong.append("in other hands")
    return wrong


def _listed(step: Step, one: Event, stood: Sequence[Status]) -> bool:
    move = MOVES[step]
    by = one.codes.get("by")
    if one.from_status not in move.start or (by is None) is bool(move.by) or (by and by not in move.by):
        return False
    if move.to is To.SAME:
        return one.to_status is one.from_status
    return one.to_status is move.to if move.to is not To.BEFORE else one.to_status in stood


def _hands(events: Sequence[Event]) -> Any:
    """Who has it: whoever last took it, unless it was let go, given on, moved or protected since."""
    holder: Any = None
    for one in events:
        step, by = one.codes.get("step"), one.codes.get("by")
        kept = by == "protection_officer" or one.codes.get("erased") != "subject"
        if step in ("mark_protected", "lift", "let_go"):
            holder = None
        elif step == "correct_official":
            holder = holder if kept and "district" not in one.codes else None
        elif step == "answer_reopened":
            holder = None if by == "auditor" else one.person_id
        elif step == "reassign":
            holder = uuid.UUID(one.codes["to"])
        elif step in TAKES:
            holder = one.person_id
    return holder


def place(row: Grievance, events: Sequence[Event], shutdowns: Sequence[tuple[date, date]] = ()) -> int:
    """The place in the queue."""
    waits = row.status not in (Status.ACTION_TAKEN, Status.CLOSED, Status.WITHDRAWN)
    if not waits or row.confidentiality == "numbers_only":
        return NEVER
    again = [number for number, one in enumerate(events) if one.codes.get("step") == "reopen"]
    some = events[again[-1] :] if again else events
    start = day_of(some[0].at) if again else day_of(row.received_at)
    still = _still(some) | {first + DAY * n for first, until in shutdowns for n in range((until - first).days)}
    days = [_reached(begun, limit, still) for begun, limit in _awaited(row, some, start)]
    return min(days).toordinal() + (0 if row.urgency is Urgency.LIFE_DANGER else CALM)


def _awaited(row: Grievance, some: Sequence[Event], start: date) -> list[tuple[date, int]]:
    """From which day, and in how many, each thing is due that was not done."""
    steps = [one.codes.get("step", "") for one in some]
    limits, told = LIMITS[row.urgency], [one for one in some if one.codes.get("step") in TELLS]
    acts = [one for one in some if one.codes.get("step") in ("plan", "report_action", "close")]
    found = [(max(start, day_of(told[-1].at)) if told else start, limits.updated)]
    if not told:
        found.append((start, limits.acknowledged))
    if not ANSWERS & {*steps}:
        found.append((start, limits.replied))
    if not acts:
        found.append((start, limits.acted))
    elif "day" in acts[-1].codes:
        found.append((date.fromisoformat(acts[-1].codes["day"]), 0))
    return found


def _still(some: Sequence[Event]) -> set[date]:
    """The days on which clocks stand still: asked (two questions, 15 days each at most), or withdrawn."""
    found: set[date] = set()
    asked = 0
    for number, one in enumerate(some):
        came = one.to_status is not one.from_status
        if not came or one.to_status not in (Status.INFO_REQUESTED, Status.WITHDRAWN):
            continue
        asks = one.to_status is Status.INFO_REQUESTED
        asked += asks
        left = (day_of(each.at) for each in some[number + 1 :] if each.to_status is not one.to_status)
        until = next(left, date.max)
        day = day_of(one.at)
        while day < until and (not asks or (asked <= 2 and day < day_of(one.at) + 15 * DAY)):
            found.add(day)
            day += DAY
    return found


def _reached(day: date, left: int, still: set[date]) -> date:
    while left or day in still:
        left -= day not in still
        day += DAY
    return day
