"""Every answer of every address, over http and https, as nobody and signed in, tells browsers to be careful."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests import factories
from tests.access.site import address, nothing, rules
from tests.attack.answers import ALWAYS, PAGES, POLICY, YEAR, open_cookies, wrong
from tests.factories import JSON, SAME_SITE, full
from tests.watching import stored
from webapp.app import create_app
from webapp.config import Settings
from webapp.people.rules import Role

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
HTTPS = "https://forms.example.org"
OTHER = {"Origin": "https://elsewhere.test", "Sec-Fetch-Site": "cross-site"}
#: What may be kept by a browser although somebody is signed in: it is the same for all.
KEPT = ("/en/submit", "/en/help", "/en/topics", "/en/dangers.js", "/en/form.js", "/static/app.css", "/static/exit.js")


@pytest.fixture
def locked(settings: Settings) -> Iterator[Flask]:
    """The site as it is reached over https."""
    made = create_app(replace(settings, base_url=HTTPS))
    made.testing = True
    yield made
    made.extensions["store"].engine.dispose()


def answers(app: Flask, client: FlaskClient) -> Iterator[tuple[str, TestResponse]]:
    """What every address says to everything it takes; no page, no file, a form of another site, one too long."""
    for rule in rules(app):
        where = address(app, rule, nothing(rule))
        if rule.endpoint in ("account.sign_out", "account.quick_exit"):
            continue
        for method in sorted(rule.methods or ()):
            yield f"{method} {where}", client.open(where, method=method, headers=SAME_SITE)
        yield f"JSON {where}", client.get(where, headers=JSON)
        yield f"elsewhere {where}", client.post(where, headers=OTHER)
    for where in ("/nowhere", "/en/nowhere", "/static/nowhere.css", "/static/app.css", "/static/exit.js"):
        yield f"GET {where}", client.get(where, headers={"Origin": "https://elsewhere.test"})
    yield "too long", client.post("/en/submit", data={"narrative": "x" * 300_000}, headers=SAME_SITE)


@pytest.mark.parametrize(("role", "https"), [(None, True), (Role.REPRESENTATIVE, False), (Role.ADMINISTRATOR, True)])
def test_every_answer(app: Flask, locked: Flask, session: Session, https: bool, role: Role | None) -> None:
    site = locked if https else app
    client = site.test_client()
    if role:
        factories.sign_in(client, factories.person(session, role, ("PK-KP",)))
    found, count = {}, 0
    for name, answer in answers(site, client):
        file = name.startswith("GET /static/") and answer.status_code == 200
        if said := wrong(answer.headers, page=not file, https=https, body=bool(answer.data)):
            found[name] = said
        count += 1
    assert found == {}
    assert count > 200


@pytest.mark.parametrize("role", [Role.REPRESENTATIVE, Role.REVIEWER])
def test_nothing_of_a_signed_in_person_is_kept(app: Flask, session: Session, role: Role) -> None:
    """Neither by a browser nor by what stands between; the blank form is the same for all."""
    client = app.test_client()
    factories.sign_in(client, factories.person(session, role, ("PK-KP",)))
    kept = {
        name for name, answer in answers(app, client)
        if answer.headers["Cache-Control"] != "no-store"
    }  # fmt: skip
    assert {name.partition(" ")[2] for name in kept} - set(KEPT) == set()
    assert "GET /en/help" in kept, "the check sees what is kept"
    stranger = app.test_client()
    for path in ("/en/help", "/en/topics"):
        assert client.get(path).data == stranger.get(path).data


@pytest.mark.parametrize("role", [Role.REPRESENTATIVE, Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_looking_changes_nothing(app: Flask, session: Session, role: Role) -> None:
    """By GET; but for what is noted of it, a second factor that begins, and quick exit, which must be quick."""
    client = app.test_client()
    someone = factories.person(session, role, ("PK-KP",))
    factories.sign_in(client, someone)
    noted = ("audit_entries", "sign_ins", "factors", "attempts", "open_release", "releases")
    before = stored(session, *noted)
    for rule in rules(app):
        if rule.endpoint != "account.quick_exit":
            client.get(address(app, rule, nothing(rule)))
    assert client.get("/en/account").status_code == 200
    assert stored(session, *noted) == before
    client.post("/en/account/language", data={"language": "ps"}, headers=SAME_SITE)
    assert stored(session, *noted) != before, "the check sees a change"


def test_cookies_over_https(locked: Flask, session: Session) -> None:
    """Session, known browser, language, what is due: each is this host's alone, and no script's."""
    client = locked.test_client()
    someone = factories.person(session, Role.REVIEWER, ("PK-KP",))
    given = [client.get("/ps/"), factories.sign_in(client, someone), client.get("/en/queue")]
    given += [client.post("/en/sign-out", headers=SAME_SITE), client.get("/en/exit")]
    lines = [line for answer in given for line in answer.headers.getlist("Set-Cookie")]
    names = {line.partition("=")[0] for line in lines}
    assert names == {"__Host-session", "__Host-device", "__Host-language", "__Host-due"}
    assert open_cookies(lines) == []


def test_the_language_is_remembered(app: Flask, locked: Flask) -> None:
    for site in (app, locked):
        client = site.test_client()
        assert client.get("/ps/").headers.getlist("Set-Cookie")
        assert client.get("/ps/about").headers.getlist("Set-Cookie") == []
        assert client.get("/").location == "/ps/"


def test_cookies_on_this_machine(app: Flask, session: Session) -> None:
    client = app.test_client()
    answer = factories.sign_in(client, factories.person(session))
    assert open_cookies(answer.headers.getlist("Set-Cookie"), https=False) == []


def test_no_debugger_whatever_the_environment_says(
    settings: Settings, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our own mistake stays a page without a trace of the code."""
    monkeypatch.setenv("FLASK_DEBUG", "1")
    made = create_app(settings)
    client = made.test_client()
    factories.sign_in(client, factories.person(session))

    def fail(*given: object, **more: object) -> None:
        raise KeyError("mulberry")

    monkeypatch.setattr("webapp.submit.views.submit", fail)
    answer = client.post("/en/submit", data=full(), headers=SAME_SITE)
    assert (made.debug, answer.status_code) == (False, 500)
    for trace in ("mulberry", "Traceback", "KeyError", "webapp/"):
        assert trace not in answer.text
    assert client.get("/?__debugger__=yes&cmd=resource&f=debugger.js").status_code == 302
    made.extensions["store"].engine.dispose()


RIGHT = {
    **ALWAYS, **PAGES, "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "Permissions-Policy": "camera=()", "Content-Type": "text/html; charset=utf-8",
}  # fmt: skip


@pytest.mark.parametrize(
    "harm",
    [
        {"Content-Security-Policy": "default-src 'self'"}, {"x-content-type-options": ""},
        {"referrer-policy": "origin"}, {"Access-Control-Allow-Origin": "*"}, {"Permissions-Policy": "camera=*"},
        {"Content-Type": "text/html"}, {"Content-Type": ""}, {"cross-origin-opener-policy": "unsafe-none"},
        {"Strict-Transport-Security": f"max-age={YEAR}; includeSubDomains"},
    ],
    ids=range(9),
)  # fmt: skip
def test_harm_is_found(harm: dict[str, str], settings: Settings) -> None:
    """The check can fail."""
    assert wrong(RIGHT) == []
    assert len(wrong({**RIGHT, **harm})) == 1
    assert wrong(RIGHT, https=True) != []
    assert wrong({**RIGHT, "Strict-Transport-Security": f"max-age={YEAR - 1}; includeSubDomains"}, https=True) != []


def test_an_open_cookie_is_found(settings: Settings) -> None:
    """The check can fail."""
    answer, right = Response(), {"secure": True, "httponly": True, "samesite": "Lax"}
    answer.set_cookie("__Host-right", "x", **right)  # type: ignore[arg-type]
    answer.set_cookie("plain", "x", **right)  # type: ignore[arg-type]
    answer.set_cookie("__Host-domain", "x", domain="example.org", **right)  # type: ignore[arg-type]
    for lacking in right:
        answer.set_cookie(f"__Host-{lacking}", "x", **{**right, lacking: None})  # type: ignore[arg-type]
    found = open_cookies(answer.headers.getlist("Set-Cookie"))
    assert len(found) == 5
    assert not any("right" in line for line in found)


@pytest.mark.parametrize(
    ("asked", "right"), [("/en", "/en/"), ("/en//about", "/en/about"), ("/en/queue//x", "/en/queue/x")]
)
def test_mended_slashes_lead_to_this_site(client: FlaskClient, asked: str, right: str) -> None:
    """Whatever the request calls this host: whoever asks through a cache would else be led there."""
    answer = client.get(asked, headers={"Host": "elsewhere.test"})
    assert (answer.location, answer.data) == (right, b"")
