"""Rows to bytes and back, whole files compared; what a spreadsheet would run is disarmed."""

import csv
import io
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp import files
from webapp.files import Row, Unreadable, csv_bytes, guard_cell, unguard_cell

MOST = 1000


class Read(NamedTuple):
    """A whole file."""

    headers: tuple[str, ...]
    rows: list[Row]


def read_csv(data: bytes) -> Read:
    """Headers and all rows."""
    table = files.read_csv(io.BytesIO(data), MOST)
    return Read(table.headers, list(table.rows))


FEW = settings(max_examples=150, deadline=None)
BOM = b"\xef\xbb\xbf"


def test_whole_file() -> None:
    """BOM, CRLF, quotes where needed, nothing for None, numbers as numbers."""
    rows: list[list[str | int | None]] = [
        ["bannu", "بنوں", 12, None],
        ["x,y", 'he said "no"', -3, "a\nb"],
        ["=1+1", "", 0, "-3"],
    ]
    assert (
        csv_bytes([["district", "label", "grievances", "note"], *rows], bom=True)
        == BOM
        + (
            'district,label,grievances,note\r\nbannu,بنوں,12,\r\n"x,y","he said ""no""",-3,"a\nb"\r\n\'=1+1,,0,\'-3\r\n'
        ).encode()
    )


def test_without_bom_and_rows() -> None:
    """Headers alone are a file too; they are guarded as well."""
    assert csv_bytes([["a", "=b"]]) == b"a,'=b\r\n"
    assert csv_bytes([["a"], [None]]) == b'a\r\n""\r\n'


HIDDEN = "\ufeff\u200e\u200f\u202a\u202e\u2066\u2069\u200b\u061c\u00ad\x01\x85\u00a0\u3000 "


@pytest.mark.parametrize("sign", list("=+-@|%\t\r\n＝＋－＠"))
@pytest.mark.parametrize("before", ["", *HIDDEN, HIDDEN])
def test_guarded(before: str, sign: str) -> None:
    """Whatever a spreadsheet skips or hides in front."""
    text = f"{before}{sign}SUM(A1)"
    assert guard_cell(text) == "'" + text


@pytest.mark.parametrize(
    "text", ["", "a=b", "بنوں", "3-4", " a", "'=1", "(=1)", "\u200fبنوں", "1", "*a", "a\n=b", "a@b", "٪"]
)
def test_not_guarded(text: str) -> None:
    """Ordinary text stays as it is."""
    assert guard_cell(text) == text


@pytest.mark.parametrize("bom", [b"", BOM])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_read(bom: bytes, end: str) -> None:
    """With and without BOM, whatever ends the lines; blank lines and rows are left out, lines are counted."""
    lines = ["a, b ,c", "1,بنوں,3", "", '"x', 'y",2,"q ""r"""', ",,", " , ,", "4,5,6"]
    table = read_csv(bom + end.join(lines).encode())
    assert table == Read(
        ("a", "b", "c"),
        [
            Row(2, {"a": "1", "b": "بنوں", "c": "3"}),
            Row(4, {"a": "x\ny", "b": "2", "c": 'q "r"'}),
            Row(8, {"a": "4", "b": "5", "c": "6"}),
        ],
    )


def test_ragged_rows() -> None:
    """Missing cells are empty; surplus ones count only when something is in them."""
    table = read_csv(b"a,b\n1\n1,2\n1,2,3\n1,2,,\n1,2,,x\n")
    assert [row.extra for row in table.rows] == [(), (), ("3",), (), ("", "x")]
    assert table.rows[0].cells == {"a": "1", "b": ""}
    assert table.rows[2].cells == {"a": "1", "b": "2"}


def test_empty_columns_at_the_end() -> None:
    """As spreadsheets leave them."""
    assert read_csv(b"a,b,, \n1,2,,\n").headers == ("a", "b")


def test_semicolons_and_tabs() -> None:
    """As offices with a comma in their numbers save it, and as a spreadsheet copies it."""
    for separator in ";\t":
        text = 'a;"b;c";d\n1;"x;y";2,5\n'.replace(";", separator)
        assert read_csv(text.encode()).rows[0].cells == {"a": "1", f"b{separator}c": f"x{separator}y", "d": "2,5"}


def test_ends_of_lines_mixed() -> None:
    """A file that went through several hands."""
    table = read_csv(b'a,b\r\n1,2\n3,4\r5,"6\r7"\r\n8,9')
    assert [(row.line, row.cells["a"], row.cells["b"]) for row in table.rows] == [
        (2, "1", "2"), (3, "3", "4"), (4, "5", "6\n7"), (6, "8", "9"),
    ]  # fmt: skip


def test_a_column_may_say_its_name_in_brackets() -> None:
    """So that a sheet can speak the clerk's language."""
    assert read_csv("12. ضلع [district],b\n1,2\n".encode()).headers == ("district", "b")
    assert read_csv(b"[x] y,b\n1,2\n").headers == ("[x] y", "b")


def test_five_megabytes_in_one_cell() -> None:
    """What is too long for a question is for its rule to say."""
    (row,) = read_csv(b"a,b\n" + b"x" * 5_000_000 + b",1\n").rows
    assert len(row.cells["a"]) == 5_000_000


def test_an_apostrophe_of_ours_is_taken_off() -> None:
    """A list of refused rows comes back as it was; an apostrophe of a person's own stays."""
    for text in ("=1+1", "-5", "+92", "@x", "'tis", "it's", "", "'"):
        assert unguard_cell(guard_cell(text)) == text
    assert read_csv(csv_bytes([["a", "b"], ["- closed", "'tis"]])).rows[0].cells == {
        "a": "- closed",
        "b": "'tis",
    }


def test_cells_stay_as_given() -> None:
    """Only headers are trimmed."""
    assert read_csv(b"a\n 1 \n").rows[0].cells == {"a": " 1 "}


@pytest.mark.parametrize(
    ("data", "code", "named"),
    [
        (b"", "empty", {}),
        (BOM, "empty", {}),
        (BOM + b" \r\n\n", "empty", {}),
        (b"a,b\n", "no_rows", {}),
        (b"a,b\n,\n \n", "no_rows", {}),
        (b"PK\x03\x04\x14\x00\x06\x00", "binary", {}),
        (b"a\n1\x00\n", "binary", {}),
        ("a\n1".encode("utf-16"), "utf16", {}),
        ("a\n1".encode("utf-16-be"), "binary", {}),
        ("a\nبنوں\n".encode("cp1256"), "not_utf8", {"line": 2}),
        (b"a\n1\n2\xff\n", "not_utf8", {"line": 3}),
        (b"a\n\xed\xa0\x80\n", "not_utf8", {"line": 2}),
        (b",,\n1,2\n", "no_header", {}),
        (b"\n\n1,2\n", "no_header", {}),
        (b"a,,c\n1,2,3\n", "no_column_name", {"column": 2}),
        (b"a,b,a\n1,2,3\n", "repeated_header", {"column": "a"}),
        (b"a,b, a \n1,2,3\n", "repeated_header", {"column": "a"}),
        (b'a,b\n1,2\n"3,4\n5,6\n', "broken_quotes", {"line": 3}),
        (b'a,b\n1,"2"x\n', "broken_quotes", {"line": 2}),
        (b'"a,b\n1,2\n', "broken_quotes", {"line": 1}),
        (b'a\n"' + b"x" * (files.LONGEST - 1), "binary", {}),
        (b'a\n"' + (b"x" * 1023 + b"\n") * (files.LONGEST // 1024 + 1), "broken_quotes", {"line": 2}),
        (b"a\n" + b"x\n" * (MOST + 1), "too_many_rows", {"most": "1,000"}),
        (b"a,b [a]\n1,2\n", "repeated_header", {"column": "a"}),
    ],
)
def test_unreadable(data: bytes, code: str, named: dict[str, object]) -> None:
    """Each says what is wrong and where."""
    with pytest.raises(Unreadable) as caught:
        read_csv(data)
    assert (caught.value.code, caught.value.named) == (code, named)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@FEW
@given(st.binary(max_size=300))
def test_any_bytes_are_answered(data: bytes) -> None:
    """A table with at least one header and one row, or Unreadable."""
    try:
        table = read_csv(data)
    except Unreadable:
        return
    assert table.headers
    assert table.rows
    assert all(tuple(row.cells) == table.headers for row in table.rows)


@FEW
@given(st.text(alphabet=st.sampled_from('a,"\n\r\t 1=\ufeff'), max_size=200))
def test_any_text_is_answered(text: str) -> None:
    """Made of the format's own characters; every row starts on a line of its own, in order."""
    try:
        lines = [row.line for row in read_csv(text.encode()).rows]
    except Unreadable:
        return
    assert lines == sorted(set(lines))
    assert lines[0] > 1


TEXT = st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@FEW
@given(st.lists(st.lists(TEXT | st.none() | st.integers(), min_size=3, max_size=3), min_size=1), st.booleans())
def test_what_is_written_is_read(rows: list[list[str | int | None]], bom: bool) -> None:
    """Text guarded, None as nothing; nothing a spreadsheet runs stands at the start of a text cell."""
    data = csv_bytes([["x", "y", "z"], *(["1", *row] for row in rows)], bom=bom)[0 if not bom else 3 :]
    written = list(csv.reader(io.StringIO(data.decode(), newline="")))
    assert written[1:] == [
        ["1", *("" if cell is None else guard_cell(cell) if isinstance(cell, str) else str(cell) for cell in row)]
        for row in rows
    ]
    assert all(
        cell[:1] not in "=+-@|%\t\r\n" for line in written for cell in line if not cell.lstrip("-").isdigit() and cell
    )


@FEW
@given(st.lists(st.tuples(TEXT, TEXT), min_size=1))
def test_there_and_back(pairs: list[tuple[str, str]]) -> None:
    """The reader understands what the writer wrote."""
    table = read_csv(csv_bytes([["x", "y", "z"], *(["k", *pair] for pair in pairs)]))
    ends = [
        (a.replace("\r\n", "\n").replace("\r", "\n"), b.replace("\r\n", "\n").replace("\r", "\n")) for a, b in pairs
    ]
    assert [row.cells for row in table.rows] == [{"x": "k", "y": a, "z": b} for a, b in ends]
