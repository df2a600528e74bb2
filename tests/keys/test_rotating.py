"""`jirga keys rotate`: all goes under a new key, stopped anywhere it goes on, and nothing readable is lost."""

import fcntl
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from tests import factories
from tests.keys.conftest import OLD_HEADER, Kept, tables_with_sealed, travelling
from tests.watching import noted
from webapp import held, keys, sealed
from webapp.config import Settings, now, settings_from
from webapp.db import key_ring
from webapp.factors.queries import secret_of
from webapp.retention import SEALED
from webapp.texts.models import Text
from webapp.vault import Vault

ONE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def test_no_sealed_column_is_forgotten() -> None:
    assert {column.table for column in SEALED} == tables_with_sealed()


def test_everything_goes_under_a_new_key(kept: Kept) -> None:
    """And what is not sealed under it stays what it was: receipts, sign-ins, second factors, the log."""
    client, owner = kept.browser(), kept.owner
    first = kept.file(client, "Synthetic: the road.")
    secret = factories.secret(kept.session, kept.session.get_one(type(owner), kept.place.people["supervisor"].id))
    count = len(kept.sealed())
    word = travelling(kept.app.extensions["store"].vault, owner)
    said = kept.jirga.right("keys", "rotate")
    new, old = kept.ring
    key = new.partition(":")[0]
    assert f"{count} sealed anew under key {key}" in said
    assert (old, kept.under(new), kept.under(old), len(kept.sealed())) == (factories.KEYS, count, 0, count)
    assert not any(one.partition(":")[2] in said for one in (new, old))
    assert kept.closed_to(factories.VAULT) == count, "the old key opens nothing"
    assert kept.closed_to(Vault(new, factories.SECRET)) == 0
    assert kept.whole()
    assert kept.file(client, "Synthetic: the road.") == (200, first[1])
    assert client.get("/en/grievances").status_code == 200
    assert secret_of(kept.session, key_ring(settings_from()), kept.place.people["supervisor"].id) == (secret, 0)
    assert held.give_back(kept.app.extensions["store"].vault, owner.id, word, now())
    marks = [(what, about) for _, what, about in noted(kept.session) if what in ("key_made", "keys_rotated")]
    assert marks == [("key_made", {"key": key}), ("keys_rotated", {"key": key})]


def test_a_worker_follows_the_file(kept: Kept) -> None:
    """It opens what was sealed anew, and seals under the new key from then on, without being started anew."""
    client, vault = kept.browser(), kept.app.extensions["store"].vault
    assert kept.under(factories.KEYS) == len(kept.sealed())
    kept.jirga.right("keys", "rotate")
    assert kept.closed_to(vault) == 0
    assert kept.file(client, "Synthetic: after it.")[0] == 201
    assert kept.under(kept.ring[0]) == len(kept.sealed())


def test_the_file_stays_whose_it_is(kept: Kept) -> None:
    path = kept.settings.data_dir / "secrets"
    path.chmod(0o644)
    kept.jirga.right("keys", "rotate")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().startswith(f"# a line of the office\nJIRGA_SECRET_KEY={factories.SECRET.decode()}\n")
    assert not path.with_name("secrets.new").exists()


def test_stopped_anywhere_it_goes_on(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """After each part everything opens, and one new key is made in all."""
    real, stops = sealed.reseal, 0
    parts = iter(())

    def stumble(*given: Any) -> Any:
        if next(parts, None) is None:
            raise RuntimeError("power cut")
        return real(*given)

    monkeypatch.setattr(keys, "reseal", stumble)
    while stops < 50:
        parts = iter(range(stops))
        try:
            said = kept.jirga.right("keys", "rotate")
            break
        except RuntimeError:
            stops += 1
        assert len(kept.ring) == 2
        assert kept.closed_to(key_ring(settings_from())) == 0
        assert stops % 4 or kept.whole()
    assert stops > 4
    assert "nothing is under an older key" in said
    assert len(kept.ring) == 2
    assert kept.under(kept.ring[0]) == len(kept.sealed())
    assert kept.whole()


def test_a_file_that_cannot_be_written_changes_nothing(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    before = kept.sealed()

    def full(*_: Any) -> Path:
        raise OSError(28, "No space left on device", "secrets.new")

    monkeypatch.setattr(Path, "replace", full)
    assert "No space left" in kept.jirga.refused("keys", "rotate", code=1)
    monkeypatch.undo()
    assert kept.ring == [factories.KEYS]
    assert kept.sealed() == before


def test_once_more_makes_another_key(kept: Kept) -> None:
    for number in (2, 3):
        kept.jirga.right("keys", "rotate")
        assert len(kept.ring) == number
        assert kept.under(kept.ring[0]) == len(kept.sealed())
    assert kept.whole()


def test_what_a_late_worker_sealed_is_found(kept: Kept) -> None:
    """One that has the old ring alone: no key is taken out before its words are sealed anew, by the same key."""
    kept.jirga.right("keys", "rotate")
    ring = kept.ring
    kept.place.file(narrative="Synthetic: by a late worker.")
    kept.later(hours=13)
    assert "1 are sealed under older keys" in kept.jirga.refused("keys", "drop", code=1)
    assert kept.ring == ring
    assert "1 sealed anew" in kept.jirga.right("keys", "rotate")
    assert kept.ring == ring
    kept.later(hours=13)
    kept.jirga.right("keys", "drop")
    assert kept.ring == ring[:1]
    assert kept.whole()


def test_old_keys_go_last(kept: Kept) -> None:
    """Not before a rotation, not while a form may be under way; then a site that runs goes on."""
    client, path = kept.browser(), kept.settings.data_dir / "secrets"
    assert "one key" in kept.jirga.refused("keys", "drop", code=1)
    kept.jirga.right("keys", "rotate")
    ring = kept.ring
    kept.later(hours=11.9)
    assert "under way" in kept.jirga.refused("keys", "drop", code=1)
    assert kept.ring == ring
    kept.later(hours=12.1)
    assert "0000000a taken out of" in kept.jirga.right("keys", "drop")
    assert kept.ring == ring[:1]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert kept.file(client, "Synthetic: without the old key.")[0] == 201
    assert kept.closed_to(kept.app.extensions["store"].vault) == 0
    assert noted(kept.session)[-1][1] == "keys_dropped" or "keys_dropped" in {
        what for _, what, _ in noted(kept.session)
    }
    assert kept.whole()


def test_what_does_not_open_keeps_its_key(kept: Kept) -> None:
    """It is told, everything else is sealed anew, and no key is taken out."""
    damaged = kept.session.scalars(Text.__table__.select().with_only_columns(Text.id)).first()
    whole = kept.session.get_one(Text, damaged).sealed or b""
    kept.session.execute(update(Text).where(Text.id == damaged).values(sealed=whole[:-1] + bytes([whole[-1] ^ 1])))
    kept.session.commit()
    done = kept.jirga.run("keys", "rotate")
    assert (done.code, kept.under(factories.KEYS)) == (3, 1)
    assert done.err.startswith("1 left under older keys")
    kept.later(hours=13)
    assert "not at its end" in kept.jirga.refused("keys", "drop", code=1)


@ONE
def test_keys_of_the_environment_are_left_alone(kept: Kept) -> None:
    """Whoever set them there is told what to do."""
    kept.jirga.set(JIRGA_VAULT_KEYS=factories.KEYS)
    for command in ("rotate", "drop"):
        said = kept.jirga.refused("keys", command, code=1)
        assert "JIRGA_VAULT_KEYS comes from the environment" in said
        assert factories.KEYS not in said
    assert kept.ring == [factories.KEYS]
    assert kept.under(factories.KEYS) == len(kept.sealed())


@ONE
def test_wrong_and_missing_secrets_change_nothing(kept: Kept) -> None:
    path = kept.settings.data_dir / "secrets"
    before, right = kept.sealed(), path.read_text()
    wrong = right.replace(factories.KEYS, "0000000c:" + "A" * 43 + "=")
    path.write_text(wrong)
    assert "not those of this database" in kept.jirga.refused("keys", "rotate", code=1)
    assert path.read_text() == wrong
    path.unlink()
    assert "jirga init" in kept.jirga.refused("keys", "rotate", code=1)
    assert not path.exists()
    path.write_text(right)
    assert kept.sealed() == before
    kept.jirga.right("keys", "rotate")


@ONE
def test_two_at_once_make_one_key(kept: Kept) -> None:
    folder = os.open(kept.settings.data_dir, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    assert "another jirga keys is at work" in kept.jirga.refused("keys", "rotate", code=1)
    assert kept.ring == [factories.KEYS]
    os.close(folder)
    kept.jirga.right("keys", "rotate")


@ONE
def test_no_byte_of_the_old_key_stays_in_the_files(kept: Kept, settings: Settings) -> None:
    """Neither in the database nor in its log: whoever has the old key and a copy of the disk opens nothing."""
    for number in range(60):
        kept.place.file(narrative=f"Synthetic: {'word ' * (number * 5)}and no more.")
    kept.session.rollback()
    files = list(settings.data_dir.glob("jirga.sqlite3*"))
    assert sum(path.read_bytes().count(OLD_HEADER) for path in files) >= 60
    kept.jirga.right("keys", "rotate")
    assert {path.name: path.read_bytes().count(OLD_HEADER) for path in files if path.exists()} == {
        path.name: 0 for path in files if path.exists()
    }  # fmt: skip
