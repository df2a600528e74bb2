"""Sheets of paper forms as an office would type them; all synthetic but the packaged file of press reports."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.commands.terminal import Terminal

REAL = Path(__file__).parents[2] / "webapp" / "paper" / "data" / "real_gatherings.csv"
#: One right row with every column that is read; what paper may leave out is there too.
FULL: Mapping[str, str] = {
    "gathering_ref": "g1",
    "gathering_date": "2025-03-26",
    "gathering_district": "bannu",
    "gathering_tehsil": "bannu.domel",
    "place_type": "hujra",
    "participants": "p51_100",
    "women_heard": "separately",
    "youth_heard": "in_jirga",
    "minorities_heard": "no",
    "displaced_heard": "not_sure",
    "consensus": "full",
    "received_date": "2025-04-02",
    "category": "property_loss",
    "language": "en",
    "district": "bannu",
    "tehsil": "whole_district",
    "area_name": "Synthetic village",
    "subcategory": "house_damage",
    "person_asked": "",
    "timing": "ended",
    "start_year": "2016",
    "households": "h11_50",
    "people_number": "1,200",
    "groups_affected": "women;children",
    "urgency": "normal",
    "narrative": "Synthetic: the houses near the road were damaged.",
    "remedies": "compensation survey_register",
    "remedy_text": "Synthetic: pay what was promised.",
    "raised_before": "yes",
    "raised_to": "police; pdma",
    "prior_result": "promise_only",
    "confidentiality": "district_officials",
    "consent_statistics": "yes",
    "contact_preference": "in_app",
}
#: The least that paper must say.
LEAST: Mapping[str, str] = {
    name: FULL[name]
    for name in (
        "gathering_ref", "gathering_date", "gathering_district", "district", "subcategory", "urgency", "narrative",
        "confidentiality", "consent_statistics",
    )
}  # fmt: skip


def row(**changes: str) -> dict[str, str]:
    """A right row of few columns, changed."""
    return {**LEAST, **changes}


def sheet(count: int, **changes: str) -> list[dict[str, str]]:
    """So many right rows, each of another story and gathering."""
    told = ({"gathering_ref": f"g{n}", "narrative": f"Synthetic: story number {n}, of no place."} for n in range(count))
    return [row(**{**one, **changes}) for one in told]


def csv_of(rows: Sequence[Mapping[str, str]], columns: Iterable[str] = (), separator: str = ",") -> bytes:
    """A UTF-8 file without BOM; by default of all columns that any row has."""
    headers = list(columns) or list(dict.fromkeys(name for one in rows for name in one))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, headers, restval="", extrasaction="ignore", delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def real() -> list[dict[str, str]]:
    """The rows of the packaged file."""
    with REAL.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def filed(jirga: Terminal, content: bytes | Sequence[Mapping[str, str]]) -> Path:
    """The path of a file with this content."""
    path = jirga.folder / "forms.csv"
    path.write_bytes(content if isinstance(content, bytes) else csv_of(content))
    return path
