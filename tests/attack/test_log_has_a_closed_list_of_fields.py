"""Every address is asked for with marked words in all that a request carries; no line of the log holds one of them."""

import ast
import json
import logging
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests import factories
from tests.factories import PASSWORD, SAME_SITE
from tests.house import sources
from tests.watching import everything_logged, logged
from webapp import logs
from webapp.logs import FIELDS, Lines
from webapp.orm import make_engine
from webapp.people.rules import Role

ALWAYS = {"time", "level", "event", "worker"}
WORD = "mulberrycanary"
FORM = dict.fromkeys(("username", "password", "code", "narrative", "q", "reason", "reply", "held", "client_id"), WORD)
CARRIED = {
    **SAME_SITE, "User-Agent": WORD, "Referer": f"http://localhost/{WORD}", "Accept-Language": WORD,
    "X-Forwarded-For": WORD, "Cookie": f"{WORD}={WORD}; language={WORD}",
}  # fmt: skip
FROM = {"REMOTE_ADDR": "203.0.113.77"}
ID = "7d3a1c9e-0000-4000-8000-00000000beef"


def addresses(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Each rule of the site with an address that it takes, made of marked words and a number of our own."""
    given = {"lang": "ur", "gathering": ID, "upload": ID, "person_id": ID, "number": 7}
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            values = {name: _fitting(rule, name, given.get(name, WORD)) for name in rule.arguments}
            yield rule, adapter.build(rule.endpoint, values, method=min(rule.methods or ()))


def _fitting(rule: Rule, name: str, value: Any) -> Any:
    """The value, or another where the rule's converter takes only some."""
    kind = type(rule._converters[name]).__name__
    some = {"UUIDConverter": ID, "IntegerConverter": 7, "AnyConverter": value}
    if kind == "AnyConverter":
        return min(rule._converters[name].items)
    return some.get(kind, value)


def drive(app: Flask, *people: Any) -> int:
    """Every address by every method, as nobody and signed in, with words everywhere; how many were asked for."""
    count = 0
    for person in (None, *people):
        client = app.test_client()
        if person:
            factories.sign_in(client, person)
        for _, path in addresses(app):
            if "/sign-out" in path or path.endswith(("/exit", "/leave")):
                continue
            for method in ("GET", "POST", f"{WORD}"):
                client.open(f"{path}?{WORD}={WORD}", method=method, data=FORM, headers=CARRIED, environ_overrides=FROM)
                count += 1
    return count


@pytest.fixture
def people(session: Session) -> list[Any]:
    """One of each role."""
    places = {Role.REPRESENTATIVE: ("bannu",), Role.REVIEWER: ("bannu",)}
    return [factories.person(session, role, places.get(role, ("PK-KP",)), f"canary-{role.value}") for role in Role]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_every_address(app: Flask, people: list[Any], caplog: pytest.LogCaptureFixture) -> None:
    """As nobody and as each role; an unknown method, an address that is none, one too long, another site's form."""
    caplog.set_level(logging.DEBUG)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    count = drive(app, *people[:3])
    other = app.test_client()
    for path in (f"/{WORD}", f"/ur/{WORD}", f"/static/{WORD}", f"/ur/receipt/{WORD * 99}", f"/ur/about?{WORD}=%ff"):
        other.get(path, headers=CARRIED)
        other.post(path, data={"narrative": WORD * 40_000}, headers={**CARRIED, "Sec-Fetch-Site": "cross-site"})
    told = logged(caplog)
    assert len([line for line in told if line["event"] == "request"]) > count > 500
    assert {name for line in told for name in line} <= ALWAYS | set(FIELDS) | {"logger"}
    assert {line.get("method") for line in told} >= {"GET", "POST", "other"}
    assert [line for line in told if "?" in line.values()] == []
    everything = everything_logged(caplog)
    for secret in (WORD, "203.0.113", ID, "canary-", PASSWORD, "127.0.0.1"):
        assert secret not in everything


def test_without_a_database_and_with_our_own_mistakes(
    app: Flask, people: list[Any], caplog: pytest.LogCaptureFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Errors are told by kind and place: what the driver, a rule or a page says of the values is in no line."""
    caplog.set_level(logging.DEBUG)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = app.test_client()
    factories.sign_in(client, people[0])
    for mistake in (KeyError(WORD), ValueError(f"{WORD} {ID}"), SQLAlchemyError(WORD), UnicodeError(WORD)):
        monkeypatch.setattr(
            "webapp.submit.views.check", lambda *_, mistake=mistake, **__: (_ for _ in ()).throw(mistake)
        )
        assert client.post("/ps/submit", data=FORM, headers=SAME_SITE).status_code == 500
    store = app.extensions["store"]
    store.engine.dispose()
    store.engine = make_engine(f"sqlite:///{tmp_path / WORD / 'nowhere.sqlite3'}")
    for path in ("/ur/submit", f"/ur/receipt/{WORD}", "/ur/sign-in"):
        client.post(path, data=FORM, headers=SAME_SITE)
    errors = [line for line in logged(caplog) if line["level"] == "error"]
    assert {line["error"] for line in errors} >= {"KeyError", "ValueError", "SQLAlchemyError", "UnicodeError"}
    assert "OperationalError" in {line["error"] for line in errors}
    assert all(":" in line["at"] for line in errors)
    assert WORD not in str(logged(caplog))
    assert WORD not in caplog.text


def test_a_statement_of_the_database_and_its_values(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """Somebody logs an exception of the driver in the usual way; its message holds the statement and maybe values."""
    try:
        with engine.connect() as connection:
            connection.execute(text(f"INSERT INTO {WORD} VALUES (:word)"), {"word": WORD})
    except SQLAlchemyError as error:
        for name in ("jirga", "jirga.retention", "sqlalchemy.engine", "_granian", WORD + " x"):
            logging.getLogger(name).exception("it failed", extra={"narrative": WORD, "route": WORD})
            logging.getLogger(name).warning("%s and %s", WORD, error, extra={"status": WORD, "at": [WORD]})
    lines = [json.dumps(line) for line in logged(caplog)]
    assert len(lines) == 10
    assert WORD in caplog.text
    assert [line for line in lines if WORD in line] == []
    assert sum('"error": "' in line for line in lines) == 5


def test_what_the_server_says_of_its_workers() -> None:
    """Known sentences alone, and of these the first line: a traceback may follow it."""
    told = [
        "Unexpected exit from worker-2",
        f"Application callable raised an exception\nKeyError: {WORD}",
        f"GET /{WORD}",
    ]
    records = [logging.makeLogRecord({"name": "_granian", "msg": said, "levelname": "ERROR"}) for said in told]
    said = [json.loads(Lines().format(record))["event"] for record in records]
    assert said == [told[0], "Application callable raised an exception", "a library said something"]


def test_one_line_in_utc_whatever_it_holds() -> None:
    """Ends of lines, quotes and marks in an event or a field make no second line."""
    harm = 'x"}\r\n{"level": "info"}\u2028\x1b[2J'
    record = logging.makeLogRecord({"name": "jirga", "msg": harm, "levelname": "ERROR", "route": harm, "error": harm})
    line = Lines().format(record)
    assert line.isascii()
    assert line.isprintable()
    told = json.loads(line)
    assert told["level"] == "error"
    assert datetime.fromisoformat(told["time"]).utcoffset() == timedelta(0)


def test_what_nobody_caught(caplog: pytest.LogCaptureFixture) -> None:
    """In a thread or at the end of a command, too."""
    try:
        raise KeyError(WORD)
    except KeyError as error:
        logs.uncaught(KeyError, error, error.__traceback__)
    assert logged(caplog, "level", "error") == [{"level": "critical", "error": "KeyError"}]
    assert logged(caplog)[0]["at"] == f"{__name__}:{sys._getframe().f_lineno - 4}"
    assert WORD not in everything_logged(caplog)


def filled_in(module: ast.Module) -> list[str]:
    """Calls of a logger whose event does not stand in the source as it is."""
    calls = [node for node in ast.walk(module) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    told = [call for call in calls if ast.unparse(call.func).split(".")[0] == "LOG"]
    return [ast.unparse(call) for call in told if len(call.args) != 1 or not isinstance(call.args[0], ast.Constant)]


def test_events_stand_in_the_source() -> None:
    """Nothing is filled in; the check can fail."""
    assert [found for path in sources.python("webapp") for found in filled_in(sources.tree(path))] == []
    for wrong in ("LOG.error('%s', x)", "LOG.error(f'{x}')", "LOG.info(x)", "LOG.exception('a', x)"):
        assert len(filled_in(ast.parse(wrong))) == 1
