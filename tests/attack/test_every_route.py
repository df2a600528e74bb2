"""Nobody averages the noise away: one set of grievances shows one number, by whatever way it is asked for."""

import csv
import io
import random
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories
from tests.attack.solving import facts, posted
from tests.summary import counts
from webapp.concerns.queries import taxonomy
from webapp.config import now
from webapp.people.rules import Role
from webapp.places.queries import atlas
from webapp.questions.rules import Dimension, Unit
from webapp.summary import queries
from webapp.summary.rules import Counts, Figures, protect

#: Nine synthetic grievances, all of them in one district, month, subject and whatever else is asked.
TRUE, KEY = 9, 4000
#: The row in which they stand, area by area; and every period that holds them all.
AREAS = {"province": "PK-KP", "division": "bannu", "district": "bannu"}
PERIODS = (
    "period=all",
    "period=2025",
    "period=2025-Q1",
    "period=2025-03",
    "every=year",
    "every=quarter",
    "every=month",
)


@pytest.fixture
def reading(client: FlaskClient, session: Session) -> FlaskClient:
    """A browser in which an analyst is signed in, after a release."""
    topics, places = taxonomy(session), atlas(session)
    people = [facts(topics, places, KEY if n == 0 else 0, "bannu", "house_damage", counts.MARCH) for n in range(TRUE)]
    session.rollback()
    counts.opened(session, now())
    counts.publish(session, posted(people), now())
    session.commit()
    factories.sign_in(client, factories.person(session, Role.ANALYST, ()))
    return client


def routes() -> Iterator[str]:
    """Questions whose answer holds the set: each area and dimension, in one period or another."""
    for turn, (area, by) in enumerate((area, by) for area in AREAS for by in Dimension):
        if by is Dimension.PROTECTION or (by is Dimension.MINORITIES_HEARD and area != "province"):
            continue
        narrowed = "&district=bannu" if area == "district" else "&province=PK-KP"
        yield f"area={area}&by={by}{narrowed}&{PERIODS[turn % len(PERIODS)]}"
    for period in PERIODS:
        yield f"area=district&by=category&value=property_loss&{period}"
        yield f"area=province&by=none&{period}"


def in_file(reading: FlaskClient, language: str, question: str, layout: str) -> set[str]:
    """All numbers but 0 that a file shows in the row of the area."""
    answer = reading.get(f"/{language}/summary.csv?{question}&layout={layout}")
    assert answer.status_code == 200, question
    kind = question.partition("&")[0].removeprefix("area=")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    told = {"release", "period", "gatherings", "confirmed", "protected"}
    return {
        word for row in rows if row[f"{kind}_code"] == AREAS[kind]
        for name, word in row.items() if name not in told and word.isdecimal() and word != "0"
    }  # fmt: skip


def on_page(reading: FlaskClient, language: str, question: str) -> set[str]:
    """All numbers but 0 that the page's table shows; gatherings and confirmed are none here."""
    page = reading.get(f"/{language}/summary?{question}").text
    return set(re.findall(r"<td[^>]*>\s*(?:<[^>]*>)*([1-9][0-9,]*)<", page))


def test_one_set_shows_one_number(reading: FlaskClient) -> None:
    """In every area, dimension, period, layout and language, in files and on pages."""
    seen, count = set[str](), 0
    for turn, question in enumerate(routes()):
        language = ("en", "ur", "ps")[turn % 3]
        layout = ("long", "wide")[turn // 3 % 2]
        found = [in_file(reading, language, question, layout)]
        if turn % 3 != 1:
            found.append(on_page(reading, language, question))
        assert all(found), question
        seen |= set().union(*found)
        count += len(found)
    print(count, "routes,", len(seen), "number")
    assert count > 80
    assert seen == {str(protect(TRUE, KEY))} != {str(TRUE)}


def test_noise_drawn_anew_would_be_averaged_away(reading: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same questions with another key each time: the mean of the numbers is the true one."""
    dice = random.Random(1)
    shown: list[int] = []

    def drawn(found: Counts) -> Figures:
        if found.grievances:
            shown.append(protect(found.grievances, dice.randrange(4096)))
        return Figures(shown[-1], 0, 0) if found.grievances else Figures(0, 0, 0)

    monkeypatch.setattr(queries, "figures", drawn)
    for question in routes():
        reading.get(f"/en/summary.csv?{question}")
    assert len(set(shown)) == 7
    assert round(sum(shown) / len(shown)) == TRUE


def test_units_are_all_asked() -> None:
    """A unit that is added is met here too."""
    assert {word.removeprefix("every=") for word in PERIODS if word.startswith("every")} == set(Unit)
