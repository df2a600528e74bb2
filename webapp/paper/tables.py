"""A file of paper forms as a table of rows, whatever program wrote it. Pure."""

from collections.abc import Iterable
from typing import Any, BinaryIO, NamedTuple

from webapp.files import MB, Row, Table, Unreadable, read_csv, workbooks
from webapp.paper.rules import COLUMNS, missing_columns


class Limits(NamedTuple):
    """The most that is taken at once: rows, and bytes that a workbook unpacks to."""

    rows: int
    unpacked: int


#: At the command line.
COMMAND = Limits(100_000, 400 * MB)
#: On the site, while others wait.
PAGE = Limits(1_000, 20 * MB)
#: Bytes of a file handed in on the site.
PAGE_BYTES = 2 * MB


def read(stream: BinaryIO, limits: Limits) -> Table:
    """The table of a CSV or XLSX file from its start; raises Unreadable, also while rows are read.

    Beside the codes of files: missing_columns (columns).
    """
    stream.seek(0)
    magic = stream.read(8)
    stream.seek(0)
    if magic.startswith(b"PK\x03\x04"):
        found: Table = workbooks().read(stream, limits.rows, limits.unpacked)
    elif magic == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Unreadable("old_workbook")
    else:
        found = read_csv(stream, limits.rows)
    if missing := missing_columns(found.headers):
        raise Unreadable("missing_columns", columns=", ".join(missing))
    return found


def count(stream: BinaryIO, limits: Limits) -> tuple[tuple[str, ...], int]:
    """The headers and the number of rows, after reading the whole file once; raises Unreadable."""
    table = read(stream, limits)
    return table.headers, sum(1 for _ in table.rows)


def packed(rows: Iterable[Row]) -> list[object]:
    """The rows as JSON takes them, to be kept until they are entered; what is not ours to store is left out."""
    return [
        (
            row.line,
            {name: cell for name, cell in row.cells.items() if name in COLUMNS and cell},
            ["…"] if row.extra else [],
            row.formulas,
        )
        for row in rows
    ]


def unpacked(kept: Iterable[Any]) -> list[Row]:
    """The rows that were packed."""
    return [Row(line, cells, tuple(extra), tuple(formulas)) for line, cells, extra, formulas in kept]
