"""Too many at once: whoever has no place is told so at once, in the page's language; then all is as before."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import JSON, SAME_SITE, full
from webapp.app import create_app
from webapp.config import Settings
from webapp.errors import crowded
from webapp.gate import Gate

FORM = "application/x-www-form-urlencoded"


@contextmanager
def inside(gate: Gate) -> Iterator[None]:
    """What a request holds that takes its time."""
    with gate._places, gate._turns:
        yield


def put(app: Flask, gate: Gate) -> Gate:
    """This gate instead of the app's."""
    app.before_request_funcs[None] = [
        gate.enter if getattr(one, "__self__", None) is app.extensions["gate"] else one
        for one in app.before_request_funcs[None]
    ]
    app.teardown_request_funcs[None] = [
        gate.leave if getattr(one, "__self__", None) is app.extensions["gate"] else one
        for one in app.teardown_request_funcs[None]
    ]
    app.extensions["gate"] = gate
    return gate


@pytest.mark.parametrize("language", ["en", "ur", "ps"])
def test_without_a_place(app: Flask, client: FlaskClient, session: Session, language: str) -> None:
    """A page and JSON that say when to come back; nobody is looked up, nothing stored; the process says it lives."""
    factories.sign_in(client, factories.person(session), language)
    gate = put(app, Gate(crowded, 2, 0))
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(inside(gate))
        page = client.get(f"/{language}/about")
        assert (page.status_code, page.headers["Retry-After"]) == (503, "60")
        assert f'lang="{language}"' in page.text
        sent = client.post(f"/{language}/submit", data=full(), headers=JSON)
        assert (sent.status_code, sent.headers["Retry-After"], set(sent.get_json())) == (
            503,
            "60",
            {"error", "message"},
        )
        body = BytesIO(b"district=bannu")
        client.post("/en/submit", input_stream=body, content_length=14, content_type=FORM, headers=JSON)
        assert body.tell() == 14, "an unread form would cost its sender the connection"
        assert client.get("/healthz").status_code == 200
    assert client.post(f"/{language}/submit", data=full(), headers=JSON).status_code == 201


def test_the_page_is_the_same_for_all(app: Flask, client: FlaskClient) -> None:
    """Drawn once a language, it holds nothing of the address that the first one asked for, and fits every browser."""
    gate = put(app, Gate(crowded, 1, 0))
    with inside(gate):
        first = client.get("/en/receipt/3PKJFRXXA9?from=someone")
        app.extensions["shelf"].drawn.clear()
        assert first.data == client.get("/en/about").data
        assert 'href="/ps/"' in first.text
        assert "3PKJFRXXA9" not in first.text
        small = client.get("/en/about", headers={"Accept-Encoding": "br"})
        assert (small.status_code, small.headers["Content-Encoding"]) == (503, "br")
        assert {"Accept-Encoding", "Cookie"} <= set(small.vary)
        assert (small.headers["Cache-Control"], small.headers["X-Frame-Options"]) == ("no-store", "DENY")
        urdu = client.get("/ur/about").text
        assert 'lang="ur"' in urdu
        assert first.text != urdu
    assert client.get("/en/about").status_code == 200


def test_another_host_in_a_crowd(settings: Settings) -> None:
    """No address of the site can be written for it, so it gets the number alone; nothing unexpected is logged."""
    app = create_app(replace(settings, base_url="http://forms.example.org"))
    client = app.test_client()
    with inside(put(app, Gate(crowded, 1, 0))):
        answer = client.get("/en/", headers={"Host": "elsewhere.test"})
        assert (answer.status_code, answer.text, answer.headers["Retry-After"]) == (503, "503\n", "60")
        assert client.get("/en/", headers={"Host": "forms.example.org"}).status_code == 503
    assert client.get("/en/", headers={"Host": "elsewhere.test"}).status_code == 400
    app.extensions["store"].engine.dispose()


def test_a_place_is_given_back_however_a_request_ends(app: Flask, client: FlaskClient, session: Session) -> None:
    put(app, Gate(crowded, 1, 0))
    factories.sign_in(client, factories.person(session))
    for path in ("/en/about", "/en/nothing", "/en/receipt/3PKJFRXXA9", "/static/app.css", "/en/queue"):
        assert client.get(path).status_code != 503
    assert client.post("/en/submit", data=full(district=None), headers=SAME_SITE).status_code == 422
    assert client.post("/en/submit", data=full(), headers={"Origin": "https://example.org"}).status_code == 403
    assert client.get("/en/about").status_code == 200


def test_waiting_for_a_turn(app: Flask, client: FlaskClient) -> None:
    """Whoever waits is served when somebody leaves; who has waited too long is told so."""
    gate = put(app, Gate(crowded, 1, 1, patience=30))
    answers: list[int] = []
    with inside(gate):
        waiting = threading.Thread(target=lambda: answers.append(app.test_client().get("/en/about").status_code))
        waiting.start()
        while gate._places._value:  # type: ignore[attr-defined]
            time.sleep(0.01)
        assert client.get("/en/about").status_code == 503, "the one place to wait is taken"
    waiting.join(30)
    assert answers == [200]
    with inside(put(app, Gate(crowded, 1, 1, patience=0.01))):
        assert client.get("/en/about").status_code == 503
