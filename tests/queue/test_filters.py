"""Filters are closed lists; where nothing is, the page says what to do; the log keeps that the list was looked at."""

import sqlite3
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import Engine, select, text

from tests.queue.conftest import MAIN, Desk, numbers, page, rows
from tests.watching import noted
from webapp.audit.models import AuditEntry
from webapp.config import LANGUAGES, Settings
from webapp.desk import views
from webapp.desk.labels import EMPTY
from webapp.history.tables import Step
from webapp.i18n import speaker
from webapp.people.rules import Role
from webapp.queue.rules import NAMES

BAD = {
    "status=lost": "“lost” is not in the list", "status=withdrawn": "“withdrawn” is not in the list",
    "topic=weather": "“weather” is not in the list", "urgency=soon": "“soon” is not in the list",
    "district=swat": "There is no district “swat” here", "district=bannu'--": "There is no district “bannu'--” here",
    "whose=theirs": "“theirs” is not in the list", "whose=supervisor": "“supervisor” is not in the list",
    "due=never": "“never” is not in the list", "tehsil=domel": "There is no such filter",
    "due=today&due=overdue": "This filter is given twice", "status=%3Cscript%3E": "“<script>” is not in the list",
    "status=" + "a" * 500: "is not in the list",
}  # fmt: skip


@pytest.mark.parametrize("asked", BAD)
def test_what_is_on_no_list(desk: Desk, asked: str) -> None:
    """A whole sentence at its filter, and no list that would mislead."""
    desk.file()
    answer = desk.of(Role.REVIEWER, "bannu").get(f"/en/queue?{asked}")
    assert answer.status_code == 400
    said = MAIN.findall(answer.text)[0]
    plain = unescape(said).replace("\u2068", "").replace("\u2069", "")
    assert BAD[asked] in plain
    assert rows(said) == []
    assert "<script>" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_speaks_the_language(desk: Desk, language: str) -> None:
    said = page(desk.browser("reviewer"), f"/{language}/queue?nonsense=1", 400)
    assert speaker(language)("There is no such filter. Use only these: %(known)s.").partition(".")[0][:12] in said
    assert all(name in said for name in NAMES)


def test_each_filter_narrows(desk: Desk) -> None:
    """And several together narrow more."""
    house = desk.file()
    road = desk.file(subcategory="curfew", urgency="high")
    far = desk.file(district="khyber", tehsil="whole_district", urgency="high")
    done = desk.file()
    desk.take("reviewer", done, Step.ACKNOWLEDGE, Step.REPORT_ACTION)
    browser = desk.browser("supervisor")
    expected = {
        "": {house, road, far}, "status=submitted": {house, road, far}, "status=action_taken": {done},
        "status=closed": set(), "urgency=high": {road, far}, "urgency=high&district=khyber": {far},
        "topic=house_damage": {house, far}, "topic=curfew": {road}, "district=bannu": {house, road},
        "whose=all": {house, road, far}, "due=overdue": set(), "topic=&status=&district=": {house, road, far},
    }  # fmt: skip
    found = {asked: set(numbers(page(browser, f"/en/queue?{asked}"))) for asked in expected}
    assert found == expected
    assert set(numbers(page(browser, "/en/queue?topic=property_loss"))) == {house, far}
    desk.clock.forward(days=3)
    assert set(numbers(page(desk.browser("supervisor"), "/en/queue?due=today"))) == {house}
    assert set(numbers(page(desk.browser("supervisor"), "/en/queue?due=overdue"))) == {road, far}


def test_the_filters_stay_as_they_were_chosen(desk: Desk) -> None:
    desk.file()
    said = page(desk.browser("supervisor"), "/en/queue?urgency=normal&district=bannu&whose=nobody")
    for chosen in ("normal", "bannu", "nobody"):
        assert f'value="{chosen}" selected' in said


def test_for_a_supervisor(desk: Desk) -> None:
    """Overdue for long, for the province alone, reopened, or from a district that nobody reviews."""
    desk.of(Role.REVIEWER, "bannu")
    desk.close("reviewer", "colleague")  # who review the whole province
    late = desk.file()
    desk.clock.forward(days=22)
    desk.file()
    alone, there = desk.file(confidentiality="province_only"), desk.file(district="khyber", tehsil="whole_district")
    browser = desk.browser("supervisor")
    said = page(browser, "/en/queue?whose=supervisor")
    assert set(numbers(said)) == {late, alone, there}
    assert "Districts without a reviewer:" in said
    assert "Khyber" in said
    assert len(numbers(page(browser))) == 4


def test_a_reviewer_who_comes_takes_the_district_over(desk: Desk) -> None:
    """The banner is gone once every district has one whose account can be used."""
    browser = desk.browser("supervisor")
    assert "Districts without a reviewer" not in page(browser)
    desk.close("reviewer", "colleague")
    assert "Districts without a reviewer" in page(browser)
    assert "Districts without a reviewer" not in page(desk.browser("protector"))
    desk.of(Role.REVIEWER, "PK-KP")
    assert "Districts without a reviewer" not in page(browser)


def test_where_nothing_is(desk: Desk) -> None:
    """Each says what to do, and leads there."""
    browser = desk.browser("reviewer")
    assert EMPTY["all"] in page(browser)
    mine = page(browser, "/en/queue?whose=mine")
    assert EMPTY["mine"] in mine
    assert 'href="/en/queue?whose=nobody"' in mine
    assert EMPTY["filters"] in page(browser, "/en/queue?status=closed&urgency=high")
    auditor = page(desk.browser("auditor"))
    assert EMPTY["auditor"] in auditor
    assert 'href="/en/queue?status=closed"' in auditor


def test_the_log_keeps_filters_and_never_how_many(desk: Desk) -> None:
    """Codes, never a reference; of the protection officer's queue not even which topic or place."""
    reference = desk.file()
    desk.file(confidentiality="protected")
    page(desk.browser("reviewer"), "/en/queue?district=bannu&urgency=normal")
    page(desk.browser("protector"), "/en/queue?district=bannu&topic=house_damage")
    entries = [about for _, what, about in noted(desk.place.session) if what == "queue_opened"]
    assert entries == [
        {"district": "bannu", "urgency": "normal"}, {"filters": ["topic", "district"]},
    ]  # fmt: skip
    assert reference not in str(noted(desk.place.session))
    told = page(desk.browser("auditor"), "/en/admin/audit?what=queue_opened")
    assert "The queue was looked at" in told


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_cannot_be_kept_in_the_log_is_not_shown(
    desk: Desk, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While somebody else writes for longer than it waits, the page says that it can write nothing; it shows no row."""
    monkeypatch.setattr(views, "PATIENCE", 0.2)
    reference, browser = desk.file(), desk.browser("reviewer")
    with sqlite3.connect(settings.database_url.removeprefix("sqlite:///"), isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = browser.get("/en/queue")
        other.execute("ROLLBACK")
    other.close()
    assert answer.status_code == 503
    assert reference[:5] not in answer.text
    assert numbers(page(browser)) == [reference]


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_log_that_takes_no_entry_shows_nothing_either(desk: Desk, engine: Engine) -> None:
    """On the other database."""
    reference, browser = desk.file(), desk.browser("reviewer")
    with engine.begin() as other:
        other.execute(text("ALTER TABLE audit_entries RENAME TO gone"))
    answer = browser.get("/en/queue")
    with engine.begin() as other:
        other.execute(text("ALTER TABLE gone RENAME TO audit_entries"))
    assert answer.status_code >= 500
    assert reference[:5] not in answer.text


def test_a_long_page_is_asked_for_once(desk: Desk) -> None:
    """One line in the log for each look, none for a refused one."""
    browser = desk.browser("reviewer")
    page(browser)
    page(browser, "/en/queue?nonsense=1", 400)
    desk.clock.forward(minutes=1)
    page(browser)
    desk.place.session.rollback()
    looked = desk.place.session.scalars(select(AuditEntry.at).where(AuditEntry.what == "queue_opened")).all()
    assert [one - looked[0] for one in looked] == [timedelta(), timedelta(minutes=1)]
