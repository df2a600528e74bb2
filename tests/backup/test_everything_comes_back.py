"""Promise 10: a backup restores on an empty machine, out of either database into either, and the check is green."""

import shutil
import stat
from pathlib import Path

from tests import factories
from tests.backup.conftest import ALONE, ONCE, SAME, rows, tables
from tests.commands.terminal import Terminal
from tests.handling.acting import Place
from webapp.app import create_app
from webapp.config import Settings

#: Tables in which restoring itself leaves something.
TOUCHED = {"sign_ins", "invitations", "audit_entries"}


def head(said: str) -> str:
    """The audit log's head, as a command said it."""
    return next(line.split()[-1] for line in said.splitlines() if line.startswith("audit head "))


def test_every_row(jirga: Terminal, lived: Place, settings: Settings, target: Settings) -> None:
    file = jirga.folder / "site.jirga"
    said = jirga.right("backup", file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = rows(settings)
    assert [name for name, some in before.items() if not some] == []
    jirga.uses(target)
    told = jirga.right("restore", file)
    assert (head(told), told.split()[0]) == (head(said), said.split()[0])
    after = rows(target)
    assert {name for name in before if before[name] != after[name]} == TOUCHED
    assert {name: len(some) for name, some in before.items()} | {"audit_entries": len(before["audit_entries"]) + 1} == {
        name: len(some) for name, some in after.items()
    }
    assert set(map(repr, before["audit_entries"])) < set(map(repr, after["audit_entries"]))
    assert jirga.whole()
    assert f"audit head {head(said)}" not in jirga.right("check", "--head", head(said))  # it went on from there


@SAME
def test_life_goes_on(jirga: Terminal, lived: Place, target: Settings) -> None:
    """Old passwords open, ids follow those that were, and what is filed now is counted."""
    file = jirga.folder / "site.jirga"
    jirga.right("backup", file)
    name = lived.username("owner")
    jirga.uses(target)
    jirga.right("restore", file)
    app = create_app(target)
    client = app.test_client()
    sent = {"username": name, "password": factories.PASSWORD}
    assert client.post("/en/sign-in", data=sent, headers=factories.SAME_SITE).status_code == 303
    form = {**factories.full(), "checked": "yes"}
    answer = client.post("/en/submit", data=form, headers=factories.JSON)
    assert (answer.status_code, len(answer.json["reference"])) == (201, 10)
    app.extensions["store"].engine.dispose()
    assert jirga.whole()
    jirga.right("backup", jirga.folder / "next.jirga")


@SAME
def test_what_may_have_been_ended_since_is_ended(
    jirga: Terminal, lived: Place, settings: Settings, target: Settings
) -> None:
    """A phone that was signed out after the backup, a card that was taken back: neither opens again."""
    file = jirga.folder / "site.jirga"
    jirga.right("backup", file)
    jirga.uses(target)
    jirga.right("restore", file)
    for made, some in ((settings, True), (target, False)):
        found = rows(made)
        assert any(row[5] is None for row in found["sign_ins"]) is some
        assert any(row[-1] is None and row[-2] is None for row in found["invitations"]) is some


@ALONE
def test_the_offices_own_files_and_never_its_secrets(
    jirga: Terminal, settings: Settings, target: Settings, tmp_path: Path
) -> None:
    shipped = Path("webapp/helplines/data/help_numbers.csv")
    numbers, sound = settings.data_dir / "help_numbers.csv", settings.data_dir / "audio" / "ur" / "district.opus"
    sound.parent.mkdir(parents=True)
    shutil.copy(shipped, numbers)
    sound.write_bytes(b"OggS" + bytes(24) + b"OpusHead" + b"synthetic")
    (settings.data_dir / "audio" / "ur" / "note.txt").write_text("Synthetic: no recording.")
    (settings.data_dir / "secrets").write_text(f"JIRGA_VAULT_KEYS={settings.vault_keys}\n")
    file = jirga.folder / "site.jirga"
    jirga.right("backup", file)
    jirga.uses(target)
    jirga.right("restore", file)
    found = {path.relative_to(target.data_dir).as_posix() for path in target.data_dir.rglob("*") if path.is_file()}
    assert found == {"help_numbers.csv", "audio/ur/district.opus"}
    assert (target.data_dir / "help_numbers.csv").read_bytes() == numbers.read_bytes()
    assert (target.data_dir / "audio" / "ur" / "district.opus").read_bytes() == sound.read_bytes()
    assert jirga.whole()


@ALONE
def test_a_file_of_the_office_is_not_overwritten(jirga: Terminal, settings: Settings, target: Settings) -> None:
    shutil.copy(Path("webapp/helplines/data/help_numbers.csv"), settings.data_dir / "help_numbers.csv")
    file = jirga.folder / "site.jirga"
    jirga.right("backup", file)
    target.data_dir.mkdir()
    (target.data_dir / "help_numbers.csv").write_text("another")
    jirga.uses(target)
    assert "help_numbers.csv" in jirga.refused("restore", file, code=1)
    assert (target.data_dir / "help_numbers.csv").read_text() == "another"
    assert tables(target) == []


@ONCE
def test_into_what_holds_something(jirga: Terminal, lived: Place, settings: Settings, target: Settings) -> None:
    """Neither over a site that lives nor over one that was only made ready."""
    file = jirga.folder / "site.jirga"
    jirga.right("backup", file)
    before = rows(settings)
    assert "empty one" in jirga.refused("restore", file, code=1)
    assert rows(settings) == before
    jirga.uses(target)
    jirga.right("init")
    assert "JIRGA_DATABASE_URL" in jirga.refused("restore", file, code=1)
    assert rows(target)["people"] == []


@ALONE
def test_a_look_at_a_backup_changes_nothing(jirga: Terminal, target: Settings) -> None:
    file = jirga.folder / "site.jirga"
    said = jirga.right("backup", file)
    jirga.uses(target)
    told = jirga.right("restore", "--check", file)
    assert told.startswith("whole, made at ")
    assert head(told) == head(said)
    assert not target.data_dir.exists()


@ALONE
def test_the_log_knows(jirga: Terminal, lived: Place, settings: Settings, target: Settings) -> None:
    """That a backup was begun is in the backup; that it was restored, in what was restored."""
    file = jirga.folder / "site.jirga"
    jirga.right("backup", file)
    jirga.uses(target)
    jirga.right("restore", file)
    for made, restored in ((settings, False), (target, True)):
        kinds = {row[3] for row in rows(made)["audit_entries"]}
        assert ("backup_begun" in kinds, "restored" in kinds) == (True, restored)


@SAME
def test_where_the_database_alone_was_lost(jirga: Terminal, settings: Settings, target: Settings) -> None:
    """The head that was known in the folder is kept aside: it tells how much of the log is lost."""
    file, newest = jirga.folder / "site.jirga", settings.data_dir / "audit-head"
    jirga.right("backup", file)
    jirga.right("people", "add", "later", "--role", "analyst")
    assert jirga.whole()
    known = newest.read_text()
    jirga.set(JIRGA_DATABASE_URL=target.database_url)
    done = jirga.run("restore", file)
    assert (done.code, "audit-head.before-restore" in done.err) == (0, True)
    assert newest.with_name("audit-head.before-restore").read_text() == known
    assert jirga.whole()
    jirga.right("people", "add", "later", "--role", "analyst")
