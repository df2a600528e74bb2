"""Codes and labels of every table, in order; the words of the page, and the notes that make its figures readable."""

from collections.abc import Mapping
from datetime import date

from webapp.concerns.rules import THEMES, Sensitivity, Taxonomy, Topic
from webapp.config import N_
from webapp.drafts.labels import QUESTIONS
from webapp.drafts.tables import OPTIONS
from webapp.i18n import isolated
from webapp.places.rules import Atlas
from webapp.questions.labels import ALL_TIME, AREAS, CHANGED_ONLY, NOISE, UNPLACED, Say
from webapp.questions.rules import HEARD, OVERLAPPING, Area, Dimension, Layout, Question, Unit
from webapp.summary.rules import ERAS, Figures

TOTAL = N_("Total")
HOW = N_("How to read these figures")
DIMENSIONS: Mapping[Dimension, str] = {
    Dimension.CATEGORY: N_("Category"),
    Dimension.SUBCATEGORY: N_("Exact problem"),
    Dimension.URGENCY: N_("Urgency"),
    Dimension.STATUS: N_("Status"),
    Dimension.REMEDY: QUESTIONS["remedies"][0],
    Dimension.THEME: N_("Theme"),
    Dimension.ERA: N_("When it began"),
    Dimension.HOUSEHOLDS: N_("Households"),
    **{dimension: QUESTIONS[dimension][0] for dimension in HEARD},
    Dimension.NONE: N_("All grievances"),
    Dimension.PROTECTION: N_("Protected grievances"),
}
UNITS: Mapping[Unit, str] = {
    Unit.YEAR: N_("Every year"),
    Unit.QUARTER: N_("Every quarter"),
    Unit.MONTH: N_("Every month"),
}
FIGURES = (N_("Grievances"), N_("Gatherings"), N_("Confirmed by the jirga"))
FILTERS: Mapping[str, str] = {
    "area": N_("Area"),
    "by": N_("Figures by"),
    "province": N_("Province"),
    "district": N_("District"),
    "period": N_("Period"),
    "every": N_("Parts of the period"),
    "value": N_("One value of these"),
    "release": N_("Release"),
}
ALL_PROVINCES, ALL_DISTRICTS = N_("All provinces"), N_("All districts")
UNDIVIDED = N_("Undivided")
ALL_VALUES, LAST_RELEASE = N_("All of them"), N_("The last one")
FEWER_THAN = N_("Fewer than %(number)s")
#: What each button gives: format, layout, and for whom it is.
DOWNLOADS = (
    ("xlsx", Layout.WIDE, N_("For Excel (XLSX)")),
    ("csv", Layout.LONG, N_("For statistics programs (CSV), one row for each figure")),
    ("csv", Layout.WIDE, N_("For statistics programs (CSV), one row for each area")),
    ("json", Layout.LONG, N_("For programmers (JSON)")),
    ("zip", Layout.LONG, N_("To keep or pass on (ZIP): CSV with its description in three languages")),
)
SLOWED = (
    N_("Too many files in one minute"),
    N_("You have taken %(most)s files in one minute. Nothing is wrong. Come back in %(seconds)s seconds."),
)
#: The two sheets of a workbook.
SHEETS = (N_("Summary"), N_("About"))

STATUS: Mapping[str, str] = {
    "waiting": N_("Waiting"),
    "in_hand": N_("In hand"),
    "planned": N_("Planned"),
    "answered": N_("Answered"),
    "confirmed": N_("Confirmed by the jirga"),
    "closed_unconfirmed": N_("Closed without confirmation"),
    "counted_only": N_("Counted only"),
}
NOT_RECORDED = {"not_recorded": OPTIONS["special"]["not_recorded"]}
ERA: Mapping[str, str] = {
    "before_2014": N_("Before 2014"),
    "y2014_2017": N_("2014 to 2017"),
    "y2018_2023": N_("2018 to 2023"),
    "since_2024": N_("Since 2024"),
    **NOT_RECORDED,
}

TOTALS = N_("Every total is protected by itself, so a row may differ from its total by a few.")
OVERLAP = N_("One grievance may stand in several columns here, so they add up to more than the total.")
ELSEWHERE = N_(
    "Grievances that could put somebody in danger are in none of these numbers. The table of protected grievances "
    "counts them by province and year."
)
LEFT_OUT = N_("To protect people, these are left out here: %(names)s. Some are counted by province.")
LEFT_OUT_EVERYWHERE = N_("To protect people, these are left out: %(names)s. They stand among the protected grievances.")
RANGES = N_("This counts grievances by the number of households that each concerns; households are never added up.")
EXACT = N_(
    "These numbers are exact and not protected: they count the grievances that you may read, as they stand now. They "
    "are for your own work. Do not publish them or pass them on: a small number can tell who spoke."
)
UNVERIFIED = N_("Reported by jirgas, not verified. Few reports may mean no access.")
EMPTY = N_("An empty number means that no report is published there. It is not a zero.")
BARE = N_("These are the true numbers of this moment, for the operator alone. Never pass this file on.")
NO_RELEASE = N_("No figures have been published yet. They appear here after the first release.")
OF_RELEASE = N_("Figures of release %(number)s, %(date)s.")
NAMED = N_("Do not try to find out who spoke.")
TOO_LONG = N_("This table is too long for a page. Choose one province, a shorter period or longer parts of it.")

#: What is drawn above the table.
MAP, MONTHLY = N_("Grievances by district"), N_("By month")
NO_REPORT = N_("No report published")
RANGE, OR_MORE = N_("%(low)s to %(high)s"), N_("%(low)s or more")
PER, RATE = N_("%(number)s for each 10,000 people"), N_("For each 10,000 people")
WHOLE_YEARS = N_("This is kept for whole years and for all time only.")

#: The page of one district.
SHARES = N_("A bar is the part of all that is counted in the place, so that a district and its province compare.")
PEOPLE = N_("People are those of the census of 2023.")
NO_PEOPLE = N_("The census of 2023 does not count the people of this district apart, so there are no rates for it.")
CHANGES = N_(
    "A change is shown only where it is larger than what the protection of numbers can make of it. The true change "
    "lies within the range beside it."
)
UNKNOWN_DISTRICT = (N_("Not found"), N_("There is no district “%(given)s” here. Choose it in the summary."))


def codes(asked: Question, taxonomy: Taxonomy, language: str, say: Say, day: date) -> dict[str, str]:
    """Code to label of all that the table counts, in order; what was added after `day` would change old files."""
    if asked.by in (Dimension.CATEGORY, Dimension.SUBCATEGORY):
        topics = taxonomy.categories if asked.by is Dimension.CATEGORY else taxonomy.subcategories
        counted = [topic for topic in topics.values() if topic.valid_from <= day and countable(topic, asked.area)]
        return {topic.code: topic.labels[language] for topic in counted}
    return {code: say(message) for code, message in _messages(asked.by).items()}


def countable(topic: Topic, area: Area) -> bool:
    """Whether a category or subcategory can ever be counted apart at the area (categories always can)."""
    if not topic.category or topic.sensitivity is Sensitivity.NO:
        return True
    return topic.sensitivity is Sensitivity.CONFIDENTIAL and area is Area.PROVINCE


def _messages(by: Dimension) -> Mapping[str, str]:
    if by in HEARD:
        return {**OPTIONS["heard"], **NOT_RECORDED}
    return {
        Dimension.URGENCY: OPTIONS["urgency"],
        Dimension.STATUS: STATUS,
        Dimension.REMEDY: {**OPTIONS["remedy"], **NOT_RECORDED},
        Dimension.THEME: THEMES,
        Dimension.ERA: {code: ERA[code] for code in ERAS},
        Dimension.HOUSEHOLDS: {**OPTIONS["households"], **NOT_RECORDED},
    }.get(by, {"total": TOTAL})


def notes(asked: Question, taxonomy: Taxonomy, language: str, say: Say, day: date) -> list[str]:
    """Whole sentences on how to read the table: noise, totals, what is counted elsewhere."""
    alone = asked.by in (Dimension.NONE, Dimension.PROTECTION, *OVERLAPPING)
    told = [NOISE, *([] if alone else [TOTALS]), *_held(asked)]
    return [*map(say, told), *_left_out(asked, taxonomy, language, say, day), say(CHANGED_ONLY)]


def _held(asked: Question) -> list[str]:
    """What is in the numbers and what is not, protected or exact."""
    told = [OVERLAP] if asked.by in OVERLAPPING else []
    if asked.by is Dimension.HOUSEHOLDS:
        told.append(RANGES)
    if asked.area is not Area.PROVINCE:
        told.append(UNPLACED)
    if asked.by is not Dimension.PROTECTION:
        told.append(ELSEWHERE)
    return told


def exact_notes(asked: Question, taxonomy: Taxonomy, language: str, say: Say, day: date) -> list[str]:
    """The same of exact figures: what they are not for, and nothing of noise and releases."""
    return [*map(say, [EXACT, *_held(asked)]), *_left_out(asked, taxonomy, language, say, day)]


def brief_notes(say: Say, *, counted: bool) -> list[str]:
    """How to read the page of a district; `counted`: whether the census counts its people apart."""
    told = [NOISE, CHANGES, SHARES, PEOPLE if counted else NO_PEOPLE, UNPLACED, ELSEWHERE, CHANGED_ONLY]
    return [*map(say, told)]


def _left_out(asked: Question, taxonomy: Taxonomy, language: str, say: Say, day: date) -> list[str]:
    if asked.by is not Dimension.SUBCATEGORY:
        return []
    left = [topic for topic in taxonomy.subcategories.values() if topic.valid_from <= day]
    names = [topic.labels[language] for topic in left if not countable(topic, asked.area)]
    message = LEFT_OUT_EVERYWHERE if asked.area is Area.PROVINCE else LEFT_OUT
    return [say(message) % {"names": (", " if language == "en" else "، ").join(names)}] if names else []


def about(
    asked: Question, made: tuple[int, str] | None, reference: tuple[Atlas, Taxonomy], language: str, say: Say, day: date
) -> list[str]:
    """The lines that go with a file: release (number and day; None is live), filters, how to read it."""
    bare, told = made is None, say(BARE)
    if made is not None:
        told = say(OF_RELEASE) % {"number": made[0], "date": isolated(made[1])} if made[0] else say(NO_RELEASE)
    chosen = _chosen(asked, reference, language, say, day)
    filters = [f"{say(FILTERS[name])}: {value}" for name, value in chosen.items() if value]
    method = [
        say(UNVERIFIED),
        say(EMPTY),
        *([] if bare else [*notes(asked, reference[1], language, say, day), say(NAMED)]),
    ]
    return [say(SHEETS[0]), told, "", *filters, "", say(HOW), *method]


def _chosen(asked: Question, reference: tuple[Atlas, Taxonomy], language: str, say: Say, day: date) -> dict[str, str]:
    """What was chosen in each filter, in words; what narrows nothing is empty or said to be all."""
    atlas, taxonomy = reference
    value = codes(asked, taxonomy, language, say, day).get(asked.value)
    by = say(DIMENSIONS[asked.by])
    return {
        "area": say(AREAS[asked.area]),
        "by": f"{by} · {value}" if value else by,
        "province": atlas.provinces[asked.province].names[language] if asked.province else say(ALL_PROVINCES),
        "district": atlas.districts[asked.district].names[language] if asked.district else "",
        "period": isolated(str(asked.period)) if asked.period.unit else say(ALL_TIME),
        "every": say(UNITS[asked.every]) if asked.every else "",
    }


def titles(say: Say) -> dict[str, str]:
    """What the columns of places and figures are called."""
    places = {area.value: say(label) for area, label in AREAS.items()}
    return {**places, **dict(zip(Figures._fields, map(say, FIGURES), strict=True)), "total": say(TOTAL)}
