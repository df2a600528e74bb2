"""An answer as rows, long or wide, for the files and the page. pandas lives here, loaded when first needed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import chain
from json import dumps
from typing import IO, TYPE_CHECKING, NamedTuple

from webapp import files
from webapp.export.rules import LONG, PLACES, Column, package
from webapp.files import Cell, csv_bytes
from webapp.places.rules import Atlas, Place
from webapp.questions.rules import GATHERED, Area, Dimension, Layout, Period, Question, Unanswerable
from webapp.summary.queries import Released, Table
from webapp.summary.rules import Figures

if TYPE_CHECKING:
    import pandas as pd

NOTHING = Figures(0, 0, 0)


@dataclass(frozen=True)
class Answer:
    """A question with all that its table is made of; equal answers give equal bytes."""

    asked: Question
    #: None: live and bare
    release: Released | None
    #: codes of the areas, in order
    rows: tuple[str, ...]
    #: code to label of what is counted, in order
    codes: Mapping[str, str]
    table: Table
    atlas: Atlas
    language: str
    #: what was added to the reference tables after this day is not in it
    day: date


class Shaped(NamedTuple):
    """One table and nothing else; None is an empty cell. Its rows come a period at a time."""

    headers: tuple[str, ...]
    blocks: Iterator[list[tuple[Cell, ...]]]


def csv(answer: Answer, *, bom: bool = True) -> Iterator[bytes]:
    """The summary file in pieces: CSV (RFC 4180), UTF-8, in the layout that was asked for.

    A period at a time, since ten years of months by subcategory and district are 100 MB.
    """
    headers, blocks = shaped(answer, answer.asked.layout)
    yield csv_bytes([headers], bom=bom)
    yield from map(csv_bytes, blocks)


def json(answer: Answer) -> Iterator[bytes]:
    """The same table in pieces: release (null where it is live), question, columns, and rows in their order."""
    headers, blocks = shaped(answer, answer.asked.layout)
    said = {"release": answer.release.number if answer.release else None, "question": words(answer), "columns": headers}
    yield dumps(said, ensure_ascii=False).removesuffix("}").encode() + b', "rows": ['
    before = ""
    for block in blocks:
        yield (before + ",".join(f"\n{dumps(row, ensure_ascii=False)}" for row in block)).encode()
        before = ","
    yield b"\n]}\n"


def xlsx(answer: Answer, names: Sequence[str], about: Sequence[str], *, right_to_left: bool) -> IO[bytes]:
    """The same table as a workbook; raises Unanswerable where a sheet has too few lines."""
    rows, workbooks = length(answer, answer.asked.layout), files.workbooks()
    most = workbooks.LAST_LINE - 1
    if rows > most:
        raise Unanswerable("format", "too_long_for_xlsx", rows=f"{rows:,}", most=f"{most:,}")
    headers, blocks = shaped(answer, answer.asked.layout)
    made: IO[bytes] = workbooks.table(headers, chain.from_iterable(blocks), names, about, right_to_left=right_to_left)
    return made


def packed(answer: Answer, titles: Mapping[str, str], about: str) -> IO[bytes]:
    """A zip of the CSV, its description as a Frictionless Data Package, and `about` as about.txt.

    `titles` names columns in the language of the answer.
    """

    def parts() -> Iterator[tuple[str, Iterator[bytes]]]:
        seen = _Seen()
        yield "summary.csv", seen.all_of(csv(answer))
        columns = _columns(answer, {**answer.codes, **titles})
        release = answer.release.number if answer.release else None
        described = package(columns, words(answer), release, size=seen.size, digest=seen.digest.hexdigest())
        yield "datapackage.json", iter([f"{dumps(described, ensure_ascii=False, indent=1)}\n".encode()])
        yield "about.txt", iter([about.replace("\n", "\r\n").encode("utf-8-sig")])

    return files.archive(parts())


class _Seen:
    """Size and digest of what went by."""

    def __init__(self) -> None:
        self.size, self.digest = 0, sha256()

    def all_of(self, content: Iterator[bytes]) -> Iterator[bytes]:
        for piece in content:
            self.size += len(piece)
            self.digest.update(piece)
            yield piece


def _columns(answer: Answer, titles: Mapping[str, str]) -> list[Column]:
    """The columns of the table, each with the codes that can stand in it where these are few."""
    asked = answer.asked
    places = [dict(zip(PLACES, _places(answer, row), strict=True)) for row in answer.rows]
    listed = {
        "by": [asked.by.value],
        "code": list(answer.codes),
        "protected": ["yes" if answer.release else "no"],
        **{f"{area}_code": [str(place[f"{area}_code"]) for place in places if place[area]] for area in Area},
    }
    filled = {name for name in PLACES if all(place[name] for place in places)}
    always = {"period", *filled, "by", "code", "label", "protected"} | ({"release"} if answer.release else set())
    key = ("period", f"{asked.area}_code", "code")
    return [
        Column(name, titles.get(name, ""), name in always, tuple(dict.fromkeys(listed.get(name, ()))), name in key)
        for name in shaped(answer, asked.layout).headers
    ]


def words(answer: Answer) -> dict[str, str]:
    """The question; its release stands beside it, whether it was named or was the last one."""
    return {name: word for name, word in answer.asked.words().items() if name != "release"}


def length(answer: Answer, layout: Layout) -> int:
    """How many rows the table has."""
    codes = len(answer.codes) if layout is Layout.LONG else 1
    return len(answer.table.periods) * len(answer.rows) * codes


def shaped(answer: Answer, layout: Layout) -> Shaped:
    """Long: a row for each area and code with all its figures. Wide: a row for each area with a column for each code.

    Wide has grievances only, and their total, which is protected by itself.
    """
    own = LONG if layout is Layout.LONG else (*(code for code in answer.codes if code != "total"), "total")
    headers = ("release", "period", *PLACES, "by", *own, "protected")
    shape = _long if layout is Layout.LONG else _wide
    names = {row: _places(answer, row) for row in answer.rows}
    return Shaped(headers, (_block(answer, shape(answer, part), part, headers, names) for part in answer.table.periods))


def _long(answer: Answer, period: Period) -> "pd.DataFrame":
    frame = _figures(answer, period).reset_index()
    if answer.asked.by not in GATHERED:
        frame["gatherings"] = None
    if answer.asked.by is Dimension.PROTECTION:
        frame["confirmed"] = None
    frame["label"] = frame["code"].map(dict(answer.codes))
    return frame


def _wide(answer: Answer, period: Period) -> "pd.DataFrame":
    frame = _figures(answer, period)["grievances"].unstack("code", sort=False).reset_index()
    totals = [answer.table.totals.get((row, period.number), NOTHING).grievances for row in frame["row"]]
    # as Int64, because a plain column with empty cells turns whole numbers into decimals
    frame = frame.assign(total=totals).astype({"total": "Int64"})
    frame.loc[~frame["row"].isin(answer.table.reported), "total"] = None
    return frame


def _figures(answer: Answer, period: Period) -> "pd.DataFrame":
    """All figures of a period by (row, code), every combination; empty where no report is published."""
    import pandas as pd

    index = pd.MultiIndex.from_product([answer.rows, list(answer.codes)], names=["row", "code"])
    cells = [answer.table.cells.get((row, period.number, code), NOTHING) for row, code in index]
    frame = pd.DataFrame(cells, index=index, columns=list(Figures._fields), dtype="Int64")
    frame.loc[~index.isin(answer.table.reported, level="row")] = None
    return frame


def _block(
    answer: Answer,
    frame: "pd.DataFrame",
    period: Period,
    headers: tuple[str, ...],
    names: Mapping[str, tuple[Cell, ...]],
) -> list[tuple[Cell, ...]]:
    """The rows of a period, with the columns that every layout has."""
    places = [names[row] for row in frame["row"]]
    for position, column in enumerate(PLACES):
        frame[column] = [place[position] for place in places]
    frame["release"] = answer.release.number if answer.release else None
    frame["period"] = str(period)
    frame["by"] = answer.asked.by.value
    frame["protected"] = "yes" if answer.release else "no"
    found = frame.loc[:, list(headers)].astype(object)
    return list(found.where(found.notna(), None).itertuples(index=False, name=None))


def _places(answer: Answer, row: str) -> tuple[Cell, ...]:
    """The cells of PLACES for a row area; what lies below it is empty."""
    atlas, area = answer.atlas, answer.asked.area
    district = atlas.districts[row] if area is Area.DISTRICT else None
    division = atlas.divisions[district.parent if district else row] if area is not Area.PROVINCE else None
    province = atlas.provinces[division.parent if division else row]

    def told(place: Place | None, *, pcode: bool = True) -> tuple[str | None, ...]:
        if place is None:
            return (None,) * (3 if pcode else 2)
        return (place.code, *((place.pcode or None,) if pcode else ()), place.names[answer.language])

    return (*told(province), *told(division, pcode=False), *told(district))
