"""What a sheet that was handed in would enter, has entered, and what in it must be mended."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from webapp.drafts.forms import Problem
from webapp.files import Row
from webapp.grievances.actions import Desk
from webapp.grievances.rules import Status
from webapp.i18n import isolated, speaker
from webapp.paper.labels import column, reason
from webapp.paper.queries import Standing, standing
from webapp.paper.rules import Batch, RowProblem, batches
from webapp.paper.tables import packed, unpacked
from webapp.references import shown

Say = Callable[[str], str]
#: Rows whose mistakes are listed at once, and letters of a cell that are repeated.
MOST_ROWS, MOST_LETTERS = 50, 200


class Said(NamedTuple):
    """Something about one cell: its column, what stands in it, and what is to be done."""

    column: str
    label: str
    words: str
    message: str


class Told(NamedTuple):
    """A row and all that is said of it."""

    line: int
    ref: str
    said: list[Said]


class Met(NamedTuple):
    """A gathering of the sheet with the number of its rows that would go in."""

    ref: str
    day: date
    district: str
    forms: int


class Entered(NamedTuple):
    """A row that stands or was withdrawn, and the number by which it is asked after."""

    line: int
    ref: str
    reference: str
    withdrawn: bool = False


class Sheet(NamedTuple):
    """What is kept of a file: the language it was handed in, its rows, and of those that went in only the numbers."""

    language: str
    rows: list[Row]
    entered: list[Entered]
    before: list[Entered]


def written(sheet: Sheet) -> str:
    """As text, to be sealed."""
    return json.dumps(sheet._replace(rows=packed(sheet.rows)), ensure_ascii=False)  # type: ignore[arg-type]


def read_sheet(text: str) -> Sheet:
    """What was written."""
    language, rows, entered, before = json.loads(text)
    return Sheet(language, unpacked(rows), [Entered(*one) for one in entered], [Entered(*one) for one in before])


@dataclass
class Report:
    """All there is to say of one sheet."""

    gatherings: list[Met] = field(default_factory=list)
    #: how many would go in
    new: int = 0
    #: went in since the sheet was handed in, and stood here before
    entered: list[Entered] = field(default_factory=list)
    before: list[Entered] = field(default_factory=list)
    wrong: list[Told] = field(default_factory=list)
    noticed: list[Told] = field(default_factory=list)
    #: rows of which no story is kept
    discarded: int = 0


def report(session: Session, desk: Desk, sheet: Sheet, language: str, since: datetime) -> tuple[Report, list[Batch]]:
    """The report on a sheet handed in at `since`, in a language, and the batches that may be entered."""
    found, say = batches(sheet.rows, desk.world, sheet.language), speaker(language)
    good = [batch for batch in found if batch.rows]
    there = standing(session, desk, found)
    told = Report(new=len(there.new), discarded=sum(row.draft.discarded for batch in good for row in batch.rows))
    told.entered, told.before = sheet.entered, sheet.before
    cells = {row.line: row.cells for row in sheet.rows}
    told.wrong = _told([error for batch in found for error in batch.errors] + there.errors, cells, say)
    told.noticed = _told([notice for batch in found for notice in batch.notices], cells, say)
    names = desk.world.atlas.districts
    for batch in good:
        draft = batch.rows[0].gathering
        district = names[draft.gathering_district].names[language]
        if forms := sum(row.line in there.new for row in batch.rows):
            told.gatherings.append(Met(batch.key.ref, draft.gathering_date, district, forms))
        _add_entered(told, batch, there, since)
    return told, good


def _add_entered(told: Report, batch: Batch, there: Standing, since: datetime) -> None:
    for row in batch.rows:
        if stored := there.stored.get(row.line):
            where = told.entered if stored.received_at >= since else told.before
            gone = stored.status is Status.WITHDRAWN
            where.append(Entered(row.line, batch.key.ref, shown(stored.reference), gone))


def _told(problems: Sequence[RowProblem], cells: dict[int, dict[str, str]], say: Say) -> list[Told]:
    by_line: dict[int, list[Said]] = {}
    for line, problem in sorted(problems, key=lambda one: one.line):
        words = cells[line].get(problem.field, "")
        words = words if len(words) <= MOST_LETTERS else f"{words[:MOST_LETTERS]}…"
        name = problem.field
        by_line.setdefault(line, []).append(Said(name, say(column(name)), words, reason(_isolated(problem), say)))
    return [Told(line, cells[line].get("gathering_ref", ""), said) for line, said in by_line.items()]


def _isolated(problem: Problem) -> Problem:
    """A day among right-to-left words is not drawn back to front."""
    return problem._replace(named={name: isolated(str(value)) for name, value in problem.named.items()})


def settled(sheet: Sheet, told: Report) -> Sheet:
    """What has to be kept once everything that may go in is in: the rows with mistakes, and numbers."""
    wrong = {row.line for row in told.wrong}
    rows = [row for row in sheet.rows if row.line in wrong]
    return Sheet(sheet.language, rows, told.entered, told.before)


def as_json(told: Report) -> dict[str, object]:
    """The report for a script: counts, references by line, and what is wrong by line and column."""
    return {
        "new": told.new,
        "entered": {one.line: one.reference for one in told.entered if not one.withdrawn},
        "before": {one.line: one.reference for one in told.before if not one.withdrawn},
        "withdrawn": {one.line: one.reference for one in (*told.entered, *told.before) if one.withdrawn},
        "errors": {row.line: _by_column(row.said) for row in told.wrong},
    }


def _by_column(said: Sequence[Said]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in said:
        found.setdefault(one.column, []).append(one.message)
    return found
