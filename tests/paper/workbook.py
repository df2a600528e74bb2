"""Workbooks as Excel users have them, and as nobody should hand them in; all synthetic but the packaged file."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import openpyxl

from webapp.drafts.forms import read_day
from webapp.paper.rules import DAYS, NUMBERS

EXCEL_1904 = datetime(1904, 1, 1)  # noqa: DTZ001, an epoch of days
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
#: The parts of the smallest workbook that is one, beside its sheet.
FRAME = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
    f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{KIND}.sharedStrings+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
    f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{RELATIONS}"><sheets><sheet name="Forms" sheetId="1" r:id="r1"/>'
    "</sheets></workbook>",
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    + "".join(
        f'<Relationship Id="{name}" Type="{RELATIONS}/{kind}" Target="{part}.xml"/>'
        for name, kind, part in (
            ("r1", "worksheet", "worksheets/sheet1"),
            ("r2", "styles", "styles"),
            ("r3", "sharedStrings", "sharedStrings"),
        )
    )
    + "</Relationships>",
    "xl/styles.xml": f"<styleSheet {MAIN}/>",
    "xl/sharedStrings.xml": f"<sst {MAIN}/>",
}


def typed(one: Mapping[str, str]) -> dict[str, Any]:
    """A row as Excel keeps it after typing: days as days, numbers as numbers, the rest as text."""
    return {name: _typed(name, cell) for name, cell in one.items()}


def _typed(name: str, cell: str) -> Any:
    if name in DAYS:
        return read_day(cell) or cell
    if name in NUMBERS and cell.replace(",", "").isdigit():
        return int(cell.replace(",", ""))
    return cell or None


def book_of(rows: Sequence[Mapping[str, Any]], columns: Iterable[str] = ()) -> openpyxl.Workbook:
    """A workbook of one sheet with a header; by default of all columns that any row has."""
    book = openpyxl.Workbook()
    headers = list(columns) or list(dict.fromkeys(name for one in rows for name in one))
    fill(book.active, [headers, *([one.get(name) for name in headers] for one in rows)])
    return book


def fill(sheet: Any, lines: Iterable[Iterable[Any]]) -> None:
    """Put values into a sheet; text stays text, also where it begins as a formula does."""
    for line, values in enumerate(lines, start=1):
        for place, value in enumerate(values, start=1):
            if value is not None:
                cell = sheet.cell(line, place)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"
                if isinstance(value, date):
                    cell.number_format = "dd/mm/yyyy"


def saved(book: openpyxl.Workbook) -> bytes:
    """The bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xlsx(rows: Sequence[Mapping[str, Any]], columns: Iterable[str] = ()) -> bytes:
    """A workbook of one sheet."""
    return saved(book_of(rows, columns))


def packed(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Any parts in a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def raw(rows: str | bytes, method: int = zipfile.ZIP_DEFLATED, **parts: str | bytes) -> bytes:
    """A workbook whose sheet holds this XML between its ends; other parts by their last name without .xml."""
    content = rows.encode() if isinstance(rows, str) else rows
    sheet = f"<worksheet {MAIN}><sheetData>".encode() + content + b"</sheetData></worksheet>"
    given = {next(name for name in FRAME if name.endswith(f"/{short}.xml")): part for short, part in parts.items()}
    return packed({**FRAME, "xl/worksheets/sheet1.xml": sheet, **given}, method)


def line_of(number: int, cells: Iterable[str]) -> str:
    """The XML of a row of inline texts."""
    return f'<row r="{number}">' + "".join(f'<c t="inlineStr"><is><t>{one}</t></is></c>' for one in cells) + "</row>"
