"""The sheet for paper forms: what it offers, and that what is chosen in it comes back as it was meant."""

import io
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient

from tests import machine
from tests.paper.sheets import FULL
from webapp.bulk import tables
from webapp.config import LANGUAGES
from webapp.drafts.forms import MULTI, World
from webapp.files import Row, Unreadable
from webapp.i18n import DIRECTIONS, speaker
from webapp.paper.labels import column
from webapp.paper.rules import SHEET as COLUMNS
from webapp.paper.rules import Batch, batches
from webapp.paper.tables import PAGE, PAGE_BYTES, read

FILLED = {code: FULL[code] for code in COLUMNS if FULL.get(code)} | {"gathering_date": "26/3/2025"}
LONGEST = {"prompt": 255, "error": 255}


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Each language."""
    return str(request.param)


@pytest.fixture
def made(paper: World, language: str) -> bytes:
    """The sheet as it is downloaded."""
    return tables.sheet(paper, language, speaker(language))


@pytest.fixture
def book(made: bytes) -> Any:
    """The same, opened."""
    return openpyxl.load_workbook(io.BytesIO(made))


def asked(book: Any) -> dict[str, Any]:
    """Column to what is tied to its cells."""
    found = book.worksheets[0].data_validations.dataValidation
    letters = {str(one.sqref).partition("2:")[0]: one for one in found}
    names = {openpyxl.utils.get_column_letter(place): code for place, code in enumerate(COLUMNS, start=1)}
    return {names[letter]: one for letter, one in letters.items()}


def entries(book: Any) -> dict[str, list[str]]:
    """Column to the entries of its list."""
    lists = {code: one.formula1 for code, one in asked(book).items() if one.type == "list"}
    ranges = {code: source.rpartition("!")[2].replace("$", "") for code, source in lists.items()}
    return {code: [cell.value for (cell,) in book.worksheets[1][where]] for code, where in ranges.items()}


def chosen(offered: dict[str, list[str]], code: str, given: str) -> str:
    """What a clerk puts into the cell: entries of its list where it has one."""
    if code not in offered or code == "start_year":
        return given
    parts = given.replace(";", " ").split()
    return "; ".join(next(entry for entry in offered[code] if f"[{part}]" in entry) for part in parts)


def fill(book: Any) -> bytes:
    """The sheet with one form typed into its second row."""
    offered = entries(book)
    for place, code in enumerate(COLUMNS, start=1):
        if code in FILLED:
            book.worksheets[0].cell(2, place, chosen(offered, code, FILLED[code]))
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def entered(content: bytes, paper: World) -> Batch:
    """The one jirga session of a sheet that was handed in."""
    (found,) = batches(read(io.BytesIO(content), PAGE).rows, paper, "ur")
    return found


def test_the_headers_are_the_questions_numbers_words_and_codes(book: Any, made: bytes, language: str) -> None:
    say = speaker(language)
    shown = [cell.value for cell in book.worksheets[0][1]]
    assert shown == [f"{place}. {say(column(code))} [{code}]" for place, code in enumerate(COLUMNS, start=1)]
    with pytest.raises(Unreadable) as refused:
        list(read(io.BytesIO(made), PAGE).rows)
    assert refused.value.code == "no_rows"
    assert read(io.BytesIO(fill(book)), PAGE).headers == COLUMNS


def test_it_looks_as_it_is_read(book: Any, made: bytes, language: str) -> None:
    assert [sheet.sheet_view.rightToLeft for sheet in book] == [DIRECTIONS[language] == "rtl"] * 3
    assert len({sheet.title for sheet in book}) == 3
    assert all(len(sheet.title) <= 31 and not set(sheet.title) & set("[]:*?/\\") for sheet in book)
    form = book.worksheets[0]
    assert form.freeze_panes == "B2"
    assert {one.number_format for one in form.column_dimensions.values()} == {"@"}
    assert len(made) < PAGE_BYTES / 10


def test_cells_take_what_they_should(book: Any) -> None:
    for code, one in asked(book).items():
        assert re.fullmatch(rf"([A-Z]+)2:(\1){PAGE.rows + 1}", str(one.sqref))
        assert one.allow_blank
        assert all(len(getattr(one, name) or "") <= most for name, most in LONGEST.items())
        assert bool(one.showErrorMessage) is (one.type == "list" and code not in MULTI)
        assert one.type != "list" or one.errorStyle in (None, "stop")
    assert {code for code, one in asked(book).items() if "; " in (one.prompt or "")} == set(MULTI)


def test_every_entry_gives_back_its_code(book: Any, paper: World) -> None:
    lists = entries(book)
    known = {
        "subcategory": set(paper.taxonomy.subcategories),
        "district": set(paper.scope),
        "gathering_district": set(paper.atlas.districts),
    }
    for code, offered in lists.items():
        row = {"gathering_ref": "g"} | dict.fromkeys(COLUMNS, "")
        given = [batches([Row(2, {**row, code: entry})], paper, "en") for entry in offered]
        wrong = {p.code for (batch,) in given for _, p in batch.errors if p.field == code}
        assert wrong <= {"raised_conflict"}, code
        found = {entry.rpartition("[")[2].rstrip("]") for entry in offered}
        assert len(found) == len(offered)
        assert known.get(code, found) == found
    assert {entry.rpartition("[")[2] for entry in lists["consent_statistics"]} == {"yes]", "no]"}


def test_a_filled_row_is_entered(book: Any, paper: World) -> None:
    batch = entered(fill(book), paper)
    assert batch.errors == []
    (row,) = batch.rows
    given = {code: re.split("[; ]+", cell) if code in MULTI else [cell] for code, cell in FILLED.items()}
    assert {code: row.given[code] for code in FILLED} == given | {"people_number": ["1200"]}
    assert str(row.gathering.gathering_date) == "2025-03-26"


def test_districts_are_those_of_the_person(paper: World) -> None:
    """Where the jirga met may be anywhere."""
    mine = replace(paper, scope=paper.atlas.in_scope(("bannu",)))
    lists = entries(openpyxl.load_workbook(io.BytesIO(tables.sheet(mine, "en", str))))
    assert lists["district"] == ["Bannu [bannu]"]
    assert lists["tehsil"][0] == "Whole district [whole_district]"
    assert all("Bannu [bannu." in entry for entry in lists["tehsil"][1:])
    assert len(lists["gathering_district"]) == len(paper.atlas.districts)


def test_the_same_content_is_the_same_bytes(paper: World, made: bytes, language: str) -> None:
    assert tables.sheet(paper, language, speaker(language)) == made


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_it_is_downloaded(filing: FlaskClient, language: str) -> None:
    answer = filing.get(f"/{language}/paper.xlsx")
    assert answer.status_code == 200
    assert len(openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets) == 3


def test_notes_name_numbers(book: Any) -> None:
    """No placeholder is left over."""
    notes = [cell.value for (cell,) in book.worksheets[2].iter_rows(max_col=1)]
    assert len(notes) == len(tables.NOTES)
    assert [note for note in notes if not note or "%(" in note] == []


def test_libreoffice_keeps_it(made: bytes, book: Any, paper: World, tmp_path: Path) -> None:
    """Through a spreadsheet and back, then filled: lists, text cells and answers are what they were."""
    office, through = machine.need("libreoffice"), tmp_path / "sheet.xlsx"
    through.write_bytes(made)
    for kind in ("ods", "xlsx"):
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command = [office, profile, "--headless", "--convert-to", kind, "--outdir", tmp_path / kind, through]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        through = tmp_path / kind / f"sheet.{kind}"
    back = openpyxl.load_workbook(through)
    assert entries(back) == entries(book)
    assert {code: bool(one.showErrorMessage) for code, one in asked(back).items()} == {
        code: bool(one.showErrorMessage) for code, one in asked(book).items()
    }
    with pytest.raises(Unreadable, match="no_rows"):
        list(read(io.BytesIO(through.read_bytes()), PAGE).rows)
    batch = entered(fill(back), paper)
    assert batch.errors == []
    assert batch.rows[0].given == entered(fill(book), paper).rows[0].given
