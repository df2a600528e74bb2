"""The table of help numbers: what is read, what is refused and where, and what a district is shown."""

from datetime import date
from pathlib import Path

import pytest

from tests.watching import everything_logged, logged
from webapp.helplines.labels import KINDS
from webapp.helplines.queries import LARGEST, SHIPPED, Book, lines
from webapp.helplines.rules import ALL, COLUMNS, BadNumbers, entries, read

TODAY = date(2026, 11, 22)
PLACES = ("PK-KP", "bannu")
HEAD = ",".join(COLUMNS) + "\n"
RIGHT = "bannu,control_room,0928-9270032,Control room Bannu,کنٹرول روم بنوں,د بنو کنټرول روم,2026-11-03\n"


def test_a_right_row() -> None:
    (line,) = read(HEAD + RIGHT, PLACES, TODAY)
    assert (line.place, line.kind, line.number, line.dialled) == (
        "bannu",
        "control_room",
        "0928-9270032",
        "09289270032",
    )
    assert line.labels == ("Control room Bannu", "کنٹرول روم بنوں", "د بنو کنټرول روم")
    assert line.checked_on == date(2026, 11, 3)


@pytest.mark.parametrize(
    "number", ["15", "1122", "۱۱۲۲", "0800-12345", "+92 300 1234567", "111 222 333", "(leave)", "0928 9270032", ""]
)
def test_numbers_as_people_write_them(number: str) -> None:
    row = HEAD + f"all,police,{number},,,,\n"
    if number == "(leave)":
        with pytest.raises(BadNumbers):
            read(row, PLACES, TODAY)
    else:
        (line,) = read(row, PLACES, TODAY)
        assert line.dialled.removeprefix("+").isdigit() or number == ""
        assert line.dialled.isascii()


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (RIGHT.replace("bannu", "banu", 1), "place"),
        (RIGHT.replace("control_room", "Control Room", 1), "kind"),
        (RIGHT.replace("0928-9270032", "9289270032"), "number"),  # a spreadsheet took the zero away
        (RIGHT.replace("0928-9270032", "9.28927E+08"), "number"),
        (RIGHT.replace("0928-9270032", "ask for secret-name"), "number"),
        (RIGHT.replace("کنٹرول روم بنوں", ""), "label_ur"),
        (RIGHT.replace("Control room Bannu", "x" * 81), "label_en"),
        ("all,other,15,,,,\n", "label_en"),
        (RIGHT.replace("2026-11-03", "3/11/2026"), "checked_on"),
        (RIGHT.replace("2026-11-03", "2026-11-23"), "checked_on"),
        (RIGHT.replace("2026-11-03", "2026-02-30"), "checked_on"),
        (RIGHT.replace(",2026-11-03", ""), "checked_on"),
        (RIGHT.replace("2026-11-03", "2026-11-03,more"), "checked_on"),
        (RIGHT + "all,police,15,,,,\n" + RIGHT, "place"),
        (RIGHT.replace("Control", 'a "Control'), None),
        (RIGHT.replace("Control room Bannu", '"Control room Bannu'), "place"),
    ],
)
def test_what_is_wrong_is_named_by_line_and_column(row: str, column: str | None) -> None:
    if column is None:
        assert read(HEAD + row, PLACES, TODAY)
        return
    with pytest.raises(BadNumbers, match=rf"^help_numbers\.csv, line [24], column {column}: ") as told:
        read(HEAD + row, PLACES, TODAY)
    assert "secret-name" not in str(told.value)


def test_the_columns_are_those() -> None:
    with pytest.raises(BadNumbers, match="line 1, column place: the first line must be place,kind"):
        read(HEAD.replace(",", ";") + RIGHT, PLACES, TODAY)
    with pytest.raises(BadNumbers, match="line 1"):
        read("", PLACES, TODAY)
    with pytest.raises(BadNumbers, match="line 2, column place: there is no number"):
        read(HEAD, PLACES, TODAY)


def test_a_district_is_shown_the_nearest_first() -> None:
    rows = "all,police,15,,,,\nPK-KP,police,0911-111111,,,,\nbannu,police,,,,,\nkhyber,police,0922-222222,,,,\n"
    table = read(HEAD + rows, (*PLACES, "khyber"), TODAY)
    found = {entry.kind: [line.number for line in entry.lines] for entry in entries(table, ("bannu", "PK-KP", ALL))}
    assert found == {"police": ["0911-111111", "15"]} | {
        kind: [] for kind in KINDS if kind not in ("police", "other")
    }  # what is not known is there, and empty


def test_only_the_two_numbers_that_everybody_knows_come_with_the_product() -> None:
    table = lines(SHIPPED.parent, (), TODAY)
    assert {(line.place, line.kind, line.number) for line in table if line.number} == {
        (ALL, "police", "15"),
        (ALL, "rescue", "1122"),
    }
    assert {line.kind for line in table} == set(KINDS) - {"other"}


def test_the_operators_file_holds(tmp_path: Path) -> None:
    (tmp_path / "help_numbers.csv").write_text("\ufeff" + HEAD + RIGHT, "utf-8")
    assert [line.number for line in lines(tmp_path, PLACES, TODAY)] == ["0928-9270032"]
    (tmp_path / "help_numbers.csv").write_bytes((HEAD + RIGHT).encode("utf-16"))
    with pytest.raises(BadNumbers, match="line 1, column place: save the file as CSV UTF-8"):
        lines(tmp_path, PLACES, TODAY)
    (tmp_path / "help_numbers.csv").write_text(HEAD + "\n" * LARGEST, "utf-8")
    with pytest.raises(BadNumbers, match="larger"):
        lines(tmp_path, PLACES, TODAY)


def test_a_broken_file_is_said_once_and_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    book, own = Book(tmp_path), tmp_path / "help_numbers.csv"
    own.write_text(HEAD + RIGHT.replace("0928-9270032", "wrong-secret"), "utf-8")
    assert book.lines(PLACES, TODAY) == book.lines(PLACES, TODAY) == lines(SHIPPED.parent, PLACES, TODAY)
    assert len(caplog.messages) == 1
    told = {"file": "help_numbers.csv", "line": "2", "column": "number"}
    assert logged(caplog, *told) == [told]
    assert "wrong-secret" not in everything_logged(caplog)
    own.write_text(HEAD + RIGHT, "utf-8")
    assert [line.place for line in book.lines(PLACES, TODAY)] == ["bannu"]
    own.unlink()
    own.mkdir()
    assert book.lines(PLACES, TODAY) == lines(SHIPPED.parent, PLACES, TODAY)
    assert logged(caplog, "file", "error")[-1] == {"file": "help_numbers.csv", "error": "IsADirectoryError"}
