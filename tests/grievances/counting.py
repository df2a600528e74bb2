"""A second count, made from the rows of a file and the reference tables alone: no rule of the product is used here."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

WEBAPP = Path(__file__).parents[2] / "webapp"
Row = Mapping[str, str]
#: (period, area, code) -> how many
Figures = Counter[tuple[str, str, str]]


@cache
def topics() -> dict[str, dict[str, str]]:
    """Subcategory to its row of the taxonomy."""
    with (WEBAPP / "concerns" / "data" / "taxonomy.csv").open(encoding="utf-8", newline="") as file:
        return {row["subcategory_code"]: row for row in csv.DictReader(file) if row["level"] == "subcategory"}


@cache
def districts() -> dict[str, dict[str, str]]:
    """District to its row."""
    with (WEBAPP / "places" / "data" / "districts.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def protected(row: Row) -> bool:
    """Whether it is in no table but the one of protected grievances."""
    wish = row["confidentiality"] == "protected" or row.get("prior_result") == "threatened"
    return wish or topics()[row["subcategory"]]["sensitive"] == "referral_only"


def counted(rows: Iterable[Row], by: str) -> Iterator[Row]:
    """The rows that stand in tables of this dimension."""
    return (
        row for row in rows if row["consent_statistics"] == "yes" and protected(row) is (by == "protection")
    )  # fmt: skip


def area_of(row: Row, area: str, by: str) -> str | None:
    """The row of the table in which it stands; None where it may not be placed."""
    place = districts()[row["district"]]
    if area == "province":
        return place["province"]
    hidden = by == "subcategory" and topics()[row["subcategory"]]["sensitive"] == "confidential"
    if hidden or row["confidentiality"] == "province_only":
        return None
    return place["division"] if area == "division" else row["district"]


def codes_of(row: Row, by: str) -> Sequence[str]:
    """What it is counted as."""
    topic = topics()[row["subcategory"]]
    if by == "era":
        return (_era(row.get("start_year", "")),)
    if by in ("none", "protection"):
        return ("total",)
    if by == "category":
        return (topic["category_code"],)
    if by == "theme":
        return topic["themes"].split(";")
    if by == "remedy":
        return row["remedies"].replace(";", " ").split() or ("not_recorded",)
    return (row.get(by) or "not_recorded",)


def _era(year: str) -> str:
    if not year:
        return "not_recorded"
    ends = {2014: "before_2014", 2018: "y2014_2017", 2024: "y2018_2023"}
    return next((code for end, code in ends.items() if int(year) < end), "since_2024")


def period_of(day: str, every: str) -> str:
    """The period of a day: all, its year, quarter or month."""
    year, month = day[:4], int(day[5:7])
    return {"": "all", "year": year, "quarter": f"{year}-Q{(month + 2) // 3}", "month": f"{year}-{month:02}"}[every]


def grievances(rows: Iterable[Row], area: str, by: str, every: str = "") -> Figures:
    """Grievances by period, area and code."""
    found: Figures = Counter()
    for row in counted(rows, by):
        place = area_of(row, area, by)
        if place:
            found.update((period_of(row["received_date"], every), place, code) for code in codes_of(row, by))
    return found


def gatherings(rows: Iterable[Row], area: str, by: str, every: str = "") -> Figures:
    """Gatherings: once in each district, or at the province for what is not placed, on the first day received there."""
    first: dict[tuple[str, ...], tuple[str, str, str]] = {}
    for row in counted(rows, by):
        place = area_of(row, area, by)
        if place is None:
            continue
        whole = by == "minorities_heard" or row["confidentiality"] == "province_only"
        name = (row["gathering_ref"], row["gathering_date"], row["gathering_district"])
        key = (*name, districts()[row["district"]]["province"] if whole else row["district"])
        seen = (row["received_date"], place, codes_of(row, by)[0])
        first[key] = min(first.get(key, seen), seen)
    return Counter((period_of(day, every), place, code) for day, place, code in first.values())


def by_area(found: Figures) -> dict[str, int]:
    """All that was ever counted in an area."""
    sums: dict[str, int] = defaultdict(int)
    for (_, area, _), number in found.items():
        sums[area] += number
    return sums
