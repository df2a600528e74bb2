"""`jirga summary` as a command: its words, exit codes, where its bytes go; the figures are tested with grievances."""

import csv
import io
import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests import factories
from tests.commands.terminal import Terminal
from tests.paper.sheets import filed, sheet
from webapp.config import now
from webapp.summary.models import OpenRelease
from webapp.summary.rules import RELEASE_EVERY


def test_before_the_first_release_all_numbers_are_empty(jirga: Terminal) -> None:
    rows = list(csv.DictReader(io.StringIO(jirga.right("summary").removeprefix("\ufeff"))))
    assert len(rows) > 14 * 70
    assert {(row["release"], row["grievances"], row["protected"]) for row in rows} == {("0", "", "yes")}


def test_a_file_has_the_bytes_of_the_screen(jirga: Terminal, tmp_path: Path) -> None:
    jirga.right("release")
    said = jirga.right("summary", "--area", "province", "--language", "ps")
    assert jirga.right("summary", "--area", "province", "--language", "ps", "-o", tmp_path / "out.csv") == ""
    content = (tmp_path / "out.csv").read_bytes()
    assert content == said.encode()
    assert content.startswith(b"\xef\xbb\xbfrelease,period,")
    assert "خیبر پښتونخوا" in said


@pytest.mark.parametrize("kind", ["xlsx", "json", "zip"])
def test_other_formats(jirga: Terminal, tmp_path: Path, kind: str) -> None:
    jirga.right("release")
    words = ("summary", "--format", kind, "--area", "province", "--language", "ur")
    files = [tmp_path / f"{number}.{kind}" for number in range(2)]
    assert [jirga.right(*words, "-o", path) for path in files] == ["", ""]
    assert files[0].read_bytes() == files[1].read_bytes()
    if kind == "json":
        assert len(json.loads(files[0].read_bytes())["rows"]) == 2 * 14
    else:
        with ZipFile(files[0]) as archive:
            assert archive.testzip() is None
    assert jirga.right(*words, "--unprotected", "-o", files[1]) == ""
    assert files[0].read_bytes() != files[1].read_bytes()


#: words on no list -> the word that is named
WRONG = {
    ("--area", "tehsil"): "--area",
    ("--by", "district"): "--by",
    ("--by", "narrative"): "--by",
    ("--period", "2025-13"): "--period",
    ("--period", "2025-09-01"): "--period",
    ("--period", "yesterday"): "--period",
    ("--every", "day"): "--every",
    ("--every", "year", "--period", "2025-Q1"): "--every",
    ("--province", "PK-PB"): "--province",
    ("--district", "lahore"): "--district",
    ("--district", "bannu", "--area", "province"): "--district",
    ("--district", "bannu", "--province", "PK-BA"): "--district",
    ("--value", "missing_person", "--by", "subcategory"): "--value",
    ("--value", "sexual_violence", "--by", "subcategory", "--area", "province"): "--value",
    ("--value", "apology"): "--value",
    ("--by", "minorities_heard"): "--area",
    ("--by", "protection", "--area", "district"): "--area",
    ("--by", "protection", "--period", "2025-Q1"): "--period",
    ("--by", "protection", "--every", "month"): "--every",
    ("--release", "2"): "--release",
    ("--release", "-1"): "--release",
    ("--release", "1", "--unprotected"): "--release",
    ("--layout", "deep"): "--layout",
    ("--language", "fr"): "--language",
    ("--format", "pdf"): "--format",
    ("--since", "2025-01-01"): "--since",
    ("bannu",): "bannu",
}


def test_what_is_on_no_list(jirga: Terminal) -> None:
    jirga.right("release")
    lines = {words: jirga.refused("summary", *words, code=2) for words in WRONG}
    assert {words: line for words, line in lines.items() if WRONG[words] not in line} == {}


def test_a_release_that_is_due_is_made_by_whoever_asks(jirga: Terminal, session: Session) -> None:
    """A small office needs no timer; the command gives the same bytes as the site's download would."""
    factories.person(session, username="elder")
    jirga.right("release")
    jirga.right("import", filed(jirga, sheet(12)), "--as", "elder")
    session.execute(update(OpenRelease).values(opened_at=now() - RELEASE_EVERY))
    session.commit()
    assert "1,all,PK-KP" in jirga.right("summary", "--by", "none", "--release", "1")
    assert "\n2,all,PK-KP" in jirga.right("summary", "--by", "none")
