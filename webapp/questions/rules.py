"""A question to the counts: one table of a closed list, read from the words of an address or a command line. Pure."""

import enum
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from webapp.places.rules import Atlas
from webapp.texts.rules import digits


class Area(enum.StrEnum):
    """What a row of a table is; nothing below the district is ever shown."""

    PROVINCE = "province"
    DIVISION = "division"
    DISTRICT = "district"


class Dimension(enum.StrEnum):
    """What is counted apart; `none` counts all, `protection` what stands in no other table."""

    CATEGORY = "category"
    SUBCATEGORY = "subcategory"
    URGENCY = "urgency"
    STATUS = "status"
    REMEDY = "remedy"
    THEME = "theme"
    ERA = "era"
    HOUSEHOLDS = "households"
    WOMEN_HEARD = "women_heard"
    YOUTH_HEARD = "youth_heard"
    DISPLACED_HEARD = "displaced_heard"
    MINORITIES_HEARD = "minorities_heard"
    NONE = "none"
    PROTECTION = "protection"


#: Whose voices were heard in a gathering.
HEARD = (
    Dimension.WOMEN_HEARD, Dimension.YOUTH_HEARD, Dimension.DISPLACED_HEARD, Dimension.MINORITIES_HEARD,
)  # fmt: skip
#: The dimensions in which gatherings are counted beside grievances.
GATHERED = frozenset({Dimension.NONE, *HEARD})
#: One grievance may stand in several rows of these, so rows add up to more than the total.
OVERLAPPING = frozenset({Dimension.REMEDY, Dimension.THEME})


class Unit(enum.StrEnum):
    """A whole part of the calendar, by the day received in Karachi."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


MONTHS: Mapping[Unit, int] = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}


class Layout(enum.StrEnum):
    """One row per code, or one column per code."""

    LONG = "long"
    WIDE = "wide"


class Unanswerable(ValueError):
    """A question that is on no list: the word at fault, the message of labels.PROBLEMS, and its named values."""

    def __init__(self, field: str, code: str, **named: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code
        self.named = named


PERIOD = re.compile(r"(20[0-9]{2})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")


@dataclass(frozen=True, order=True)
class Period:
    """The n-th whole month, quarter or year (year*12 + month-1, year*4 + quarter-1, year), or all time."""

    unit: Unit | None = None
    number: int = 0

    @property
    def months(self) -> range | None:
        """Its months, each as year*12 + month-1; None for all time."""
        if self.unit is None:
            return None
        length = MONTHS[self.unit]
        return range(self.number * length, (self.number + 1) * length)

    @property
    def before(self) -> "Period":
        """The one before it."""
        return Period(self.unit, self.number - 1)

    def __str__(self) -> str:
        """As it is asked for and shown: all, 2025, 2025-Q3, 2025-09."""
        if self.unit is Unit.MONTH:
            return f"{self.number // 12}-{self.number % 12 + 1:02}"
        if self.unit is Unit.QUARTER:
            return f"{self.number // 4}-Q{self.number % 4 + 1}"
        return str(self.number) if self.unit else "all"


@dataclass(frozen=True)
class Question:
    """One table; the defaults are the first thing an official wants: categories by district, all time."""

    area: Area = Area.DISTRICT
    by: Dimension = Dimension.CATEGORY
    #: one code of `by` alone, or ""
    value: str = ""
    period: Period = Period()
    #: one block of rows for each of these parts of the period
    every: Unit | None = None
    #: rows of this province or district alone, or ""
    province: str = ""
    district: str = ""
    layout: Layout = Layout.LONG
    #: None is the last one
    release: int | None = None

    def words(self) -> dict[str, str]:
        """The parameters that ask it again; what is not narrowed is left out."""
        given = {
            "area": self.area.value, "by": self.by.value, "value": self.value, "period": str(self.period),
            "every": self.every.value if self.every else "", "province": self.province, "district": self.district,
            "layout": self.layout.value, "release": str(self.release or ""),
        }  # fmt: skip
        return {name: word for name, word in given.items() if word}


NAMES = ("area", "by", "value", "period", "every", "province", "district", "layout", "release")


def question(given: Mapping[str, Sequence[str]], atlas: Atlas) -> Question:
    """The question asked by these words, each name with the values given for it; an empty value is none.

    Raises Unanswerable for whatever is not on the closed list; whether `value` is a code of the dimension is checked
    where the codes are known.
    """
    words = words_of(given, NAMES)
    by = Dimension(listed(words, "by", Dimension) or Dimension.CATEGORY)
    apart = by is Dimension.PROTECTION
    asked = Question(
        area=Area(listed(words, "area", Area) or (Area.PROVINCE if apart else Area.DISTRICT)),
        by=by,
        value=words["value"],
        period=period(words["period"]),
        every=_unit(listed(words, "every", Unit) or (Unit.YEAR if apart else "")),
        province=words["province"],
        district=words["district"],
        layout=Layout(listed(words, "layout", Layout) or Layout.LONG),
        release=release_of(words["release"]),
    )
    _check_places(asked, atlas)
    _check_tables(asked)
    return asked


def period(word: str) -> Period:
    """The period written 2025, 2025-Q3, 2025-09 or all, in any of the three digit sets; raises Unanswerable."""
    if word in ("", "all"):
        return Period()
    found = PERIOD.fullmatch(digits(word))
    if found is None:
        raise Unanswerable("period", "bad_period", given=word[:40])
    year, quarter, month = found.groups()
    if quarter:
        return Period(Unit.QUARTER, int(year) * 4 + int(quarter) - 1)
    return Period(Unit.MONTH, int(year) * 12 + int(month) - 1) if month else Period(Unit.YEAR, int(year))


def words_of(given: Mapping[str, Sequence[str]], names: Sequence[str]) -> dict[str, str]:
    """Each name once, "" for what is not given; raises Unanswerable: a figure narrowed by less would mislead."""
    for name, values in given.items():
        if name not in names:
            raise Unanswerable(name[:40], "unknown_name", known=", ".join(names))
        if len(values) > 1:
            raise Unanswerable(name, "given_twice")
    return {name: next(iter(given.get(name, ())), "").strip() for name in names}


def listed(words: Mapping[str, str], name: str, known: Iterable[str]) -> str:
    """The word if it is one of those known, or ""; raises Unanswerable."""
    codes = list(known)
    if words[name] and words[name] not in codes:
        raise Unanswerable(name, "not_listed", given=words[name][:40], known=", ".join(codes))
    return words[name]


def _unit(word: str) -> Unit | None:
    return Unit(word) if word else None


def release_of(word: str) -> int | None:
    """The number of a release, None for the last one; raises Unanswerable."""
    number = digits(word)
    if not number:
        return None
    if not (number.isascii() and number.isdigit() and 0 < int(number[:10]) < 10**9):
        raise Unanswerable("release", "bad_release")
    return int(number)


def _check_places(asked: Question, atlas: Atlas) -> None:
    if asked.province and asked.province not in atlas.provinces:
        raise Unanswerable("province", "unknown_province", known=", ".join(atlas.provinces))
    if not asked.district:
        return
    if asked.district not in atlas.districts:
        raise Unanswerable("district", "unknown_district", given=asked.district[:40])
    if asked.area is not Area.DISTRICT:
        raise Unanswerable("district", "district_rows_only")
    if asked.province and atlas.province_of(asked.district) != asked.province:
        raise Unanswerable("district", "other_province")


def _check_tables(asked: Question) -> None:
    """What disclosure.md keeps for provinces, and periods that hold no whole sub-period."""
    if asked.by in (Dimension.MINORITIES_HEARD, Dimension.PROTECTION) and asked.area is not Area.PROVINCE:
        raise Unanswerable("area", "province_rows_only")
    if asked.by is Dimension.PROTECTION and asked.period.unit not in (None, Unit.YEAR):
        raise Unanswerable("period", "years_only")
    if asked.by is Dimension.PROTECTION and asked.every is not Unit.YEAR:
        raise Unanswerable("every", "years_only")
    if asked.every and asked.period.unit and MONTHS[asked.every] > MONTHS[asked.period.unit]:
        raise Unanswerable("every", "longer_than_period")
