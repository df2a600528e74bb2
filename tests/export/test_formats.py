"""The summary file in its other formats: the CSV's figures, the same bytes for the same question, no formula."""

import csv
import io
import json
from hashlib import sha256
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.export.test_files import PEOPLE, TODAY, _split_a_district, atlas, publish, six, taxonomy
from tests.summary import counts
from tests.summary.counts import MARCH, OPENED, WEEK, Made
from webapp.concerns.models import Category
from webapp.config import LANGUAGES
from webapp.export import queries
from webapp.export.queries import Format
from webapp.questions.rules import Dimension, Unanswerable

#: A question for each kind of table, with the layout that it is asked in.
ASKED = (
    {"by": "urgency"},
    {"by": "urgency", "layout": "wide", "every": "quarter"},
    {"by": "none", "area": "division", "province": "PK-KP"},
    {"by": "women_heard", "area": "province", "period": "2025-Q1"},
    {"by": "subcategory", "area": "province", "value": "armed_group_presence"},
    {"by": "protection"},
)
ONE_LANGUAGE_A_QUESTION = [(words, LANGUAGES[place % 3]) for place, words in enumerate(ASKED)]
FIGURES = {"release", "grievances", "gatherings", "confirmed", "total"}


def file(session: Session, kind: str, language: str = "en", *, live: bool = False, **words: str) -> bytes:
    """The bytes of `jirga summary --format`."""
    given = {name: [word] for name, word in words.items()}
    reference = (atlas(session), taxonomy(session))
    return queries.file(session, given, reference, language, Format(kind), today=TODAY, live=live)


def read_csv(data: bytes) -> tuple[list[str], list[list[Any]]]:
    """Headers and rows, with whole numbers for figures and None for what is empty."""
    headers, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    places = range(headers.index("by") + 1, len(headers) - 1)
    numeric = {n for n in (0, *places) if headers[n] not in ("code", "label")}
    return headers, [
        [(int(cell) if n in numeric else cell) if cell else None for n, cell in enumerate(row)] for row in rows
    ]


def read_json(data: bytes) -> tuple[list[str], list[list[Any]]]:
    """Headers and rows of the JSON."""
    found = json.loads(data)
    return found["columns"], found["rows"]


def read_xlsx(data: bytes) -> tuple[list[str], list[list[Any]]]:
    """Headers and rows of the first sheet."""
    headers, *rows = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)
    return list(headers), [list(row) for row in rows]


def parts(data: bytes) -> dict[str, bytes]:
    """The parts of a zip, in order."""
    with ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(("words", "language"), ONE_LANGUAGE_A_QUESTION)
def test_every_format_has_the_figures_of_the_csv(session: Session, words: dict[str, str], language: str) -> None:
    """The same headers, rows and order; numbers are numbers, what is empty is nothing."""
    publish(session, PEOPLE)
    table = file(session, "csv", language, **words)
    expected = read_csv(table)
    assert expected[1] or words["by"] == "protection"
    assert read_json(file(session, "json", language, **words)) == expected
    assert read_xlsx(file(session, "xlsx", language, **words)) == expected
    assert parts(file(session, "zip", language, **words))["summary.csv"] == table


@pytest.mark.parametrize("kind", Format)
def test_the_same_bytes_for_ever(session: Session, kind: str) -> None:
    """Twice, with the release named or not, and after whatever was filed, published or added to the tables."""
    publish(session, PEOPLE)
    before = [file(session, kind, language, **words) for words, language in ONE_LANGUAGE_A_QUESTION]
    again = {"release": "1"}
    assert [file(session, kind, language, **words) for words, language in ONE_LANGUAGE_A_QUESTION] == before
    assert [file(session, kind, language, **words, **again) for words, language in ONE_LANGUAGE_A_QUESTION] == before
    _split_a_district(session)
    counts.publish(session, counts.cells(six("bannu", "high", 77)), OPENED + WEEK)
    assert [file(session, kind, language, **words, **again) for words, language in ONE_LANGUAGE_A_QUESTION] == before
    after = [file(session, kind, language, **words) for words, language in ONE_LANGUAGE_A_QUESTION]
    assert set(after[:4]).isdisjoint(before)  # of the others no figure changed


def test_the_json(session: Session) -> None:
    """Whole: the question without its release, which stands beside it."""
    publish(session, PEOPLE)
    found = json.loads(file(session, "json", by="none", area="province", release="1"))
    assert found == {
        "release": 1,
        "question": {"area": "province", "by": "none", "period": "all", "layout": "long"},
        "columns": [
            "release", "period", "province_code", "province_pcode", "province", "division_code", "division",
            "district_code", "district_pcode", "district", "by", "code", "label", "grievances", "gatherings",
            "confirmed", "protected",
        ],
        "rows": [
            [1, "all", "PK-KP", "PK5", "Khyber Pakhtunkhwa", *[None] * 5, "none", "total", "Total", 19, 0, 13, "yes"],
            [1, "all", "PK-BA", "PK2", "Balochistan", *[None] * 5, "none", "total", "Total", None, None, None, "yes"],
        ],
    }  # fmt: skip
    assert json.loads(file(session, "json", by="none", live=True))["release"] is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook(session: Session, language: str) -> None:
    """In the direction of its language, with a frozen header; a second sheet says what it is; nothing computes."""
    publish(session, PEOPLE)
    book = openpyxl.load_workbook(io.BytesIO(file(session, "xlsx", language, by="urgency", layout="wide")))
    table, about = book.worksheets
    assert [sheet.sheet_view.rightToLeft for sheet in book] == [language != "en"] * 2
    assert table.freeze_panes == "A2"
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value} == {"n", "s"}
    assert about.title == {"en": "About", "ur": "ان اعداد کے بارے میں", "ps": "د دې شمېرونو په باره کښې"}[language]
    told = "\n".join(str(row[0] or "") for row in about.iter_rows(values_only=True))
    assert {"en": "1 or 2 are never shown", "ur": "1 یا 2 کبھی نہیں", "ps": "1 یا 2 هېڅ کله"}[language] in told


@pytest.mark.parametrize("layout", ["long", "wide"])
@pytest.mark.parametrize("label", ["=1+1", "@SUM(A1)", "<b>&amp;", "  two  "])
def test_a_label_that_a_spreadsheet_would_compute(session: Session, label: str, layout: str) -> None:
    """It is text in every format; the CSV, which knows no types, says so with an apostrophe."""
    session.execute(update(Category).where(Category.code == "services").values(label_en=label))
    publish(session, six("bannu", "services"), Dimension.CATEGORY)
    words = {"by": "category", "value": "services", "district": "bannu", "layout": layout}
    data = file(session, "xlsx", **words)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert not [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert b"<f>" not in b"".join(parts(data).values())
    shown = label if layout == "long" else None
    for headers, rows in (read_xlsx(data), read_json(file(session, "json", **words))):
        assert dict(zip(headers, rows[0], strict=True)).get("label") == shown
    headers, rows = read_csv(file(session, "csv", **words))
    guarded = f"'{label}" if label[0] in "=@" else label
    assert dict(zip(headers, rows[0], strict=True)).get("label") == (guarded if shown else None)


@pytest.mark.parametrize(("words", "language"), ONE_LANGUAGE_A_QUESTION)
def test_the_description_fits_the_table(session: Session, words: dict[str, str], language: str) -> None:
    """Size, digest, columns, and every constraint, as a program for data packages would check them.

    frictionless itself finds these packages valid; it is 40 packages more, for what stands here in 20 lines.
    """
    publish(session, [*PEOPLE, *six("bannu", "armed_group_presence")])
    found = parts(file(session, "zip", language, **words))
    assert list(found) == ["summary.csv", "datapackage.json", "about.txt"]
    package = json.loads(found["datapackage.json"])
    (resource,) = package["resources"]
    table = found[resource["path"]]
    assert (resource["bytes"], resource["hash"]) == (len(table), f"sha256:{sha256(table).hexdigest()}")
    headers, rows = read_csv(table)
    fields = resource["schema"]["fields"]
    assert [field["name"] for field in fields] == headers
    for field, column in zip(fields, zip(*rows, strict=True), strict=False):
        assert misfits(field, column) == []
    key = [headers.index(name) for name in resource["schema"]["primaryKey"]]
    assert len({tuple(row[n] for n in key) for row in rows}) == len(rows)


def misfits(field: dict[str, Any], column: tuple[Any, ...]) -> list[Any]:
    """The cells that are not what the field says, and the field's name where it says too little."""
    kind = {"integer": int, "string": str}[field["type"]]
    limits, given = field.get("constraints", {}), [cell for cell in column if cell is not None]
    found = [cell for cell in given if not isinstance(cell, kind)]
    found += [cell for cell in given if cell not in limits.get("enum", [cell])]
    found += [cell for cell in given if isinstance(cell, int) and cell < limits["minimum"]]
    return found + [field["name"]] * (limits.get("required", False) and len(given) < len(column))


@pytest.mark.parametrize(
    "field",
    [
        {"name": "code", "type": "string", "constraints": {"enum": ["low"]}},
        {"name": "code", "type": "integer", "constraints": {"minimum": 0}},
        {"name": "code", "type": "string", "constraints": {"required": True}},
    ],
)
def test_a_misfit_is_found(field: dict[str, Any]) -> None:
    """The check can fail."""
    assert misfits(field, ("high", None)) != []


def test_about_the_figures_in_three_languages(session: Session) -> None:
    """The file's own language comes first; release, filters and method stand in each."""
    publish(session, PEOPLE)
    said = parts(file(session, "zip", "ps", by="urgency", province="PK-BA", period="2025-Q1"))["about.txt"]
    assert said.startswith(b"\xef\xbb\xbf")
    assert said.count(b"\n") == said.count(b"\r\n")
    text = said.decode("utf-8-sig")
    assert text.startswith("د شمېرونو جائزه")
    for words in (
        "Figures of release 1, \u20685\u00a0January\u00a02026\u2069.", "Province: Balochistan", "2025-Q1",
        "1 or 2 are never shown", "صوبہ: بلوچستان", "1 یا 2 کبھی نہیں دکھایا جاتا", "صوبه: بلوچستان",
        "1 یا 2 هېڅ کله نه",
    ):  # fmt: skip
        assert words in text
    assert "never shown" not in parts(file(session, "zip", by="none", live=True))["about.txt"].decode()


@pytest.mark.parametrize("kind", Format)
@pytest.mark.parametrize("people", [[], [Made("bannu", MARCH, "high", 0)]], ids=["nobody", "one in the whole country"])
def test_few_or_none(session: Session, kind: str, people: list[Made]) -> None:
    """Nothing, or a single grievance, was filed: every area has its rows, and no number tells of one."""
    counts.opened(session)
    if people:
        counts.publish(session, counts.cells(people, Dimension.URGENCY))
    data = file(session, kind, by="urgency")
    read = {Format.JSON: read_json, Format.XLSX: read_xlsx}.get(Format(kind), read_csv)
    headers, rows = read(parts(data)["summary.csv"] if kind == Format.ZIP else data)
    assert len(rows) == 81 * 4
    assert {row[headers.index("grievances")] for row in rows} <= {None, 0, 3}
    assert {row[0] for row in rows} == {len(people)}


def test_a_table_too_long_for_a_sheet(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """The workbook is refused with what to do; one row less goes in, and the other formats take any length."""
    publish(session, PEOPLE)
    workbooks = queries.tables.files.workbooks()
    monkeypatch.setattr(workbooks, "LAST_LINE", 81 * 4)
    with pytest.raises(Unanswerable) as refused:
        file(session, "xlsx", by="urgency")
    said = queries.reason(refused.value)
    assert said.startswith("--format: This table has 324 rows, and an Excel sheet takes 323. Choose one province")
    assert len(read_json(file(session, "json", by="urgency"))[1]) == 324
    monkeypatch.setattr(workbooks, "LAST_LINE", 81 * 4 + 1)
    assert len(read_xlsx(file(session, "xlsx", by="urgency"))[1]) == 324
