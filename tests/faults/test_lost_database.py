"""The database is gone, and comes back: no page hangs or breaks, and nobody has to start the site again."""

import os
import shlex
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests import factories, machine, postgres
from tests.conftest import prepare, settings_for
from tests.faults.conftest import LANGUAGES, Browser, Running, running, stored, told
from webapp import db
from webapp.config import Settings
from webapp.orm import make_engine

Switch = Callable[[], None]


@pytest.fixture
def own_server() -> Iterator[postgres.Server]:
    """A server of this test alone, which it may stop."""
    with postgres.running(machine.need("postgresql")) as started:
        yield started


def _pg_ctl(server: postgres.Server, *words: str) -> None:
    """As whoever the server runs as."""
    data = server.folder / "data"
    owner = data.stat()
    given = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    command = [machine.need("postgresql") / "pg_ctl", "-D", data, "-w", "-l", server.folder / "log", *words]
    subprocess.run(command, **given, cwd=server.folder, check=True, stdout=subprocess.DEVNULL)  # type: ignore[call-overload]


def check(site: Running, settings: Settings, go: Switch, come_back: Switch) -> None:
    """What people see before, while it is away, and after."""
    engine = make_engine(settings.database_url)
    with db.open_session(engine, writes=True) as session:
        elder = factories.person(session)
    filing = site.browser(elder)
    assert filing.post("/en/submit", factories.full()).status == 303
    engine.dispose()
    go()
    for language in LANGUAGES:
        assert told(filing.post(f"/{language}/submit", factories.full(tehsil="bannu.domel")), language)
        assert told(Browser(site.base).sign_in(elder, language), language)
        assert told(filing.get(f"/{language}/submit"), language)
    assert site.ready() == (503, "the database does not answer")
    assert Browser(site.base).get("/healthz").status == 200
    come_back()
    assert site.ready() == (200, "ready")
    assert stored(engine) == 1, "what was acknowledged is there"
    assert filing.post("/ps/submit", factories.full(tehsil="bannu.domel")).status == 303
    assert stored(engine) == 2
    engine.dispose()
    assert factories.wrong(settings) == []


def test_postgresql_is_stopped(own_server: postgres.Server, tmp_path: Path) -> None:
    settings = settings_for(own_server.create("jirga"), tmp_path)
    prepare(settings)
    # "postgres" "-D" … as it was started
    words = shlex.split((own_server.folder / "data" / "postmaster.opts").read_text())
    options = shlex.join(words[words.index("-c") :])
    with running(settings, tmp_path / "served") as site:
        check(
            site, settings,
            lambda: _pg_ctl(own_server, "-m", "fast", "stop"),
            lambda: _pg_ctl(own_server, "-o", options, "start"),
        )  # fmt: skip


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_file_is_moved_away(settings: Settings, tmp_path: Path) -> None:
    """No empty database is begun in its place, beside the log of the one that is away."""
    there, away = Path(make_url(settings.database_url).database or ""), tmp_path / "away"

    def go() -> None:
        there.rename(away)

    def come_back() -> None:
        assert not there.exists()
        away.rename(there)

    with running(settings, tmp_path / "served") as site:
        check(site, settings, go, come_back)
