"""What people see, and what the log does not, when something is wrong with the request or with the machine."""

import base64
import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import SAME_SITE, full
from tests.watching import everything_logged, logged
from webapp import db
from webapp.app import HEADERS, PAGE_HEADERS, create_app
from webapp.config import Settings, now
from webapp.orm import make_engine
from webapp.people.models import SignIn


@pytest.fixture
def broken(app: Flask, client: FlaskClient, session: Session, tmp_path: Path) -> FlaskClient:
    """A signed-in browser whose site has just lost its database."""
    factories.sign_in(client, factories.person(session))
    assert client.get("/ur/submit").status_code == 200
    store = app.extensions["store"]
    store.engine.dispose()
    store.engine = make_engine(f"sqlite:///{tmp_path / 'gone' / 'nowhere.sqlite3'}")
    return client


@pytest.mark.parametrize("path", ["/ur/receipt/3PKJFRXXA9", "/ur/submit", "/ur/summary"])
def test_without_the_database_a_page_says_that_nothing_was_saved(
    broken: FlaskClient, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    answer = broken.get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert 'lang="ur"' in answer.text
    assert broken.post("/ur/submit", data=full(), headers=SAME_SITE).status_code == 503
    assert broken.get("/readyz").status_code == 503
    assert broken.get("/healthz").status_code == 200
    for secret in ("3PKJFRXXA9", "nobody came", "nowhere.sqlite3"):
        assert secret not in everything_logged(caplog)


def test_without_the_database_other_errors_stay_what_they_are(broken: FlaskClient) -> None:
    assert broken.get("/ur/nothing").status_code == 404
    assert broken.get("/static/nothing.css").status_code == 404
    assert broken.post("/ur/about", headers=SAME_SITE).status_code == 405
    assert broken.post("/ur/submit", data=full(), headers={"Origin": "https://example.org"}).status_code == 403


def test_without_the_database_one_can_still_leave(broken: FlaskClient) -> None:
    answer = broken.get("/ur/exit")
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies"'
    assert broken.get_cookie("session") is None


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_held_lock_keeps_nobody_from_leaving_or_reading(app: Flask, client: FlaskClient, session: Session) -> None:
    factories.sign_in(client, factories.person(session))
    session.execute(update(SignIn).values(last_seen_at=now() - timedelta(minutes=5)))
    session.commit()
    with db.open_session(app.extensions["store"].engine, writes=True) as holding:
        holding.connection()  # has the writer's place
        assert client.get("/ur/submit").status_code == 200
        assert client.get("/ur/exit").status_code == 303


def test_our_own_mistake_is_told_without_what_was_said(
    app: Flask, client: FlaskClient, session: Session, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.sign_in(client, factories.person(session))

    def fail(*given: object, **more: object) -> None:
        raise KeyError(given)

    monkeypatch.setattr("webapp.submit.views.submit", fail)
    answer = client.post("/ps/submit", data=full(), headers=SAME_SITE)
    assert answer.status_code == 500
    assert 'lang="ps"' in answer.text
    assert [line["error"] for line in logged(caplog) if line["level"] == "error"] == ["KeyError"]
    assert "nobody came" not in everything_logged(caplog) + answer.text


def test_the_log_holds_no_address_and_no_words(
    client: FlaskClient, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    someone = factories.person(session)
    factories.sign_in(client, someone)
    receipt = client.post("/en/submit", data=full(), headers=SAME_SITE).location
    client.get(receipt)
    line = {"method": "GET", "route": "/<language:lang>/receipt/<reference>", "status": 200}
    assert line in logged(caplog, *line)
    for secret in (receipt.rpartition("/")[2], "nobody came", someone.username, "127.0.0.1", factories.PASSWORD):
        assert secret not in everything_logged(caplog)


def test_another_host_is_refused_in_plain_words(settings: Settings) -> None:
    made = create_app(replace(settings, base_url="https://forms.example.org"))
    browser = made.test_client()
    assert browser.get("/en/about", base_url="https://forms.example.org").status_code == 200
    answer = browser.get("/en/about", base_url="https://example.net")
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert answer.headers["Content-Security-Policy"]
    made.extensions["store"].engine.dispose()


def test_an_address_without_a_language_is_answered_in_the_default_one(settings: Settings) -> None:
    made = create_app(replace(settings, default_language="ps"))
    browser = made.test_client()
    assert 'lang="ps"' in browser.get("/nothing").text
    assert browser.get("/").location == "/ps/"
    assert 'lang="en"' in browser.get("/nothing", headers={"Accept-Language": "en"}).text
    made.extensions["store"].engine.dispose()


@pytest.mark.parametrize("path", ["/en/", "/en/submit", "/static/app.css", "/static/no.css", "/xx/", "/", "/healthz"])
def test_every_answer_carries_the_headers(client: FlaskClient, path: str) -> None:
    answer, expected = client.get(path), HEADERS if path == "/static/app.css" else HEADERS | PAGE_HEADERS
    assert {name: answer.headers.get(name) for name in expected} == expected
    kept = answer.headers["Cache-Control"]
    assert kept == ("public, max-age=31536000, immutable" if path == "/static/app.css" else "no-store")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/static/" + "a" * 300, 404), ("/static/x/../app.css", 404), ("/static/../app.py", 404), ("/EN/about", 404),
     ("/en//about", 308), ("/en/about?x=%ff%00", 200), ("/en/summary?by=%00", 302), ("/en/receipt/%00", 302)],
)  # fmt: skip
def test_odd_addresses_are_answered_cleanly(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


def test_odd_posts_are_answered_cleanly(client: FlaskClient) -> None:
    form = {"username": "a\0b", "password": "x" * 20}
    assert client.post("/en/sign-in", data=form, headers=SAME_SITE).status_code == 422
    assert client.post("/en/sign-in", data=form, headers={"Origin": "http://["}).status_code == 403
    chunked = {**SAME_SITE, "Transfer-Encoding": "chunked"}
    assert client.post("/en/sign-in", data=form, headers=chunked).status_code == 411
    refused = client.post("/en/about", headers=SAME_SITE)
    assert (refused.status_code, "GET" in refused.headers["Allow"]) == (405, True)
    raw = client.post("/en/sign-in", data=b"username=%ff%fe&password=\xff", headers=SAME_SITE)
    assert raw.status_code in (413, 422)


def test_ready_says_what_is_missing_and_nothing_else(settings: Settings, empty: Settings) -> None:
    """503 in plain words without a schema or with other keys; /healthz is green all the while."""
    foreign = replace(settings, vault_keys="0000000b:" + base64.b64encode(bytes(32)).decode(), secret_key=b"x" * 40)
    expected = {
        "ready": settings,
        "the schema is not at head; run jirga init": empty,
        "the keys are not those of the database": foreign,
    }
    for said, used in expected.items():
        made = create_app(used)
        browser = made.test_client()
        answer = browser.get("/readyz")
        assert (answer.text, answer.status_code) == (f"{said}\n", 200 if said == "ready" else 503)
        assert answer.headers.get("Retry-After") == (None if said == "ready" else "60")
        assert (browser.get("/healthz").text, browser.get("/healthz").status_code) == ("ok\n", 200)
        made.extensions["store"].engine.dispose()


def test_ready_comes_back_by_itself(broken: FlaskClient, app: Flask, settings: Settings) -> None:
    """A lost database is one red answer after the other until it is there again."""
    for _ in range(2):
        assert (broken.get("/readyz").text, broken.get("/readyz").status_code) == (
            "the database does not answer\n",
            503,
        )
    app.extensions["store"].engine = make_engine(settings.database_url)
    assert broken.get("/readyz").status_code == 200
