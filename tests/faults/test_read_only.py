"""A disk or a database that can only be read, like a replica that took over: the same page, and no mistake of ours."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, make_url
from sqlalchemy.orm import Session

from tests import factories
from tests.faults.conftest import LANGUAGES, run, stored, told
from tests.watching import logged
from webapp.config import Settings
from webapp.orm import make_engine


@contextmanager
def read_only(app: Flask, settings: Settings, engine: Engine) -> Iterator[None]:
    """New connections may not write, and there are no old ones."""
    store, url = app.extensions["store"], make_url(settings.database_url)
    if engine.dialect.name == "sqlite":
        before, store.engine = store.engine, make_engine(f"sqlite:///file:{url.database}?mode=ro&uri=true")
        yield
        store.engine.dispose()
        store.engine = before
        return
    switch = f'ALTER DATABASE "{url.database}" SET default_transaction_read_only = '
    away = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = "
    run(engine, f"{switch}on", f"{away}'{url.database}'")
    engine.dispose()
    yield
    run(engine, "SET default_transaction_read_only = off", f"{switch}off", f"{away}'{url.database}'")
    engine.dispose()


def test_nothing_is_saved_and_everything_is_read(
    app: Flask, client: FlaskClient, settings: Settings, session: Session, engine: Engine,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    elder = factories.person(session)
    factories.sign_in(client, elder)
    session.close()
    with read_only(app, settings, engine):
        for language in LANGUAGES:
            assert told(
                client.post(f"/{language}/submit", data=factories.full(), headers=factories.SAME_SITE), language
            )
            assert told(factories.sign_in(app.test_client(), elder, language), language)
        assert client.get("/readyz").status_code == 503
        assert client.get("/ps/submit").status_code == 200
    assert {line["event"] for line in logged(caplog) if line["level"] == "error"} == {"database", "not ready"}
    assert stored(engine) == 0
    assert client.get("/readyz").status_code == 200
    assert client.post("/ur/submit", data=factories.full(), headers=factories.SAME_SITE).status_code == 303
    assert stored(engine) == 1
