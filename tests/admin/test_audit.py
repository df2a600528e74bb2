"""The activity log: filtered, a page at a time, in words; and its chain."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask, g, render_template_string
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories
from tests.admin.reading import link, noted, plain, rows
from webapp.audit.models import AuditEntry
from webapp.config import LANGUAGES
from webapp.i18n import speaker
from webapp.people.models import Person
from webapp.people.rules import Role

NOON = datetime(2026, 3, 10, 7, tzinfo=UTC)  # in Karachi


def add(session: Session, what: str, by: Person | None = None, at: datetime = NOON, **about: object) -> None:
    """An entry of the past."""
    session.add(AuditEntry(at=at, person_id=by.id if by else None, what=what, about=about))
    session.commit()


def log(browser: FlaskClient, query: str = "until=2026-03-31") -> list[list[str]]:
    """The rows of the log, by default without what the test itself does."""
    return rows(browser.get(f"/en/admin/audit?{query}").text)


def test_an_entry_in_words(desk: FlaskClient, chief: Person, session: Session) -> None:
    """When in Karachi, who by user name, what as a sentence, and the values, nested ones with both names."""
    before = {"role": "analyst", "scope": []}
    add(
        session,
        "person_changed",
        chief,
        person="x-1",
        before=before,
        after={"role": "reviewer", "scope": ["bannu", "swat"]},
    )
    assert log(desk) == [
        [
            "10 March 2026, 12:00", "chief", "The role or the places of an account were changed",
            "Account: x-1 Before · Role: Analyst After · Role: Reviewer After · Places: Bannu · Swat",
        ]
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_details_speak_the_language_of_the_page(
    desk: FlaskClient, chief: Person, session: Session, language: str
) -> None:
    """Names, yes and no, roles and places are words; what has none is a code, and marked as Latin letters."""
    say = speaker(language)
    add(session, "signed_in", chief, own_phone=False, factor=True, role="analyst", district="bannu", method="GET")
    add(session, "signed_in", chief, NOON - timedelta(minutes=1), role="emperor", scope=["atlantis"], sheets=3)
    page = desk.get(f"/{language}/admin/audit?until=2026-03-31").text
    words, codes = (row[3] for row in rows(page))
    bannu = {"en": "Bannu", "ur": "بنوں", "ps": "بنو"}[language]
    assert words == (
        f"{say('Own phone')}: {say('No')} {say('Second factor')}: {say('Yes')} {say('Role')}: {say('Analyst')} "
        f"{say('District')}: {bannu} {say('Method')}: GET"
    )
    assert codes == f"{say('Role')}: emperor {say('Places')}: atlantis sheets: 3"
    marked = re.findall(r'<bdi lang="en" dir="ltr" translate="no">([^<]*)</bdi>', page)
    assert {"GET", "emperor", "atlantis", "sheets", "3"} <= set(marked)
    assert {say("No"), say("Own phone"), "Bannu", "analyst"}.isdisjoint(marked)


def test_an_entry_that_somebody_damaged_is_still_shown(desk: FlaskClient, chief: Person, session: Session) -> None:
    add(session, "person_changed", chief, role=["analyst", "x"], scope="bannu", district=["swat", 7], person={"a": 1})
    assert log(desk)[0][3] == "Role: Analyst Places: Bannu District: swat 7 person a: 1"


@pytest.mark.parametrize(
    ("language", "said"), [("en", "10 March 2026,"), ("ur", "10 مارچ 2026،"), ("ps", "10 مارچ 2026،")]
)
def test_a_moment_breaks_between_day_and_time_alone(
    desk: FlaskClient, chief: Person, session: Session, language: str, said: str
) -> None:
    add(session, "signed_in", chief)
    page = desk.get(f"/{language}/admin/audit?until=2026-03-31").text
    day, comma = said[:-1].replace(" ", "\u00a0"), said[-1]
    assert f'<bdi class="whole">{day}</bdi>{comma} <bdi class="whole">12:00</bdi>' in page


def test_a_card_names_what_the_head_of_the_table_names(desk: FlaskClient, session: Session) -> None:
    """In lists of every kind, on each cell that says something; its role is that of a cell."""
    factories.person(session, Role.REVIEWER)
    factories.invite(session)
    for name in ("people", "audit", "invitations", "state"):
        page = desk.get(f"/en/admin/{name}").text
        for table in re.findall(r'<div class="scroll cards".*?</table>', page, re.DOTALL):
            heads = [plain(one) for one in re.findall(r'<th scope="col" role="columnheader">(.*?)</th>', table)]
            for row in re.findall(r'<tr role="row">\s*<th scope="row".*?</tr>', table, re.DOTALL):
                labels = re.findall(r'<td role="cell"(?: data-label="([^"]*)")?>', row)
                assert len(labels) == row.count("<td") == len(heads) - 1, name
                assert all(label in (head, "") for label, head in zip(labels, heads[1:], strict=True)), name
        assert 'class="scroll cards"' in page, name


def test_who_is_not_always_an_account(desk: FlaskClient, session: Session) -> None:
    gone = factories.person(session, Role.ANALYST, ())
    add(session, "signed_in", gone)
    factories.actions.leave(factories.operator(session), gone)
    add(session, "person_disabled", at=NOON + timedelta(minutes=1))
    add(session, "sign_in_refused", at=NOON + timedelta(minutes=2))
    add(session, "<b>unheard</b>", at=NOON + timedelta(minutes=3))
    assert [row[1:3] for row in log(desk)] == [
        ["Operator, at the command line", "<b>unheard</b>"],
        ["Nobody who was signed in", "A sign-in was refused: wrong user name or password"],
        ["Operator, at the command line", "An account was disabled"],
        ["Somebody who has left", "Signed in"],
    ]


def test_filters(desk: FlaskClient, chief: Person, session: Session) -> None:
    """What, who, and days from their first to their last moment in Karachi."""
    elder = factories.person(session, Role.ANALYST, username="elder")
    midnight = datetime(2026, 3, 9, 19, tzinfo=UTC)  # the tenth begins in Karachi
    add(session, "signed_in", elder, midnight - timedelta(seconds=1))
    add(session, "signed_in", chief, midnight)
    add(session, "signed_out", elder, midnight + timedelta(hours=24, seconds=-1))
    add(session, "signed_out", chief, midnight + timedelta(hours=24))
    for query, found in (
        ("what=signed_in", ["10", "9"]), ("name=elder", ["10", "9"]), ("name=ELDER&what=signed_out", ["10"]),
        ("since=2026-03-10", ["11", "10", "10"]), ("until=2026-03-09", ["9"]),
        ("since=2026-03-10&until=2026-03-10", ["10", "10"]), ("since=۲۰۲۶-۰۳-۱۱", ["11"]),
        ("since=&until=&what=&name=", ["11", "10", "10", "9"]),
    ):  # fmt: skip
        query = query if "until=2" in query else f"{query.replace('&until=', '')}&until=2026-03-31"
        assert [row[0].split()[0] for row in log(desk, query)] == found, query
    page = desk.get("/en/admin/audit?what=signed_in&name=elder&since=2026-03-01").text
    assert '<option value="signed_in" selected>' in page
    assert 'value="elder"' in page
    assert 'value="2026-03-01"' in page


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("since=yesterday", "since", "Give a day as year-month-day"),
        ("until=0001-01-01", "until", "Give a day as year-month-day"),
        ("until=9999-12-31", "until", "Give a day as year-month-day"),
        ("what=weather", "what", "Choose one of the list"),
        ("name=nobody", "name", "There is no account of this user name"),
        ("name=%00", "name", "There is no account of this user name"),
    ],
)
def test_what_cannot_be_asked(desk: FlaskClient, query: str, field: str, said: str) -> None:
    answer = desk.get(f"/en/admin/audit?{query}")
    assert answer.status_code == 400
    assert said in plain(answer.text)
    assert f'aria-describedby="{field}-error"' in answer.text
    assert "<table" not in answer.text


def test_pages_hold_every_entry_once(desk: FlaskClient, chief: Person, session: Session) -> None:
    """Also those of one moment; the filters are carried along."""
    for number in range(45):
        add(session, "signed_in", chief, NOON - timedelta(minutes=number // 10), number=number)
    address, found = "/en/admin/audit?what=signed_in&name=chief&until=2026-03-31", []
    while address:
        page = desk.get(address).text
        found.append([row[3] for row in rows(page)])
        address = link(page, "Older ones") or ""
    assert [len(one) for one in found] == [20, 20, 5]
    assert len({one for page in found for one in page}) == 45
    for before in ("x", "-1", "9" * 40, "%00", "٣"):
        assert desk.get(f"/en/admin/audit?before={before}").status_code == 200


def test_looking_is_kept(browser: Callable[[Person], FlaskClient], session: Session) -> None:
    """Whoever looks stands in it, on top."""
    reader = factories.person(session, Role.AUDITOR, (), "checker")
    first = log(browser(reader), "")[0]
    assert first[1:] == ["checker", "The activity log was looked at", ""]
    assert noted(session, "audit_listed") == [{}]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("whole", "late", "mark", "said"),
    [
        (True, False, "good", "The chain of this log holds"),
        (False, False, "urgent", "is broken"),
        (True, True, "urgent", "nobody seals this log just now"),
        (None, False, "note", "A seal to write down"),
    ],
)
def test_the_chain(app: Flask, whole: bool | None, late: bool, mark: str, said: str) -> None:
    state = SimpleNamespace(number=12, day="10 March 2026", head=f"12:{'ab' * 32}", late=late, whole=whole)
    source = "{% from 'macros/chain.html' import chain with context %}{{ chain(state) }}"
    with app.test_request_context("/en/admin/audit"):
        g.language = "en"
        page = render_template_string(source, state=state)
    assert said in plain(page)
    assert f'class="notice {mark}"' in page
    assert ("for their seal" in page) is late
    assert f"away from this site: number 12, 10 March 2026. 12:{'ab' * 32}" in plain(page)
    assert re.search(r'<bdi lang="en" dir="ltr" translate="no">12:(ab){32}</bdi>', page)


def test_when_a_representative_was_here_is_for_nobody_to_watch(
    desk: FlaskClient, chief: Person, session: Session
) -> None:
    """The log keeps it; no page, no filter by name or day tells it."""
    for someone in (factories.person(session, username="elder"), factories.person(session, Role.REVIEWER)):
        add(session, "signed_in", someone, datetime(2026, 3, 9, 19, tzinfo=UTC))
    assert [row[0] for row in log(desk, "until=2026-03-31")] == ["10 March 2026, 00:00"]
    assert log(desk, "name=elder&until=2026-03-31") == []
