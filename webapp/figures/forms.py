"""What the page of figures of service shows: its filters, and its table in words."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from webapp.drafts.tables import OPTIONS
from webapp.figures import labels
from webapp.i18n import isolated, number
from webapp.places.rules import Atlas
from webapp.questions.labels import ALL_TIME, AREAS, Say, sentence
from webapp.questions.rules import Area, Question, Unanswerable
from webapp.summary.rules import rows_of
from webapp.timeliness import rules
from webapp.timeliness.labels import INSTEAD, OF_ALL, TOO_FEW
from webapp.timeliness.rules import Asked, Counts, Spot


class Line(NamedTuple):
    """A row of the table; `instead` is said in place of all cells."""

    header: str
    sub: str
    cells: tuple[str, ...]
    instead: str = ""


class Sheet(NamedTuple):
    """The table in words."""

    caption: str
    columns: tuple[str, ...]
    rows: list[Line]


def filters(
    words: Mapping[str, str], refused: Unanswerable | None, years: Collection[int], say: Say
) -> dict[str, dict[str, Any]]:
    """The filters by name, each with label, choices, value, and what was refused there."""
    choices = {
        "area": [(code.value, say(label)) for code, label in AREAS.items()],
        "office": [(code, _office(code, say)) for code in rules.OFFICES],
        "year": [("", say(ALL_TIME)), *((str(year), str(year)) for year in sorted(filter(None, years), reverse=True))],
    }
    shown: dict[str, dict[str, Any]] = {
        name: {"name": name, "label": say(label), "value": words.get(name), "error": None, "choices": choices[name]}
        for name, label in labels.FILTERS.items()
    }
    if refused:
        shown[refused.field if refused.field in shown else "area"]["error"] = sentence(refused, say, isolated)
    return shown


def words(asked: Asked) -> dict[str, str]:
    """The parameters that ask it again."""
    year = str(asked.year) if asked.year else ""
    return {"area": asked.area.value, "office": asked.office, "year": year, "release": str(asked.release or "")}


def sheet(asked: Asked, known: Mapping[Spot, Counts], atlas: Atlas, day: date, language: str, say: Say) -> Sheet:
    """The table of a release of that day; what is too few says where to look, and what it is shown with follows."""
    places = {Area.DISTRICT: atlas.districts, Area.DIVISION: atlas.divisions, Area.PROVINCE: atlas.provinces}
    lines = []
    for spot, by in rules.rows(_spots(asked.area, atlas, day), known, atlas):
        name, kind = places[spot.kind][spot.code].names[language], spot.kind
        sub = "" if kind is asked.area else say(AREAS[kind])
        beside = places[by.kind][by.code].names[language] if by else ""
        if by == spot:
            lines.append(Line(name, sub, _cells(rules.shown(known[spot]), say)))
            continue
        instead = say(INSTEAD[by.kind if by else None])
        lines.append(Line(name, sub, (), instead % {"number": rules.FEWEST, "area": beside}))
    year = isolated(str(asked.year)) if asked.year else say(ALL_TIME)
    caption = " · ".join([say(AREAS[asked.area]), _office(asked.office, say), year])
    return Sheet(caption, (say(AREAS[asked.area]), *map(say, labels.COLUMNS)), lines)


def _spots(area: Area, atlas: Atlas, day: date) -> list[Spot]:
    return [Spot(area, code) for code in rows_of(Question(area=area), atlas, day)]


def _office(code: str, say: Say) -> str:
    return say(labels.ALL_OFFICES if code == rules.TOTAL else OPTIONS["body"][code])


def _cells(one: rules.Shown, say: Say) -> tuple[str, ...]:
    """Numbers as people read them; a share only of what is not too few."""
    days = one[-4:]
    whole = say(OF_ALL) % {"number": isolated(number(one.confirmed)), "whole": isolated(number(one.acted))}
    return (
        number(one.received),
        f"{number(one.in_time)} {_share(one.in_time, one.received)}".strip(),
        *(say(TOO_FEW) if day is None else number(day) for day in days),
        number(one.reopened),
        f"{whole} {_share(one.confirmed, one.acted)}".strip(),
    )


def _share(part: int, whole: int) -> str:
    """In brackets; nothing of few."""
    percent = rules.share(part, whole)
    return "" if percent is None else isolated(f"({percent}%)")
