"""The map of districts that is drawn of an answer: a tile for each, in classes, with the same as a table. Pure."""

from collections import defaultdict
from typing import NamedTuple
from urllib.parse import urlencode

from webapp.export import labels, tiles
from webapp.export.tables import NOTHING, Answer
from webapp.i18n import isolated, number
from webapp.questions.labels import Say

#: The class of tiles of which no report is published.
NONE = 0


class Tile(NamedTuple):
    """A district: class, middle, number ("" where no report is published), label and how far it is moved aside, the
    address of its own page, and whether it is the one that was asked for.
    """

    kind: int
    at: tiles.Point
    text: str
    label: str
    shift: int
    link: str
    chosen: bool


class Row(NamedTuple):
    """A district in the table; an empty text means that no report is published."""

    name: str
    text: str
    link: str


class Map(NamedTuple):
    """All of the map: one tile's outline, the tiles of each class, what the classes mean, and the table by province."""

    title: str
    width: int
    height: int
    outline: str
    fills: tuple[tuple[int, str], ...]
    border: str
    tiles: tuple[Tile, ...]
    legend: tuple[tuple[int, str], ...]
    groups: tuple[tuple[str, tuple[Row, ...]], ...]


class Sheet(NamedTuple):
    """What all tiles of a map are drawn on: its frame, the limits of its classes, the chosen district or ""."""

    frame: tiles.Frame
    bounds: tuple[int, ...]
    district: str
    say: Say


def drawn(answer: Answer, district: str, say: Say) -> Map | None:
    """The map of an answer by district, with one of them chosen or ""; None where no district has a tile."""
    numbers = _numbers(answer)
    at = {row: place for row in answer.rows if (place := answer.atlas.districts[row].tile)}
    if not at:
        return None
    bounds = tiles.limits([shown for shown in numbers.values() if shown is not None])
    sheet = Sheet(tiles.frame(at.values()), bounds, district, say)
    found = tuple(
        _tile(answer, row, tiles.centre(place, sheet.frame), numbers[row], sheet) for row, place in at.items()
    )
    fills: dict[int, str] = defaultdict(str)
    for tile in found:
        fills[tile.kind] += tiles.outline(tile.at)
    return Map(
        _title(answer, say),
        sheet.frame.width,
        sheet.frame.height,
        tiles.outline(),
        tuple(sorted(fills.items())),
        tiles.border({place: answer.atlas.province_of(row) for row, place in at.items()}, sheet.frame),
        found,
        _legend(bounds, say),
        _groups(answer, numbers),
    )


def _numbers(answer: Answer) -> dict[str, int | None]:
    """The protected grievances of each district, None where no report is published."""
    code, period, table = answer.asked.value or "total", answer.asked.period.number, answer.table
    return {
        row: table.cells.get((row, period, code), NOTHING).grievances if row in table.reported else None
        for row in answer.rows
    }


def _title(answer: Answer, say: Say) -> str:
    value = [say(labels.DIMENSIONS[answer.asked.by]), *answer.codes.values()] if answer.asked.value else []
    return " · ".join([say(labels.MAP), *value])


def _tile(answer: Answer, row: str, middle: tiles.Point, shown: int | None, sheet: Sheet) -> Tile:
    text = "" if shown is None else number(shown)
    label = f"{answer.atlas.districts[row].names[answer.language]}: {text or sheet.say(labels.NO_REPORT)}"
    return Tile(
        NONE if shown is None else tiles.class_of(shown, sheet.bounds),
        middle,
        text,
        label,
        tiles.shift(middle, label, sheet.frame),
        _link(answer, row),
        row == sheet.district,
    )


def _link(answer: Answer, district: str) -> str:
    """The address of a district's own page, from the summary."""
    asked = answer.asked
    words = {"period": str(asked.period)} if asked.period.unit else {}
    words |= {"release": str(asked.release)} if asked.release else {}
    return f"summary/{district}" + (f"?{urlencode(words)}" if words else "")


def _legend(bounds: tuple[int, ...], say: Say) -> tuple[tuple[int, str], ...]:
    """The numbers of each class in words, the last one open above."""
    lows = (0, *bounds)
    ranges = [
        say(labels.RANGE) % {"low": isolated(number(low)), "high": isolated(number(high - 1))}
        for low, high in zip(lows, bounds, strict=False)
    ]
    most = say(labels.OR_MORE) % {"low": isolated(number(bounds[-1]))}
    return ((NONE, say(labels.NO_REPORT)), *enumerate([*ranges, most], start=1))


def _groups(answer: Answer, numbers: dict[str, int | None]) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """The districts of each province, in the order of the reference table: this is no ranking."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row, shown in numbers.items():
        name = answer.atlas.districts[row].names[answer.language]
        groups[answer.atlas.province_of(row)].append(
            Row(name, "" if shown is None else number(shown), _link(answer, row))
        )
    return tuple((answer.atlas.provinces[code].names[answer.language], tuple(rows)) for code, rows in groups.items())
