"""What is counted, and what of it may be published: ledger cells, cell-key noise, when a release is due. Pure."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import accumulate
from operator import add, sub
from typing import NamedTuple

from webapp.places.rules import Atlas
from webapp.questions.rules import Area, Question


class Cell(NamedTuple):
    """The finest set that is counted; its area is a district, or the province for what must not be placed."""

    area: str
    #: year*12 + month-1, so that quarters and years are whole divisions
    month: int
    dimension: str
    code: str


class Counts(NamedTuple):
    """How many, and the sums of their secret record keys; a single posting may hold negative numbers."""

    grievances: int = 0
    gatherings: int = 0
    confirmed: int = 0
    grievance_keys: int = 0
    gathering_keys: int = 0
    confirmed_keys: int = 0


class Figures(NamedTuple):
    """What is shown of a cell."""

    grievances: int
    gatherings: int
    confirmed: int


def month_of(day: date) -> int:
    """The month of a day as the ledger numbers it."""
    return day.year * 12 + day.month - 1


def plus(one: Counts, other: Counts) -> Counts:
    """Both sets together; they must not overlap."""
    return Counts._make(map(add, one, other))


def minus(one: Counts, other: Counts) -> Counts:
    """What is left of one set without the other."""
    return Counts._make(map(sub, one, other))


def changes(old: Mapping[Cell, Counts], new: Mapping[Cell, Counts]) -> dict[Cell, Counts]:
    """What must be posted so that `new` is counted in place of `old`; cells that stay as they are are left out."""
    nothing = Counts()
    found = {cell: minus(new.get(cell, nothing), old.get(cell, nothing)) for cell in {**old, **new}}
    return {cell: counts for cell, counts in found.items() if counts != nothing}


KEYS = 4096
#: Noise and how many of the 4096 cell keys bring it, by true count (the last for 6 and more): the most random table
#: with mean 0, variance 2 and noise of 3 at most that never publishes 1, 2 or less than 0 (cell-key perturbation,
#: Australian Bureau of Statistics; Marley and Leaver 2011). A test derives it again.
WEIGHTS: Mapping[int, Mapping[int, int]] = {
    1: {-1: 2731, 2: 1364, 3: 1},
    2: {-2: 1366, 1: 2728, 2: 2},
    3: {-3: 606, 0: 2081, 1: 1051, 2: 307, 3: 51},
    4: {-1: 2355, 0: 644, 1: 322, 2: 292, 3: 483},
    5: {-2: 686, -1: 957, 0: 999, 1: 785, 2: 463, 3: 206},
    6: {-3: 153, -2: 458, -1: 886, 0: 1103, 1: 884, 2: 459, 3: 153},
}
_NOISE = {n: (tuple(accumulate(row.values())), tuple(row)) for n, row in WEIGHTS.items()}


def protect(n: int, key: int) -> int:
    """The published number for a true count and the sum of its record keys; 0 stays 0, 1 and 2 are never published.

    The key is reduced modulo 4096 here and only here; the same set of grievances always gives the same number.
    """
    if n <= 0:
        return 0
    bounds, noise = _NOISE[min(n, 6)]
    return n + noise[bisect_right(bounds, key % KEYS)]


def figures(counts: Counts) -> Figures:
    """The protected numbers of a cell; gatherings and confirmed are never shown above grievances."""
    grievances = protect(counts.grievances, counts.grievance_keys)
    gatherings = protect(counts.gatherings, counts.gathering_keys)
    confirmed = protect(counts.confirmed, counts.confirmed_keys)
    return Figures(grievances, min(gatherings, grievances), min(confirmed, grievances))


class Span(NamedTuple):
    """The least and the most that a true number can be."""

    low: int
    high: int


def behind(shown: int) -> Span:
    """The true counts that a published number can stand for: 3 away at most, and a 0 for 3 at most."""
    near = range(max(shown - 3, 0), shown + 4)
    found = [n for n in near if (shown - n in WEIGHTS[min(n, 6)] if n else shown == 0)]
    return Span(found[0], found[-1])


def moved(before: int, now: int) -> Span | None:
    """How much a true count has changed between two published numbers; None where it may not have changed at all."""
    old, new = behind(before), behind(now)
    change = Span(new.low - old.high, new.high - old.low)
    return change if change.low > 0 or change.high < 0 else None


def bare(counts: Counts) -> Figures:
    """The true numbers of a cell, for the operator."""
    return Figures(counts.grievances, counts.gatherings, counts.confirmed)


#: The first year after each era, oldest first.
_ERA_ENDS = ((2014, "before_2014"), (2018, "y2014_2017"), (2024, "y2018_2023"))
ERAS = ("before_2014", "y2014_2017", "y2018_2023", "since_2024", "not_recorded")


def era(start_year: int | None) -> str:
    """The time in which a grievance began."""
    if start_year is None:
        return "not_recorded"
    return next((code for end, code in _ERA_ENDS if start_year < end), "since_2024")


RELEASE_EVERY = timedelta(days=7)
FEWEST_CHANGES = 10


def from_wrong_clock(opened_at: datetime, now: datetime) -> bool:
    """Whether a release was opened so far ahead that the clock was wrong then: nothing would be published till then."""
    return opened_at > now + RELEASE_EVERY


def release_due(opened_at: datetime, now: datetime, changed: int) -> bool:
    """Whether the open release has waited long enough and holds enough changed grievances to hide each of them."""
    return now >= opened_at + RELEASE_EVERY and changed >= FEWEST_CHANGES


def rows_of(asked: Question, atlas: Atlas, day: date) -> tuple[str, ...]:
    """The codes of the areas that have rows, in order; what was added after `day` would change old files."""
    places = {Area.PROVINCE: atlas.provinces, Area.DIVISION: atlas.divisions, Area.DISTRICT: atlas.districts}
    found = [code for code, place in places[asked.area].items() if place.valid_from <= day]
    if asked.district:
        return tuple(code for code in found if code == asked.district)
    return tuple(code for code in found if asked.province in ("", _province(asked.area, code, atlas)))


def members(asked: Question, atlas: Atlas, rows: tuple[str, ...]) -> dict[str, str]:
    """Ledger area -> the row it counts in: its districts, and for a province what is posted at the province itself."""
    if asked.area is Area.DISTRICT:
        return {code: code for code in rows}
    if asked.area is Area.DIVISION:
        found = {code: place.parent for code, place in atlas.districts.items()}
    else:
        found = {code: atlas.province_of(code) for code in atlas.districts} | {code: code for code in rows}
    return {code: row for code, row in found.items() if row in rows}


def _province(area: Area, code: str, atlas: Atlas) -> str:
    if area is Area.DISTRICT:
        return atlas.province_of(code)
    return atlas.divisions[code].parent if area is Area.DIVISION else code
