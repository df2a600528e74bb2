"""Fixtures: every test that asks for a database runs on SQLite and on PostgreSQL, each time on a fresh loaded copy."""

import base64
import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests import machine, postgres
from webapp import db
from webapp.app import create_app
from webapp.concerns import actions as concerns
from webapp.config import Settings, now
from webapp.orm import make_engine
from webapp.places import actions as places
from webapp.summary import actions as releases

DATABASES = ("sqlite", "postgresql")
NUMBERS = itertools.count(1)


def settings_for(database_url: str, data_dir: Path) -> Settings:
    """Settings of a test instance: fixed secrets, which guard nothing."""
    return Settings(
        data_dir=data_dir,
        database_url=database_url,
        secret_key=b"only for tests, thirty-two bytes!",
        vault_keys="0000000a:" + base64.b64encode(bytes(range(32))).decode(),
        default_language="en",
        operator_name="Test operator",
        operator_contact="operator@example.org",
    )


def prepare(settings: Settings) -> None:
    """The schema at head and the reference tables in it."""
    engine = make_engine(settings.database_url)
    db.migrate(engine)
    with db.open_session(engine, writes=True) as session:
        places.load(session)
        concerns.load(session)
        releases.start(session, now())
        session.commit()
    engine.dispose()


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


@pytest.fixture(params=DATABASES)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a fresh instance; parametrize("settings", ["sqlite"], indirect=True) keeps one kind."""
    if request.param == "sqlite":
        path = tmp_path / "jirga.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield settings_for(f"sqlite:///{path}", tmp_path)
    else:
        yield from _on_postgresql(request, tmp_path)


def _on_postgresql(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    template = request.getfixturevalue("postgresql_template")
    server: postgres.Server = request.getfixturevalue("server")
    name = f"test_{next(NUMBERS)}"
    yield settings_for(server.create(name, template), tmp_path)
    server.drop(name)


@pytest.fixture(params=DATABASES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of an instance whose database has no table yet."""
    if request.param == "sqlite":
        yield settings_for(f"sqlite:///{tmp_path / 'empty.sqlite3'}", tmp_path)
        return
    server: postgres.Server = request.getfixturevalue("server")
    name = f"test_{next(NUMBERS)}"
    yield settings_for(server.create(name), tmp_path)
    server.drop(name)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """An engine of its own on the instance, as a second process would have."""
    made = make_engine(settings.database_url)
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session that may write; what a test leaves uncommitted is rolled back."""
    with Session(engine.execution_options(writes=True), expire_on_commit=False) as opened:
        yield opened


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The site on the instance."""
    made = create_app(settings)
    made.testing = True
    yield made
    made.extensions["store"].engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts."""
    return app.test_client()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What could not be tested here, and the command that changes it."""
    if lacking := machine.missing():
        terminalreporter.write_line(machine.advice(lacking))
