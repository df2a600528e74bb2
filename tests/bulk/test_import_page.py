"""`/import`: a sheet is handed in, looked at, entered; every word of a mistake comes back, nothing goes in twice."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tests import factories
from tests.bulk.handing_in import count, enter, hand_in, handed_in, words
from tests.paper.sheets import REAL, csv_of, row, sheet
from webapp import config, db
from webapp.bulk import views
from webapp.config import Settings
from webapp.grievances.models import Gathering, Grievance
from webapp.grievances.rules import Status
from webapp.people.models import Person
from webapp.people.rules import Role
from webapp.references import shown
from webapp.uploads.models import Upload

#: Whoever looks at a page here is the representative.
pytestmark = pytest.mark.usefixtures("filing")


def test_from_the_file_to_the_tracking_numbers(client: FlaskClient, elder: Person, session: Session) -> None:
    where = handed_in(client, sheet(3))
    page = client.get(where).text
    assert "Ready to be entered: <bdi>3</bdi>" in page
    assert count(session) == 0, "nothing goes in before it was looked at"
    assert enter(client, where).headers["Location"] == where
    page = client.get(where).text
    stored = set(session.scalars(select(Grievance.reference)))
    session.rollback()
    assert {code.replace("-", "") for code in re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", page)} == stored
    assert len(stored) == 3
    assert "Enter these forms" not in page


def test_a_row_with_mistakes_comes_back_with_its_words(client: FlaskClient, elder: Person, session: Session) -> None:
    told = "Synthetic: my card is 35202-1234567-1 <b>"
    rows = [row(), row(gathering_ref="g2", district="atlantis", narrative=told), row(gathering_ref="g3")]
    where = handed_in(client, rows)
    page = client.get(where).text
    assert "atlantis" in page
    assert "Synthetic: my card is 35202-1234567-1 &lt;b&gt;" in page
    assert "Choose one of the answers in the list." in page
    assert "This looks like an ID card or phone number." in page
    enter(client, where)
    assert count(session) == 2
    rows[1] |= {"district": "bannu", "narrative": "Synthetic: mended."}
    again = handed_in(client, rows)
    assert "Here already, and not entered again: <bdi>2</bdi>" in client.get(again).text
    enter(client, again)
    assert count(session) == 3


def test_twice_and_twice_at_once(client: FlaskClient, elder: Person, session: Session, settings: Settings) -> None:
    where = handed_in(client, sheet(6))
    with ThreadPoolExecutor(4) as pool:
        browsers = [client.application.test_client() for _ in range(4)]
        for browser in browsers:
            factories.sign_in(browser, elder)
        answers = list(pool.map(lambda browser: enter(browser, where).status_code, browsers))
    assert answers == [303] * 4
    assert enter(client, where).status_code == 303
    assert count(session) == 6
    assert "Entered: <bdi>6</bdi>" in client.get(where).text
    assert factories.wrong(settings) == []


def test_another_sheet_in_between(client: FlaskClient, elder: Person, session: Session) -> None:
    """What was looked at is what is entered, or nothing is."""
    first = handed_in(client, sheet(2))
    second = handed_in(client, sheet(5))
    for answer in (enter(client, first), client.get(first)):
        assert answer.status_code == 404
        assert "This sheet is no longer kept here" in answer.text
    assert count(session) == 0
    enter(client, second)
    assert count(session) == 5


def test_after_two_hours_it_is_gone(client: FlaskClient, elder: Person, session: Session) -> None:
    where = handed_in(client, sheet(1))
    session.execute(update(Upload).values(created_at=elder.created_at - timedelta(hours=3)))
    session.commit()
    assert client.get(where).status_code == 404
    assert enter(client, where).status_code == 404
    other = factories.person(session)
    browser = client.application.test_client()
    factories.sign_in(browser, other)
    handed_in(browser, sheet(1))
    assert set(session.scalars(select(Upload.person_id))) == {other.id}, "somebody's next one erases it"


def test_a_sheet_is_its_own_persons(client: FlaskClient, elder: Person, session: Session) -> None:
    where = handed_in(client, sheet(1))
    other = client.application.test_client()
    factories.sign_in(other, factories.person(session))
    assert other.get(where).status_code == enter(other, where).status_code == 404
    assert client.application.test_client().get(where).status_code == 302
    for role in set(Role) - {Role.REPRESENTATIVE}:
        official = client.application.test_client()
        factories.sign_in(official, factories.person(session, role))
        refused = [official.get(page).status_code for page in (where, "/en/import", "/en/paper", "/en/paper.xlsx")]
        assert refused == [403] * 4, role
    assert count(session) == 0


def test_words_go_when_they_are_entered_or_the_person_leaves(
    client: FlaskClient, elder: Person, session: Session
) -> None:
    """Also those of subjects of which no story may be kept."""
    rows = [row(), row(gathering_ref="g2", subcategory="armed_threats"), row(gathering_ref="g3", urgency="soon")]
    rows[1]["narrative"], rows[2]["narrative"] = "Synthetic: not to be kept.", "Synthetic: to be mended."
    where = handed_in(client, rows)
    enter(client, where)
    with client.application.app_context():
        (kept,) = session.scalars(select(Upload))
        opened = db.vault().open(kept.sealed, ("uploads", f"sealed for {elder.id}", str(kept.id)))
    assert "to be mended" in opened
    assert "not to be kept" not in opened
    assert row()["narrative"] not in opened
    session.rollback()
    page = client.get(where).text
    assert "Entered: <bdi>2</bdi>" in page
    assert "soon" in page
    client.post("/en/sign-out", headers=factories.SAME_SITE)
    assert count(session, Upload) == 0


def test_equal_lines_are_said(client: FlaskClient, elder: Person, session: Session) -> None:
    where = handed_in(client, [row(), row(), row(narrative="Synthetic: another.")])
    assert "This line says the same as line 2 and is entered once." in words(client.get(where))
    enter(client, where)
    assert count(session) == 2
    assert "Entered: 2" in words(client.get(where))


def test_the_language_and_the_day_are_those_of_handing_in(
    client: FlaskClient, elder: Person, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = handed_in(client, [row()], language="ur")
    later = config.now() + timedelta(minutes=90)
    session.execute(update(Upload).values(created_at=later - timedelta(days=1)))
    session.commit()
    monkeypatch.setattr(views, "now", lambda: later - timedelta(days=1, minutes=-60))
    enter(client, where.replace("/ur/", "/en/"))
    one = session.scalars(select(Grievance)).one()
    assert (one.consent_language, one.received_date) == ("ur", config.day_of(later - timedelta(days=1)))


def test_what_waits_is_sealed_and_holds_no_more_than_the_form(
    client: FlaskClient, elder: Person, session: Session
) -> None:
    handed_in(client, sheet(2, cnic_of_elder="35202-1234567-1"))
    (kept,) = session.scalars(select(Upload))
    assert b"Synthetic" not in kept.sealed
    where = ("uploads", f"sealed for {elder.id}", str(kept.id))
    with client.application.app_context():
        opened = db.vault().open(kept.sealed, where)
    assert "Synthetic" in opened
    assert "35202" not in opened
    assert "cnic_of_elder" not in opened


def test_a_sheet_of_mistakes_alone(client: FlaskClient, elder: Person, session: Session) -> None:
    where = handed_in(client, sheet(60, urgency="soon"))
    page = client.get(where).text
    assert "Enter these forms" not in page
    assert page.count("<h3>") == 50
    assert "There are 10 more lines like these" in page
    enter(client, where)
    assert count(session) == count(session, Gathering) == 0


def test_rows_at_odds_with_what_stands(client: FlaskClient, elder: Person, session: Session) -> None:
    where = handed_in(client, [row(participants="p20_50")])
    enter(client, where)
    where = handed_in(client, [row(participants="gt500", narrative="Synthetic: another story.")])
    page = client.get(where).text
    assert "Rows of one gathering must agree here" in page
    assert "gt500" in page
    enter(client, where)
    assert count(session) == 1


def test_the_real_file(client: FlaskClient, elder: Person, session: Session, settings: Settings) -> None:
    where = str(hand_in(client, REAL.read_bytes()).headers["Location"])
    enter(client, where)
    assert (count(session), count(session, Gathering)) == (257, 55)
    assert factories.wrong(settings) == []


def test_json_for_scripts(client: FlaskClient, elder: Person, session: Session) -> None:
    data = {"file": (io.BytesIO(csv_of([row(), row(gathering_ref="g2", urgency="soon")])), "forms.csv")}
    made = client.post("/en/import", data=data, headers=factories.JSON)
    assert made.status_code == 201
    where = f"/en/import/{made.json['upload']}"
    told = client.get(where, headers=factories.JSON).json
    assert (told["new"], told["entered"]) == (1, {})
    assert told["errors"] == {"3": {"urgency": ["Choose one of the answers in the list."]}}
    enter(client, where, Accept="application/json")
    told = client.get(where, headers=factories.JSON).json
    assert (told["new"], list(told["entered"])) == (0, ["2"])
    bad = client.post("/en/import", data={"file": (io.BytesIO(b""), "x.csv")}, headers=factories.JSON)
    assert (bad.status_code, list(bad.json["errors"])) == (422, ["file"])


@pytest.mark.parametrize("error", [SQLAlchemyError("synthetic"), KeyError("synthetic")])
def test_something_breaks_half_way(
    client: FlaskClient, elder: Person, session: Session, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """The page tells the truth: what was entered stays, and pressing again enters the rest."""
    where, whole, calls = handed_in(client, sheet(4)), views.enter_batch, iter(range(10))

    def fails(*args: Any) -> Any:
        if next(calls) == 2:
            raise error
        return whole(*args)

    monkeypatch.setattr(views, "enter_batch", fails)
    answer = enter(client, where)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "What was entered stays" in answer.text
    assert count(session) == 2
    monkeypatch.undo()
    enter(client, where)
    assert count(session) == 4


def test_what_was_withdrawn_is_not_said_to_be_here(client: FlaskClient, elder: Person, session: Session) -> None:
    rows = [row(), row(narrative="Synthetic: another.")]
    enter(client, handed_in(client, rows))
    gone = session.scalars(select(Grievance).limit(1)).one()
    gone.status = Status.WITHDRAWN
    reference = shown(gone.reference)
    session.commit()
    where = handed_in(client, [*rows, row(narrative="Synthetic: new.")])
    for _ in "ab":
        page = words(client.get(where))
        assert "Here already, and not entered again: 1" in page
        assert "Withdrawn before, and not entered again: 1" in page
        assert re.search(rf"{reference} · Withdrawn\s", page)
        told = client.get(where, headers=factories.JSON).json
        assert list(told["withdrawn"].values()) == [reference]
        assert reference not in {*told["before"].values(), *told["entered"].values()}
        enter(client, where)
    assert count(session) == 3
