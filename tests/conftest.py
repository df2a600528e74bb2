"""Fixtures: every test that asks for a database runs on SQLite and on PostgreSQL, each time on a fresh loaded copy."""

import dataclasses
import faulthandler
import itertools
import os
import shutil
import signal
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, Pool, event, make_url
from sqlalchemy.orm import Session

from tests import factories, machine, postgres, quick
from tests.clock import Clock
from webapp import db
from webapp.app import create_app
from webapp.audit import actions as audit
from webapp.concerns import actions as concerns
from webapp.config import Settings, now
from webapp.grievances.queries import CHAINED
from webapp.orm import make_engine
from webapp.places import actions as places
from webapp.summary import actions as releases
from webapp.texts import actions as texts

quick.install()
# a busy machine is no fault: no example fails for the time it took, unless its test says how long
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

DATABASES = ("sqlite", "postgresql")
NUMBERS = itertools.count(1)


def settings_for(database_url: str, data_dir: Path) -> Settings:
    """Settings of a test instance: fixed secrets, which guard nothing."""
    return Settings(
        data_dir=data_dir,
        database_url=database_url,
        secret_key=factories.SECRET,
        vault_keys=factories.KEYS,
        default_language="en",
        operator_name="Test operator",
        operator_contact="operator@example.org",
        second_factor="optional",
    )


def prepare(settings: Settings) -> None:
    """The schema at head and the reference tables in it."""
    engine = make_engine(settings.database_url)
    db.migrate(engine)
    with db.open_session(engine, writes=True) as session:
        places.load(session)
        concerns.load(session)
        releases.start(session, now())
        texts.claim(session, db.key_ring(settings))
        audit.begin(session, db.key_ring(settings), CHAINED, now())
        session.commit()
    engine.dispose()


@pytest.fixture(autouse=True)
def _long(request: pytest.FixtureRequest) -> None:
    """A test of the night takes many minutes and does not hang."""
    if request.node.get_closest_marker("nightly"):
        faulthandler.cancel_dump_traceback_later()


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """A PostgreSQL server of our own."""
    with postgres.running(machine.need("postgresql")) as started:
        yield started


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared SQLite file, to be copied."""
    folder = tmp_path_factory.mktemp("template")
    prepare(settings_for(f"sqlite:///{folder / 'jirga.sqlite3'}", folder))
    return folder / "jirga.sqlite3"


@pytest.fixture(scope="session")
def postgresql_template(server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a prepared PostgreSQL database, to be copied."""
    prepare(settings_for(server.create("template_jirga"), tmp_path_factory.mktemp("template")))
    return "template_jirga"


#: database -> connections made to it in this process, open or not
CONNECTIONS: dict[str, list[Any]] = defaultdict(list)


@event.listens_for(Pool, "connect")
def _remember(connection: Any, record: Any) -> None:
    on_sqlite = isinstance(connection, sqlite3.Connection)
    name = connection.execute("PRAGMA database_list").fetchone()[2] if on_sqlite else connection.info.dbname
    CONNECTIONS[name].append(connection)


def close_connections(settings: Settings) -> None:
    """A command leaves its connections to the end of its process; a test that calls one in this process must not."""
    for connection in CONNECTIONS.pop(make_url(settings.database_url).database or "", []):
        connection.close()


@pytest.fixture(params=DATABASES)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a fresh instance; parametrize("settings", ["sqlite"], indirect=True) keeps one kind."""
    if request.param == "sqlite":
        path = tmp_path / "jirga.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        made = settings_for(f"sqlite:///{path}", tmp_path)
        yield made
        close_connections(made)
    else:
        yield from _on_postgresql(request, tmp_path, request.getfixturevalue("postgresql_template"))


def _on_postgresql(request: pytest.FixtureRequest, tmp_path: Path, template: str) -> Iterator[Settings]:
    server: postgres.Server = request.getfixturevalue("server")
    name = f"test_{next(NUMBERS)}"
    made = settings_for(server.create(name, template), tmp_path)
    yield made
    close_connections(made)
    server.drop(name)


@pytest.fixture(params=DATABASES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of an instance whose database has no table yet."""
    if request.param == "sqlite":
        made = settings_for(f"sqlite:///{tmp_path / 'empty.sqlite3'}", tmp_path)
        yield made
        close_connections(made)
        return
    yield from _on_postgresql(request, tmp_path, "template0")


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """An engine of its own on the instance, as a second process would have."""
    made = make_engine(settings.database_url)
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session that keeps nobody out until it writes; what a test leaves uncommitted is rolled back."""
    with db.open_session(engine, writes=False) as opened:
        yield opened


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The site on the instance."""
    made = create_app(settings)
    made.testing = True
    yield made
    made.extensions["store"].engine.dispose()


@pytest.fixture
def strict(settings: Settings) -> Iterator[Flask]:
    """The site on the same instance, where every official must have a second factor."""
    made = create_app(dataclasses.replace(settings, second_factor="required"))
    made.testing = True
    yield made
    made.extensions["store"].engine.dispose()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The site's time, stopped."""
    return Clock(monkeypatch)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts."""
    return app.test_client()


def pytest_configure(config: pytest.Config) -> None:
    """Temporary files of tests, and of what they start, lie in memory, unless somebody names a place."""
    if (memory := machine.memory()) and not os.environ.get("TMPDIR"):
        os.environ["TMPDIR"] = tempfile.tempdir = str(memory)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Whoever ends the run kindly leaves no server behind: fixtures are torn down, also where a test swallows it."""

    def stop(*_: object) -> None:
        session.shouldstop = "ended by SIGTERM"
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What could not be tested here, and the command that changes it."""
    if lacking := machine.missing():
        terminalreporter.write_line(machine.advice(lacking))
