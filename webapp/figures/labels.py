"""Words of the figures of service, and the sentences that say how they are made."""

from collections.abc import Mapping

from webapp.clocks.rules import LIMITS
from webapp.config import N_
from webapp.questions.labels import CHANGED_ONLY, NOISE, UNPLACED, Say
from webapp.questions.rules import Area
from webapp.timeliness.labels import ACKNOWLEDGED, HALF_ACKNOWLEDGED, HALF_ACTED, RECEIVED
from webapp.timeliness.rules import FEWEST

FILTERS: Mapping[str, str] = {"area": N_("Area"), "office": N_("Office"), "year": N_("Year received")}
ALL_OFFICES = N_("All offices")
COLUMNS = (
    RECEIVED,
    ACKNOWLEDGED,
    HALF_ACKNOWLEDGED,
    N_("Days until nine of ten were acknowledged"),
    HALF_ACTED,
    N_("Days until nine of ten had an action"),
    N_("Opened again by the jirga"),
    N_("Confirmed by the jirga, of all with an action"),
)

FEW = N_(
    "An area with fewer than about %(number)s grievances is shown with its division, and a division with its province. "
    "“Too few” stands where fewer than about %(number)s were acknowledged or had an action."
)
IN_TIME = N_(
    "In time means: an official answered by day %(life_danger)s where lives are in danger, by day %(high)s where it is "
    "urgent, by day %(normal)s in ordinary matters and by day %(long_term)s in matters that take long. What still "
    "waits is not in time."
)
DAYS = N_(
    "Days are days of the calendar, from the day on which this site received the grievance; a paper form counts from "
    "the day on which it was entered. Days on which a district was shut down, or on which the jirga was asked "
    "something, count too, so nothing is in time because of them."
)
HALF = N_(
    "The days are those of grievances that were acknowledged, or for which an office reported an action. To protect "
    "people they are moved a little too."
)
SOLVED = N_(
    "Only the jirga says that something is solved. Confirmed are those with an action of which the jirga said: solved, "
    "or partly solved."
)
OFFICE = N_(
    "An office is the one that took a grievance on last. What no office has taken on yet counts under all offices only."
)
ORDER = N_("Areas stand in the order of the list of places. This is no ranking.")
ELSEWHERE = N_(
    "These are in none of the numbers: protected grievances, those that only count as a number, and those whose jirga "
    "did not agree to be counted."
)


def notes(area: Area, say: Say) -> list[str]:
    """Whole sentences on how the figures are made."""
    limits = {urgency.value: limit.acknowledged for urgency, limit in LIMITS.items()}
    method = [say(FEW) % {"number": FEWEST}, say(IN_TIME) % limits, *map(say, (DAYS, HALF, SOLVED, OFFICE))]
    unplaced = [say(UNPLACED)] if area is not Area.PROVINCE else []
    return [*method, say(NOISE), *unplaced, *map(say, (ELSEWHERE, ORDER, CHANGED_ONLY))]
