"""The Urdu file in LibreOffice, as an official opens it: right letters, numbers as numbers, empty cells empty."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import machine
from tests.browser.phone import Phone
from tests.export.spreadsheet import Cell, opened

#: What the import dialog proposes for a file with this mark: commas, quotes, UTF-8; without a screen it is told.
IMPORT = "--infilter=CSV:44,34,76,1"
FIGURES = ("grievances", "gatherings", "confirmed")


@pytest.mark.parametrize("layout", ["figure", "area"])
def test_a_file_in_libreoffice(phone: Callable[[str], Phone], tmp_path: Path, layout: str) -> None:
    office = machine.need("libreoffice")
    analyst = phone("ur")
    analyst.enter("demo-analyst")
    analyst.open("summary?area=district")
    with analyst.page.expect_download() as started:
        analyst.touch(f"For statistics programs (CSV), one row for each {layout}")
    path = tmp_path / started.value.suggested_filename
    started.value.save_as(path)
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
    numeric = _numeric(rows[0])
    assert "بنوں" in {row[rows[0].index("district")] for row in rows[1:]}
    assert {row[column] for row in rows[1:] for column in numeric} >= {"", "0"}
    for given, kept in zip(rows, opened(office, [path], IMPORT)[0].rows, strict=True):
        for column, (said, cell) in enumerate(zip(given, [*kept, *[Cell("", "", None)] * len(given)], strict=False)):
            is_number = column in numeric and given is not rows[0] and said
            assert cell == (Cell("float", said, said) if is_number else Cell("string" if said else "", said, None))


def _numeric(headers: list[str]) -> set[int]:
    """The columns of figures, and the release."""
    wide = range(headers.index("by") + 1, len(headers) - 1) if "code" not in headers else ()
    return {0, *wide, *(headers.index(name) for name in FIGURES if name in headers)}
