"""The list of accounts: searched, filtered, a page at a time, and never telling more than the month."""

import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests import factories
from tests.admin.reading import link, noted, plain, rows
from webapp.people.models import Person, SignIn
from webapp.people.rules import Role


def names(page: str) -> list[str]:
    """The user names on a page."""
    return [row[0] for row in rows(page)]


def test_a_line_tells_what_an_administrator_needs(desk: FlaskClient, session: Session) -> None:
    someone = factories.person(session, Role.REVIEWER, ("bannu", "swat", "khyber", "kurram", "hangu"), "elder")
    assert rows(desk.get("/en/admin/people?name=elder").text) == [
        ["elder", "Reviewer", "Active", "Bannu · Swat · Khyber · Kurram 1 more Hangu", "English", "No", "Never"]
    ]
    someone.factor_at, someone.language = someone.created_at, "ps"
    session.commit()
    assert rows(desk.get("/en/admin/people?name=elder").text)[0][4:] == ["پښتو", "Yes", "Never"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"language": "ur"}, "Active"),
        ({"password_hash": None}, "Awaits a new password"),
        ({"disabled_at": datetime.now(UTC)}, "Disabled"),
    ],
)
def test_the_state_of_an_account(desk: FlaskClient, session: Session, change: dict[str, object], said: str) -> None:
    factories.person(session, username="elder")
    session.execute(update(Person).where(Person.username == "elder").values(change))
    session.commit()
    assert rows(desk.get("/en/admin/people?name=elder").text)[0][2] == said


@pytest.mark.parametrize(("language", "said"), [("en", "March 2021"), ("ur", "مارچ 2021"), ("ps", "مارچ 2021")])
def test_only_the_month_of_the_last_visit(desk: FlaskClient, session: Session, language: str, said: str) -> None:
    """In Karachi's calendar; no page holds the day or the hour."""
    someone = factories.person(session, username="elder")
    factories.actions.sign_in(factories.operator(session), someone)
    moment = datetime(2021, 2, 28, 20, 17, tzinfo=UTC)  # the first of March in Karachi
    session.execute(update(SignIn).where(SignIn.person_id == someone.id).values(last_seen_at=moment, started_at=moment))
    session.commit()
    for path in ("people?name=elder", f"people/{someone.id}"):
        page = plain(desk.get(f"/{language}/admin/{path}").text)
        assert said in page
        assert not re.search(r"20:17|01:17|2021-0|\b(28|1) (February|March|فروری|مارچ|فروري)", page)


def test_search_takes_every_letter_as_it_is(desk: FlaskClient, session: Session) -> None:
    for name in ("bannu_1", "bannu-2", "swat.3"):
        factories.person(session, username=name)
    for asked, found in (
        ("bannu", ["bannu-2", "bannu_1"]), ("U_1", ["bannu_1"]), ("_", ["bannu_1"]), ("%", []), ("%25", []), ("/", []),
        ("۳", ["swat.3"]), ("x' or 1=1", []), ("", ["bannu-2", "bannu_1", "chief", "swat.3"]), ("a" * 500, []),
    ):  # fmt: skip
        page = desk.get("/en/admin/people", query_string={"name": asked}).text
        assert sorted(names(page)) == found, asked
    assert desk.get("/en/admin/people?name=%00&role=%00&after=%00").status_code == 200


def test_filter_by_role(desk: FlaskClient, session: Session) -> None:
    factories.person(session, Role.REVIEWER, username="reader")
    factories.person(session, Role.ANALYST, username="counter")
    assert names(desk.get("/en/admin/people?role=reviewer").text) == ["reader"]
    page = desk.get("/en/admin/people?role=analyst").text
    assert names(page) == ["counter"]
    assert '<option value="analyst" selected>' in page
    assert len(names(desk.get("/en/admin/people?role=emperor").text)) == 3
    assert "No account fits." in desk.get("/en/admin/people?role=auditor").text


def test_pages_hold_everybody_once(desk: FlaskClient, session: Session) -> None:
    """Twenty a page, the filters carried along."""
    for number in range(45):
        session.add(
            Person(
                username=f"elder-{number:02}", password_hash="x", role=Role.REPRESENTATIVE, scope=("bannu",),
                language="en", created_at=datetime.now(UTC),
            )
        )  # fmt: skip
    session.commit()
    address, found, sizes = "/en/admin/people?name=elder&role=representative", [], []
    while address:
        page = desk.get(address).text
        found += names(page)
        sizes.append(len(names(page)))
        address = link(page, "Next page") or ""
    assert sizes == [20, 20, 5]
    assert found == [f"elder-{number:02}" for number in range(45)]


def test_looking_is_kept(desk: FlaskClient, session: Session) -> None:
    desk.get("/en/admin/people")
    someone = factories.person(session)
    desk.get(f"/en/admin/people/{someone.id}")
    desk.get(f"/en/admin/people/{someone.id}/code")
    assert noted(session, "people_listed") == [{}]
    assert noted(session, "person_opened") == [{"person": str(someone.id)}]


def test_those_who_left_are_in_no_list(desk: FlaskClient, session: Session) -> None:
    someone = factories.person(session, username="elder")
    factories.actions.leave(factories.operator(session), someone)
    session.commit()
    assert names(desk.get("/en/admin/people").text) == ["chief"]
