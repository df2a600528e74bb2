"""A full disk: the page says that nothing was saved, reading goes on, and all is well once there is room again.

Worker: a real limit on file sizes, which needs no mount. PostgreSQL would stop there, so a trigger says so.
"""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests import factories
from tests.export.test_summary_page import analyst, published, reading
from tests.faults.conftest import LANGUAGES, Browser, Running, run, stored, told
from webapp import files
from webapp.audit.models import AuditEntry
from webapp.config import Settings
from webapp.people.rules import Role

__all__ = ["analyst", "published", "reading"]
FULL = """CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
END $$"""
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
    trigger = "CREATE TRIGGER disk_full BEFORE INSERT ON {} FOR EACH STATEMENT EXECUTE FUNCTION disk_full()"
    run(engine, FULL, *(trigger.format(name) for name in TABLES))
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
