"""One district beside its province, for a page that is printed as a brief: its tables and what changed. Pure.

Every number is a cell of the summary file; rates, shares and changes are made of such cells and of nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from webapp.export import labels
from webapp.export.forms import NARROWING, text, when
from webapp.export.overview import BARS, BY_DISTRICT, Bar, Card, Chart, Months, cards, months, names, places, rate
from webapp.export.tables import NOTHING, Answer
from webapp.i18n import isolated, number
from webapp.places.rules import Atlas
from webapp.questions.labels import Say
from webapp.questions.rules import HEARD, Area, Dimension, Period, Question, Unit, period, release_of, words_of
from webapp.summary.rules import moved
from webapp.timeliness.rules import Counts, Spot

#: The columns, the district first.
BESIDE = (Area.DISTRICT, Area.PROVINCE)
#: What is compared with the time before; the first is the whole.
MOVING = (Dimension.NONE, Dimension.CATEGORY, Dimension.SUBCATEGORY)
#: So many of those that grew, and of those that fell, are shown.
MOST_GROWN, MOST_FALLEN = 4, 3

#: what is asked for: (dimension or "months", whose, which time: "", "now" or "before")
Key = tuple[str, Area, str]
Found = Mapping[Key, Answer]


class Change(NamedTuple):
    """What was shown in both times, by how much it changed and between which bounds the true change lies ("" for both
    where there may be none), and the same change in the province.
    """

    label: str
    before: str
    now: str
    change: str
    bounds: str
    around: str


class Moves(NamedTuple):
    """Both times as they are asked for and in words, all grievances, and what changed: by dimension, what grew most on
    top, and whether more changed than is shown.
    """

    periods: tuple[str, str]
    times: tuple[str, str]
    whole: Change
    groups: tuple[tuple[str, tuple[Change, ...], bool], ...]


class Brief(NamedTuple):
    """All of the page; nothing has changed where no report of the district is published."""

    cards: tuple[Card, ...]
    moves: Moves | None
    charts: tuple[Chart, ...]
    heard: tuple[Chart, ...]
    months: tuple[Months, ...]
    #: whether the census counts the district's people apart
    counted: bool


def asked(given: Mapping[str, Sequence[str]], district: str) -> Question:
    """The district's own table of a period, by default all time, at a release; raises Unanswerable."""
    words = words_of(given, NARROWING)
    return Question(
        by=Dimension.NONE, district=district, period=period(words["period"]), release=release_of(words["release"])
    )


def times(chosen: Period, day: date) -> tuple[Period, Period]:
    """The time before and the time that is compared with it: the chosen one, or the last quarter that was whole on
    that day."""
    now = chosen if chosen.unit else Period(Unit.QUARTER, day.year * 4 + (day.month - 1) // 3).before
    return now.before, now


def questions(asked: Question, atlas: Atlas, day: date) -> dict[Key, Question]:
    """Every table of the page, of the district and of its province; `day` is the release's."""
    province = replace(asked, area=Area.PROVINCE, province=atlas.province_of(asked.district), district="")
    before, now = times(asked.period, day)
    found: dict[Key, Question] = {}
    for one in (asked, province):
        found |= {(kind, one.area, ""): replace(one, by=kind) for kind in (Dimension.NONE, *BARS, *BY_DISTRICT)}
        found["months", one.area, ""] = replace(one, every=Unit.MONTH)
        found |= {(kind, one.area, "before"): replace(one, by=kind, period=before) for kind in MOVING}
        found |= {(kind, one.area, "now"): replace(one, by=kind, period=now) for kind in MOVING}
    found[Dimension.MINORITIES_HEARD, Area.PROVINCE, ""] = replace(province, by=Dimension.MINORITIES_HEARD)
    return found


def brief(found: Found, served: Mapping[Spot, Counts] | None, say: Say) -> Brief:
    """The page of the answers to `questions`; `served` is what the release kept of the period's year, or None."""
    here, around = (found[Dimension.NONE, area, ""] for area in BESIDE)
    known = here.atlas.districts[here.asked.district].people is not None
    there = bool(around.table.reported)
    return Brief(
        (*cards(here, served, say), *cards(around, served, say)),
        _moves(found, say) if here.table.reported else None,
        tuple(_profile(found, by, "grievances", say, rates=known and by is BARS[0]) for by in BARS if there),
        tuple(_profile(found, by, "gatherings", say, rates=False) for by in HEARD if there),
        tuple(drawn for area in BESIDE if (drawn := months(found["months", area, ""], say))),
        known,
    )


def _profile(found: Found, by: Dimension, figure: str, say: Say, *, rates: bool) -> Chart:
    """A column for each place; a bar is the share of all that is counted there, on one scale. `rates`: with the rate
    beside each number.
    """
    answers = [found[by, area, ""] for area in BESIDE if (by, area, "") in found]
    shares = [_shares(one, found[Dimension.NONE, one.asked.area, ""], figure) for one in answers]
    most = max((share for column in shares for share in column.values()), default=0) or 1

    def bar(one: Answer, code: str, share: float) -> Bar:
        cell, people = _cell(one, code), places(one)[one.rows[0]].people
        if not one.table.reported:
            return Bar("")
        beside = isolated(rate(cell["grievances"], people)) if rates and people and cell["grievances"] else ""
        return Bar(text(cell, figure, say), round(100 * share / most), beside)

    rows = tuple(
        (label, tuple(bar(one, code, column[code]) for one, column in zip(answers, shares, strict=True)))
        for code, label in answers[0].codes.items()
    )
    heads = tuple(name for one in answers for name in names(one))
    return Chart(say(labels.DIMENSIONS[by]), heads, rows, say(labels.RATE) if rates else "")


def _shares(answer: Answer, whole: Answer, figure: str) -> dict[str, float]:
    """What part of all that is shown of the place each code is; none of nothing."""
    of = _cell(whole, "total")[figure]
    return {code: _cell(answer, code)[figure] / of if of else 0 for code in answer.codes}


def _cell(answer: Answer, code: str) -> dict[str, int]:
    """The figures of the one row."""
    return answer.table.cells.get((answer.rows[0], answer.asked.period.number, code), NOTHING)._asdict()


def _moves(found: Found, say: Say) -> Moves:
    """What changed more than the noise may have made of it."""
    before, now = (found[Dimension.NONE, Area.DISTRICT, time].asked.period for time in ("before", "now"))
    language = found[Dimension.NONE, Area.DISTRICT, "now"].language
    groups = []
    for by in MOVING[1:]:
        codes = found[by, Area.DISTRICT, "now"].codes
        changes = {code: _difference(found, by, Area.DISTRICT, code) for code in codes}
        changed = sorted((code for code in codes if moved(*changes[code])), key=lambda code: -_up(changes[code]))
        grown = [code for code in changed if _up(changes[code]) > 0][:MOST_GROWN]
        fallen = [code for code in changed if _up(changes[code]) < 0][-MOST_FALLEN:]
        lines = tuple(_change(found, by, code, codes[code], say) for code in (*grown, *fallen))
        groups.append((say(labels.DIMENSIONS[by]), lines, len(lines) < len(changed)))
    whole = _change(found, Dimension.NONE, "total", say(labels.DIMENSIONS[Dimension.NONE]), say)
    spoken = when(before, language, say), when(now, language, say)
    return Moves((str(before), str(now)), spoken, whole, tuple(groups))


def _difference(found: Found, by: Dimension, area: Area, code: str) -> tuple[int, int]:
    """What is shown of a code before and now."""
    before, now = (_cell(found[by, area, time], code)["grievances"] for time in ("before", "now"))
    return before, now


def _up(shown: tuple[int, int]) -> int:
    return shown[1] - shown[0]


def _change(found: Found, by: Dimension, code: str, label: str, say: Say) -> Change:
    shown = _difference(found, by, Area.DISTRICT, code)
    bounds, around = moved(*shown), _difference(found, by, Area.PROVINCE, code)
    between = say(labels.RANGE) % {"low": signed(bounds.low), "high": signed(bounds.high)} if bounds else ""
    return Change(
        label,
        number(shown[0]),
        number(shown[1]),
        signed(_up(shown)) if bounds else "",
        between,
        signed(_up(around)) if moved(*around) else "",
    )


def signed(value: int) -> str:
    """A change with its sign, which stands before the digits in all languages."""
    return isolated(f"+{number(value)}" if value > 0 else f"\u2212{number(-value)}" if value < 0 else "0")
