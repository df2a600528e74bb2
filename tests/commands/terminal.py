"""A terminal for tests: `jirga …` through its real entry point, in this process, on the instance of the test."""

import io
import os
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import Engine

from webapp import cli, config, office, orm
from webapp.config import Settings

#: Where `jirga` asks for the time.
CLOCKS = (
    "webapp.commands.now",
    "webapp.check.now",
    "webapp.office.now",
    "webapp.demo.now",
    "webapp.intake.now",
    "webapp.audit.actions.now",
)


def environment_of(settings: Settings) -> dict[str, str]:
    """The variables that lead a command to an instance."""
    return {
        "JIRGA_DATA_DIR": str(settings.data_dir),
        "JIRGA_DATABASE_URL": settings.database_url,
        "JIRGA_SECRET_KEY": settings.secret_key.decode(),
        "JIRGA_VAULT_KEYS": settings.vault_keys,
        "JIRGA_DEFAULT_LANGUAGE": settings.default_language,
    }


class Done(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


class Terminal:
    """Runs commands; what they opened is closed again, as when a process ends."""

    def __init__(self, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[bytes], folder: Path) -> None:
        self.patch = patch
        #: for files of the test's own
        self.folder = folder
        self._captured = captured
        self.moment: datetime | None = None
        self._engines: list[Engine] = []
        patch.setattr(office, "make_engine", self._engine)

    def _engine(self, url: str) -> Engine:
        self._engines.append(orm.make_engine(url))
        return self._engines[-1]

    def uses(self, settings: Settings) -> None:
        """Point the environment at an instance."""
        self.set(**environment_of(settings))

    def set(self, **variables: object) -> None:
        """Set variables of the environment; None takes one away."""
        for name, value in variables.items():
            if value is None:
                self.patch.delenv(name, raising=False)
            else:
                self.patch.setenv(name, str(value))

    def stop_clock(self) -> date:
        """Let the commands live in this moment, so that no midnight falls into a test; its day in Karachi."""
        self.moment = config.now()
        self.later(0)
        return config.day_of(self.moment)

    def later(self, days: int) -> None:
        """Let the commands live that many days later."""
        moment = (self.moment or config.now()) + timedelta(days=days)
        for clock in CLOCKS:
            self.patch.setattr(clock, lambda: moment)

    def run(self, *words: object, stdin: str = "") -> Done:
        """One command; a traceback of its own fails the test."""
        self._captured.readouterr()
        self.patch.setattr(sys, "argv", ["jirga", *map(str, words)])
        self.patch.setattr(sys, "stdin", io.StringIO(stdin))
        mask = os.umask(0o022)  # as most shells have it; a command that sets its own must not leave it to the tests
        try:
            with pytest.raises(SystemExit) as ended:
                cli.main()
        finally:
            os.umask(mask)
            while self._engines:
                self._engines.pop().dispose()
        found = self._captured.readouterr()
        assert isinstance(ended.value.code, int)
        return Done(ended.value.code, found.out.decode(), found.err.decode())

    def right(self, *words: object, stdin: str = "") -> str:
        """One command that must do what it is told; what it said."""
        done = self.run(*words, stdin=stdin)
        assert done.code == 0, done
        return done.out

    def whole(self) -> bool:
        """Whether `jirga check` is green: every line says ok."""
        done = self.run("check")
        lines = [line.split(": ", 1) for line in done.out.splitlines()]
        green = [name for name, found in lines if found == "ok"]
        assert (done.code == 0) is (len(green) == len(lines)), done
        assert {"schema", "ledger", "published", "texts"} <= {name for name, _ in lines}, done
        return done.code == 0

    def refused(self, *words: object, code: int, stdin: str = "") -> str:
        """One command that must refuse in one line; the line."""
        done = self.run(*words, stdin=stdin)
        assert (done.code, done.out) == (code, ""), done
        assert done.err.startswith("jirga: ")
        assert done.err.count("\n") == 1, done.err
        return done.err


@pytest.fixture
def bare(
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
    tmp_path_factory: pytest.TempPathFactory,
) -> Terminal:
    """A terminal with no instance: no JIRGA_ variable is set."""
    made = Terminal(monkeypatch, capsysbinary, tmp_path_factory.mktemp("terminal"))
    made.set(**{f"JIRGA_{name}": None for name in VARIABLES})
    return made


VARIABLES = (
    "DATA_DIR", "DATABASE_URL", "SECRET_KEY", "VAULT_KEYS", "DEFAULT_LANGUAGE", "BASE_URL", "TRUSTED_PROXIES",
    "LOG_LEVEL", "OPERATOR_NAME", "OPERATOR_CONTACT", "SITE_NAME", "QUICK_EXIT_URL", "SECOND_FACTOR",
)  # fmt: skip


@pytest.fixture
def jirga(bare: Terminal, settings: Settings) -> Terminal:
    """A terminal at a prepared instance, on SQLite and on PostgreSQL."""
    bare.uses(settings)
    return bare
