"""A file that is handed in: what cannot be read and what is too big is told, and nothing of it is kept."""

import io
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories
from tests.bulk.handing_in import count, hand_in, words
from tests.paper.sheets import csv_of, row, sheet
from tests.watching import stored
from webapp.paper.tables import PAGE, PAGE_BYTES
from webapp.people.models import Person
from webapp.uploads.models import Upload

#: Whoever looks at a page here is the representative.
pytestmark = pytest.mark.usefixtures("filing")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_cannot_be_read(client: FlaskClient, elder: Person, session: Session) -> None:
    header = csv_of([row()]).splitlines()[0]
    said = {
        b"": "The file is empty",
        b"\x89PNG\r\n\x1a\n\0\0": "This is not a CSV file",
        header + "\n\u00e4".encode("latin-1"): "Line 2 is not UTF-8",
        header: "no rows",
        header + b",district\n,": "The column district stands twice",
        csv_of(sheet(PAGE.rows + 1)): "more than 1,000 rows",
    }
    for content, reason in said.items():
        answer = hand_in(client, content)
        assert (answer.status_code, reason in words(answer)) == (422, True), answer.text
        assert 'role="alert"' in answer.text
    answer = client.post("/en/import", data={}, headers=factories.SAME_SITE)
    assert (answer.status_code, "Choose a file first" in answer.text) == (422, True)
    assert count(session, Upload) == 0


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_size_limits_are_told_and_kept(client: FlaskClient, elder: Person, session: Session) -> None:
    assert "At most 1,000 lines and 2 MB." in words(client.get("/en/import"))
    for size in (PAGE_BYTES + 1, 5 * 1024 * 1024):
        answer = hand_in(client, csv_of([row(narrative="x" * size)]))
        assert (answer.status_code, "more than 2 MB" in words(answer)) == (413, True)
    fits = csv_of([row()])
    fits += b"\n" * (PAGE_BYTES - len(fits))
    assert hand_in(client, fits).status_code == 303


def test_asking_for_the_head_stores_nothing(client: FlaskClient, elder: Person, session: Session) -> None:
    client.head("/en/import", data={"file": (io.BytesIO(csv_of([row()])), "x.csv")})
    assert count(session, Upload) == 0


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_name_of_a_file_counts_for_nothing(
    client: FlaskClient, elder: Person, session: Session, tmp_path: Path
) -> None:
    """It leads to no place, is kept nowhere and decides nothing: what is inside does."""
    before = {path.name for path in tmp_path.parent.rglob("*mulberry*")}
    for name in ("../../mulberry.csv", "/etc/mulberry", "mulberry.exe", "mulberry\\..\\x.xlsx", ""):
        assert hand_in(client, csv_of([row()]), name).status_code == (303 if name else 422)
        assert hand_in(client, b"MZ\x90\0", name or "x.csv").status_code == 422
    assert "mulberry" not in stored(session)
    assert {path.name for path in tmp_path.parent.rglob("*mulberry*")} == before
