"""Figures of service: what is counted of how long jirgas waited, and what of it may be published. Pure."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import accumulate
from typing import NamedTuple

from webapp.clocks.rules import LIMITS
from webapp.concerns.rules import Urgency
from webapp.drafts.tables import OPTIONS
from webapp.places.rules import Atlas
from webapp.questions.rules import Area, Unanswerable, listed, release_of, words_of
from webapp.summary.rules import protect
from webapp.texts.rules import digits

#: All offices together, also what no office has taken on.
TOTAL = "total"
OFFICES = (TOTAL, *OPTIONS["body"])
ALL_TIME = 0
#: Fewer cases than these are shown with those of the division. What is shown may be 3 more than what is true, and the
#: shown number alone decides: a limit on the true one would tell it to whoever files up to the limit.
FEWEST = 20
SURE = FEWEST + 3
NAMES = ("area", "office", "year", "release")


class Finest(NamedTuple):
    """What is counted apart in the database."""

    district: str
    #: False for what may be counted at the province only
    placed: bool
    office: str | None
    #: of the day received
    year: int


class Spot(NamedTuple):
    """A place; a district and a division may have the same code."""

    kind: Area
    code: str


class Cell(NamedTuple):
    """One place and office in one year; TOTAL and ALL_TIME for all of them."""

    spot: Spot
    office: str
    year: int


class Counts(NamedTuple):
    """What is kept of a cell: true counts, each with the sum of its record keys, and days that may be shown."""

    received: int
    received_keys: int
    in_time: int
    in_time_keys: int
    acted: int
    acted_keys: int
    reopened: int
    reopened_keys: int
    confirmed: int
    confirmed_keys: int
    acknowledged_median: int | None
    acknowledged_p90: int | None
    acted_median: int | None
    acted_p90: int | None


class Shown(NamedTuple):
    """The protected numbers of a cell; days are None where too few grievances came so far."""

    received: int
    in_time: int
    acted: int
    reopened: int
    confirmed: int
    acknowledged_median: int | None
    acknowledged_p90: int | None
    acted_median: int | None
    acted_p90: int | None


@dataclass
class Tally:
    """What is counted of a set of grievances, by the names of Counts (and acknowledged), and how many took how long."""

    sums: Counter[str] = field(default_factory=Counter)
    acknowledged_after: Counter[int] = field(default_factory=Counter)
    acted_after: Counter[int] = field(default_factory=Counter)

    def count(self, name: str, number: int, keys: int) -> None:
        """So many more, with the sum of their record keys."""
        self.sums[name] += number
        self.sums[f"{name}_keys"] += keys

    def add(self, other: "Tally") -> None:
        """Another set, which does not overlap."""
        self.sums.update(other.sums)
        self.acknowledged_after.update(other.acknowledged_after)
        self.acted_after.update(other.acted_after)


def in_time(urgency: Urgency, acknowledged_after: int | None) -> bool:
    """Whether an official answered within the days promised: of the calendar, so that neither a shutdown nor a
    question to the jirga makes anything in time."""
    return acknowledged_after is not None and acknowledged_after <= LIMITS[urgency].acknowledged


def cells(finest: Mapping[Finest, Tally], atlas: Atlas) -> dict[Cell, Tally]:
    """Every cell that anything counts in."""
    found: dict[Cell, Tally] = defaultdict(Tally)
    for place, tally in finest.items():
        around = chain(Spot(Area.DISTRICT, place.district), atlas)
        for spot in around if place.placed else around[-1:]:
            for office in {TOTAL, place.office or TOTAL}:
                for year in (ALL_TIME, place.year):
                    found[Cell(spot, office, year)].add(tally)
    return found


def kept(finest: Mapping[Finest, Tally], atlas: Atlas) -> dict[Cell, Counts]:
    """What a release keeps: the cells that may be shown, and the whole of each province, so that it kept something."""
    found = cells(finest, atlas)
    whole = {Cell(Spot(Area.PROVINCE, province), TOTAL, ALL_TIME) for province in atlas.provinces}
    counted = {cell: counts(found.get(cell, Tally())) for cell in found.keys() | whole}
    return {cell: one for cell, one in sorted(counted.items()) if cell in whole or publishable(one)}


def counts(tally: Tally) -> Counts:
    """A set as it is kept."""
    sums, waited = tally.sums, (tally.acknowledged_after, tally.sums["acknowledged_keys"])
    acted = (tally.acted_after, sums["acted_keys"])
    days = (percentile(*waited, 50), percentile(*waited, 90), percentile(*acted, 50), percentile(*acted, 90))
    return Counts._make((*(sums[name] for name in Counts._fields[:-4]), *days))


def percentile(days: Mapping[int, int], keys: int, percent: int) -> int | None:
    """The days within which so many of a hundred were done, by nearest rank, moved by 3 ranks at most.

    `days`: how many took each number of days; `keys`: the sum of their record keys. None where fewer than FEWEST may
    have been done. A rank in itself is a sharp edge: whoever files half of a cell and knows how long his own took
    could tell whether the others are one or two. So the rank carries noise of its own, as counts do, which follows
    from the same secret keys: the same set shows the same days, and two sets that differ by one grievance differ in
    all of it. What is left is a whole number of days that one of seven unnamed grievances of 20 or more took.
    """
    number = sum(days.values())
    if protect(number, keys) < SURE:
        return None
    own = int.from_bytes(sha256(f"{percent} {keys}".encode()).digest()[:8], "big")
    rank = min(max(-(-number * percent // 100) + protect(number, own) - number, 1), number)
    ordered = sorted(days)
    return next(day for day, sofar in zip(ordered, accumulate(days[day] for day in ordered), strict=True)
                if sofar >= rank)  # fmt: skip


def publishable(one: Counts) -> bool:
    """Whether a cell is shown by itself."""
    return protect(one.received, one.received_keys) >= SURE


def shown(one: Counts) -> Shown:
    """The protected numbers; nothing is shown above what was received, nothing confirmed above what had an action."""
    received = protect(one.received, one.received_keys)
    acted = min(protect(one.acted, one.acted_keys), received)
    return Shown(
        received,
        min(protect(one.in_time, one.in_time_keys), received),
        acted,
        min(protect(one.reopened, one.reopened_keys), received),
        min(protect(one.confirmed, one.confirmed_keys), acted),
        *one[-4:],
    )


def share(part: int, whole: int) -> int | None:
    """Of a hundred; None of few, of which a part says more than it shows."""
    return round(100 * part / whole) if whole >= SURE else None


def inconsistent(one: Counts) -> bool:
    """Whether the numbers of a cell cannot be true together."""
    numbers, days = one[:-4], one[-4:]
    parts = max(one.in_time, one.acted, one.reopened) > one.received or one.confirmed > one.acted
    turned = any(low is not None and (high is None or low > high) for low, high in (days[:2], days[2:]))
    return min(numbers) < 0 or parts or turned or any(day is not None and day < 0 for day in days)


def chain(spot: Spot, atlas: Atlas) -> list[Spot]:
    """A place and what it lies in, the province last."""
    found = [spot]
    if spot.kind is Area.DISTRICT:
        found.append(Spot(Area.DIVISION, atlas.districts[spot.code].parent))
    if spot.kind is not Area.PROVINCE:
        found.append(Spot(Area.PROVINCE, atlas.divisions[found[-1].code].parent))
    return found


def rows(spots: Sequence[Spot], known: Collection[Spot], atlas: Atlas) -> Iterator[tuple[Spot, Spot | None]]:
    """The rows of a table, in order: each place with the one that it is shown by, itself if it is known, or None.

    Another one that places are shown by follows after the last of them with a row of its own.
    """
    found = [(spot, next((one for one in chain(spot, atlas) if one in known), None)) for spot in spots]
    last = {other: place for place, (_, other) in enumerate(found) if other}
    for place, (spot, other) in enumerate(found):
        yield spot, other
        if other and other != spot and last[other] == place:
            yield other, other


@dataclass(frozen=True)
class Asked:
    """One table of figures of service."""

    area: Area = Area.DIVISION
    office: str = TOTAL
    year: int = ALL_TIME
    #: None is the last one
    release: int | None = None


def asked(given: Mapping[str, Iterable[str]]) -> Asked:
    """The table asked for by these words, each name with the values given for it; raises Unanswerable."""
    words = words_of({name: list(values) for name, values in given.items()}, NAMES)
    return Asked(
        Area(listed(words, "area", Area) or Area.DIVISION),
        listed(words, "office", OFFICES) or TOTAL,
        _year(words["year"]),
        release_of(words["release"]),
    )


def _year(word: str) -> int:
    """2025 in any of the three digit sets, or all; raises Unanswerable."""
    number = digits(word)
    if word in ("", "all"):
        return ALL_TIME
    if not (len(number) == 4 and number.isascii() and number.isdigit()):
        raise Unanswerable("year", "bad_year", given=word[:40])
    return int(number)
