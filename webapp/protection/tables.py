"""The report on protected grievances as the page shows it: months in words, officers by province. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from webapp.i18n import MONTHS as NAMES
from webapp.places.rules import Atlas
from webapp.protection.queries import MONTHS, Officer, Opened, Place, Report
from webapp.summary.rules import month_of


class Line(NamedTuple):
    """One month of one province."""

    month: str
    came: int
    opened: int
    referred: int
    lifted: int


class Province(NamedTuple):
    """One province: its months, the newest first; its officers, and the districts that none of them looks after."""

    name: str
    lines: list[Line]
    officers: list[str]
    without: list[str]


def month(number: int, language: str) -> str:
    """Like November 2026, which no line breaks."""
    return f"{NAMES[language][number % 12]}\u00a0{number // 12}"


def provinces(
    report: Report, officers: Sequence[tuple[str, tuple[str, ...]]], atlas: Atlas, scope: Iterable[str],
    today: date, language: str,
) -> list[Province]:  # fmt: skip
    """Each province that has a district of the scope."""
    mine = {district for district in scope if atlas.districts[district].valid(today)}
    lifted = [one.place for one in report.lifted]
    last, found = month_of(today), []
    for code, place in atlas.provinces.items():
        inside = [one for one in mine if atlas.province_of(one) == code]
        if not inside:
            continue
        places = [Place(last - back, code) for back in range(MONTHS)]
        lines = [
            Line(month(at.month, language), report.came[at], report.opened[at], report.referred[at], lifted.count(at))
            for at in places
        ]
        names, without = _served(inside, officers, atlas, language)
        found.append(Province(place.names[language], lines, names, without))
    return found


def _served(
    inside: Iterable[str], officers: Sequence[tuple[str, tuple[str, ...]]], atlas: Atlas, language: str
) -> tuple[list[str], list[str]]:
    """Who looks after some of these districts, and the names of those that nobody does."""
    left, names = set(inside), []
    whole = frozenset(left)
    for username, scope in officers:
        served = whole & atlas.in_scope(scope)
        left -= served
        names += [username] if served else []
    return names, [place.names[language] for place in atlas.districts.values() if place.code in left]


def openings(
    found: Mapping[tuple[Place, Officer], Opened], atlas: Atlas, language: str
) -> list[tuple[str, str, Officer, Opened]]:
    """Month, province, officer, how often; the newest first."""
    order = sorted(found, key=lambda key: (-key[0].month, key[0].province, key[1].username or "", key[1].role))
    return [
        (month(place.month, language), atlas.provinces[place.province].names[language], who, found[place, who])
        for place, who in order
    ]
