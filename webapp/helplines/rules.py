"""The table of help numbers: reading it strictly, and what of it a district is shown. Pure."""

import csv
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from webapp.codes import LATIN_DIGITS
from webapp.config import LANGUAGES, Refused
from webapp.helplines.labels import KINDS

#: The place of what holds for all districts.
ALL = "all"
COLUMNS = ("place", "kind", "number", *(f"label_{language}" for language in LANGUAGES), "checked_on")
LONGEST_LABEL = 80
#: A short number, or one with 0, +92 or 111 in front: what a spreadsheet made of 0928… is found out.
_DIALLED = re.compile(r"\d{2,5}|(0|\+92)\d{8,11}|111\d{6}")


class BadNumbers(Refused):
    """The table cannot be used; names line and column, and repeats nothing of what stands there."""

    def __init__(self, line: int, column: str, why: str) -> None:
        super().__init__(f"help_numbers.csv, line {line}, column {column}: {why}")
        self.line, self.column = line, column


class Line(NamedTuple):
    """One row; an empty number says that none is known yet."""

    place: str
    kind: str
    number: str
    #: in the order of LANGUAGES, or all empty for the ordinary name of the kind
    labels: tuple[str, ...]
    checked_on: date | None

    @property
    def dialled(self) -> str:
        """The number as a telephone takes it."""
        return re.sub(r"[ -]", "", self.number)


class Entry(NamedTuple):
    """One kind of help as it is shown: the nearest numbers, or none."""

    kind: str
    lines: tuple[Line, ...]


def read(text: str, places: Collection[str], today: date) -> tuple[Line, ...]:
    """The rows of a CSV whose places are codes of `places` or "all"; raises BadNumbers."""
    reader = csv.DictReader(text.splitlines(), strict=True)
    found: dict[Line, int] = {}
    try:
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise BadNumbers(1, "place", f"the first line must be {','.join(COLUMNS)}")
        for row in reader:
            line = _line(row, reader.line_num, places, today)
            if found.setdefault(line, reader.line_num) != reader.line_num:
                raise BadNumbers(reader.line_num, "place", f"this is the same row as line {found[line]}")
    except csv.Error:
        raise BadNumbers(reader.line_num + 1, "place", "the quotation marks of this line do not match") from None
    if not found:
        raise BadNumbers(2, "place", "there is no number; give at least one row, or remove the file")
    return tuple(found)


def _line(row: Mapping[str | None, str | None], where: int, places: Collection[str], today: date) -> Line:
    if None in row or None in row.values():
        raise BadNumbers(where, "checked_on", f"give {len(COLUMNS)} cells, separated by commas")
    cells = {str(name): " ".join((cell or "").split()) for name, cell in row.items()}
    for column, why in _wrong(cells, places, today):
        raise BadNumbers(where, column, why)
    labels = tuple(cells[f"label_{language}"] for language in LANGUAGES)
    number = cells["number"].translate(LATIN_DIGITS)
    return Line(cells["place"], cells["kind"], number, labels, _day(cells["checked_on"]))


def _wrong(cells: Mapping[str, str], places: Collection[str], today: date) -> Iterator[tuple[str, str]]:
    """Column and reason of everything that is wrong with a row."""
    if cells["place"] != ALL and cells["place"] not in places:
        yield "place", "give all, or the code of a province or a district"
    if cells["kind"] not in KINDS:
        yield "kind", "give one of " + ", ".join(KINDS)
    dialled = re.sub(r"[ -]", "", cells["number"].translate(LATIN_DIGITS))
    if dialled and not (dialled.removeprefix("+").isascii() and _DIALLED.fullmatch(dialled)):
        yield "number", "give a telephone number with its 0 or +92 in front, a short one, or nothing"
    labels = {f"label_{language}": cells[f"label_{language}"] for language in LANGUAGES}
    for column, label in labels.items():
        if not label and (any(labels.values()) or cells["kind"] == "other"):
            yield column, "give the name in every language, or in none"
        if len(label) > LONGEST_LABEL:
            yield column, f"give at most {LONGEST_LABEL} letters"
    day = _day(cells["checked_on"])
    if cells["checked_on"] and (day is None or day > today):
        yield "checked_on", "give the day as 2026-11-22, not a later one than today, or nothing"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


def entries(lines: Sequence[Line], nearest_first: Sequence[str]) -> list[Entry]:
    """Every kind with the numbers of these places, the nearest place first; "other" only where there is one."""
    order = {place: number for number, place in enumerate(nearest_first)}
    near = sorted((line for line in lines if line.number and line.place in order), key=lambda line: order[line.place])
    found = [Entry(kind, tuple(line for line in near if line.kind == kind)) for kind in KINDS]
    return [entry for entry in found if entry.lines or entry.kind != "other"]
