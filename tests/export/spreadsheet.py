"""Files as LibreOffice opens them."""

import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

SPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
TABLE, OFFICE, WORDS, STYLE = (SPACE % name for name in ("table", "office", "text", "style"))


class Cell(NamedTuple):
    """A cell as the spreadsheet keeps it: its kind ("" where it is empty), its words, its number."""

    kind: str
    text: str
    number: str | None


class Sheet(NamedTuple):
    """A sheet: whether it runs from right to left, whether anything in it computes, its rows up to the last filled."""

    right_to_left: bool
    computes: bool
    rows: list[list[Cell]]


def opened(office: Path, paths: Sequence[Path], *options: str) -> list[Sheet]:
    """The first sheet of each file after opening in LibreOffice, under a profile of its own."""
    folder = paths[0].parent
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [office, profile, "--headless", *options, "--convert-to", "fods", "--outdir", folder, *paths]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return [_sheet(ET.parse(path.with_suffix(".fods"))) for path in paths]


def _sheet(document: "ET.ElementTree[ET.Element]") -> Sheet:
    sheet = document.find(f".//{TABLE}table")
    assert sheet is not None
    looks = document.find(f".//{STYLE}style[@{STYLE}name='{sheet.get(f'{TABLE}style-name')}']/{STYLE}table-properties")
    rows = [(row, int(row.get(f"{TABLE}number-rows-repeated", "1"))) for row in sheet.iter(f"{TABLE}table-row")]
    found = [_cells(row) for row, times in rows for _ in range(min(times, 999))]
    while not any(cell.kind for cell in found[-1]):
        found.pop()
    computes = any(cell.get(f"{TABLE}formula") for cell in sheet.iter(f"{TABLE}table-cell"))
    return Sheet(looks is not None and looks.get(f"{STYLE}writing-mode") == "rl-tb", computes, found)


def _cells(row: ET.Element) -> list[Cell]:
    cells = []
    for cell in row.iter(f"{TABLE}table-cell"):
        text = "\n".join("".join(part.itertext()) for part in cell.iter(f"{WORDS}p"))
        found = Cell(cell.get(f"{OFFICE}value-type", ""), text, cell.get(f"{OFFICE}value"))
        cells += [found] * min(int(cell.get(f"{TABLE}number-columns-repeated", "1")), 99)
    return cells
