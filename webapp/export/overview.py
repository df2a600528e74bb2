"""What an official sees at a glance: which tables are asked for it, and what is drawn of their answers. Pure.

Every number is a cell of such a table, as in the file; nothing is added up, so provinces stand beside each other."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urlencode

from webapp.concerns.rules import Taxonomy
from webapp.export import labels
from webapp.export.forms import text, when
from webapp.export.maps import Map, drawn
from webapp.export.tables import NOTHING, Answer
from webapp.i18n import DIRECTIONS, isolated, number
from webapp.places.rules import Atlas, Place
from webapp.questions.labels import Say
from webapp.questions.rules import HEARD, Area, Dimension, Question, Unit
from webapp.timeliness import labels as service
from webapp.timeliness import rules
from webapp.timeliness.rules import Counts, Spot

BARS = (Dimension.CATEGORY, Dimension.URGENCY, Dimension.HOUSEHOLDS, Dimension.THEME, Dimension.ERA)
#: Whose voices are counted by district too.
BY_DISTRICT = tuple(by for by in HEARD if by is not Dimension.MINORITIES_HEARD)
#: What counts as being heard: to be spoken for is not.
IN_PERSON = ("in_jirga", "separately")
#: The months that are drawn at most, the last ones.
MONTHS = 24
#: The drawing of months: how wide and high its lines reach, and the room around them.
WIDE, HIGH, ROOM = 288, 80, 16


class Fact(NamedTuple):
    """One headline figure; `beside` is what it was taken of."""

    label: str
    text: str
    beside: str = ""


class Card(NamedTuple):
    """The headline figures of an area; none where no report is published."""

    name: str
    facts: tuple[Fact, ...]


class Bar(NamedTuple):
    """A number as it is read and, of a hundred, how long it is drawn; without text no report is published. `beside` is
    its rate.
    """

    text: str
    length: int = 0
    beside: str = ""


class Chart(NamedTuple):
    """A table with a bar in each cell: a row for each code, a column for each area; `beside` says what stands beside
    each number.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Bar, ...]], ...]
    beside: str = ""


class Line(NamedTuple):
    """An area's months: the data of a path, where the last one stands, and what it and the greatest one say."""

    name: str
    path: str
    end: tuple[int, int]
    last: str


class Months(NamedTuple):
    """Lines on one scale, the first and the last month in words, and the same as a table."""

    title: str
    lines: tuple[Line, ...]
    most: str
    ends: tuple[str, str]
    mirrored: bool
    cut: bool
    table: Chart


class Unheard(NamedTuple):
    """Whose voices, in how many of the districts with a report none of them is shown to have been heard, and the
    address of the table behind it, after the question mark.
    """

    label: str
    text: str
    query: str


class Overview(NamedTuple):
    """All that is drawn; `apart` stands in place of the map where districts are not told apart. Nothing is drawn of
    places of which no report is published.
    """

    cards: tuple[Card, ...]
    map: Map | None
    apart: Chart | None
    charts: tuple[Chart, ...]
    heard: tuple[Chart, ...]
    unheard: tuple[Unheard, ...]
    months: Months | None


def questions(asked: Question, atlas: Atlas, taxonomy: Taxonomy) -> dict[str, Question]:
    """The tables of the overview beside the table that was asked for: the same places, period and release."""
    province = asked.province or (atlas.province_of(asked.district) if asked.district else "")
    area = Area.DISTRICT if asked.district else Area.PROVINCE
    whole = replace(asked, area=area, by=Dimension.NONE, value="", every=None)
    found: dict[str, Question] = {by: replace(whole, by=by) for by in (Dimension.NONE, *BARS, *HEARD)}
    by_province = replace(whole, area=Area.PROVINCE, province=province, district="")
    found[Dimension.MINORITIES_HEARD] = replace(by_province, by=Dimension.MINORITIES_HEARD)
    found["months"] = replace(whole, every=Unit.MONTH)
    by, value = (asked.by, asked.value) if _chosen(asked) else (Dimension.NONE, "")
    spread = Area.PROVINCE if value and _by_province_only(asked, taxonomy) else Area.DISTRICT
    if not asked.district:
        found |= {f"{by} apart": replace(by_province, area=Area.DISTRICT, by=by) for by in BY_DISTRICT}
    found["map"] = replace(by_province, area=spread, by=by, value=value)
    return found


def _chosen(asked: Question) -> bool:
    """Whether the map shows one value of a dimension, else all grievances."""
    return bool(asked.value) and asked.by not in (Dimension.NONE, Dimension.PROTECTION)


def _by_province_only(asked: Question, taxonomy: Taxonomy) -> bool:
    topic = taxonomy.subcategories.get(asked.value) if asked.by is Dimension.SUBCATEGORY else None
    apart = topic is not None and not labels.countable(topic, Area.DISTRICT)
    return apart or asked.by is Dimension.MINORITIES_HEARD


def year_of(asked: Question) -> int | None:
    """The year whose figures of service belong to a period; None for parts of a year, of which none are kept."""
    whole = asked.period.unit in (None, Unit.YEAR)
    return (asked.period.number if asked.period.unit else rules.ALL_TIME) if whole else None


def overview(found: Mapping[str, Answer], served: Mapping[Spot, Counts] | None, district: str, say: Say) -> Overview:
    """All that is drawn of the answers to `questions`; `served` is what the release kept of the year, or None."""
    spread, whole = found["map"], found[Dimension.NONE]
    by_district, anywhere = spread.asked.area is Area.DISTRICT, bool(spread.table.reported)
    there = bool(whole.table.reported)
    return Overview(
        cards(whole, served, say),
        drawn(spread, district, say) if anywhere and by_district else None,
        _chart(spread, _said(spread, say)) if anywhere and not by_district else None,
        tuple(_chart(found[by], say(labels.DIMENSIONS[by])) for by in BARS if there),
        tuple(_chart(found[by], say(labels.DIMENSIONS[by]), "gatherings", say) for by in HEARD if there),
        tuple(_unheard(found[f"{by} apart"], say) for by in BY_DISTRICT if there and not district),
        months(found["months"], say),
    )


def _said(answer: Answer, say: Say) -> str:
    """Which one value is shown."""
    return " · ".join([say(labels.DIMENSIONS[answer.asked.by]), *answer.codes.values()])


def cards(whole: Answer, served: Mapping[Spot, Counts] | None, say: Say) -> tuple[Card, ...]:
    """The headline figures of each row of a table of all grievances; `served` as for `overview`."""
    made = []
    for row, name in zip(whole.rows, names(whole), strict=True):
        cell = whole.table.cells.get((row, whole.asked.period.number, "total"), NOTHING)._asdict()
        received, gatherings, confirmed = (text(cell, figure, say) for figure in cell)
        people = places(whole)[row].people
        beside = say(labels.PER) % {"number": isolated(rate(cell["grievances"], people))} if people else ""
        facts = (
            Fact(say(service.RECEIVED), received, beside),
            Fact(say(labels.FIGURES[1]), gatherings),
            *_service(Spot(whole.asked.area, row), served, whole, say),
            Fact(say(labels.FIGURES[2]), confirmed),
        )
        made.append(Card(name, facts if row in whole.table.reported else ()))
    return tuple(made)


def rate(grievances: int, people: int) -> str:
    """Of 10,000 people, with as many places as tell something: <0.01, 0.08, 1.3, 12."""
    found = grievances * 10_000 / people
    if 0 < found < 0.01:
        return "<0.01"
    return f"{found:,.{0 if found >= 10 or not grievances else 1 if found >= 1 else 2}f}"


def _service(spot: Spot, served: Mapping[Spot, Counts] | None, whole: Answer, say: Say) -> list[Fact]:
    """How long jirgas waited there, or why that is not said."""
    if served is None:
        return [Fact(say(service.ACKNOWLEDGED), "", say(labels.WHOLE_YEARS))]
    _, by = next(rules.rows([spot], served, whole.atlas))
    if by != spot:
        wider = {Area.DIVISION: whole.atlas.divisions, Area.PROVINCE: whole.atlas.provinces}
        area = wider[by.kind][by.code].names[whole.language] if by else ""
        told = say(service.INSTEAD[by.kind if by else None]) % {"number": rules.FEWEST, "area": area}
        return [Fact(say(service.ACKNOWLEDGED), "", told)]
    one = rules.shown(served[spot])
    base = {"number": isolated(number(one.in_time)), "whole": isolated(number(one.received))}
    days = ((service.HALF_ACKNOWLEDGED, one.acknowledged_median), (service.HALF_ACTED, one.acted_median))
    return [
        Fact(say(service.ACKNOWLEDGED), f"{rules.share(one.in_time, one.received)}%", say(service.OF_ALL) % base),
        *(Fact(say(label), say(service.TOO_FEW) if day is None else number(day)) for label, day in days),
    ]


def places(answer: Answer) -> Mapping[str, Place]:
    """The places that rows are of."""
    atlas = answer.atlas
    kinds = {Area.PROVINCE: atlas.provinces, Area.DIVISION: atlas.divisions, Area.DISTRICT: atlas.districts}
    return kinds[answer.asked.area]


def names(answer: Answer) -> tuple[str, ...]:
    """The names of the rows."""
    return tuple(places(answer)[row].names[answer.language] for row in answer.rows)


def _unheard(answer: Answer, say: Say) -> Unheard:
    """Of an answer by district: the districts where nothing is shown of gatherings that heard them in person."""
    period, cells = answer.asked.period.number, answer.table.cells
    there = [row for row in answer.rows if row in answer.table.reported]
    none = [
        row for row in there
        if not any(cells.get((row, period, code), NOTHING).grievances for code in IN_PERSON)
    ]  # fmt: skip
    told = say(service.OF_ALL) % {"number": isolated(number(len(none))), "whole": isolated(number(len(there)))}
    return Unheard(say(labels.DIMENSIONS[answer.asked.by]), told, urlencode(answer.asked.words()))


def _chart(answer: Answer, title: str, figure: str = "grievances", say: Say | None = None) -> Chart:
    """Bars on one scale that begins at zero; `say` is needed for gatherings, which have words for few."""
    period, table = answer.asked.period.number, answer.table
    cells = {
        (code, row): table.cells.get((row, period, code), NOTHING)._asdict()
        for code in answer.codes for row in answer.rows if row in table.reported
    }  # fmt: skip
    most = max((cell[figure] for cell in cells.values()), default=0) or 1

    def bar(code: str, row: str) -> Bar:
        cell = cells.get((code, row))
        return Bar(text(cell, figure, say or str), round(100 * cell[figure] / most)) if cell else Bar("")

    rows = tuple((label, tuple(bar(code, row) for row in answer.rows)) for code, label in answer.codes.items())
    return Chart(title, names(answer), rows)


def months(answer: Answer, say: Say) -> Months | None:
    """The last months of each row that shows any, on one scale; time runs the way that the writing runs. None where
    nothing is shown in any.
    """
    periods, table = answer.table.periods[-MONTHS:], answer.table
    mirrored = DIRECTIONS[answer.language] == "rtl"
    words = [when(period, answer.language, say) for period in periods]
    numbers = {
        row: [table.totals.get((row, period.number), NOTHING).grievances for period in periods]
        for row in answer.rows if row in table.reported
    }  # fmt: skip
    if not periods or not numbers:
        return None
    most = max(max(own) for own in numbers.values()) or 1
    named = dict(zip(answer.rows, names(answer), strict=True))
    rows = tuple(
        (word, tuple(Bar(number(numbers[row][place]) if row in numbers else "") for row in answer.rows))
        for place, word in enumerate(words)
    )
    return Months(
        say(labels.MONTHLY),
        tuple(_line(named[row], own, most, mirrored=mirrored) for row, own in numbers.items()),
        number(most),
        (words[0], words[-1]),
        mirrored,
        len(answer.table.periods) > MONTHS,
        Chart(say(labels.MONTHLY), names(answer), rows),
    )


def _line(name: str, numbers: list[int], most: int, *, mirrored: bool) -> Line:
    """A month that stands alone is a point at the end."""
    step = WIDE / max(len(numbers) - 1, 1)
    forth = [round(WIDE - step * (len(numbers) - 1 - place)) for place in range(len(numbers))]
    across = [ROOM + (WIDE - x if mirrored else x) for x in forth]
    points = [(x, ROOM + HIGH - round(HIGH * value / most)) for x, value in zip(across, numbers, strict=True)]
    return Line(name, "M" + "L".join(f"{x} {y}" for x, y in points), points[-1], number(numbers[-1]))
