"""What is due is said on the first page after an official signs in, and on the first of a day; numbers alone."""

import re

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.admin.reading import plain
from tests.shutdowns.conftest import Offices
from webapp.history.tables import Step
from webapp.i18n import speaker
from webapp.queue import queries

ONE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def first_page(offices: Offices, name: str, language: str = "en") -> str:
    """Where a sign-in leads, and what its page says."""
    client = offices.app.test_client()
    person = factories.again(offices.place.session, offices.place.people[name])  # type: ignore[arg-type]
    answer = factories.sign_in(client, person, language)
    offices.place.session.rollback()
    offices.browsers[name] = client
    return plain(client.get(answer.headers["Location"]).text)


@pytest.mark.parametrize("language", ["en", "ur", "ps"])
def test_after_a_sign_in(offices: Offices, language: str) -> None:
    offices.place.file()
    offices.place.file(urgency="high")
    offices.place.file(district="khyber", tehsil="whole_district", confidentiality="province_only")
    said = plain(speaker(language)("Overdue: %(overdue)s. Due today: %(today)s."))
    nothing = said.partition("%")[0]
    assert nothing not in first_page(offices, "reviewer", language)
    offices.forward(days=3)
    assert said % {"overdue": 1, "today": 1} in first_page(offices, "reviewer", language)
    assert said % {"overdue": 1, "today": 2} in first_page(offices, "supervisor", language)
    for name in ("protector", "owner", "auditor", "analyst", "administrator"):
        assert nothing not in first_page(offices, name, language)
    later = offices.browsers["reviewer"].get(f"/{language}/account").text
    assert nothing not in later, "once is enough"


@ONE
def test_on_the_first_page_of_a_day(offices: Offices) -> None:
    """For whoever works over midnight."""
    offices.place.file()
    offices.forward(days=4)
    midnight = offices.clock.at.replace(hour=18, minute=55, second=0)
    offices.clock.at = midnight
    first_page(offices, "reviewer")
    browser = offices.browsers["reviewer"]
    offices.clock.forward(minutes=2)
    assert "Overdue:" not in browser.get("/en/account").text
    offices.clock.forward(minutes=4)
    assert "Overdue:" in browser.get("/en/account").text
    offices.clock.forward(minutes=2)
    assert "Overdue:" not in browser.get("/en/account").text


def test_a_protection_officer_is_reminded_of_what_another_proposed(offices: Offices) -> None:
    """Not the one who proposed it; no more once somebody has decided."""
    reference = offices.place.file(confidentiality="protected")
    said = "Another protection officer proposed to lift a protection, and waits for your decision: 1"
    assert said not in first_page(offices, "keeper")
    offices.place.take("protector", reference, Step.PROPOSE_LIFT)
    assert said in first_page(offices, "keeper")
    assert said not in first_page(offices, "protector")
    assert said not in first_page(offices, "supervisor")
    offices.place.take("keeper", reference, Step.LIFT)
    assert said not in first_page(offices, "keeper")
    offices.place.take("reviewer", reference, Step.MARK_PROTECTED)
    assert said not in first_page(offices, "protector")
    offices.forward(days=4)
    assert "Overdue: 1." in first_page(offices, "protector")


@ONE
def test_many_are_not_counted_to_the_end(offices: Offices, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST", 2)
    for word in ("one", "two", "three"):
        offices.place.file(narrative=f"Synthetic: house {word}.")
    offices.forward(days=9)
    assert "Overdue: 2+. Due today: 0." in first_page(offices, "reviewer")


@ONE
def test_where_the_queue_is(offices: Offices) -> None:
    """Whichever page comes first says it, unchanged otherwise; the link leads to the queue."""
    offices.place.file()
    offices.forward(days=4)
    person = factories.again(offices.place.session, offices.place.people["reviewer"])  # type: ignore[arg-type]
    client: FlaskClient = offices.app.test_client()
    answer = factories.sign_in(client, person, next="/en/summary?by=urgency")
    assert answer.headers["Location"] == "/en/summary?by=urgency"
    client.get("/en/help")
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200
    assert re.search('href="/[a-z]+/queue"', page.text)
    assert "Open the queue" in page.text
    assert "Open the queue" not in client.get(answer.headers["Location"]).text


@ONE
def test_somebody_else_at_the_same_browser_is_not_told(offices: Offices) -> None:
    """The cookie holds no number; what is said is counted for whoever asks."""
    offices.place.file()
    offices.forward(days=4)
    person = factories.again(offices.place.session, offices.place.people["reviewer"])  # type: ignore[arg-type]
    client = offices.app.test_client()
    set_cookies = factories.sign_in(client, person).headers.getlist("Set-Cookie")
    (cookie,) = (one for one in set_cookies if one.startswith("due="))
    assert cookie.startswith("due=yes; ")
    assert "HttpOnly" in cookie
    client.post("/en/sign-out", headers=factories.SAME_SITE)
    offices.place.session.rollback()
    owner = factories.again(offices.place.session, offices.place.people["owner"])  # type: ignore[arg-type]
    factories.sign_in(client, owner)
    assert "Overdue" not in client.get("/en/grievances").text
