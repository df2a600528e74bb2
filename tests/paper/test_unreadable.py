"""Files that hold no rows at all: one line that says why and what to do, exit 1, nothing stored."""

import io
import json
import math
import os
import resource
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.commands.terminal import Terminal, environment_of
from tests.paper.sheets import LEAST, REAL, csv_of, filed, row, sheet
from tests.paper.test_memory import TOLD, most_memory
from tests.paper.workbook import FRAME, MAIN, line_of, packed, raw, saved, xlsx
from webapp.config import Settings
from webapp.files import Row, Unreadable
from webapp.grievances.models import Grievance
from webapp.paper.labels import unreadable
from webapp.paper.tables import PAGE, read, unpacked
from webapp.paper.tables import packed as kept

HEADER = ",".join(LEAST).encode()
CONTENT = csv_of([row()])
#: content -> a word of the line
FILES = {
    b"": "The file is empty",
    b"\xef\xbb\xbf": "The file is empty",
    b" \r\n\r\n\t\n": "The file is empty",
    b"\0\1\2\3" * 100: "not a CSV",
    REAL.read_bytes() + b"\0": "not a CSV",
    packed({"xl/worksheets/sheet1.xml": b"\0" * 200}): "not an Excel workbook",
    packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}): "not an Excel workbook",
    packed({**FRAME, "xl/workbook.xml": "<workbook/>"}): "not an Excel workbook",
    xlsx([row()])[:-300]: "not an Excel workbook",
    xlsx([row()])[:300]: "not an Excel workbook",
    raw(line_of(1, LEAST))[:-1]: "not an Excel workbook",
    raw(line_of(1, LEAST) + "<row><c>"): "not an Excel workbook",
    raw(line_of(2, LEAST) + line_of(2, LEAST.values())): "no column names",
    raw(line_of(1, LEAST) + '<row r="2"><c t="s"><v>5</v></c></row>'): "not an Excel workbook",
    raw(""): "The file is empty",
    saved(openpyxl.Workbook()): "The file is empty",
    xlsx([], LEAST): "no rows",
    xlsx([row()], [*LEAST, "district"]): "district stands twice",
    xlsx([row()], [*LEAST, "12. ضلع [district]"]): "district stands twice",
    xlsx([row()], ["gathering_ref", "district"]): "gathering_date, gathering_district, subcategory",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000: "old Excel file, or one locked with a password",
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR": "not a CSV",
    b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n": "Columns are missing",
    CONTENT.decode().encode("utf-16"): "UTF-16 text file",
    b"\xff\xfe" + CONTENT.decode().encode("utf-16-le"): "UTF-16 text file",
    b"\xfe\xff" + CONTENT.decode().encode("utf-16-be"): "UTF-16 text file",
    CONTENT.decode().encode("utf-16-le"): "not a CSV",
    CONTENT + "Gebäude,é".encode("latin-1"): "Line 3 is not UTF-8",
    CONTENT.replace(b"Synthetic", "مثال".encode("cp1256")): "Line 2 is not UTF-8",
    HEADER: "no rows",
    HEADER + b"\r\n,,,\r\n\r\n": "no rows",
    HEADER + b",district\r\n" + b"x," * 20: "district stands twice",
    HEADER + b", district \r\n" + b"x," * 20: "district stands twice",
    b",".join([HEADER, b"", b"remedies"]) + b"\nx": f"Column {len(LEAST) + 1} has no name",
    b"\n" + CONTENT: "column names",
    CONTENT + b'g2,2025-03-26,bannu,bannu,"house_damage\n': "Line 3 has a quotation mark",
    HEADER.replace(b",", b"|") + b"\na|b": "Columns are missing: gathering_ref",
    csv_of([row()], [name for name in LEAST if name != "consent_statistics"]): "missing: consent_statistics.",
    csv_of([row()], ["gathering_ref", "district"]): "gathering_date, gathering_district, subcategory",
    csv_of([row()]).replace(b"gathering_date", b"Gathering_Date"): "missing: gathering_date.",
}


def test_each_is_refused_in_one_line(jirga: Terminal, session: Session) -> None:
    factories.person(session, username="elder")
    lines = {content: jirga.refused("import", filed(jirga, content), "--as", "elder", code=1) for content in FILES}
    assert {content[:40]: line for content, line in lines.items() if FILES[content] not in line} == {}
    assert session.scalar(select(func.count()).select_from(Grievance)) == 0
    jirga.right("import", filed(jirga, CONTENT), "--as", "elder")


def test_one_row_too_many(jirga: Terminal, session: Session) -> None:
    """Nothing of such a file goes in, however right its first rows are."""
    factories.person(session, username="elder")
    rows = csv_of(sheet(2)).splitlines(keepends=True)
    whole = b"".join([*rows, rows[-1] * 99_999])
    assert "more than 100,000 rows" in jirga.refused("import", filed(jirga, whole), "--as", "elder", code=1)
    assert session.scalar(select(func.count()).select_from(Grievance)) == 0


def test_odd_but_right(jirga: Terminal, session: Session) -> None:
    """Ends of lines of several hands; a cell of five megabytes, which is one refused row."""
    factories.person(session, username="elder")
    one, two, three = csv_of(sheet(2)).replace(b"\r\n", b"\n").splitlines()
    mixed = one + b"\r\n" + two + b"\r" + three + b"\n"
    assert jirga.right("import", filed(jirga, mixed), "--as", "elder") == "2 added, 0 there before, 0 refused\n"
    rows = [*sheet(2), row(gathering_ref="g7", narrative="x" * 5_000_000), row(gathering_ref="g8")]
    done = jirga.run("import", filed(jirga, rows), "--as", "elder")
    assert (done.code, done.out) == (3, "1 added, 2 there before, 1 refused\n")
    assert done.err.startswith("error: line 4, narrative: This is too long")


def lying(part: str, content: bytes, stated: int) -> bytes:
    """A workbook one part of which states another size than it has, with the sum of what it states."""
    out = io.BytesIO(raw(RIGHT, **{part: content}))
    with zipfile.ZipFile(out, "a") as archive:
        one = archive.getinfo(f"xl/{part}.xml")
        one.file_size, one.CRC = stated, zlib.crc32(content[:stated])
        archive.writestr("note", "so that the list of parts is written anew")
    return out.getvalue()


RIGHT = line_of(1, LEAST) + line_of(2, LEAST.values())
LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    + f"]><sst {MAIN}><si><t>&a9;</t></si></sst>"
)
#: name -> a file that is far bigger than it looks, or that costs far more than it weighs
BOMBS: dict[str, Callable[[], bytes]] = {
    "states two gigabytes": lambda: lying("styles", f"<styleSheet {MAIN}/>".encode(), 2**31),
    "styles bigger than stated": lambda: lying("styles", f"<styleSheet {MAIN}>".encode() + b" " * 600_000_000, 1000),
    "texts bigger than stated": lambda: lying("sharedStrings", f"<sst {MAIN}>".encode() + b" " * 600_000_000, 1000),
    "thousands of parts": lambda: packed({**FRAME, **{f"part{n}": "" for n in range(5000)}}),
    "entities": lambda: raw(RIGHT, sharedStrings=LAUGHS),
    "a far row": lambda: raw(RIGHT + line_of(10**9, ["x"])),
    "another packing": lambda: raw(RIGHT + " " * 10**8, zipfile.ZIP_BZIP2),
    "the last column": lambda: raw(
        line_of(1, LEAST) + "".join(f'<row><c r="XFD{n}"><v>1</v></c></row>' for n in range(2, 20_000))
    ),
    "a row of many cells": lambda: raw(line_of(1, LEAST) + f"<row>{'<c/>' * 1_000_000}</row>"),
    "many looks": lambda: raw(
        line_of(1, LEAST), styles=f"<styleSheet {MAIN}><cellXfs>{'<xf/>' * 1_000_000}</cellXfs></styleSheet>"
    ),
    "many texts": lambda: raw(line_of(1, LEAST), sharedStrings=f"<sst {MAIN}>{'<si/>' * 1_000_000}</sst>"),
    "a binary line": lambda: CONTENT + b"x" * 50_000_000,
}


@pytest.fixture(scope="session")
def start() -> float:
    """Seconds of CPU until the command is there: what a second is worth on this machine today."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", "import webapp.commands"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def few_means(start: float) -> None:
    """What ten seconds do on a quiet machine, where the command is there after one; at least these."""
    seconds = math.ceil(10 * max(start, 1.1))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", BOMBS)
def test_bombs(session: Session, settings: Settings, tmp_path: Path, start: float, name: str) -> None:
    factories.person(session, username="elder")
    path = tmp_path / "forms.xlsx"
    path.write_bytes(BOMBS[name]())
    command = [sys.executable, "-c", TOLD, "import", str(path), "--as", "elder"]
    environment = {**os.environ, **environment_of(settings)}
    limit = partial(few_means, start)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, preexec_fn=limit, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done
    assert any(reason in done.stderr for reason in ("too big", "not an Excel workbook", "not a CSV", "no rows"))
    assert most_memory(done.stdout) < 500


def rows_or_reason(content: bytes) -> list[Row]:
    """The rows of a file, which can be kept and put into words, or nothing after a reason that can be said."""
    try:
        table = read(io.BytesIO(content), PAGE)
        rows = unpacked(json.loads(json.dumps(kept(table.rows))))
    except Unreadable as error:
        unreadable(error)
        return []
    "".join(cell for one in rows for cell in (*one.cells.values(), *one.extra)).encode()
    return rows


HEADERS = st.sampled_from([HEADER, HEADER.replace(b",", b";"), HEADER.replace(b",", b"\t"), b"\xef\xbb\xbf" + HEADER])
PIECES = st.sampled_from(
    [b",", b";", b'"', b"\r", b"\n", b"\t", b"'=", b"x", "ض".encode(), b"\0", b"\xff", *CONTENT.split(b",")]
)
FEW = bounds(max_examples=200, deadline=2000)


@FEW
@given(HEADERS, st.lists(PIECES | st.binary(max_size=5), max_size=40), st.booleans())
def test_any_text(header: bytes, pieces: list[bytes], named: bool) -> None:
    rows_or_reason((header + b"\n" if named else b"") + b"".join(pieces))


@FEW
@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]))
def test_any_bytes(content: bytes, magic: bytes) -> None:
    rows_or_reason(magic + content)


SMALL = xlsx([{**row(), "gathering_date": 45742}])


@FEW
@given(st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.binary(min_size=0, max_size=4)), min_size=1, max_size=6))
def test_any_damage_to_a_workbook(cuts: list[tuple[int, bytes]]) -> None:
    content = SMALL
    for place, other in cuts:
        content = content[:place] + other + content[place + len(other) :]
    rows_or_reason(content)


XML = st.sampled_from([
    "<row>", "</row>", '<row r="3">', '<row r="-1">', '<row r="x">', "<c>", "</c>", '<c r="B2">', '<c r="ZZZZ9">',
    "<v>", "</v>", '<c t="s">', '<c t="b">', '<c t="d">', '<c t="e">', '<c t="str">', '<c s="1">', '<c s="9">', "<f>",
    "</f>", "<is>", "</is>", "<t>", "</t>", "<rPh>", "</rPh>", "1", "-1", "1e999", "nan", "45742.99999999", "9" * 400,
    "_xD800_", "_x0000_", "x", "&lt;", "&a;", "<!DOCTYPE x>", "]]>", "<x:y/>", "<!---->",
])  # fmt: skip
LOOKS = f'<styleSheet {MAIN}><cellXfs><xf/><xf numFmtId="14"/></cellXfs></styleSheet>'


@FEW
@given(st.lists(XML, max_size=30), st.lists(XML, max_size=6))
@example(['<row r="3">', '<c s="1">', "<v>", "1e999", "</v>", "</c>", "</row>"], [])
@example(["<row>", '<c t="s">', "<v>", "0", "</v>", "</c>", "</row>"], ["<si>", "<t>", "_xD800_", "</t>", "</si>"])
def test_any_sheet(pieces: list[str], texts: list[str]) -> None:
    shared = f"<sst {MAIN}>{''.join(texts)}</sst>"
    rows_or_reason(raw(RIGHT + "".join(pieces), sharedStrings=shared, styles=LOOKS))


def test_what_is_right_is_no_reason() -> None:
    assert [len(rows_or_reason(content)) for content in (CONTENT, SMALL, raw(RIGHT))] == [1, 1, 1]
