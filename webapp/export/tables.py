"""An answer as rows, long or wide, for the files and the page. pandas lives here, loaded when first needed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from webapp.files import Cell, csv_bytes
from webapp.places.rules import Atlas, Place
from webapp.questions.rules import GATHERED, Area, Dimension, Layout, Period, Question
from webapp.summary.queries import Released, Table
from webapp.summary.rules import Figures

if TYPE_CHECKING:
    import pandas as pd

PLACES = (
    "province_code", "province_pcode", "province", "division_code", "division", "district_code", "district_pcode",
    "district",
)  # fmt: skip
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


def length(answer: Answer) -> int:
    """How many rows the file has."""
    codes = len(answer.codes) if answer.asked.layout is Layout.LONG else 1
    return len(answer.table.periods) * len(answer.rows) * codes


def shaped(answer: Answer, layout: Layout) -> Shaped:
    """Long: a row for each area and code with all its figures. Wide: a row for each area with a column for each code.

    Wide has grievances only, and their total, which is protected by itself.
    """
    own = _LONG if layout is Layout.LONG else (*(code for code in answer.codes if code != "total"), "total")
    headers = ("release", "period", *PLACES, "by", *own, "protected")
    shape = _long if layout is Layout.LONG else _wide
    names = {row: _places(answer, row) for row in answer.rows}
    return Shaped(headers, (_block(answer, shape(answer, part), part, headers, names) for part in answer.table.periods))


_LONG = ("code", "label", *Figures._fields)


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
