"""The page of figures and its download: who may see what, what is said, what is kept of it."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.export.test_files import PEOPLE, file
from tests.summary import counts
from webapp.audit.models import AuditEntry
from webapp.config import now
from webapp.grievances import queries as grievances
from webapp.people.models import Person
from webapp.people.rules import Role
from webapp.questions.rules import Dimension
from webapp.summary import queries
from webapp.summary.models import OpenRelease


@pytest.fixture
def analyst(session: Session) -> Person:
    """An analyst."""
    return factories.person(session, Role.ANALYST, ())


@pytest.fixture
def reading(client: FlaskClient, analyst: Person) -> FlaskClient:
    """A browser in which the analyst is signed in."""
    assert factories.sign_in(client, analyst).status_code == 303
    return client


@pytest.fixture
def published(session: Session) -> Session:
    """Release 1 of a few synthetic grievances, just made."""
    counts.opened(session, now())
    counts.publish(session, counts.cells(PEOPLE, Dimension.URGENCY), now())
    session.commit()
    return session


def look(browser: FlaskClient, address: str) -> str:
    """The page that opens."""
    answer = browser.get(address)
    assert answer.status_code == 200
    return plain(answer.text)


def plain(page: str) -> str:
    """Without what is drawn around the table (test_overview.py looks at that), and without what sets text apart from
    the direction around it.
    """
    page = re.sub('<section class="overview">.*?</section>', "", page, flags=re.DOTALL)
    return re.sub("</?bdi[^>]*>|[\u2066-\u2069]", "", page)


def cells(page: str, name: str) -> list[str]:
    """The cells of the table's row of that name; "-" where no report is published."""
    row = re.search(rf'<th scope="row">{name}(?:<small>.*?</small>)?</th>(.*?)</tr>', page, re.DOTALL)
    assert row
    found = re.findall(r"<td([^>]*)>(.*?)</td>", row[1], re.DOTALL)
    return ["-" if "none" in attributes else text for attributes, text in found]


def test_nobody_else_sees_it(client: FlaskClient, session: Session) -> None:
    """Strangers are asked to sign in; an administrator may not; a representative sees the page without downloads."""
    assert client.get("/en/summary").status_code == 302
    assert client.get("/en/summary.csv").status_code == 302
    for role, page, download in (
        (Role.ADMINISTRATOR, 403, 403),
        (Role.REPRESENTATIVE, 200, 403),
        (Role.REVIEWER, 200, 200),
    ):
        factories.sign_in(client, factories.person(session, role))
        answer = client.get("/en/summary")
        assert answer.status_code == page
        assert ("summary.csv" in answer.text) == (download == 200)
        assert client.get("/en/summary.csv").status_code == download


def test_before_the_first_release(reading: FlaskClient) -> None:
    """No table, and it says why."""
    answer = reading.get("/en/summary")
    assert answer.status_code == 200
    assert "<table" not in answer.text
    assert "No figures have been published yet" in answer.text


@pytest.mark.parametrize("language", ["en", "ur", "ps"])
def test_the_table_in_three_languages(reading: FlaskClient, published: Session, language: str) -> None:
    """Rows and columns of the question, areas without reports drawn as such."""
    page = look(reading, f"/{language}/summary?by=urgency")
    names = {"en": ("Bannu", "Khyber"), "ur": ("بنوں", "خیبر"), "ps": ("بنو", "خیبر")}[language]
    assert cells(page, names[0]) == ["0", "6", "9", "0", "12"]
    assert cells(page, names[1]) == ["-"] * 5
    assert len(re.findall('<th scope="row">', page)) == 81


def test_every_part_of_the_period_has_its_rows(reading: FlaskClient, published: Session) -> None:
    """With the month in words."""
    page = look(reading, "/en/summary?by=urgency&area=province&every=month")
    assert re.findall(r'<th scope="row">(.*?)</th>', page) == [
        "Khyber Pakhtunkhwa<small>March 2025</small>",
        "Balochistan<small>March 2025</small>",
        "Khyber Pakhtunkhwa<small>April 2025</small>",
        "Balochistan<small>April 2025</small>",
    ]


def test_all_grievances_with_gatherings_and_confirmed(reading: FlaskClient, session: Session) -> None:
    """A 0 of gatherings beside grievances is not shown as none."""
    counts.opened(session, now())
    one = PEOPLE[0]._replace(gathering_key=0)
    counts.publish(session, counts.cells([one, *PEOPLE[1:]], Dimension.URGENCY), now())
    session.commit()
    page = look(reading, "/en/summary?by=none&area=province")
    assert cells(page, "Khyber Pakhtunkhwa")[1] == "Fewer than 4"
    assert cells(page, "Balochistan") == ["-", "-", "-"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("period=2025-13", "is not a period"),
        ("by=minorities_heard", "exists by province only"),
        ("by=category&value=weather", "is not counted in this table"),
        ("release=7", "There is no release 7"),
        ("tehsil=domel", "There is no such filter"),
        ("by=era&by=theme", "This filter is given twice"),
        ("district=%3Cscript%3E", "There is no district “&lt;script&gt;” here"),
    ],
)
def test_a_question_that_is_on_no_list(reading: FlaskClient, published: Session, query: str, said: str) -> None:
    """400, the filters as they were, and what to do; the file answers the same."""
    for address in ("/en/summary", "/en/summary.csv"):
        answer = reading.get(f"{address}?{query}")
        assert answer.status_code == 400
        assert said in plain(answer.text)
        assert "<table" not in answer.text
        assert 'name="period"' in answer.text


def test_the_form_as_it_is_sent(reading: FlaskClient, published: Session) -> None:
    """Empty filters are no filters; what was chosen stays chosen."""
    page = look(reading, "/en/summary?area=district&by=urgency&province=PK-KP&district=&period=2025&every=")
    assert '<option value="urgency" selected>' in page
    assert '<option value="PK-KP" selected>' in page
    assert 'value="2025"' in page
    assert len(re.findall('<th scope="row">', page)) == 40


@pytest.mark.parametrize(
    "query", ["by=urgency", "by=status&layout=wide&every=month", "by=none&area=division&period=2025-Q1"]
)
def test_the_download_is_the_file_of_the_command_line(reading: FlaskClient, published: Session, query: str) -> None:
    """Byte for byte, in the language of the page."""
    words = dict(pair.split("=") for pair in query.split("&"))
    for language in ("en", "ur"):
        answer = reading.get(f"/{language}/summary.csv?{query}")
        assert answer.status_code == 200
        assert answer.data == file(published, language, **words)
        published.rollback()  # on SQLite it would keep the others from writing
        assert reading.get(f"/{language}/summary.csv?{query}&bom=0").data == answer.data.removeprefix(b"\xef\xbb\xbf")
    assert reading.get("/en/summary.csv?bom=2").status_code == 400


def test_a_download_is_kept_in_the_audit_log(reading: FlaskClient, published: Session, analyst: Person) -> None:
    """Who, what, how many rows, and the number that stands in the file's name."""
    answer = reading.get("/ps/summary.csv?by=women_heard&province=PK-BA")
    found = re.fullmatch(
        r'attachment; filename="summary-district-women-heard-release1-([0-9a-f]{8})\.csv"',
        answer.headers["Content-Disposition"],
    )
    assert found
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    entry = published.scalars(select(AuditEntry).where(AuditEntry.what == "summary_downloaded")).one()
    assert entry.person_id == analyst.id
    assert entry.about == {
        "area": "district", "by": "women_heard", "period": "all", "province": "PK-BA", "layout": "long", "release": 1,
        "language": "ps", "rows": 41 * 6, "format": "csv", "export_id": found[1],
    }  # fmt: skip


def test_nothing_else_is_kept(reading: FlaskClient, published: Session) -> None:
    """Neither looking nor asking wrongly is a download."""
    reading.get("/en/summary")
    reading.get("/en/summary.csv?by=weather")
    assert not published.scalars(select(AuditEntry).where(AuditEntry.what == "summary_downloaded")).all()


def test_the_page_links_to_its_files(reading: FlaskClient, published: Session) -> None:
    """With the same question, in both layouts."""
    page = look(reading, "/en/summary?by=urgency&period=2025&layout=wide")
    links = re.findall(r'href="(/en/summary\.csv\?[^"]*)"', page)
    assert len(links) == 2
    texts = [reading.get(link.replace("&amp;", "&")).text for link in links]
    assert ["label" in text.splitlines()[0] for text in texts] == [True, False]


@pytest.mark.parametrize(("days", "changed", "made"), [(8, 10, True), (8, 9, False), (6, 10, False)])
def test_a_release_that_is_due_is_made_by_asking(
    reading: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch, days: int, changed: int, made: bool
) -> None:
    """By the first who asks, page or file; it is shown in the same answer."""
    monkeypatch.setattr(grievances, "changed_since", lambda session, number: changed if number == 1 else 0)
    counts.opened(session, now() - timedelta(days=days))
    counts.actions.post(session, counts.cells(PEOPLE, Dimension.URGENCY))
    session.commit()
    page = look(reading, "/en/summary?by=urgency")
    assert ("Figures of release" in page) == made
    session.expire_all()
    assert queries.last_number(session) == int(made)
    assert session.get_one(OpenRelease, 1).number == 1 + made
    if made:
        assert cells(page, "Bannu") == ["0", "6", "9", "0", "12"]


def test_when_the_next_release_is_due(reading: FlaskClient, published: Session) -> None:
    """A week after the last; nothing once that day is past and too little has changed."""
    assert "The next release is due on" in look(reading, "/en/summary")
    published.get_one(OpenRelease, 1).opened_at = now() - timedelta(days=8)
    published.commit()
    assert "The next release is due on" not in look(reading, "/en/summary")


def test_a_table_too_long_for_a_page(reading: FlaskClient, session: Session) -> None:
    """It is not drawn, the page says what to do, and the file can be had."""
    counts.opened(session, now())
    later = [one._replace(month=one.month + 12) for one in PEOPLE]
    counts.publish(session, counts.cells(PEOPLE + later, Dimension.URGENCY), now())
    session.commit()
    asked = "summary?by=subcategory&every=month"
    page = look(reading, f"/en/{asked}")
    assert "<table" not in page
    assert "This table is too long for a page." in page
    assert len(reading.get(f"/en/{asked.replace('?', '.csv?')}").data.splitlines()) == 1 + 13 * 81 * 65
    assert "<table" in look(reading, f"/en/{asked}&province=PK-KP&period=2025-Q1")


def test_what_is_left_out_is_named(reading: FlaskClient, published: Session) -> None:
    """By district the confidential subjects and those that are only referred; by province the latter."""
    by_district = look(reading, "/en/summary?by=subcategory")
    by_province = look(reading, "/en/summary?by=subcategory&area=province")
    assert re.search("these are left out here: [^<]*Armed men in our area", by_district)
    assert not re.search("these are left out: [^<]*Armed men in our area", by_province)
    assert re.search("these are left out: [^<]*Threats from armed groups", by_province)
