"""The page of figures taken apart as a reader sees it, and what is published for it. All grievances are synthetic."""

import re
from collections.abc import Iterable, Mapping

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.export.test_files import file, rows
from tests.summary import counts
from tests.summary.counts import MARCH, Made
from webapp.config import now
from webapp.questions.rules import Dimension
from webapp.summary.rules import Cell, Counts

#: One code for each dimension, and another one.
CODES = {
    Dimension.CATEGORY: ("property_loss", "services"), Dimension.URGENCY: ("high", "normal"),
    Dimension.HOUSEHOLDS: ("h11_50", "h1_10"), Dimension.THEME: ("cross_border", "justice_and_law"),
    Dimension.ERA: ("since_2024", "before_2014"), Dimension.WOMEN_HEARD: ("no", "in_jirga"),
    Dimension.YOUTH_HEARD: ("no", "not_sure"), Dimension.DISPLACED_HEARD: ("no", "separately"),
    Dimension.MINORITIES_HEARD: ("no", "in_jirga"),
}  # fmt: skip
BARS = ("category", "urgency", "households", "theme", "era")
HEARD = ("women_heard", "youth_heard", "displaced_heard", "minorities_heard")
TILE = re.compile(
    r'<a href="summary/([^"]*)"[^>]*?( aria-current="true")?><use href="#tile"/><text[^>]*>(.*?)</text></a>'
)


def posted(grievances: Iterable[Made]) -> dict[Cell, Counts]:
    """In every dimension that is drawn, by turns under one code and the other."""
    found: dict[Cell, Counts] = {}
    people = list(grievances)
    for by, codes in CODES.items():
        coded = [one._replace(code=codes[place % 2]) for place, one in enumerate(people)]
        found |= counts.cells(coded, by)
    return found


def some(area: str, number: int, month: int = MARCH) -> list[Made]:
    """So many grievances, each of a gathering of its own, with keys of every kind."""
    return [Made(area, month, "", 389 * n % 4096, n % 3 == 0, 631 * n % 4096) for n in range(1, number + 1)]


PEOPLE = [
    *some("bannu", 34), *some("khyber", 7, MARCH + 1), *some("peshawar", 120, MARCH + 3), *some("quetta-east", 12),
    *some("PK-KP", 9),
]  # fmt: skip


def publish(session: Session, people: Iterable[Made]) -> None:
    """A release of them."""
    counts.publish(session, posted(people), now())
    session.commit()


def look(browser: FlaskClient, query: str = "", language: str = "en") -> str:
    """The page, without the marks that set text apart from the direction around it."""
    answer = browser.get(f"/{language}/summary{query}")
    assert answer.status_code == 200
    return re.sub("</?bdi[^>]*>|[\u2066-\u2069]", "", answer.text)


def given(session: Session, figure: str = "grievances", **words: str) -> dict[tuple[str, ...], str]:
    """The file's numbers by area's name, code and, with `every`, period; "" where no report is published."""
    found = rows(file(session, **words))
    session.rollback()  # on SQLite it would keep the others from writing
    area = words.get("area", "district")
    return {(row[area], row["label"], *([row["period"]] if "every" in words else [])): row[figure] for row in found}


def bars(page: str, title: str) -> dict[tuple[str, str], str]:
    """The numbers of a chart by area's name and label; "" where no report is published."""
    charts = re.findall(r'<table class="bars">.*?</table>', page, re.DOTALL)
    (chart,) = [one for one in charts if f"<strong>{title}</strong>" in one]
    return cells(chart, chart)


def cells(head: str, body: str) -> dict[tuple[str, str], str]:
    """The same of a part of a table whose columns are named in its head."""
    columns = re.findall(r'<th scope="col">(.*?)(?: <small>.*?</small>)?</th>', head)
    found = {}
    for label, line in re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', body, re.DOTALL):
        numbers = [re.match(r"[\d,]*|Fewer than 4", text) for text in re.findall(r"<td[^>]*>(.*?)</td>", line)]
        found |= {(name, label): one[0] if one else "" for name, one in zip(columns, numbers, strict=True)}
    return found


def tiles(page: str) -> dict[str, str]:
    """What each tile says, by district."""
    found = {link.split("?")[0]: label for link, _, label in TILE.findall(page)}
    assert len(found) == page.count('<use href="#tile"/>')
    return found


def hatched(page: str) -> int:
    """How many tiles are drawn as without a report."""
    found = re.search(r'<path class="k0" fill="url\(#hatch\)" d="([^"]*)"/>', page)
    return found[1].count("M") if found else 0


def expected(numbers: Mapping[tuple[str, ...], str]) -> set[str]:
    """What tiles say of the file's numbers."""
    return {f"{key[0]}: {f'{int(number):,}' if number else 'No report published'}" for key, number in numbers.items()}


def facts(page: str, name: str) -> dict[str, str]:
    """The headline figures of an area."""
    (card,) = re.findall(rf"<h3>{name}</h3>\s*<dl>(.*?)</dl>", page, re.DOTALL)
    return {
        label: re.sub("<.*?>", "", said).strip()
        for label, said in re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", card, re.DOTALL)
    }
