"""An answer as rows, long or wide, for the files and the page. pandas lives here, loaded when first needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from webapp.files import Cell, csv_bytes
from webapp.places.rules import Atlas, Place
from webapp.questions.rules import GATHERED, Area, Dimension, Layout, Question
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
    """One table and nothing else; None is an empty cell."""

    headers: tuple[str, ...]
    rows: list[tuple[Cell, ...]]


def csv(answer: Answer, *, bom: bool = True) -> bytes:
    """The summary file: CSV (RFC 4180), UTF-8, in the layout that was asked for."""
    return csv_bytes(*shaped(answer), bom=bom)


def shaped(answer: Answer) -> Shaped:
    """The table in the layout that was asked for."""
    return wide(answer) if answer.asked.layout is Layout.WIDE else long(answer)


def long(answer: Answer) -> Shaped:
    """One row for each period, area and code, with grievances, gatherings and confirmed."""
    frame = _figures(answer).reset_index()
    if answer.asked.by not in GATHERED:
        frame["gatherings"] = None
    if answer.asked.by is Dimension.PROTECTION:
        frame["confirmed"] = None
    frame["label"] = frame["code"].map(dict(answer.codes))
    return _finished(answer, frame, ("code", "label", *Figures._fields))


def wide(answer: Answer) -> Shaped:
    """One row for each period and area: grievances in a column for each code, then their total, protected by itself."""
    frame = _figures(answer)["grievances"].unstack("code", sort=False).reindex(columns=list(answer.codes))
    frame = frame.reset_index()
    totals = [_total(answer, row, number) for number, row in zip(frame["number"], frame["row"], strict=True)]
    # as Int64, because a plain column with empty cells turns whole numbers into decimals
    frame = frame.assign(total=totals).astype({"total": "Int64"})
    return _finished(answer, frame, (*(code for code in answer.codes if code != "total"), "total"))


def _total(answer: Answer, row: str, number: int) -> int | None:
    if row not in answer.table.reported:
        return None
    return answer.table.totals.get((row, number), NOTHING).grievances


def _figures(answer: Answer) -> "pd.DataFrame":
    """All figures by (period, row, code), every combination; empty where no report is published."""
    import pandas as pd

    numbers = [period.number for period in answer.table.periods]
    index = pd.MultiIndex.from_product([numbers, answer.rows, list(answer.codes)], names=["number", "row", "code"])
    cells = [answer.table.cells.get((row, number, code), NOTHING) for number, row, code in index]
    frame = pd.DataFrame(cells, index=index, columns=list(Figures._fields), dtype="Int64")
    frame.loc[~index.isin(answer.table.reported, level="row")] = None
    return frame


def _finished(answer: Answer, frame: "pd.DataFrame", columns: tuple[str, ...]) -> Shaped:
    """The columns that every layout has, then its own."""
    names = {row: _places(answer, row) for row in answer.rows}
    periods = {period.number: str(period) for period in answer.table.periods}
    places = [names[row] for row in frame["row"]]
    for position, column in enumerate(PLACES):
        frame[column] = [place[position] for place in places]
    frame["release"] = answer.release.number if answer.release else None
    frame["period"] = frame["number"].map(periods)
    frame["by"] = answer.asked.by.value
    frame["protected"] = "yes" if answer.release else "no"
    headers = ("release", "period", *PLACES, "by", *columns, "protected")
    found = frame.loc[:, list(headers)].astype(object)
    return Shaped(headers, list(found.where(found.notna(), None).itertuples(index=False, name=None)))


def _places(answer: Answer, row: str) -> tuple[str | None, ...]:
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
