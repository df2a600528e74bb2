"""After a new code was given out, whoever gave it could read along: what was filed before shows its status alone."""

import re

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
