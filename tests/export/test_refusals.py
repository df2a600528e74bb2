"""Questions that are on no list, through the site; an empty database; and a single grievance in the whole country."""

import csv
import io
import itertools
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories
from tests.export.test_summary_page import plain
from tests.summary import counts
from tests.summary.counts import MARCH, Made
from webapp.config import now
from webapp.people.rules import Role
from webapp.questions.rules import NAMES, Area, Dimension

#: question -> what the page says
REFUSED = {
    "area=tehsil": "is not in the list",
    "by=weather": "is not in the list",
    "by=narrative": "is not in the list",
    "every=week": "is not in the list",
    "layout=tall": "is not in the list",
    "province=PK-PB": "There is no such province here",
    "district=lahore": "There is no district",
    "district=bannu&province=PK-BA": "This district is not in the chosen province",
    "release=2": "There is no release 2",
    "release=0": "Write the number of a release",
    "period=2025-13": "is not a period",
    "period=2025-01..2025-02": "is not a period",
    "period=2025-03-26": "is not a period",
    "period=today": "is not a period",
    "every=year&period=2025-Q1": "The parts are longer than the period",
    "by=protection&period=2025-03": "exists by whole years only",
    "by=protection&area=district": "exists by province only",
    "by=subcategory&value=armed_group_presence": "is counted by province only",
    "by=subcategory&value=armed_group_presence&area=division": "is counted by province only",
    "by=subcategory&value=armed_threats&area=province": "is in no table of its own",
    "by=urgency&value=property_loss": "is not counted in this table",
    "by=category&value=house_damage": "is not counted in this table",
    "by=subcategory&value=house_damage&by=subcategory": "This filter is given twice",
    "household=h1_10": "There is no such filter",
}


@pytest.fixture
def reading(client: FlaskClient, session: Session) -> FlaskClient:
    """A browser in which an analyst is signed in; nothing is filed."""
    factories.sign_in(client, factories.person(session, Role.ANALYST, ()))
    return client


def publish(session: Session, *people: Made) -> None:
    """Release 1."""
    counts.opened(session, now())
    counts.publish(session, counts.cells(people, Dimension.SUBCATEGORY), now())
    session.commit()


def refused(reading: FlaskClient, question: str, said: str) -> None:
    """Page and file answer 400 with a sentence and the filters, and without a figure."""
    for address in ("/en/summary", "/en/summary.csv"):
        answer = reading.get(f"{address}?{question}")
        assert answer.status_code == 400, question
        assert answer.content_type.startswith("text/html"), question
        assert said in plain(answer.text), question
        assert "<table" not in answer.text, question
        assert 'name="period"' in answer.text, question


def test_what_is_on_no_list(reading: FlaskClient, session: Session) -> None:
    """Among right ones, which are answered."""
    publish(session, *(Made("bannu", MARCH, "house_damage", key) for key in range(9)))
    for question, said in REFUSED.items():
        refused(reading, question, said)
    for question in ("period=2025-03", "by=subcategory&value=armed_group_presence&area=province", "release=1"):
        assert reading.get(f"/en/summary?{question}").status_code == 200
        assert reading.get(f"/en/summary.csv?{question}").status_code == 200


def test_every_parameter_given_twice(reading: FlaskClient) -> None:
    """Also with the same word, or none."""
    for name in NAMES:
        for words in (f"{name}=&{name}=", f"{name}=2025&{name}=2026"):
            refused(reading, words, "This filter is given twice")


@pytest.mark.parametrize("language", ["en", "ps"])
def test_an_empty_database(reading: FlaskClient, session: Session, language: str) -> None:
    """Before and after a release of nothing: pages that say so, files whose cells are empty and never 0."""
    for release in ("0", "1"):
        for by in ("category", "none"):
            page = reading.get(f"/{language}/summary?by={by}")
            assert page.status_code == 200
            assert not re.search(r"<td[^>]*>\s*[0-9]", page.text)
        data = reading.get(f"/{language}/summary.csv?by=none").data.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(data)))
        assert {(row["release"], row["grievances"], row["gatherings"], row["confirmed"]) for row in rows} == {
            (release, "", "", "")
        }
        publish(session)


@pytest.mark.parametrize(("key", "shown"), [(0, 0), (4095, 4)])
def test_a_single_grievance_in_the_country(reading: FlaskClient, session: Session, key: int, shown: int) -> None:
    """Is nothing everywhere, or a number that is not one; what hides it looks like a place without a report."""
    publish(session, Made("bannu", MARCH, "house_damage", key, confirmed=True, gathering_key=key))
    for area, asked in itertools.product(Area, ("by=none&every=month", "by=subcategory")):
        data = reading.get(f"/en/summary.csv?area={area}&{asked}").data.decode("utf-8-sig")
        found = {row["grievances"] for row in csv.DictReader(io.StringIO(data))}
        assert found - {"", "0"} == ({str(shown)} if shown else set()), (area, asked)
        assert shown or "0" not in found, (area, asked)
        page = reading.get(f"/en/summary?area={area}&{asked}").text
        assert not re.search(r"<td[^>]*>\s*(<[^>]*>)*[12]<", page), (area, asked)
