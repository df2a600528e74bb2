"""Reading a file of paper forms: its columns, its rows, and what is wrong with each. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from webapp.config import LANGUAGES
from webapp.drafts.forms import FIRST_DAY, GATHERING_FIELDS, GRIEVANCE_FIELDS, MULTI, Problem, World, read_day
from webapp.drafts.rules import Checked, GatheringDraft, GrievanceDraft, check
from webapp.files import Row
from webapp.texts import rules as texts

#: Columns that are read; all others are left aside.
COLUMNS = (
    "gathering_ref", *GATHERING_FIELDS, "received_date", "category", "language",
    *(name for name in GRIEVANCE_FIELDS if name != "consent_share"),
)  # fmt: skip
#: Without these columns no row can be right.
NEEDED = ("gathering_ref", "gathering_date", "gathering_district", "district", "subcategory", "consent_statistics")
#: What identifies a row beside its gathering: everything as given but the day it reached the office.
HASHED = tuple(name for name in COLUMNS if name not in (*NEEDED[:3], "received_date"))
SEPARATORS = re.compile(r"[\s;]+")


class GatheringKey(NamedTuple):
    """A gathering as the file names it."""

    ref: str
    date: str
    district: str


class RowProblem(NamedTuple):
    """What is wrong, or worth a notice, in one row."""

    line: int
    problem: Problem


@dataclass(frozen=True)
class GoodRow:
    """A row that meets every rule."""

    line: int
    given: Mapping[str, Sequence[str]]
    gathering: GatheringDraft
    draft: GrievanceDraft
    received_date: date
    language: str


@dataclass
class Batch:
    """The rows of one gathering: those that may go in, and what was found in all of them."""

    key: GatheringKey
    rows: list[GoodRow] = field(default_factory=list)
    errors: list[RowProblem] = field(default_factory=list)
    notices: list[RowProblem] = field(default_factory=list)


def missing_columns(headers: Sequence[str]) -> list[str]:
    """The needed columns that a file lacks."""
    return [name for name in NEEDED if name not in headers]


def extra_columns(headers: Sequence[str]) -> list[str]:
    """The columns of a file that are not stored."""
    return [name for name in headers if name not in COLUMNS]


def batches(rows: Iterable[Row], world: World, language: str) -> list[Batch]:
    """The rows, checked, by gathering, in the order of the file; `language` is that of rows that name none."""
    found: dict[GatheringKey, Batch] = {}
    for row in rows:
        given = {name: _values(name, row.cells.get(name, "")) for name in COLUMNS}
        ref, day, district = (texts.clean(given[name][0]) for name in NEEDED[:3])
        key = GatheringKey(ref, str(read_day(day) or day), district)
        _add(found.setdefault(key, Batch(key)), row, given, world, language)
    return list(found.values())


def _values(name: str, cell: str) -> list[str]:
    return SEPARATORS.split(cell.strip()) if name in MULTI else [cell]


def _add(batch: Batch, row: Row, given: dict[str, list[str]], world: World, language: str) -> None:
    checked = check(given, world)
    problems = list(checked.errors)
    if row.extra:
        problems.append(Problem("-", "extra_cells"))
    if not batch.key.ref.strip():
        problems.append(Problem("gathering_ref", "required"))
    received = _received(given, checked, world, problems)
    spoken = given["language"][0].strip() or language
    if spoken not in LANGUAGES:
        problems.append(Problem("language", "not_listed"))
    if batch.rows and checked.gathering:
        problems += _disagreements(batch.rows[0].gathering, checked.gathering)
    batch.notices += [RowProblem(row.line, problem) for problem in checked.warnings if not problems]
    batch.errors += [RowProblem(row.line, problem) for problem in problems]
    if not problems and checked.gathering and checked.grievance:
        batch.rows.append(GoodRow(row.line, given, checked.gathering, checked.grievance, received, spoken))


def _received(given: Mapping[str, Sequence[str]], checked: Checked, world: World, problems: list[Problem]) -> date:
    """The day the paper reached the office; today when it is not said."""
    text = given["received_date"][0].strip()
    day = read_day(text) if text else world.today
    earliest = checked.gathering.gathering_date if checked.gathering else FIRST_DAY
    if day is None:
        problems.append(Problem("received_date", "bad_date"))
    elif day > world.today:
        problems.append(Problem("received_date", "future_date"))
    elif day < earliest:
        problems.append(Problem("received_date", "received_early"))
    return day or world.today


def _disagreements(first: GatheringDraft, other: GatheringDraft) -> list[Problem]:
    """The gathering's columns in which a row differs from the first good row of its gathering."""
    return [Problem(name, "rows_disagree") for name in GATHERING_FIELDS if getattr(first, name) != getattr(other, name)]
