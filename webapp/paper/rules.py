"""Reading a file of paper forms: its columns, its rows, and what is wrong with each. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from webapp.config import LANGUAGES
from webapp.drafts.forms import (
    FIRST_DAY,
    GATHERING_FIELDS,
    GRIEVANCE_FIELDS,
    MULTI,
    TEXTS,
    Problem,
    World,
    read_day,
)
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
#: The columns of our own sheet, in the order in which paper form and sheet number them.
SHEET = (
    *(name for name in COLUMNS if name not in ("received_date", "category", "language")), "received_date", "language",
)  # fmt: skip
#: Columns that a list of refused rows has in front; they are not ours to store and not worth a notice.
REFUSED = ("refused_line", "refused_because")
SEPARATORS = re.compile(r"[\s;؛,،]+")
#: "11-50 households [h11_50]": a drop-down says the code behind the words.
CODED = re.compile(r"\[\s*([a-z0-9_.\-]+)\s*\]")
#: Cells that hold one code, cells that hold a day, cells that hold a number.
DAYS = ("gathering_date", "received_date")
NUMBERS = ("start_year", "people_number")
CODES = frozenset(COLUMNS) - {"gathering_ref", *DAYS, "people_number", *TEXTS}
#: A spreadsheet's own number for a day (ECMA-376, 1900 date system) counts from here.
DAY_ZERO = date(1899, 12, 30)
#: A day of which it cannot be seen whether day or month stands first; ours is the day.
EITHER_WAY = re.compile(r"(0?[1-9]|1[0-2])[-/.](0?[1-9]|1[0-2])[-/.][0-9]{4}")
#: Rows that are checked and entered in one go, if the gathering they end with allows it.
WINDOW, LONGEST_WINDOW = 400, 2_000


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
    #: what each good row gives -> the first line that gives it
    lines: dict[tuple[tuple[str, ...], ...], int] = field(default_factory=dict)


def missing_columns(headers: Sequence[str]) -> list[str]:
    """The needed columns that a file lacks."""
    return [name for name in NEEDED if name not in headers]


def extra_columns(headers: Sequence[str]) -> list[str]:
    """The columns of a file that are not stored."""
    return [name for name in headers if name not in (*COLUMNS, *REFUSED)]


def windows(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Some hundred rows at a time; rows of one gathering that follow each other stay together."""
    window: list[Row] = []
    for row in rows:
        ended = len(window) >= WINDOW and row.cells.get("gathering_ref") != window[-1].cells.get("gathering_ref")
        if ended or len(window) >= LONGEST_WINDOW:
            yield window
            window = []
        window.append(row)
    if window:
        yield window


def batches(
    rows: Iterable[Row], world: World, language: str, first: dict[GatheringKey, GatheringDraft] | None = None
) -> list[Batch]:
    """The rows, checked, by gathering, in the order of the file; `language` is that of rows that name none.

    `first` keeps, from one window of a file to the next, what the first good row said of each gathering.
    """
    first = {} if first is None else first
    found: dict[GatheringKey, Batch] = {}
    for row in rows:
        given = {name: _values(name, row.cells.get(name, "")) for name in COLUMNS}
        ref, day, district = (given[name][0] for name in NEEDED[:3])
        key = GatheringKey(ref, str(read_day(day) or day), district)
        _add(found.setdefault(key, Batch(key)), row, given, world, language, first)
    return list(found.values())


def _values(name: str, cell: str) -> list[str]:
    """What a cell gives, in the one spelling in which it is checked, compared with other rows, and hashed."""
    cell = texts.clean(cell)
    if name in MULTI:
        return [code for part in cell.split(";") for code in _codes(part)] or [""]
    if name in CODES and CODED.search(cell):
        return _codes(cell)
    if name in NUMBERS and (number := re.sub("[,٬،]", "", texts.digits(cell))).isascii() and number.isdigit():
        return [number]
    return [str(_serial(cell) or cell)] if name in DAYS else [cell]


def _codes(cell: str) -> list[str]:
    """The codes in square brackets, and whatever stands behind them; without brackets each word."""
    coded = list(CODED.finditer(cell))
    rest = cell[coded[-1].end() :] if coded else cell
    return [*(found[1] for found in coded), *(word for word in SEPARATORS.split(rest) if word)]


def _serial(cell: str) -> date | None:
    """The day that a spreadsheet keeps as a number of five digits."""
    number = texts.digits(cell)
    return DAY_ZERO + timedelta(int(number)) if re.fullmatch("[3-5][0-9]{4}", number) else None


def _readings(name: str, cell: str) -> Iterator[Problem]:
    """Days that could be read in two ways are said as they were read."""
    if day := _serial(texts.clean(cell)):
        yield Problem(name, "serial_day", {"day": str(day)})
    parts = EITHER_WAY.fullmatch(texts.digits(texts.clean(cell)))
    if parts and parts[1].lstrip("0") != parts[2].lstrip("0"):
        yield Problem(name, "day_first", {"day": str(read_day(parts[0]))})


def _add(
    batch: Batch, row: Row, given: dict[str, list[str]], world: World, language: str,
    first: dict[GatheringKey, GatheringDraft],
) -> None:  # fmt: skip
    checked = check(given, world)
    problems = [Problem(name, "formula") for name in row.formulas if name in COLUMNS]
    problems += [problem for problem in checked.errors if problem.field not in row.formulas]
    if row.extra:
        problems.append(Problem("-", "extra_cells"))
    if not batch.key.ref.strip():
        problems.append(Problem("gathering_ref", "required"))
    received = _received(given, checked, world, problems)
    spoken = given["language"][0].strip() or language
    if spoken not in LANGUAGES:
        problems.append(Problem("language", "not_listed"))
    if checked.gathering and batch.key in first:
        problems += disagreements(first[batch.key], checked.gathering)
    noticed = [*checked.warnings, *(found for name in DAYS for found in _readings(name, row.cells.get(name, "")))]
    batch.notices += [RowProblem(row.line, problem) for problem in noticed if not problems]
    batch.errors += [RowProblem(row.line, problem) for problem in problems]
    if not problems and checked.gathering and checked.grievance:
        first.setdefault(batch.key, checked.gathering)
        same = batch.lines.setdefault(tuple(tuple(given[name]) for name in HASHED), row.line)
        if same != row.line:
            batch.notices.append(RowProblem(row.line, Problem("-", "same_line", {"line": same})))
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


def disagreements(first: object, other: GatheringDraft) -> list[Problem]:
    """The gathering's columns in which a row differs from the first good row of its gathering, or from it as stored."""
    return [Problem(name, "rows_disagree") for name in GATHERING_FIELDS if getattr(first, name) != getattr(other, name)]
