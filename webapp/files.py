"""Rows to bytes and back (CSV, RFC 4180 with UTF-8). Pure: no Flask, no SQL, no pandas."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

Cell = str | int | None

_SKIPPED = r"[\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*"
_FORMULA = re.compile(_SKIPPED + r"[=+\-@|%\t\r\n＝＋－＠]")
#: A column may be called "12. District [district]": what stands in the brackets is its name.
_NAMED = re.compile(r".*\[\s*([a-z0-9_]+)\s*\]\s*", re.DOTALL)
_NAME = re.compile(r"\ufeff?\s*[a-z0-9_]+\s*")
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
MB = 1024 * 1024
#: Bytes of one line and letters of one cell beyond which a file is taken for damaged.
LONGEST = 16 * MB
#: Bytes in which the names of the columns stand.
START = 64 * 1024
#: Bytes of an archive beyond which it waits on the disk, and those that are taken from there at once.
IN_MEMORY, PIECE = 4 * MB, 64 * 1024
#: When everything in our archives was made, so that the same content is the same bytes.
STAMP = (2026, 1, 1, 0, 0, 0)


class Unreadable(ValueError):
    """A file that cannot be read as rows; `code` and `named` let the caller say it in the reader's language.

    Codes: empty, binary, utf16, not_utf8 (line), no_header, no_column_name (column, counted from 1),
    repeated_header (column), broken_quotes (line), no_rows, too_many_rows (most), not_workbook, old_workbook,
    too_much_unpacked (most, in MB).
    """

    def __init__(self, code: str, **named: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.named = named


@dataclass(frozen=True)
class Row:
    """One record: `line` where it starts in the file (from 1), cells by header as given, "" where there is none."""

    line: int
    cells: dict[str, str]
    #: cells beyond the headers, if any of them is filled
    extra: tuple[str, ...] = ()
    #: the columns whose cells are computed by a spreadsheet
    formulas: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A file with one header line; its rows are read as they are asked for, once, and may raise Unreadable too."""

    headers: tuple[str, ...]
    rows: Iterator[Row]


def workbooks() -> Any:
    """The module for XLSX; late, since openpyxl brings numpy along, which the form and the queue never need."""
    return import_module("webapp.workbooks")


def guard_cell(text: str) -> str:
    """The text, behind an apostrophe where a spreadsheet would take it for a formula or a command.

    Source: OWASP, CSV Injection; invisible characters in front do not help.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unguard_cell(text: str) -> str:
    """The text that guard_cell was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def csv_bytes(records: Iterable[Iterable[Cell]], *, bom: bool = False) -> bytes:
    """Records in UTF-8 with CRLF; None is an empty cell, numbers stay numbers, text is guarded."""
    out = io.StringIO(newline="")
    guarded = ([guard_cell(cell) if isinstance(cell, str) else cell for cell in record] for record in records)
    csv.writer(out, lineterminator="\r\n").writerows(guarded)
    return out.getvalue().encode("utf-8-sig" if bom else "utf-8")


def archive(parts: Iterable[tuple[str, Iterable[bytes]]]) -> IO[bytes]:
    """A zip of named parts, each given in pieces, open at its start: equal parts give equal bytes.

    However long it gets, a few megabytes of memory hold it.
    """
    made = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115, whoever reads the pieces closes it
    try:
        with ZipFile(made, "w") as packed:
            for name, content in parts:
                info = ZipInfo(name, STAMP)
                info.compress_type = ZIP_DEFLATED
                with packed.open(info, "w") as part:
                    for piece in content:
                        part.write(piece)
        made.seek(0)
    except BaseException:
        with suppress(OSError):  # a full disk refuses what is still to be written once more
            made.close()
        raise
    return made


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """What is left of a file, which is closed at its end."""
    with file:
        while piece := file.read(PIECE):
            yield piece


def read_csv(stream: BinaryIO, most_rows: int) -> Table:
    """A UTF-8 file with or without BOM, any line ends, separated by comma, semicolon or tab; raises Unreadable."""
    start = stream.read(START)
    stream.seek(-len(start), io.SEEK_CUR)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):  # a spreadsheet's "Unicode text"
        raise Unreadable("utf16")
    if b"\0" in start:
        raise Unreadable("binary")
    lines = _lines(stream)
    first = next(lines, "")
    if not first.strip():
        raise Unreadable("no_header" if any(line.strip() for line in lines) else "empty")
    records = _records(first, lines, _separator(start.decode(errors="ignore")))
    headers = named_columns(next(records)[1])
    rows = (row_of(headers, line, [unguard_cell(cell) for cell in cells]) for line, cells in records)
    return Table(headers, filled(rows, most_rows))


def _separator(start: str) -> str:
    """The one of three that finds the most names of columns; words about a column may hold the others."""

    def found(separator: str) -> tuple[int, int]:
        header = next(csv.reader(_LINES.findall(start), delimiter=separator), [])
        return sum(1 for cell in header if _NAME.fullmatch(cell) or _NAMED.fullmatch(cell)), len(header)

    return max(",;\t", key=found)


def _lines(stream: BinaryIO) -> Iterator[str]:
    """Lines as they stand, decoded; a carriage return alone ends one too."""
    number = 0
    while raw := stream.readline(LONGEST):
        number += 1
        if number == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        if b"\0" in raw or len(raw) == LONGEST:
            raise Unreadable("binary")
        try:
            line = raw.decode()
        except UnicodeDecodeError:
            raise Unreadable("not_utf8", line=number) from None
        if "\r" in line:
            yield from _LINES.findall(line)
        else:
            yield line


def _records(first: str, lines: Iterator[str], separator: str) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of each record; strict, since an open quote would otherwise swallow the rest of the file."""

    def all_lines() -> Iterator[str]:
        yield first
        yield from lines

    csv.field_size_limit(LONGEST)
    reader = csv.reader(all_lines(), strict=True, delimiter=separator)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise Unreadable("broken_quotes", line=line) from None
        if cells is None:
            return
        if cells:  # two megabytes of empty lines are not worth a thought
            yield line, cells


def named_columns(cells: Iterable[str]) -> tuple[str, ...]:
    """The columns that a header line names; raises Unreadable."""
    headers = [cell.strip("\ufeff \t\r\n") for cell in cells]
    headers = [found[1] if (found := _NAMED.fullmatch(header)) else header for header in headers]
    while headers and not headers[-1]:
        headers.pop()
    if not headers:
        raise Unreadable("no_header")
    if "" in headers:
        raise Unreadable("no_column_name", column=headers.index("") + 1)
    repeated = [header for header in headers if headers.count(header) > 1]
    if repeated:
        raise Unreadable("repeated_header", column=repeated[0])
    return tuple(headers)


def row_of(headers: Sequence[str], line: int, cells: Sequence[str], formulas: tuple[str, ...] = ()) -> Row:
    """A record under its headers; every line end inside a cell is \\n."""
    given = [cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell for cell in cells]
    given += [""] * (len(headers) - len(given))
    surplus = given[len(headers) :]
    extra = tuple(surplus) if any(cell.strip() for cell in surplus) else ()
    return Row(line, dict(zip(headers, given, strict=False)), extra, formulas)


def filled(rows: Iterable[Row], most: int) -> Iterator[Row]:
    """The rows in which something stands; raises Unreadable where there is none, or more than `most`."""
    number = 0
    for row in rows:
        if not (row.extra or row.formulas or any(cell.strip() for cell in row.cells.values())):
            continue
        number += 1
        if number > most:
            raise Unreadable("too_many_rows", most=f"{most:,}")
        yield row
    if not number:
        raise Unreadable("no_rows")
