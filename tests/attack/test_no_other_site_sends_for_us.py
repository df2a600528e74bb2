"""Cross-site requests: what another site's page sends is refused at every address that takes something."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests import factories
from tests.access.site import address, nothing, rules
from tests.factories import PASSWORD
from tests.watching import noted, rows
from webapp.people.models import Person, SignIn

ONE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
OWN, EVIL = "http://localhost", "https://elsewhere.test"
#: What browsers say of where a form comes from, and whether it is ours.
SAID: list[tuple[Mapping[str, str], bool]] = [
    *(({"Sec-Fetch-Site": site, **origin}, site in ("same-origin", "none"))
      for site in ("same-origin", "none", "same-site", "cross-site", "", "SAME-ORIGIN")
      for origin in ({}, {"Origin": OWN}, {"Origin": "null"}, {"Origin": EVIL})),
    ({}, False),
    ({"Origin": OWN}, True),
    ({"Origin": "null"}, False),
    ({"Origin": EVIL}, False),
    ({"Origin": "http://localhost.elsewhere.test"}, False),
    ({"Origin": "https://localhost"}, False),
    ({"Origin": "http://localhost:8080"}, False),
    ({"Origin": "http://[::1"}, False),
    ({"Referer": f"{OWN}/en/submit"}, True),
    ({"Referer": f"{EVIL}/{OWN}"}, False),
    ({"Origin": EVIL, "Referer": f"{OWN}/en/"}, False),
    ({"Origin": "null", "Referer": f"{OWN}/en/"}, False),
]  # fmt: skip


def taking(app: Flask) -> list[str]:
    """Every address of the account, its pages and the one-time codes that takes a form."""
    ours = [rule for rule in rules(app) if rule.endpoint.partition(".")[0] in ("account", "join", "profile")]
    return [address(app, rule, nothing(rule)) for rule in ours if "POST" in (rule.methods or ())]


@ONE
def test_every_address_refuses_other_sites(app: Flask, session: Session) -> None:
    someone = factories.person(session)
    browser = app.test_client()
    factories.sign_in(browser, someone)
    addresses, before = taking(app), noted(session)
    assert len(addresses) >= 12
    form = {"username": someone.username, "password": PASSWORD, "language": "ur", "code": "1", "new_password": "x"}
    for where in addresses:
        for headers, ours in SAID:
            if not ours:
                assert browser.post(where, data=form, headers=headers).status_code == 403, (where, headers)
    assert noted(session) == before
    assert browser.get("/en/submit").status_code == 200
    assert (factories.again(session, someone).language, len(rows(session, SignIn))) == ("en", 1)


@ONE
@pytest.mark.parametrize(("headers", "ours"), SAID)
def test_our_own_pages_are_heard(app: Flask, session: Session, headers: dict[str, str], ours: bool) -> None:
    someone, browser = factories.person(session), app.test_client()
    factories.sign_in(browser, someone)
    answer = browser.post("/en/account/language", data={"language": "ps"}, headers=headers)
    assert answer.status_code == (303 if ours else 403)
    assert factories.again(session, someone).language == ("ps" if ours else "en")


@ONE
def test_nobody_is_signed_in_or_out_from_elsewhere(app: Flask, session: Session) -> None:
    """Signed in as somebody else, a person would file in the name of whoever planted it."""
    mine, planted = (factories.person(session) for _ in "ab")
    browser = app.test_client()
    factories.sign_in(browser, mine)
    headers: dict[str, Any] = {"Sec-Fetch-Site": "cross-site", "Origin": EVIL}
    form = {"username": planted.username, "password": PASSWORD}
    assert browser.post("/en/sign-in", data=form, headers=headers).status_code == 403
    assert browser.post("/en/sign-out", headers=headers).status_code == 403
    assert browser.get("/en/account").text.count(str(mine.username)) == 1
    assert {one.username for one in rows(session, Person)} == {mine.username, planted.username}


@ONE
def test_a_proxys_name_counts_only_when_it_is_trusted(app: Flask) -> None:
    forwarded = {"Origin": EVIL, "X-Forwarded-Host": "elsewhere.test", "X-Forwarded-Proto": "https"}
    assert app.test_client().post("/en/sign-in", data={}, headers=forwarded).status_code == 403
