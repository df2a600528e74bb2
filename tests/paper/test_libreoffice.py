"""Files that went through LibreOffice, as an office without Excel keeps them: the same rows as before."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy.orm import Session

from tests import factories, machine
from tests.commands.terminal import Terminal
from tests.paper.sheets import FULL, REAL, csv_of, filed
from tests.paper.test_refused_file import MISTAKES, listed, mistaken
from tests.paper.workbook import typed
from webapp.bulk import tables
from webapp.config import LANGUAGES
from webapp.drafts.forms import World
from webapp.i18n import speaker
from webapp.paper.rules import SHEET

#: A CSV as it is opened: commas, quotes, UTF-8; as an office with commas in its numbers saves it: semicolons.
OPENED, SEMICOLONS = "--infilter=CSV:44,34,76,1", "csv:Text - txt - csv (StarCalc):59,34,76,1"
pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

Save = Callable[[Path, str], Path]


@pytest.fixture
def save(jirga: Terminal, session: Session) -> Save:
    """Open a file in LibreOffice and save it in another format; the path of what it wrote."""
    office = machine.need("libreoffice")
    factories.person(session, username="elder")

    def through(path: Path, kind: str) -> Path:
        folder = jirga.folder / "saved"
        profile = f"-env:UserInstallation={(jirga.folder / 'profile').as_uri()}"
        opened = [OPENED] if path.suffix == ".csv" else []
        command = [office, profile, "--headless", *opened, "--convert-to", kind, "--outdir", folder, path]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return (folder / path.name).with_suffix(f".{kind.partition(':')[0]}")

    return through


def mend(path: Path) -> None:
    """Set the cells right, as a clerk does."""
    book = openpyxl.load_workbook(path)
    right = dict(MISTAKES.values())
    for line in book.worksheets[0].iter_rows(min_row=2):
        for cell in line:
            text = str(cell.value).removeprefix("'")
            cell.value = right.get(text, right.get(f"'{text}", cell.value))
    book.save(path)


def test_refused_rows_mended_there(jirga: Terminal, save: Save) -> None:
    out = jirga.folder / "out.csv"
    jirga.run("import", filed(jirga, mistaken()), "--as", "elder", "--errors", out)
    assert len(listed(out)) == len(MISTAKES)
    mended = save(out, "xlsx")
    mend(mended)
    mended = mended.rename(jirga.folder / "mended.xlsx")
    done = jirga.run("import", save(mended, SEMICOLONS), "--as", "elder")
    assert (done.code, done.out) == (0, "10 added, 0 there before, 0 refused\n"), done
    assert jirga.right("import", save(mended, "xlsx"), "--as", "elder") == "0 added, 10 there before, 0 refused\n"
    assert jirga.right("import", mended, "--as", "elder") == "0 added, 10 there before, 0 refused\n"


def test_the_real_file(jirga: Terminal, save: Save) -> None:
    assert jirga.right("import", REAL, "--as", "elder").startswith("257 added")
    book = save(REAL, "xlsx")
    assert jirga.right("import", book, "--as", "elder") == "0 added, 257 there before, 0 refused\n"
    assert jirga.right("import", save(book, SEMICOLONS), "--as", "elder") == "0 added, 257 there before, 0 refused\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_for_forms(jirga: Terminal, save: Save, paper: World, language: str) -> None:
    """Filled in, with days and numbers as a spreadsheet keeps them; saved as XLSX and with semicolons."""
    path = jirga.folder / "sheet.xlsx"
    path.write_bytes(tables.sheet(paper, language, speaker(language)))
    book: Any = openpyxl.load_workbook(path)
    given = {name: cell for name, cell in FULL.items() if name in SHEET}
    for place, name in enumerate(SHEET, start=1):
        book.worksheets[0].cell(2, place).value = typed(given).get(name)
    book.save(path)
    assert jirga.right("import", save(path, "xlsx"), "--as", "elder") == "1 added, 0 there before, 0 refused\n"
    assert jirga.right("import", save(path, SEMICOLONS), "--as", "elder") == "0 added, 1 there before, 0 refused\n"
    assert jirga.right("import", filed(jirga, csv_of([given])), "--as", "elder").startswith("0 added, 1 there")
