"""Rows to bytes and back (CSV, RFC 4180 with UTF-8). Pure: no Flask, no SQL, no pandas."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Cell = str | int | None

_SKIPPED = r"[\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*"
_FORMULA = re.compile(_SKIPPED + r"[=+\-@|%\t\r\n＝＋－＠]")


class Unreadable(ValueError):
    """A file that cannot be read as rows; `code` and `named` let the caller say it in the reader's language.

    Codes: empty, binary, not_utf8 (line), no_header, no_column_name (column, counted from 1),
    repeated_header (column), broken_quotes (line), no_rows.
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
    #: more filled cells than headers
    extra: bool = False


@dataclass(frozen=True)
class Table:
    """A file with one header line; records without a filled cell are left out."""

    headers: tuple[str, ...]
    rows: list[Row]


def guard_cell(text: str) -> str:
    """The text, behind an apostrophe where a spreadsheet would take it for a formula or a command.

    Source: OWASP, CSV Injection; invisible characters in front do not help.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def csv_bytes(headers: Sequence[str], rows: Iterable[Sequence[Cell]], bom: bool = True) -> bytes:
    """UTF-8 with CRLF; None is an empty cell, numbers stay numbers, text is guarded."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guard_cell(header) for header in headers])
    writer.writerows([guard_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig" if bom else "utf-8")


def read_csv(data: bytes) -> Table:
    """Headers (trimmed) and rows of a UTF-8 file with or without BOM, CRLF or LF; raises Unreadable."""
    records = _records(_decoded(data))
    _, first = next(records, (1, []))
    headers = _headers(first)
    rows = [_row(headers, line, cells) for line, cells in records if any(cell.strip() for cell in cells)]
    if not rows:
        raise Unreadable("no_rows")
    return Table(headers, rows)


def _decoded(data: bytes) -> str:
    if not data.removeprefix(b"\xef\xbb\xbf").strip():
        raise Unreadable("empty")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # a spreadsheet's "Unicode text" is UTF-16
        raise Unreadable("not_utf8", line=1)
    if b"\0" in data:
        raise Unreadable("binary")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("not_utf8", line=data.count(b"\n", 0, error.start) + 1) from None


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of each record; strict, since an open quote would otherwise swallow the rest of the file."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise Unreadable("broken_quotes", line=line) from None
        if cells is None:
            return
        yield line, cells


def _headers(cells: list[str]) -> tuple[str, ...]:
    headers = [cell.strip("\ufeff \t\r\n") for cell in cells]
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


def _row(headers: tuple[str, ...], line: int, cells: list[str]) -> Row:
    missing = [""] * (len(headers) - len(cells))
    surplus = cells[len(headers) :]
    return Row(line, dict(zip(headers, cells + missing, strict=False)), extra=any(cell.strip() for cell in surplus))
