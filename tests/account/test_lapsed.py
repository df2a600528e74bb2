"""A sign-in that lapses while a form is typed: its person gets every word back, nobody else any, nothing keeps them."""

import html
import logging
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests import factories
from tests.clock import Clock
from tests.factories import JSON, PASSWORD, SAME_SITE, full
from tests.watching import rows, stored
from webapp import held as helds
from webapp.grievances.models import Grievance
from webapp.people.models import Person

WORDS = '\r\n\r\n  Synthetic: ہمارے گھر <b>&amp;</b> "سڑک" کے پاس.\r\n\r\nزموږ کورونه.\r\n'
FORM = full(narrative=WORDS, remedies=["compensation", "survey_register", "clear_mines"])
AREA = re.compile(r"<textarea name=\"([^\"]*)\" hidden>\n(.*?)</textarea>", re.DOTALL)


@pytest.fixture
def elder(session: Session) -> Person:
    """A representative."""
    return factories.person(session, username="elder")


def send_late(client: FlaskClient, clock: Clock, form: Any = FORM, path: str = "/en/submit") -> TestResponse:
    """Send a form a quarter of an hour after the last use."""
    clock.forward(minutes=15)
    return client.post(path, data=form, headers=SAME_SITE)


def word(answer: TestResponse) -> str:
    """What the page carries, sealed."""
    found = re.findall(r'name="held" value="([^"]*)"', answer.text)
    return found[0] if found else ""


def given_back(answer: TestResponse) -> list[tuple[str, str]]:
    """The fields that a browser would send from the page that gives the form back."""
    return [(html.unescape(name), html.unescape(value)) for name, value in AREA.findall(answer.text)]


def in_order(form: dict[str, Any]) -> list[tuple[str, str]]:
    """A form's fields as they are sent."""
    return list(MultiDict(form).items(multi=True))


def sign_in(client: FlaskClient, carried: str, username: str = "elder", **more: str) -> TestResponse:
    """Sign in on the page that carries the form."""
    form = {"username": username, "password": PASSWORD, "held": carried, **more}
    return client.post("/en/sign-in", data=form, headers=SAME_SITE)


def test_every_word_comes_back_and_is_filed_once(
    client: FlaskClient, session: Session, elder: Person, clock: Clock
) -> None:
    factories.sign_in(client, elder)
    late = send_late(client, clock)
    assert (late.status_code, 'action="/en/sign-in"' in late.text) == (401, True)
    assert "Your words are kept" in late.text
    assert "ynthetic" not in late.text
    back = sign_in(client, word(late))
    assert (back.status_code, 'action="/en/submit"' in back.text) == (200, True)
    assert given_back(back) == in_order(FORM)
    assert rows(session, Grievance) == [], "nothing is sent by itself"
    fields: MultiDict[str, str] = MultiDict(given_back(back))
    answers = [client.post("/en/submit", data=fields, headers=SAME_SITE) for _ in range(2)]
    assert answers[0].status_code == 303
    assert answers[0].location == answers[1].location
    assert len(rows(session, Grievance)) == 1


def test_it_comes_back_behind_the_second_factor_too(
    client: FlaskClient, session: Session, elder: Person, clock: Clock
) -> None:
    secret = factories.factor(session, elder)
    factories.sign_in(client, elder)
    factories.give_code(client, factories.digits(secret, clock.at))
    late = send_late(client, clock)
    asked = sign_in(client, word(late))
    assert 'action="/en/sign-in/code"' in asked.text
    assert "ynthetic" not in asked.text
    wrong = factories.give_code(client, "000000", held=word(asked))
    assert (wrong.status_code, word(wrong)) == (422, word(late))
    back = factories.give_code(client, factories.digits(secret, clock.at), held=word(wrong))
    assert given_back(back) == in_order(FORM)


def test_a_mistyped_password_loses_nothing(client: FlaskClient, elder: Person, clock: Clock) -> None:
    factories.sign_in(client, elder)
    carried = word(send_late(client, clock))
    for _ in range(3):
        wrong = sign_in(client, carried, password="not the pass phrase")
        assert (wrong.status_code, word(wrong)) == (422, carried)
    waits = sign_in(client, carried, password="not the pass phrase")
    assert (waits.status_code, word(waits)) == (429, carried)
    clock.forward(seconds=1)
    assert given_back(sign_in(client, carried)) == in_order(FORM)


def test_nobody_else_gets_any_of_it(client: FlaskClient, session: Session, elder: Person, clock: Clock) -> None:
    factories.person(session, username="other")
    factories.sign_in(client, elder)
    carried = word(send_late(client, clock))
    answer = sign_in(client, carried, "other")
    assert (answer.status_code, answer.location) == (303, "/en/submit")
    assert "ynthetic" not in client.get("/en/submit").text


def test_a_changed_or_old_word_gives_nothing(
    app: Flask, client: FlaskClient, session: Session, elder: Person, clock: Clock
) -> None:
    factories.sign_in(client, elder)
    carried = word(send_late(client, clock))
    turned = carried[:-6] + ("A" if carried[-6] != "A" else "B") + carried[-5:]
    for damaged in (turned, carried[:40], carried[4:], "", "x", "é", "پښتو", "=" * 8, "AQ==", "A" * 5000):
        answer = sign_in(client, damaged)
        assert (answer.status_code, answer.location) == (303, "/en/submit"), damaged
    clock.forward(hours=12)
    assert given_back(sign_in(client, carried)) == in_order(FORM)
    clock.forward(seconds=1)
    assert sign_in(client, carried).status_code == 303


def test_only_a_living_account_has_its_form_held(
    app: Flask, client: FlaskClient, session: Session, elder: Person, clock: Clock
) -> None:
    factories.sign_in(client, elder)
    factories.close(session, elder)
    assert word(send_late(client, clock)) == ""
    stranger = app.test_client()
    assert (stranger.post("/en/submit", data=FORM, headers=SAME_SITE).status_code) == 401
    stranger.set_cookie("session", "invented")
    assert word(stranger.post("/en/submit", data=FORM, headers=SAME_SITE)) == ""


@pytest.mark.parametrize(("letters", "held"), [(20_000, True), (40_000, False)])
def test_what_is_too_long_stays_in_the_browser(
    client: FlaskClient, elder: Person, clock: Clock, letters: int, held: bool
) -> None:
    factories.sign_in(client, elder)
    late = send_late(client, clock, full(narrative="ہ" * letters))
    assert (late.status_code, bool(word(late))) == (401, held)
    assert len(word(late)) <= helds.LONGEST
    if held:
        assert dict(given_back(sign_in(client, word(late))))["narrative"] == "ہ" * letters
    else:
        assert "load it again and agree to send the form again" in late.text


@pytest.mark.parametrize("path", ["/en/account/password", "/en/account/leave", "/en/account/factor/remove"])
def test_a_password_is_not_given_back(client: FlaskClient, elder: Person, clock: Clock, path: str) -> None:
    """A page that shows what was typed would show it to whoever stands behind."""
    factories.sign_in(client, elder)
    late = send_late(client, clock, {"password": PASSWORD, "new_password": "mulberry rope well"}, path)
    assert (late.status_code, word(late)) == (401, "")


def test_a_file_and_a_script_are_told_plainly(client: FlaskClient, elder: Person, clock: Clock) -> None:
    factories.sign_in(client, elder)
    clock.forward(minutes=15)
    parts = client.post("/en/submit", data=FORM, headers=SAME_SITE, content_type="multipart/form-data")
    assert (parts.status_code, word(parts)) == (401, "")
    json = client.post("/en/submit", data=FORM, headers=JSON)
    assert (json.status_code, sorted(json.json)) == (401, ["error", "message"])


def test_the_words_are_written_nowhere(
    client: FlaskClient, session: Session, elder: Person, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    factories.sign_in(client, elder)
    late = send_late(client, clock)
    back = sign_in(client, word(late))
    assert given_back(back)
    kept, carried = stored(session), word(late)
    for trace in ("ynthetic", "ہمارے گھر", carried, carried[8:40]):
        assert trace not in caplog.text
        assert trace not in kept, trace
    links = re.findall(r'(?:href|action|src)="([^"]*)"', late.text + back.text)
    assert not any(carried[8:40] in link or "ynthetic" in link for link in links)
    assert {answer.headers["Cache-Control"] for answer in (late, back)} == {"no-store"}


def test_a_word_fits_its_place_alone() -> None:
    """Sealed for one person: neither their texts nor another's open with it."""
    form = helds.Held("/en/submit", [("narrative", WORDS), ("remedies", "a"), ("remedies", "b")])
    mine, other = (factories.uuid.uuid4() for _ in "ab")
    at = factories.now()
    carried = helds.hold(factories.VAULT, mine, form, at)
    assert helds.give_back(factories.VAULT, mine, carried, at) == form
    assert helds.give_back(factories.VAULT, other, carried, at) is None
    assert helds.hold(factories.VAULT, mine, helds.Held("/en/submit", [("a", "\ud800")]), at) == ""


def test_a_new_code_ends_what_is_held(client: FlaskClient, session: Session, elder: Person, clock: Clock) -> None:
    """A page that stayed open on a shared phone does not open for whoever comes in with the new code."""
    carried = word(send_late(client, clock))
    clock.forward(minutes=1)
    factories.reset(session, elder)
    own = factories.again(session, elder)
    own.password_hash = factories.HASH
    session.commit()
    answer = sign_in(client, carried)
    assert FORM["narrative"] not in answer.text
