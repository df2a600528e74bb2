"""After a new code was given out, whoever gave it could read along: what was filed before shows its status alone."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories
from tests.clock import Clock
from tests.factories import JSON, SAME_SITE, full
from tests.join.conftest import GOOD
from webapp.people.models import Person
from webapp.people.rules import Role

MAIN = re.compile("<main.*</main>", re.DOTALL)


def file(client: FlaskClient, **changes: str) -> str:
    """File one; the address of its receipt."""
    answer = client.post("/en/submit", data=full(**changes), headers=JSON)
    assert answer.status_code == 201
    return f"/en/receipt/{answer.json['reference']}"


def test_what_was_filed_before_is_veiled(at_home: FlaskClient, session: Session, elder: Person, clock: Clock) -> None:
    plain = file(at_home)
    mines = file(at_home, subcategory="landmines_uxo")
    protected = file(at_home, confidentiality="protected")
    assert "/en/submit/" in at_home.get(plain).text
    clock.forward(minutes=1)
    code = factories.reset(session, elder)
    assert at_home.get("/en/submit").status_code == 302
    taken = at_home.post(f"/en/join/{code}", data={"password": GOOD}, headers=SAME_SITE)
    assert taken.status_code == 303
    answer = factories.sign_in(at_home, elder, password=GOOD)
    assert answer.location.startswith("/en/account/notices")
    assert "the office gave out a new code" in at_home.get(answer.location).text
    clock.forward(minutes=1)
    mains = []
    for receipt in (plain, mines, protected):
        page, reference = MAIN.findall(at_home.get(receipt).text)[0], receipt[-10:]
        shown = f"{reference[:5]}-{reference[5:]}"
        assert shown in page
        assert not re.search(r"\d{4}-\d\d-\d\d|\b20\d\d\b|/en/submit|mine|protect|story", page, re.IGNORECASE), page
        mains.append(page.replace(shown, ""))
    assert len(set(mains)) == 1, "nothing tells one from another"
    later = at_home.get(file(at_home, narrative="Synthetic: filed after the new code.")).text
    assert "/en/submit/" in MAIN.findall(later)[0]


def test_filing_alike_tells_nothing_of_what_was_filed_before(
    at_home: FlaskClient, session: Session, elder: Person, clock: Clock
) -> None:
    """Whoever holds a new code cannot ask, by guessing at a form, whether it was filed before: it is filed anew."""
    first = file(at_home)
    assert at_home.post("/en/submit", data=full(), headers=JSON).status_code == 200
    clock.forward(minutes=1)
    code = factories.reset(session, elder)
    at_home.post(f"/en/join/{code}", data={"password": GOOD}, headers=SAME_SITE)
    factories.sign_in(at_home, elder, password=GOOD)
    clock.forward(minutes=1)
    assert file(at_home) != first


def read_notices(client: FlaskClient, someone: Person, password: str = GOOD) -> list[str]:
    """Sign in; the days of the notices about new codes that are shown, which are then said to be read."""
    answer = factories.sign_in(client, someone, password=password)
    if "notices" not in answer.location:
        return []
    text = client.get(answer.location).text
    client.post(answer.location, headers=SAME_SITE)
    return re.findall(r"On <bdi>([^<]+)</bdi> the office gave out", text)


def test_whoever_redeems_a_code_cannot_hide_it(
    app: Flask, client: FlaskClient, session: Session, elder: Person, clock: Clock
) -> None:
    """For a week each sign-in is told, and whoever comes with another code is told of every one before."""
    thief = app.test_client()
    thief.post(f"/en/join/{factories.reset(session, elder)}", data={"password": GOOD}, headers=SAME_SITE)
    for _ in range(2):
        assert len(read_notices(thief, elder)) == 1
        clock.forward(days=3)
    clock.forward(days=2)
    assert len(read_notices(thief, elder)) == 1
    assert read_notices(thief, elder) == [], "it was read after a week"
    assert factories.sign_in(client, elder).status_code == 422, "the elder's password is no longer one"
    own = "synthetic words of the elder"
    client.post(f"/en/join/{factories.reset(session, elder)}", data={"password": own}, headers=SAME_SITE)
    assert len(set(read_notices(client, elder, own))) == 2


def test_a_notice_tells_what_to_look_at(client: FlaskClient, session: Session, elder: Person) -> None:
    client.post(f"/en/join/{factories.reset(session, elder)}", data={"password": GOOD}, headers=SAME_SITE)
    shown = client.get(factories.sign_in(client, elder, password=GOOD).location).text
    assert "look at your grievances" in shown
    someone = factories.person(session, Role.ANALYST, ())
    client.post(f"/en/join/{factories.reset(session, someone)}", data={"password": GOOD}, headers=SAME_SITE)
    shown = client.get(factories.sign_in(client, someone, password=GOOD).location).text
    assert "the office gave out" in shown
    assert "look at your grievances" not in shown


def test_nobody_speaks_for_a_jirga_or_destroys_what_it_said(
    app: Flask, at_home: FlaskClient, session: Session, elder: Person, clock: Clock
) -> None:
    """A supervisor gives out a new code and uses it; all that was done then is undone by the jirga."""
    reference = file(at_home)[-10:]
    clock.forward(minutes=1)
    thief = app.test_client()
    thief.post(f"/en/join/{factories.reset(session, elder)}", data={"password": GOOD}, headers=SAME_SITE)
    factories.sign_in(thief, elder, password=GOOD)

    def send(browser: FlaskClient, step: str) -> int:
        page = browser.get(f"/en/grievances/{reference}").text
        seen = re.findall('name="seen" value="([^"]+)"', page)
        form = {"seen": seen[0] if seen else "1", "outcome": "solved"}
        return browser.post(f"/en/grievances/{reference}/{step}", data=form, headers=SAME_SITE).status_code

    assert "you can undo this for 30 days" in thief.get(f"/en/grievances/{reference}").text
    assert [send(thief, step) for step in ("confirm", "withdraw", "erase_now")] == [409, 303, 409]
    left = thief.post("/en/account/leave", data={"password": GOOD}, headers=SAME_SITE)
    assert (left.status_code, "30 days" in left.text) == (409, True)
    clock.forward(days=20)
    code = factories.reset(session, elder)
    at_home.post(f"/en/join/{code}", data={"password": GOOD}, headers=SAME_SITE)
    factories.sign_in(at_home, elder, password=GOOD)
    assert "Withdrawn" in at_home.get("/en/grievances").text
    assert send(at_home, "take_back") == 303
    assert "Withdrawn" not in at_home.get("/en/grievances").text
    clock.forward(days=31)
    factories.sign_in(at_home, elder, password=GOOD)
    answer = at_home.post("/en/account/leave", data={"password": GOOD}, headers=SAME_SITE)
    assert answer.status_code == 303, "whoever comes with a new code may still go"


def test_a_new_password_does_not_take_the_second_factor_away(
    client: FlaskClient, session: Session, clock: Clock
) -> None:
    someone = factories.person(session, Role.ANALYST, ())
    secret = factories.factor(session, someone)
    code = factories.reset(session, someone)
    assert client.post(f"/en/join/{code}", data={"password": GOOD}, headers=SAME_SITE).status_code == 303
    assert client.get("/en/summary").status_code == 302
    assert factories.sign_in(client, someone, password=GOOD).location.startswith("/en/sign-in/code")
    assert client.get("/en/summary").status_code == 302
    assert factories.give_code(client, factories.digits(secret, clock.at)).status_code == 303
    assert client.get("/en/summary").status_code == 200
