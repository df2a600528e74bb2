"""The page of figures of service: who sees it, what it says of few, its filters, and bad questions. All synthetic."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories
from tests.summary import counts
from webapp.config import now
from webapp.people.rules import ROLES, Permission, Role
from webapp.questions.rules import Area
from webapp.summary.models import Release
from webapp.timeliness.models import ServiceCounts
from webapp.timeliness.rules import FEWEST, Counts, Spot, shown

#: received, in time, acted, reopened, confirmed, each with keys that bring no noise; and days.
LARGE = Counts(4000, 2000, 3000, 2000, 2000, 2000, 60, 2000, 500, 2000, 2, 6, 17, 41)
SMALL = Counts(40, 2000, 30, 2000, 9, 2000, 0, 0, 3, 2000, 1, 4, None, None)
FEW = Counts(8, 2000, 6, 2000, 0, 0, 0, 0, 0, 0, None, None, None, None)
KEPT = {
    (Spot(Area.PROVINCE, "PK-KP"), "total", 0): LARGE, (Spot(Area.PROVINCE, "PK-BA"), "total", 0): FEW,
    (Spot(Area.DIVISION, "bannu"), "total", 0): LARGE, (Spot(Area.DISTRICT, "bannu"), "total", 0): SMALL,
    (Spot(Area.PROVINCE, "PK-KP"), "pdma", 0): SMALL, (Spot(Area.PROVINCE, "PK-KP"), "total", 2025): SMALL,
}  # fmt: skip


@pytest.fixture
def published(session: Session) -> Session:
    """Release 1, and what it kept."""
    counts.opened(session, now())
    counts.publish(session, {}, now())
    for (spot, office, year), one in KEPT.items():
        session.add(ServiceCounts(release=1, area="/".join(spot), office=office, year=year, **one._asdict()))
    session.commit()
    return session


@pytest.fixture
def reading(client: FlaskClient, session: Session) -> FlaskClient:
    """A browser in which an analyst is signed in."""
    assert factories.sign_in(client, factories.person(session, Role.ANALYST, ())).status_code == 303
    return client


def look(browser: FlaskClient, words: str = "", language: str = "en", code: int = 200) -> str:
    """The page, without the marks that set text apart from the direction around it."""
    answer = browser.get(f"/{language}/service{words}")
    assert answer.status_code == code
    return re.sub("</?bdi[^>]*>|[\u2066-\u2069]", "", answer.text)


def rows(page: str) -> list[list[str]]:
    """The table's rows: name, what it is where it is another kind of area, and cells."""
    found = re.findall(r'<tr><th scope="row">(.*?)(?:<small>(.*?)</small>)?</th>(.*?)</tr>', page, re.DOTALL)
    told = re.compile(r"<td[^>]*>(?:<span>)?(.*?)(?:</span>)?</td>", re.DOTALL)
    return [[name, sub, *told.findall(cells)] for name, sub, cells in found]


def test_without_noise() -> None:
    """The keys of this file leave the numbers of what is large as they are."""
    assert shown(LARGE) == (4000, 3000, 2000, 60, 500, 2, 6, 17, 41)
    assert shown(SMALL)[:2] == (40, 30)


@pytest.mark.parametrize("role", Role)
def test_who_sees_it(client: FlaskClient, session: Session, published: Session, role: Role) -> None:
    """Whoever may read summaries; the header leads officials there, the summary jirgas too, and nobody else."""
    factories.sign_in(client, factories.person(session, role))
    may = role in ROLES[Permission.READ_SUMMARY]
    assert client.get("/en/service").status_code == (200 if may else 403)
    by_header = role in ROLES[Permission.DOWNLOAD_SUMMARY]
    for page, leads in (("account", by_header), ("summary", may)):
        assert ('href="/en/service"' in client.get(f"/en/{page}").text) is leads


def test_a_stranger_is_asked_to_sign_in(client: FlaskClient) -> None:
    assert client.get("/en/service").status_code == 302


def test_by_province(reading: FlaskClient, published: Session) -> None:
    """In the order of the list of places, with what is too few for the province not shown at all."""
    page = look(reading, "?area=province")
    assert rows(page) == [
        ["Khyber Pakhtunkhwa", "", "4,000", "3,000 (75%)", "2", "6", "17", "41", "60", "500 of 2,000 (25%)"],
        ["Balochistan", "", f"Fewer than about {FEWEST}: not shown."],
    ]
    assert "Figures of release 1, " in page
    assert "Reported by jirgas, not verified. Few reports may mean no access." in page
    assert "This is no ranking." in page
    assert ">8<" not in page


def test_few_are_shown_by_what_they_lie_in(reading: FlaskClient, published: Session) -> None:
    """A division by its province; a district by its division, whose row follows after the last of them."""
    divisions = rows(look(reading))
    assert divisions[0][:3] == ["Bannu", "", "4,000"]
    assert divisions[1] == ["Dera Ismail Khan", "", "Fewer than about 20: see the province Khyber Pakhtunkhwa."]
    assert ["Khyber Pakhtunkhwa", "Province", "4,000"] in [row[:3] for row in divisions]
    districts = rows(look(reading, "?area=district"))
    assert districts[0] == [
        "Bannu", "", "40", "30 (75%)", "1", "4", "Too few", "Too few", "0", districts[0][-1],
    ]  # fmt: skip
    assert "%" not in districts[0][-1], "no share of few"
    assert districts[1] == ["Lakki Marwat", "", "Fewer than about 20: see the division Bannu."]
    names = [row[:2] for row in districts]
    assert names.index(["Bannu", "Division"]) == names.index(["North Waziristan", ""]) + 1
    assert names.count(["Bannu", "Division"]) == 1


def test_office_and_year(reading: FlaskClient, published: Session) -> None:
    """What was chosen stays chosen; the years are those of which something was kept."""
    page = look(reading, "?area=province&office=pdma")
    assert rows(page)[0][2] == "40"
    assert '<option value="pdma" selected>' in page
    page = look(reading, "?area=province&year=2025")
    assert rows(page)[0][2] == "40"
    assert re.findall(r'<select id="year".*?</select>', page, re.DOTALL)[0].count("<option") == 2
    page = look(reading, "?area=province&year=2019")
    assert rows(page)[0][2] == "Fewer than about 20: not shown."
    assert "<option selected>2019" in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("area=tehsil", "is not in the list"),
        ("office=%3Cscript%3E", "“&lt;script&gt;” is not in the list"),
        ("year=25", "“25” is not a year"),
        ("year=2025-Q1", "is not a year"),
        ("release=7", "There is no release 7"),
        ("release=x", "Write the number of a release"),
        ("area=district&area=division", "This filter is given twice"),
        ("sort=received", "There is no such filter"),
    ],
)
def test_a_bad_question(reading: FlaskClient, published: Session, query: str, said: str) -> None:
    """400, and what to do."""
    page = look(reading, f"?{query}", code=400)
    assert said in page
    assert "<table" not in page


def test_before_the_first_release(reading: FlaskClient) -> None:
    page = look(reading)
    assert "No figures have been published yet" in page
    assert "<table" not in page


def test_a_release_of_an_older_version(reading: FlaskClient, published: Session) -> None:
    """It kept none, and the page says so; a newer one is not shown in its place."""
    published.add(Release(number=2, made_at=now(), made_by=None, why=None, changed=0))
    published.commit()
    page = look(reading)
    assert "There are no figures of service for release 2" in page
    assert "<table" not in page
    older = look(reading, "?release=1")
    assert "Figures of release 1, " in older
    assert '<input type="hidden" name="release" value="1">' in older


@pytest.mark.parametrize(
    ("language", "few", "of"),
    [("ur", "ڈویژن بنوں دیکھیں", "2,000 میں سے 500 (25%)"), ("ps", "ډویژن بنو وګورئ", "په 2,000 کښې 500 (25%)")],
    ids=["ur", "ps"],
)
def test_in_urdu_and_pashto(reading: FlaskClient, published: Session, language: str, few: str, of: str) -> None:
    page = look(reading, "?area=district", language)
    assert few in page
    assert of in look(reading, "", language)
