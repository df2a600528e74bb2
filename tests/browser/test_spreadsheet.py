"""The Urdu file in LibreOffice, as an official opens it: right letters, numbers as numbers, empty cells empty."""

import csv
import io
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests import machine
from tests.browser.phone import Phone

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
WORDS = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
#: What the import dialog proposes for a file with this mark: commas, quotes, UTF-8; without a screen it is told.
IMPORT = "--infilter=CSV:44,34,76,1"
FIGURES = ("grievances", "gatherings", "confirmed")


class Cell(NamedTuple):
    """A cell as the spreadsheet keeps it: its kind ("" where it is empty), its words, its number."""

    kind: str
    text: str
    number: str | None


@pytest.mark.parametrize("layout", ["figure", "area"])
def test_a_file_in_libreoffice(phone: Callable[[str], Phone], tmp_path: Path, layout: str) -> None:
    office = machine.need("libreoffice")
    analyst = phone("ur")
    analyst.enter("demo-analyst")
    with analyst.page.expect_download() as started:
        analyst.touch(f"For statistics programs (CSV), one row for each {layout}")
    path = tmp_path / started.value.suggested_filename
    started.value.save_as(path)
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
    numeric = _numeric(rows[0])
    assert "بنوں" in {row[rows[0].index("district")] for row in rows[1:]}
    assert {row[column] for row in rows[1:] for column in numeric} >= {"", "0"}
    for given, kept in zip(rows, _opened(office, path), strict=True):
        for column, (said, cell) in enumerate(zip(given, [*kept, *[Cell("", "", None)] * len(given)], strict=False)):
            is_number = column in numeric and given is not rows[0] and said
            assert cell == (Cell("float", said, said) if is_number else Cell("string" if said else "", said, None))


def _numeric(headers: list[str]) -> set[int]:
    """The columns of figures, and the release."""
    wide = range(headers.index("by") + 1, len(headers) - 1) if "code" not in headers else ()
    return {0, *wide, *(headers.index(name) for name in FIGURES if name in headers)}


def _opened(office: Path, path: Path) -> list[list[Cell]]:
    """The sheet after opening in LibreOffice, under a profile of its own."""
    profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    command = [office, profile, "--headless", IMPORT, "--convert-to", "fods", "--outdir", path.parent, path]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    sheet = ET.parse(path.with_suffix(".fods")).find(f".//{TABLE}table")
    assert sheet is not None
    rows = [(row, int(row.get(f"{TABLE}number-rows-repeated", "1"))) for row in sheet.iter(f"{TABLE}table-row")]
    found = [_cells(row) for row, times in rows for _ in range(min(times, 999))]
    while not any(cell.kind for cell in found[-1]):
        found.pop()
    return found


def _cells(row: ET.Element) -> list[Cell]:
    cells = []
    for cell in row.iter(f"{TABLE}table-cell"):
        text = "\n".join("".join(part.itertext()) for part in cell.iter(f"{WORDS}p"))
        found = Cell(cell.get(f"{OFFICE}value-type", ""), text, cell.get(f"{OFFICE}value"))
        cells += [found] * min(int(cell.get(f"{TABLE}number-columns-repeated", "1")), 99)
    return cells
