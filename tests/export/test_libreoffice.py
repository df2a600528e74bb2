"""The workbook in LibreOffice, as an office without Excel opens it."""

from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests import machine
from tests.export.spreadsheet import Cell, opened
from tests.export.test_files import publish, six
from tests.export.test_formats import file, read_xlsx
from webapp.concerns.models import Category
from webapp.config import LANGUAGES
from webapp.questions.rules import Dimension


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_workbook_in_three_languages(session: Session, tmp_path: Path) -> None:
    """Right letters, in the direction of the language; numbers are numbers, empty cells empty, nothing is computed."""
    office = machine.need("libreoffice")
    session.execute(update(Category).where(Category.code == "services").values(label_en="=1+1"))
    publish(session, six("bannu", "services"), Dimension.CATEGORY)
    books = {language: file(session, "xlsx", language, by="category", province="PK-KP") for language in LANGUAGES}
    for language, book in books.items():
        (tmp_path / f"{language}.xlsx").write_bytes(book)
    sheets = opened(office, [tmp_path / f"{language}.xlsx" for language in LANGUAGES])
    for (language, book), sheet in zip(books.items(), sheets, strict=True):
        assert (sheet.right_to_left, sheet.computes) == (language != "en", False)
        headers, rows = read_xlsx(book)
        assert len(rows) == 40 * 14
        for given, kept in zip([headers, *rows], sheet.rows, strict=True):
            assert kept[: len(given)] == [_kept(cell) for cell in given]
    assert any("=1+1" in row for row in read_xlsx(books["en"])[1])


def _kept(cell: str | int | None) -> Cell:
    if isinstance(cell, int):
        return Cell("float", str(cell), str(cell))
    return Cell("string", cell, None) if cell else Cell("", "", None)
