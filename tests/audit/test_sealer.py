"""The sealer beside a served site: within five seconds, through errors of the database, to the end of the process."""

import logging
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from tests import factories
from tests.audit.hands import Hands
from tests.browser import site as sites
from tests.watching import everything_logged, logged
from webapp import app as webapp
from webapp import sealer as sealers
from webapp.config import Settings
from webapp.sealer import Sealer


def within(seconds: float, happened: Callable[[], object]) -> bool:
    """Whether it comes true in time."""
    until = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def served(settings: Settings) -> dict[str, str]:
    """The variables of a server on this instance."""
    return {
        "JIRGA_DATABASE_URL": settings.database_url,
        "JIRGA_SECRET_KEY": settings.secret_key.decode(),
        "JIRGA_VAULT_KEYS": settings.vault_keys,
    }


def test_a_served_site_seals_in_time(hands: Hands, settings: Settings, tmp_path: Path) -> None:
    """Two workers, one chain; without a server nothing is sealed."""
    before = hands.append()
    time.sleep(0.2)
    assert hands.sealed_in("audit", before) is None
    folder = tmp_path / "served"
    folder.mkdir()
    with sites.serving(folder, "serve", "--workers", "2", **served(settings)) as (_, pid, printed):
        for entry_id in (before, hands.append(), hands.append()):
            assert within(5, partial(hands.sealed_in, "audit", entry_id))
        workers = sites.workers(pid)
        assert len(workers) == 2
    assert within(5, lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))
    assert "sealed" not in printed.read_text()
    assert hands.wrong() == ""


def test_an_app_of_a_test_starts_no_thread(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what the server loads does."""
    started: list[Sealer] = []

    def begin(one: Sealer) -> None:
        started.append(one)

    monkeypatch.setattr(Sealer, "start", begin)
    monkeypatch.setattr(webapp, "settings_from", lambda: settings)
    webapp.create_app(settings).extensions["store"].engine.dispose()
    assert started == []
    made = webapp.create_served()
    assert len(started) == 1
    made.extensions["store"].engine.dispose()


def test_errors_do_not_end_it(hands: Hands, engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """One line when it begins to fail, however often it tries; then it seals again."""
    one = Sealer(engine, factories.VAULT, pause=0.02)
    hands.append()
    hands.session.execute(text("ALTER TABLE audit_members RENAME TO elsewhere"))
    hands.session.commit()
    with caplog.at_level(logging.INFO, "jirga.sealer"):
        one.start()
        try:
            assert within(10, lambda: bool(caplog.records))
            time.sleep(0.3)
            assert one.is_alive()
            hands.session.execute(text("ALTER TABLE elsewhere RENAME TO audit_members"))
            hands.session.commit()
            assert within(10, partial(hands.sealed_in, "audit", 1))
        finally:
            one.stop()
    assert not one.is_alive()
    (line,) = logged(caplog)
    assert line["event"] == "the audit log is not being sealed"
    assert line["error"].endswith("Error")
    assert hands.wrong() == ""


def test_nothing_that_is_due_keeps_it_from_sealing(
    hands: Hands, engine: Engine, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong there; the line in the log says so, and nothing of what it was."""

    def wrong(*_: object, **__: object) -> None:
        raise AttributeError("secret")

    monkeypatch.setattr(sealers, "lapse_all", wrong)
    one = Sealer(engine, factories.VAULT, pause=0.02)
    one.start()
    try:
        assert within(10, lambda: bool(caplog.records))
        assert within(10, partial(hands.sealed_in, "audit", hands.append()))
        assert one.is_alive()
    finally:
        one.stop()
    told = {"event": "what is due was not done", "error": "AttributeError"}
    assert logged(caplog, *told) == [told]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_row_that_cannot_be_read(hands: Hands, engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing of the row is in the log."""
    hands.disarm()
    entry_id = hands.append(about={"secret": 1})
    hands.sql("UPDATE audit_entries SET about = 'no json: secret'")
    one = Sealer(engine, factories.VAULT, pause=0.02)
    one.start()
    try:
        assert within(10, lambda: bool(caplog.records))
        assert one.is_alive()
        hands.sql("UPDATE audit_entries SET about = '{\"secret\": 1}'")
        assert within(10, partial(hands.sealed_in, "audit", entry_id))
    finally:
        one.stop()
    assert "secret" not in everything_logged(caplog)


def test_nothing_to_do_takes_no_lock(hands: Hands, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a quiet site never waits for it."""
    one = Sealer(engine, factories.VAULT)
    hands.append()
    assert one.look() == 1

    def locked(*_: object) -> int:
        raise OperationalError("locked", None, Exception())

    monkeypatch.setattr(sealers, "seal_all", locked)
    assert one.look() == 0
    hands.append()
    with pytest.raises(OperationalError):
        one.look()
