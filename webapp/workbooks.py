"""Workbooks (XLSX) to rows and back. Pure: no Flask, no SQL, no pandas. Loaded when first needed: openpyxl is big."""

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from itertools import chain
from typing import IO, Any, BinaryIO, NamedTuple
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import openpyxl
from openpyxl import DEFUSEDXML
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.datavalidation import DataValidation

from webapp.files import MB, Cell, Row, Table, Unreadable, archive, filled, named_columns, row_of, unguard_cell

if not DEFUSEDXML:
    raise ImportError("without defusedxml openpyxl would follow entities")
# what a workbook holds beside its cells, and days outside the calendar, are nothing to warn the operator of
warnings.filterwarnings("ignore", module="openpyxl")

#: Cells further along the row are not looked at, rows further down are beyond any spreadsheet.
MOST_COLUMNS, LAST_LINE = 100, 1_048_576
MOST_PARTS = 1000
#: A cell with its value, its text and its share of everything else has fewer tags; each costs the parser memory.
TAGS_A_CELL = 12
#: The parts that grow with the rows, and how many tags any other may have: looks, themes, names.
GROWING, MOST_TAGS_OF_OTHERS = ("xl/worksheets/", "xl/sharedStrings"), 200_000
#: What neither UTF-8 nor a CSV can hold.
_UNFIT = re.compile("[\0\ud800-\udfff]")


def read(stream: BinaryIO, most_rows: int, most_unpacked: int) -> Table:
    """The first sheet's header and rows, as text; dates as 2025-03-26; raises Unreadable.

    `most_unpacked` bounds the bytes that the file may grow to.
    """
    _weigh(stream, most_unpacked, most_rows * MOST_COLUMNS * TAGS_A_CELL)
    lines = _lines(stream)
    line, header = next(lines, (0, ()))
    if not header:
        raise Unreadable("empty")
    headers = named_columns(_text(cell) for cell in header) if line == 1 else named_columns(())
    return Table(headers, filled((_row(headers, line, cells) for line, cells in lines), most_rows))


def _weigh(stream: BinaryIO, most_bytes: int, most_tags: int) -> None:
    """Refuse what would not fit into memory before it is parsed."""
    too_much = Unreadable("too_much_unpacked", most=most_bytes // MB)
    try:
        with ZipFile(stream) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > most_bytes:
                raise too_much
            for part in parts:
                if part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):  # others do not unpack piece by piece
                    raise Unreadable("not_workbook")
                most = most_tags if part.filename.startswith(GROWING) else MOST_TAGS_OF_OTHERS
                if _tags(archive, part, most) > most:
                    raise too_much
    except Unreadable:
        raise
    except Exception:  # noqa: BLE001, whatever there is to stumble over in a hostile or damaged file
        raise Unreadable("not_workbook") from None


def _tags(archive: ZipFile, part: ZipInfo, most: int) -> int:
    """How many tags a part holds, or more than `most`; one that is bigger than it states is refused."""
    found, left = 0, part.file_size
    part.file_size += 1  # openpyxl unpacks some parts whole before it looks at their size, so look beyond it here
    with archive.open(part) as file:
        while found <= most and (piece := file.read(MB)):
            found += piece.count(b"<")
            left -= len(piece)
    if left < 0:
        raise Unreadable("not_workbook")
    return found


def _lines(stream: BinaryIO) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """(line, cells) of each row of the first sheet that has cells."""
    try:
        book = openpyxl.load_workbook(stream, read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for line, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
            if line > LAST_LINE:
                raise Unreadable("not_workbook")
            if any(cell is not EMPTY_CELL for cell in cells):
                yield line, cells
    except Unreadable:
        raise
    except Exception:  # noqa: BLE001, whatever there is to stumble over in a hostile or damaged file
        raise Unreadable("not_workbook") from None


def _row(headers: tuple[str, ...], line: int, cells: tuple[Any, ...]) -> Row:
    formulas = tuple(name for name, cell in zip(headers, cells, strict=False) if cell.data_type == "f")
    return row_of(headers, line, [unguard_cell(_text(cell)) for cell in cells], formulas)


def _text(cell: Any) -> str:
    """A cell's value as a person would have typed it into a CSV."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return _UNFIT.sub("\ufffd", unescape(value)) if "_x" in value else value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime | date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    return str(value)


class Column(NamedTuple):
    """A column to be filled in: its header, its width in letters, what is said beside a cell, the list it offers."""

    header: str
    width: int
    hint: str = ""
    entries: Sequence[str] = ()
    #: several entries, or none of the list, may be typed
    several: bool = False


class Blank(NamedTuple):
    """A workbook to be filled in: the names of its sheets, columns, rows, what is said of a word on no list, notes."""

    names: Sequence[str]
    columns: Sequence[Column]
    rows: int
    refusal: str
    notes: Sequence[str]


FONT = Font(name="Arial", size=12)
#: Letters in a column of a table, and what its first row holds until the rows come.
WIDTH, SAMPLE = 18, "-"
#: When every workbook of ours was made, so that the same content is the same bytes.
MADE = b"2026-01-01T00:00:00Z"


def write(blank: Blank, *, right_to_left: bool) -> bytes:
    """An XLSX workbook of three sheets: the empty rows, their lists, the notes; the same bytes for the same content."""
    book = openpyxl.Workbook()
    form, lists, notes = book.active, book.create_sheet(), book.create_sheet()
    for sheet, name in zip((form, lists, notes), blank.names, strict=True):
        sheet.title = name
        sheet.sheet_view.rightToLeft = right_to_left
    form.freeze_panes = "B2"
    form.row_dimensions[1].height = 80
    offered: dict[tuple[str, ...], str] = {}
    for place, column in enumerate(blank.columns, start=1):
        _set_column(form, place, column.width)
        _put(form, 1, place, column.header, bold=True)
        entries = tuple(column.entries)
        if entries and entries not in offered:
            offered[entries] = _add_list(lists, len(offered) + 1, column.header, entries)
        _ask(form, place, blank, column, offered.get(entries, ""))
    _set_column(notes, 1, 100)
    for line, note in enumerate(blank.notes, start=1):
        _put(notes, line, 1, note)
    return _packed(book)


def _set_column(sheet: Any, place: int, width: int) -> None:
    """Width and look of a whole column; text, so that a spreadsheet makes no day of 1-10 and no number of 001."""
    column = sheet.column_dimensions[get_column_letter(place)]
    column.width, column.font, column.number_format = width, FONT, "@"
    column.alignment = Alignment(wrap_text=True, vertical="top")


def _put(sheet: Any, line: int, place: int, text: str, *, bold: bool = False) -> None:
    cell = sheet.cell(line, place, text)
    cell.data_type = "s"  # whatever it begins with
    cell.font, cell.number_format = Font(name=FONT.name, size=FONT.size, bold=bold), "@"
    direction = 2 if sheet.sheet_view.rightToLeft else 1  # not that of the first letter: "12. ضلع" begins with a number
    cell.alignment = Alignment(wrap_text=True, vertical="top", readingOrder=direction)


def _add_list(sheet: Any, place: int, header: str, entries: Sequence[str]) -> str:
    """Write a list into a column of its own; the range where it stands."""
    _set_column(sheet, place, 40)
    for line, text in enumerate((header, *entries), start=1):
        _put(sheet, line, place, text, bold=line == 1)
    letter = get_column_letter(place)
    return f"{quote_sheetname(sheet.title)}!${letter}$2:${letter}${len(entries) + 1}"


def _ask(sheet: Any, place: int, blank: Blank, column: Column, source: str) -> None:
    """Tie hint and list to the cells of a column; an empty cell is always allowed."""
    if not (column.hint or source):
        return
    asked = DataValidation(type="list" if source else None, formula1=source or None, allow_blank=True)
    asked.showErrorMessage, asked.errorStyle, asked.error = bool(source) and not column.several, "stop", blank.refusal
    asked.showInputMessage, asked.prompt = bool(column.hint), column.hint or None
    letter = get_column_letter(place)
    asked.add(f"{letter}2:{letter}{blank.rows + 1}")
    sheet.add_data_validation(asked)


def table(
    headers: Sequence[str], rows: Iterable[Sequence[Cell]], names: Sequence[str], about: Sequence[str], *,
    right_to_left: bool,
) -> IO[bytes]:  # fmt: skip
    """An XLSX workbook of two sheets, called `names`: a table below a frozen header, and the lines of `about`.

    Numbers are numbers, None is no cell, and text is text, whatever it begins with. Rows are written as they come: a
    million of them in openpyxl's cells would take minutes, or the memory of the worker. Equal content is equal bytes.
    """
    book = openpyxl.Workbook()
    sheet, notes = book.active, book.create_sheet()
    for one, name in zip((sheet, notes), names, strict=True):
        one.title, one.sheet_view.rightToLeft = name, right_to_left
    sheet.freeze_panes = "A2"
    for place, header in enumerate(headers, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTH
        _put(sheet, 1, place, header, bold=True)
    _put(sheet, 2, 1, SAMPLE)
    number = sheet.cell(2, 2, 0)
    number.font, number.number_format = FONT, "0"
    looks = sheet.cell(2, 1).style_id, number.style_id
    _set_column(notes, 1, 100)
    for line, note in enumerate(about, start=1):
        _put(notes, line, 1, note)
    return archive(_with_rows(book, _lines_of(rows, len(headers), looks)))


def _with_rows(book: Any, lines: Iterator[bytes]) -> Iterator[tuple[str, Iterable[bytes]]]:
    """The workbook's parts, with lines in the place of the first sheet's second one, whose looks they have."""
    for name, content in _parts(book):
        if name != "xl/worksheets/sheet1.xml":
            yield name, (content,)
            continue
        start, _, _ = re.sub(rb"<dimension[^>]*>", b"", content).partition(b'<row r="2"')
        _, end, rest = content.partition(b"</sheetData>")
        yield name, chain((start,), lines, (end, rest))


def _lines_of(rows: Iterable[Sequence[Cell]], columns: int, looks: tuple[int, int]) -> Iterator[bytes]:
    """Rows from the second on as a sheet keeps them; looks: the styles of text and of numbers."""
    letters = [get_column_letter(place) for place in range(1, columns + 1)]
    for line, row in enumerate(rows, start=2):
        cells = (_cell(f"{letter}{line}", cell, looks) for letter, cell in zip(letters, row, strict=True))
        yield f'<row r="{line}">{"".join(cells)}</row>'.encode()


def _cell(place: str, cell: Cell, looks: tuple[int, int]) -> str:
    if cell is None:
        return ""
    if isinstance(cell, int):
        return f'<c r="{place}" s="{looks[1]}"><v>{cell}</v></c>'
    return f'<c r="{place}" s="{looks[0]}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'


def _packed(book: Any) -> bytes:
    """The workbook's bytes without the time at which they were made."""
    with archive((name, (content,)) for name, content in _parts(book)) as packed:
        return packed.read()


def _parts(book: Any) -> Iterator[tuple[str, bytes]]:
    """The parts of a workbook, without the time at which they were made."""
    made = BytesIO()
    book.save(made)
    with ZipFile(made) as parts:
        for name in parts.namelist():
            content = parts.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", MADE, content)
            yield name, content
