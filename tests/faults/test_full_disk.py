"""A full disk: the page says that nothing was saved, reading goes on, and all is well once there is room again.

Worker: a real limit on file sizes, which needs no mount. PostgreSQL would stop there, so a trigger says so.
"""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, make_url
from sqlalchemy.orm import Session

from tests import factories
from tests.browser import site as sites
from tests.commands.terminal import Terminal, bare, jirga
from tests.export.test_summary_page import analyst, published, reading
from tests.faults.conftest import LANGUAGES, Browser, Running, run, stored, told
from webapp import files
from webapp.audit.models import AuditEntry
from webapp.config import Settings
from webapp.people.rules import Role

__all__ = ["analyst", "bare", "jirga", "published", "reading"]
FULL = """CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
END $$"""
TRIGGER = "CREATE TRIGGER disk_full BEFORE INSERT ON {} FOR EACH STATEMENT EXECUTE FUNCTION disk_full()"
#: What a command says.
ROOM = "make room on the disk where the database lies, then run it again"
TABLES = ("attempts", "grievances", "gatherings", "sign_ins", "audit_entries")


@contextmanager
def full_disk(site: Running, engine: Engine) -> Iterator[None]:
    """Nothing can be stored meanwhile."""
    if engine.dialect.name == "sqlite":
        soft, hard = resource.prlimit(site.worker, resource.RLIMIT_FSIZE)
        resource.prlimit(site.worker, resource.RLIMIT_FSIZE, (0, hard))
        yield
        resource.prlimit(site.worker, resource.RLIMIT_FSIZE, (soft, hard))
        return
    run(engine, FULL, *(TRIGGER.format(name) for name in TABLES))
    yield
    run(engine, "DROP FUNCTION disk_full CASCADE")


def test_filing_signing_in_downloading(site: Running, settings: Settings, session: Session, engine: Engine) -> None:
    elder, reader = factories.person(session), factories.person(session, Role.ANALYST, ())
    filing, downloading = site.browser(elder), site.browser(reader)
    assert site.ready() == (200, "ready")
    with full_disk(site, engine):
        for language in LANGUAGES:
            assert told(filing.post(f"/{language}/submit", factories.full()), language)
            assert told(Browser(site.base).sign_in(elder, language), language)
            assert told(downloading.get(f"/{language}/summary.csv"), language)
        assert site.ready() == (503, "the database does not answer")
        assert filing.get("/ur/submit").status == 200, "what is only read opens"
        assert Browser(site.base).get("/healthz").status == 200
        assert stored(engine) == 0
    assert site.ready() == (200, "ready"), "without a hand"
    first, again = (filing.post("/ur/submit", factories.full()) for _ in range(2))
    assert (first.status, first.headers["Location"]) == (303, again.headers["Location"])
    assert stored(engine) == 1
    assert site.browser(elder).get("/ps/submit").status == 200
    assert downloading.get("/en/summary.csv").status == 200
    assert factories.wrong(settings) == []


@contextmanager
def no_room(engine: Engine) -> Iterator[None]:
    """Whoever opens the database meanwhile finds no room for another page of it."""
    if engine.dialect.name == "postgresql":
        run(engine, FULL, TRIGGER.format("gatherings"))
        yield
        run(engine, "DROP FUNCTION disk_full CASCADE")
        return

    def bound(connection: Any, record: Any) -> None:
        connection.execute("PRAGMA max_page_count=1")  # which SQLite takes for as many as there are

    event.listen(Engine, "connect", bound)
    try:
        yield
    finally:
        event.remove(Engine, "connect", bound)


def test_a_command_says_what_is_full(jirga: Terminal, settings: Settings, engine: Engine) -> None:
    """Looking at the address of the database, or for its server, would help nobody."""
    with no_room(engine):
        assert ROOM in jirga.refused("seed", "--grievances", "100", code=1)
        if engine.dialect.name == "sqlite":
            jirga.set(JIRGA_DATABASE_URL=f"sqlite:///{jirga.folder / 'new.sqlite3'}")
            assert ROOM in jirga.refused("init", code=1)
    jirga.uses(settings)
    assert stored(engine) == 0
    jirga.right("seed", "--grievances", "100")
    assert jirga.whole()


def test_a_limit_that_is_reached(bare: Terminal, tmp_path: Path) -> None:
    """What the system tells of a limit or a quota is another word in SQLite than that of a full disk."""
    given = {**os.environ, "JIRGA_DATA_DIR": str(tmp_path / "new")}
    bound = ["bash", "-c", 'ulimit -f 16 && exec "$@"', "bash", sites.JIRGA, "init"]
    done = subprocess.run(bound, env=given, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert ROOM in done.stderr
    bare.set(JIRGA_DATA_DIR=tmp_path / "new")
    bare.right("init")
    assert bare.whole()


def test_a_command_that_may_only_read(jirga: Terminal, settings: Settings, engine: Engine) -> None:
    """A replica, or a file that belongs to another account."""
    name = make_url(settings.database_url).database
    if engine.dialect.name == "postgresql":
        run(engine, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    else:
        jirga.set(JIRGA_DATABASE_URL=f"sqlite:///file:{name}?mode=ro&uri=true")
    assert "may only be read" in jirga.refused("seed", "--grievances", "100", code=1)


def _on_a_full_disk(most: int) -> Any:
    """A file to which nothing can be written, by the system's own word."""
    return Path("/dev/full").open("w+b")


@pytest.mark.parametrize("kind", ["xlsx", "zip"])
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_workbook_that_finds_no_room(
    reading: FlaskClient, published: Session, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where files wait there is no room, while the database has some: 503 too, and the log says that nobody took it."""
    with monkeypatch.context() as patch:
        patch.setattr(files, "SpooledTemporaryFile", _on_a_full_disk)
        for language in LANGUAGES:
            assert told(reading.get(f"/{language}/summary.{kind}"), language)
    assert published.query(AuditEntry).filter_by(what="summary_downloaded").count() == 0
    published.rollback()
    assert reading.get(f"/en/summary.{kind}").status_code == 200
