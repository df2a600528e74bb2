"""Somebody holds the database for longer than anybody waits: an answer comes all the same, and no double later."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests import factories
from tests.faults.conftest import LANGUAGES, stored, told
from webapp import orm
from webapp.app import create_app
from webapp.config import Settings
from webapp.people.models import Person


@pytest.fixture
def impatient(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The site; at PostgreSQL, where the server counts the seconds, with few of them."""
    monkeypatch.setattr(orm, "WAITING", "-c lock_timeout=1s")
    made = create_app(settings)
    made.testing = True
    yield made
    made.extensions["store"].engine.dispose()


@contextmanager
def held(engine: Engine) -> Iterator[None]:
    """Nobody else writes meanwhile."""
    with engine.connect().execution_options(writes=True) as holder, holder.begin():
        if engine.dialect.name == "postgresql":
            holder.execute(text("LOCK TABLE attempts, grievances, gatherings IN ACCESS EXCLUSIVE MODE"))
        yield


def test_the_answer_does_not_wait_for_the_lock(
    impatient: Flask, settings: Settings, session: Session, engine: Engine
) -> None:
    elders = {language: factories.person(session) for language in LANGUAGES}
    browsers = {language: impatient.test_client() for language in LANGUAGES}
    for language, elder in elders.items():
        assert factories.sign_in(browsers[language], elder).status_code == 303
    assert impatient.test_client().get("/readyz").status_code == 200
    impatient.extensions["store"].doubt()
    asked: list[tuple[str, Callable[[], TestResponse]]] = []
    for language, elder in elders.items():
        asked += [
            (language, _filing(browsers[language], language)),
            (language, _signing_in(impatient, elder, language)),
        ]
    with held(engine), ThreadPoolExecutor(8) as threads:
        ready = threads.submit(lambda: impatient.test_client().get("/readyz"))
        answers = [(language, threads.submit(ask)) for language, ask in asked]
        # nobody lets go before all of them are there
        assert all(told(answer.result(), language) for language, answer in answers)
        assert ready.result().status_code == 503
    assert stored(engine) == 0
    for language in LANGUAGES:
        first, again = (_filing(browsers[language], language)() for _ in range(2))
        assert (first.status_code, first.location) == (303, again.location)
    assert stored(engine) == len(LANGUAGES)
    assert impatient.test_client().get("/readyz").status_code == 200
    assert factories.wrong(settings) == []


def _filing(browser: "factories.FlaskClient", language: str) -> Callable[[], TestResponse]:
    return lambda: browser.post(f"/{language}/submit", data=factories.full(), headers=factories.SAME_SITE)


def _signing_in(app: Flask, someone: Person, language: str) -> Callable[[], TestResponse]:
    return lambda: factories.sign_in(app.test_client(), someone, language)
