"""Filing the same again: once while it stands, anew after it was withdrawn. Synthetic."""

import re
import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import JSON, SAME_SITE, full, short
from tests.submit.test_submit import count
from webapp.grievances.models import Event, Grievance
from webapp.texts.models import Text


def withdraw(browser: FlaskClient, reference: str, *steps: str) -> None:
    """Its owner withdraws it, and takes what steps else."""
    for step in ("withdraw", *steps):
        page = browser.get(f"/en/grievances/{reference}").text
        seen = re.findall('name="seen" value="([^"]+)"', page)[0]
        sent = browser.post(f"/en/grievances/{reference}/{step}", data={"seen": seen}, headers=SAME_SITE)
        assert sent.status_code == 303


@pytest.mark.parametrize("steps", [(), ("erase_now",)])
def test_what_was_withdrawn_is_stored_anew_when_it_is_sent_again(
    filing: FlaskClient, session: Session, steps: tuple[str, ...]
) -> None:
    """A receipt is never for something that is not there; and each sending is one, however often it comes."""
    places = [filing.post("/en/submit", data=full(), headers=SAME_SITE).location for _ in "ab"]
    for number in (1, 2, 3):
        assert len(set(places)) == number
        assert count(session, Grievance) == number
        assert "Your grievance is recorded" in filing.get(places[-1]).text
        withdraw(filing, places[-1][-10:], *steps)
        page = filing.get(places[-1]).text
        assert "This grievance was withdrawn" in page
        assert "recorded. " not in page
        assert "should confirm by" not in page
        places += [filing.post("/en/submit", data=full(), headers=SAME_SITE).location for _ in "ab"]
    standing = session.scalars(select(Grievance).where(Grievance.status == "submitted")).one()
    assert places[-1].endswith(standing.reference)
    texts = select(Text.sealed).join(Event).where(Event.grievance_id == standing.id)
    assert all(session.scalars(texts)), "its words are there"
    session.rollback()
    assert factories.wrong(filing.application.extensions["store"].settings) == []


def test_also_in_a_gathering_that_stands(filing: FlaskClient, session: Session) -> None:
    gathering = filing.post("/en/submit", data=full(subcategory="electricity"), headers=JSON).json["gathering"]
    first = filing.post(f"/en/submit/{gathering}", data=short(), headers=JSON)
    withdraw(filing, first.json["reference"])
    again = filing.post(f"/en/submit/{gathering}", data=short(), headers=JSON)
    assert (again.status_code, again.json["gathering"]) == (201, gathering)
    assert again.json["reference"] != first.json["reference"]
    assert count(session, Grievance) == 3


def test_a_phone_that_sends_its_own_number_again_files_nothing_twice(filing: FlaskClient, session: Session) -> None:
    """What waits on a phone without a network may come after it was withdrawn elsewhere: it was sent before that."""
    form = full(client_id=str(uuid.uuid4()))
    first = filing.post("/en/submit", data=form, headers=JSON)
    withdraw(filing, first.json["reference"])
    again = filing.post("/en/submit", data=form, headers=JSON)
    assert (again.status_code, again.json) == (200, first.json)
    assert count(session, Grievance) == 1
    assert "This grievance was withdrawn" in filing.get(f"/en/receipt/{first.json['reference']}").text
    fresh = filing.post("/en/submit", data=full(client_id=str(uuid.uuid4())), headers=JSON)
    assert fresh.status_code == 201, "the form filled in once more has a number of its own"


def test_what_was_closed_is_not_stored_anew(filing: FlaskClient, session: Session) -> None:
    """It was dealt with; whoever is not content opens it again."""
    first = filing.post("/en/submit", data=full(), headers=JSON)
    session.execute(update(Grievance).values(status="closed", outcome="with_court"))
    session.commit()
    again = filing.post("/en/submit", data=full(), headers=JSON)
    assert (again.status_code, again.json) == (200, first.json)
