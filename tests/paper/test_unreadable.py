"""Files that hold no rows at all: one line that says why and what to do, exit 1, nothing stored."""

import io
import zipfile

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.commands.terminal import Terminal
from tests.paper.sheets import LEAST, REAL, csv_of, filed, row
from webapp.grievances.models import Grievance


def _xlsx() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 200)
    return out.getvalue()


HEADER = ",".join(LEAST).encode()
CONTENT = csv_of([row()])
#: content -> a word of the line
FILES = {
    b"": "empty",
    b"\xef\xbb\xbf": "empty",
    b" \r\n\r\n\t\n": "empty",
    b"\0\1\2\3" * 100: "not a CSV",
    REAL.read_bytes() + b"\0": "not a CSV",
    _xlsx(): "CSV UTF-8",
    CONTENT.decode().encode("utf-16"): "UTF-8",
    CONTENT + "Gebäude,é".encode("latin-1"): "line 3 is not UTF-8",
    CONTENT.replace(b"Synthetic", "مثال".encode("cp1256")): "line 2 is not UTF-8",
    HEADER: "no rows",
    HEADER + b"\r\n,,,\r\n\r\n": "no rows",
    HEADER + b",district\r\n" + b"x," * 20: "district stands twice",
    HEADER + b", district \r\n" + b"x," * 20: "district stands twice",
    b",".join([HEADER, b"", b"remedies"]) + b"\nx": f"column {len(LEAST) + 1} has no name",
    b"\n" + CONTENT: "column names",
    CONTENT + b'g2,2025-03-26,bannu,bannu,"house_damage\n': "line 3 has a quotation mark",
    HEADER.replace(b",", b";") + b"\na;b": "columns are missing: gathering_ref",
    csv_of([row()], [name for name in LEAST if name != "consent_statistics"]): "missing: consent_statistics;",
    csv_of([row()], ["gathering_ref", "district"]): "gathering_date, gathering_district, subcategory",
    csv_of([row()]).replace(b"gathering_date", b"Gathering_Date"): "missing: gathering_date;",
}


def test_each_is_refused_in_one_line(jirga: Terminal, session: Session) -> None:
    factories.person(session, username="elder")
    lines = {content: jirga.refused("import", filed(jirga, content), "--as", "elder", code=1) for content in FILES}
    assert {content[:40]: line for content, line in lines.items() if FILES[content] not in line} == {}
    assert session.scalar(select(func.count()).select_from(Grievance)) == 0
    jirga.right("import", filed(jirga, CONTENT), "--as", "elder")
