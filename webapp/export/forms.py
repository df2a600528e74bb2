"""What the page of figures shows: its filters with what was asked or refused, and its table in words."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from flask import url_for

from webapp.concerns.rules import Taxonomy
from webapp.export import labels, tables
from webapp.export.queries import whole
from webapp.export.tables import Answer
from webapp.files import Cell
from webapp.forms import by_province
from webapp.i18n import MONTHS, day, isolated, number
from webapp.places.rules import Atlas
from webapp.questions.labels import ALL_TIME, AREAS, Say, sentence
from webapp.questions.rules import Area, Dimension, Layout, Period, Question, Unanswerable, Unit
from webapp.summary.rules import Figures

#: The words that say what the table is of; who gives none of them sees provinces, since all districts are a long page.
SHAPING = ("area", "by", "value", "every", "district", "layout")
#: The words that narrow a district's own page.
NARROWING = ("period", "release")
#: Four times what all subcategories of all districts take.
MOST_CELLS = 20_000
#: What a page of figures reads is kept up to so many cells, half a megabyte or two; see db.Shelf.
MOST_KEPT = 4_000


class Line(NamedTuple):
    """A row of the page's table; an empty cell means that no report is published."""

    header: str
    sub: str
    cells: tuple[str, ...]


class Sheet(NamedTuple):
    """The page's table in words."""

    caption: str
    columns: tuple[str, ...]
    rows: list[Line]


def narrowed(given: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    """The words of the page's address, with what it shows where they do not say."""
    return given if any(given.get(name) for name in SHAPING) else {**given, "area": [Area.PROVINCE]}


def filters(
    words: Mapping[str, str], refused: Unanswerable | None, offered: Mapping[str, Mapping[str, Any]], say: Say,
    names: Sequence[str] = tuple(labels.FILTERS),
) -> dict[str, dict[str, Any]]:  # fmt: skip
    """The filters by name, with label, choices or groups, value, and what was refused, at its own or at the first."""
    shown: dict[str, dict[str, Any]] = {
        name: {
            "name": name,
            "label": say(labels.FILTERS[name]),
            "value": words.get(name, ""),
            "error": None,
            **offered[name],
        }
        for name in names
    }
    if refused:
        shown[refused.field if refused.field in shown else names[0]]["error"] = sentence(refused, say, isolated)
    return shown


def offered(
    reference: tuple[Atlas, Taxonomy], words: Mapping[str, str], releases: Mapping[int, date], language: str, say: Say
) -> dict[str, dict[str, Any]]:
    """What can be chosen in each filter; the period is written. `releases`: the last ones, with their days."""
    atlas, taxonomy = reference
    provinces = {code: place.names[language] for code, place in atlas.provinces.items()}
    districts = by_province(atlas, atlas.districts, language)
    units = [(unit.value, say(label)) for unit, label in labels.UNITS.items()]
    numbers = [(str(release), f"{release} · {day(made, language)}") for release, made in releases.items()]
    return {
        "area": {"choices": [(code.value, say(label)) for code, label in AREAS.items()]},
        "by": {"choices": [(code.value, say(label)) for code, label in labels.DIMENSIONS.items()]},
        "province": {"choices": [("", say(labels.ALL_PROVINCES)), *provinces.items()]},
        "district": {"groups": [("", [("", say(labels.ALL_DISTRICTS))]), *districts]},
        "period": {},
        "every": {"choices": [("", say(labels.UNDIVIDED)), *units]},
        "value": {"choices": [("", say(labels.ALL_VALUES)), *_values(words, taxonomy, language, say)]},
        "release": {"choices": [("", say(labels.LAST_RELEASE)), *numbers]},
    }


def narrow(
    filters: Mapping[str, dict[str, Any]], atlas: Atlas, districts: Collection[str], language: str, say: Say
) -> None:
    """Leave in the filters only what can be answered."""
    kinds = [(area.value, say(AREAS[area])) for area in AREAS if whole(area, atlas, districts)]
    provinces = whole(Area.PROVINCE, atlas, districts)
    filters["area"]["choices"] = kinds
    filters["by"]["choices"] = [one for one in filters["by"]["choices"] if one[0] != Dimension.PROTECTION]
    filters["province"]["choices"] = [one for one in filters["province"]["choices"] if one[0] in {"", *provinces}]
    mine = by_province(atlas, districts, language)
    filters["district"]["groups"] = [filters["district"]["groups"][0], *mine]


def _values(words: Mapping[str, str], taxonomy: Taxonomy, language: str, say: Say) -> list[tuple[str, str]]:
    """The values of the dimension that the page shows; none of what is on no list."""
    by, area = words.get("by") or Dimension.CATEGORY, words.get("area") or Area.DISTRICT
    if by not in list(Dimension) or area not in list(Area):
        return []
    asked = Question(area=Area(area), by=Dimension(by))
    return list(labels.codes(asked, taxonomy, language, say, date.max).items())


def sheet(answer: Answer, say: Say) -> Sheet:
    """The table as the page shows it: always a row for each area and period, whatever layout was asked for."""
    whole = answer.asked.by is Dimension.NONE
    headers, blocks = tables.shaped(answer, Layout.LONG if whole else Layout.WIDE)
    columns = dict(zip(Figures._fields, labels.FIGURES, strict=True)) if whole else {"total": labels.TOTAL}
    shown = {**({} if whole else answer.codes), **{name: say(label) for name, label in columns.items()}}
    parts = {str(part): when(part, answer.language, say) for part in answer.table.periods if answer.asked.every}
    area = answer.asked.area
    lines = [
        Line(str(row[area.value]), parts.get(str(row["period"]), ""), tuple(text(row, name, say) for name in shown))
        for row in (dict(zip(headers, cells, strict=True)) for rows in blocks for cells in rows)
    ]
    return Sheet(_caption(answer, say), (say(AREAS[area]), *shown.values()), lines)


def few(answers: Sequence[Answer]) -> bool:
    """Whether these figures are so few that a worker may keep them for the next who ask."""
    return sum(len(one.table.cells) + len(one.table.totals) for one in answers) <= MOST_KEPT


def too_long(answer: Answer) -> bool:
    """Whether the table would make a page of many megabytes; the file can be had all the same."""
    return len(answer.table.periods) * len(answer.rows) * len(answer.codes) > MOST_CELLS


def by_district(asked: Question) -> str | None:
    """Where the same table stands by district, of which the page's own default would make a long page."""
    if asked.area is not Area.PROVINCE or asked.value or asked.by in (Dimension.MINORITIES_HEARD, Dimension.PROTECTION):
        return None
    words: dict[str, Any] = {**asked.words(), "area": Area.DISTRICT}
    return url_for("export.summary", **words)


def brief_of(asked: Question) -> str:
    """Where the district that was asked for stands beside its province."""
    words: dict[str, Any] = {name: word for name, word in asked.words().items() if name in ("district", *NARROWING)}
    return url_for("export.brief", **words)


def downloads(answer: Answer, say: Say) -> dict[str, Any]:
    """Label and address of each file of these figures, and how many rows it has."""
    words: dict[str, Any] = answer.asked.words()
    whole = answer.asked.by is Dimension.NONE  # of which the wide layout has the total alone
    files = []
    for kind, layout, label in labels.DOWNLOADS:
        shape = Layout.LONG if whole and kind == "xlsx" else layout
        files.append((say(label), url_for("export.download", **{**words, "kind": kind, "layout": shape})))
    return {"files": files, **{layout.value: tables.length(answer, layout) for layout in Layout}}


def notes(answer: Answer, taxonomy: Taxonomy, say: Say, today: date) -> list[str]:
    """What stands beside the table, or in its place."""
    instead = [say(labels.TOO_LONG)] if too_long(answer) else []
    return instead + labels.notes(answer.asked, taxonomy, answer.language, say, today)


def text(row: Mapping[str, Cell], name: str, say: Say) -> str:
    """A number as people read it; gatherings beside grievances are never shown as none at all."""
    value = row[name]
    if value is None:
        return ""
    if name == "gatherings" and value == 0 and row["grievances"]:
        return say(labels.FEWER_THAN) % {"number": 4}
    return number(int(value))


def _caption(answer: Answer, say: Say) -> str:
    """What was asked, in the words of the filters."""
    asked, language = answer.asked, answer.language
    places = [answer.atlas.provinces[asked.province].names[language]] if asked.province else []
    places += [answer.atlas.districts[asked.district].names[language]] if asked.district else []
    value = list(answer.codes.values()) if asked.value else []
    said = [say(labels.DIMENSIONS[asked.by]), *value, say(AREAS[asked.area]), *places]
    return " · ".join([*said, when(asked.period, language, say)])


def when(period: Period, language: str, say: Say) -> str:
    """A period as people read it."""
    if period.unit is Unit.MONTH:
        return f"{MONTHS[language][period.number % 12]} {period.number // 12}"
    if period.unit is Unit.QUARTER and period.months:  # years of the treasury begin in July
        first, last = (MONTHS[language][month % 12] for month in (period.months[0], period.months[-1]))
        return f"{isolated(str(period))} ({say(labels.RANGE) % {'low': first, 'high': last}})"
    return isolated(str(period)) if period.unit else say(ALL_TIME)
