"""A backup made while keys rotate holds words under two keys, and comes back whole with the secrets of that moment."""

import dataclasses
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.keys.conftest import Kept
from webapp import keys
from webapp.config import Settings, settings_from
from webapp.db import key_ring, open_session
from webapp.orm import make_engine
from webapp.retention import SEALED
from webapp.sealed import left, unopened

#: Moments of a rotation: the key is made and nothing under it, some words are, all but some kinds are.
POINTS = (1, 3, 5)
SAME = pytest.mark.parametrize(
    ("settings", "empty"), [("sqlite", "sqlite"), ("postgresql", "postgresql")], indirect=True
)


@pytest.fixture
def target(empty: Settings, tmp_path: Path) -> Settings:
    """An empty database and an empty data directory."""
    (tmp_path / "elsewhere").mkdir()
    return dataclasses.replace(empty, data_dir=tmp_path / "elsewhere")


def rotate_and_back_up(kept: Kept, monkeypatch: pytest.MonkeyPatch, after: int) -> tuple[Path, Path]:
    """A whole rotation; the backup that was made at that moment, and the secrets of then."""
    file, secrets, parts = kept.jirga.folder / "site.jirga", kept.jirga.folder / "secrets", iter(range(1, 1000))

    def breathe(_: float) -> None:
        if next(parts) == after:
            shutil.copy(kept.settings.data_dir / "secrets", secrets)
            command = [sys.executable, "-m", "webapp", "backup", str(file)]
            subprocess.run(command, env=os.environ, check=True, stdout=subprocess.DEVNULL)

    monkeypatch.setattr(keys, "time", SimpleNamespace(sleep=breathe))
    kept.jirga.right("keys", "rotate")
    assert kept.whole()
    return file, secrets


def moves(kept: Kept, target: Settings, secrets: str) -> None:
    """The empty machine, with these secrets in its directory."""
    (target.data_dir / "secrets").write_text(secrets, "ascii")
    kept.jirga.uses(target)
    kept.jirga.set(JIRGA_SECRET_KEY=None, JIRGA_VAULT_KEYS=None)


def counts(target: Settings) -> tuple[int, int]:
    """How many rows are not under the newest key, and how many do not open."""
    engine = make_engine(target.database_url)
    try:
        with open_session(engine, writes=False) as session:
            vault = key_ring(settings_from())
            older = sum(left(session, vault, column) for column in SEALED)
            return older, sum(1 for column in SEALED for _ in unopened(session, vault, column))
    finally:
        engine.dispose()


@SAME
@pytest.mark.parametrize("after", POINTS)
def test_in_the_middle_of_a_rotation(kept: Kept, target: Settings, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Everything opens there, and the rotation goes on to its end with the key that was made for it."""
    file, secrets = rotate_and_back_up(kept, monkeypatch, after)
    ring = kept.ring
    moves(kept, target, secrets.read_text())
    kept.jirga.right("restore", file)
    older, closed = counts(target)
    assert (older > 0, older < len(kept.sealed()), closed) == (True, after > POINTS[0], 0)
    assert kept.whole()
    assert "key_made" not in kept.jirga.right("keys", "rotate")
    assert counts(target) == (0, 0)
    assert kept.whole()
    assert (target.data_dir / "secrets").read_text() == secrets.read_text()
    assert kept.ring == ring


@SAME
@pytest.mark.parametrize("after", [POINTS[0], POINTS[-1]])
def test_with_secrets_that_lack_a_key(
    kept: Kept, target: Settings, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """No word is lost in silence: it is refused, or the check says so; with both keys everything opens."""
    file, secrets = rotate_and_back_up(kept, monkeypatch, after)
    (new, old), both = kept.ring, secrets.read_text()
    moves(kept, target, both.replace(f"{new},{old}", old))
    assert "other secrets" in kept.jirga.refused("restore", file, code=1)
    moves(kept, target, both.replace(f"{new},{old}", new))
    if after == POINTS[0]:
        assert "not those of this database" in kept.jirga.refused("restore", file, code=1)
        assert [path.name for path in target.data_dir.iterdir() if path.suffix != ".sqlite3"] == ["secrets"]
        moves(kept, target, both)
        kept.jirga.right("restore", file)
    else:
        kept.jirga.right("restore", file)
        assert "2 do not open: changed, moved, or their key is missing" in kept.jirga.run("check").out
        moves(kept, target, both)
    assert kept.whole()
    assert counts(target)[1] == 0
