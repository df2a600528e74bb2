"""The sheet into which paper forms are typed: a column for each question, a list for each cell that has one. Pure."""

from collections.abc import Callable

from webapp import files
from webapp.bulk.forms import ONLY, SEVERAL, STARRED, about_the_jirga, answers, hint, number, numbers
from webapp.config import N_
from webapp.drafts.forms import FIRST_YEAR, MULTI, TEXTS, World
from webapp.drafts.labels import PROBLEMS
from webapp.forms import districts, tehsils, topics
from webapp.i18n import DIRECTIONS
from webapp.paper.labels import column
from webapp.paper.rules import DAYS, NEEDED, SHEET
from webapp.paper.tables import PAGE, PAGE_BYTES

Say = Callable[[str], str]

#: The names of the three sheets: a spreadsheet takes 31 letters.
NAMES = (N_("Paper forms"), N_("Lists"), N_("How to fill it in"))
DAY_FIRST = N_("The day first, then month and year, for example 26/3/2025.")
SEPARATED = N_("Write them one after the other with ; between.")
LETTERS = N_("At most %(number)s letters.")
NOTES = (
    N_("Type each paper form into one row of the first sheet. A column has the number of its question on the paper."),
    N_("Where a cell has a list, choose from the list. The code in square brackets is what is read: leave it there."),
    N_("Where several answers are possible, write them one after the other with ; between."),
    N_("Write days with the day first, for example 26/3/2025."),
    N_(
        "Forms of the same jirga session have the same number or name in column %(ref)s and the same answers in "
        "columns %(first)s to %(last)s."
    ),
    N_("Columns %(needed)s must be filled in every row. Leave other cells empty where the paper says nothing."),
    N_("Columns %(told)s must be filled too, but not for a problem with a star (*)."),
    ONLY,
    N_(
        "If column %(wish)s says that it is only a number in totals, leave columns %(texts)s empty: such words are "
        "not kept."
    ),
    N_("Type no names, ID card numbers, phone numbers or home addresses, even if they stand on the paper."),
    N_("Do not change the first row of the first sheet."),
    N_("A file takes %(rows)s rows and %(megabytes)s MB at most. Download the sheet again for more."),
    N_("Save the file as XLSX and hand it in on the page where you got it. The same row is never entered twice."),
    N_("Keep the papers and this file where nobody else can read them."),
)  # fmt: skip
#: Needed of every problem of which a story may be told.
TOLD = ("urgency", "narrative", "confidentiality")
WIDE = {"narrative": 60, "remedy_text": 40, "subcategory": 40, "gathering_ref": 20} | dict.fromkeys(DAYS, 20)


def sheet(world: World, language: str, say: Say) -> bytes:
    """An XLSX workbook with the sheet, its lists and how to fill it in; the same bytes for the same world."""
    workbooks = files.workbooks()
    lists = _lists(world, language, say)
    columns = [
        workbooks.Column(
            header=f"{number(code)}. {say(column(code))} [{code}]",
            width=WIDE.get(code, 26),
            hint=_prompt(code, say),
            entries=lists.get(code, ()),
            several=code in MULTI,
        )
        for code in SHEET
    ]
    names, notes = [say(name) for name in NAMES], [say(note) % _named(language) for note in NOTES]
    blank = workbooks.Blank(names, columns, PAGE.rows, say(PROBLEMS["not_listed"]), notes)
    made: bytes = workbooks.write(blank, right_to_left=DIRECTIONS[language] == "rtl")
    return made


def _lists(world: World, language: str, say: Say) -> dict[str, list[str]]:
    """The entries of every column that has a list: the words, and behind them the code in square brackets."""
    atlas, comma = world.atlas, "," if language == "en" else "،"
    lists = {code: [f"{label} [{value}]" for value, label in choices] for code, choices in answers(say).items()}
    lists["person_asked"] = lists["consent_statistics"]
    lists["start_year"] += [str(year) for year in range(world.today.year, FIRST_YEAR - 1, -1)]
    for prefix, allowed in (("gathering_", frozenset(atlas.districts)), ("", frozenset(world.scope))):
        inside = districts(world, allowed, language)
        lists[prefix + "district"] = [f"{name} [{code}]" for _, places in inside for code, name in places]
        tables = tehsils(atlas, allowed, language, world.today)
        found = [f"{name}{comma} {district} [{code}]" for district, places in tables for code, name in places]
        lists[prefix + "tehsil"] = lists.get(prefix + "tehsil", []) + found
    groups = topics(world.taxonomy, world, language)
    lists["subcategory"] = [f"{title}: {name} [{code}]" for title, inside in groups for code, name in inside]
    return lists


def _prompt(code: str, say: Say) -> str:
    """What is said beside a cell: the question's hint, and how the answer is typed."""
    said = [hint(code, say)]
    if code in MULTI:
        said += [say(SEVERAL), say(SEPARATED)] if say(SEVERAL) not in said[0] else [say(SEPARATED)]
    if code in DAYS:
        said.append(say(DAY_FIRST))
    if code in TEXTS:
        said.append(say(LETTERS) % {"number": f"{TEXTS[code][1]:,}"})
    return " ".join(filter(None, said))


def _named(language: str) -> dict[str, str | int]:
    """The numbers of columns and the limits that the notes name."""
    return {
        **about_the_jirga(),
        "ref": number("gathering_ref"),
        "needed": numbers(NEEDED, language),
        "told": numbers(TOLD, language),
        "numbers": numbers(STARRED, language),
        "wish": number("confidentiality"),
        "texts": numbers(sorted(TEXTS, key=number), language),
        "rows": f"{PAGE.rows:,}",
        "megabytes": PAGE_BYTES // files.MB,
    }
