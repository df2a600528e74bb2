"""`jirga init`: an instance from nothing, twice; secrets for nobody else to read."""

import base64
import stat
from pathlib import Path

from sqlalchemy import Engine, create_engine, func, select

from tests import factories
from tests.commands.terminal import Terminal
from webapp.concerns.models import Category, Subcategory
from webapp.config import Settings, secrets_file
from webapp.invitations.models import Invitation
from webapp.people.models import Person
from webapp.places.models import District, Province, Tehsil
from webapp.summary.models import OpenRelease

ROWS = {Province: 7, District: 177, Tehsil: 148, Category: 14, Subcategory: 103, OpenRelease: 1}


def rows(engine: Engine) -> dict[type, int]:
    """How many rows stand in each reference table."""
    with engine.connect() as connection:
        found = {model: connection.scalar(select(func.count()).select_from(model)) for model in ROWS}
    engine.dispose()
    return found


def test_twice_is_once(bare: Terminal, empty: Settings, tmp_path: Path) -> None:
    bare.set(JIRGA_DATA_DIR=tmp_path / "new" / "instance", JIRGA_DATABASE_URL=empty.database_url)
    first, second = bare.right("init"), bare.right("init")
    path = tmp_path / "new" / "instance" / "secrets"
    assert str(path) in first
    assert "keep a copy" in first
    assert "secret" not in second
    assert second == "schema at head, 0 reference rows added\n"
    assert rows(create_engine(empty.database_url)) == ROWS
    assert bare.whole()


def test_secrets_are_the_owners_alone(bare: Terminal, tmp_path: Path) -> None:
    bare.set(JIRGA_DATA_DIR=tmp_path / "instance")
    said = bare.right("init")
    path = tmp_path / "instance" / "secrets"
    made = secrets_file(tmp_path / "instance")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    key = made["JIRGA_VAULT_KEYS"].partition(":")[2]
    assert len(base64.b64decode(key)) == 32
    assert len(made["JIRGA_SECRET_KEY"]) >= 32
    assert key not in said
    assert made["JIRGA_SECRET_KEY"] not in said
    before = path.read_bytes()
    bare.right("init")
    assert path.read_bytes() == before


def test_what_a_command_writes_is_its_owners_alone(bare: Terminal, tmp_path: Path) -> None:
    """Also in a folder that everybody may read, and by a shell that would let everybody: exact figures above all."""
    folder, out = tmp_path / "instance", tmp_path / "exact.csv"
    folder.mkdir(mode=0o755)
    bare.set(JIRGA_DATA_DIR=folder)
    bare.right("init")
    bare.right("summary", "--unprotected", "-o", out)
    found = [*folder.iterdir(), out]
    assert {path.name for path in found} >= {"jirga.sqlite3", "secrets", "exact.csv"}
    assert {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in found} == {path.name: 0 for path in found}


def test_two_instances_have_two_secrets(bare: Terminal, tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        bare.set(JIRGA_DATA_DIR=tmp_path / name)
        bare.right("init")
        made.append(secrets_file(tmp_path / name))
    assert made[0]["JIRGA_SECRET_KEY"] != made[1]["JIRGA_SECRET_KEY"]
    assert made[0]["JIRGA_VAULT_KEYS"] != made[1]["JIRGA_VAULT_KEYS"]


def test_who_brings_secrets_gets_no_others(bare: Terminal, settings: Settings, tmp_path: Path) -> None:
    """A second set that nothing is sealed with would be copied to the safe in place of the right one."""
    bare.uses(settings)
    bare.set(JIRGA_DATA_DIR=tmp_path / "elsewhere")
    assert "secrets made" not in bare.right("init")
    assert not (tmp_path / "elsewhere" / "secrets").exists()


def test_who_brings_secrets_needs_no_folder(bare: Terminal, tmp_path: Path) -> None:
    """SQLite's file lies in the data directory, which is made although no secrets have to be put there."""
    bare.set(JIRGA_DATA_DIR=tmp_path / "new" / "instance", JIRGA_SECRET_KEY=factories.SECRET.decode())
    bare.set(JIRGA_VAULT_KEYS=factories.KEYS)
    assert "reference rows added" in bare.right("init")
    assert stat.S_IMODE((tmp_path / "new" / "instance").stat().st_mode) == 0o700
    assert bare.whole()


def test_before_init_every_command_says_what_to_do(bare: Terminal, tmp_path: Path) -> None:
    bare.set(JIRGA_DATA_DIR=tmp_path / "nothing")
    for words in (["summary"], ["release"], ["check"], ["serve"], ["people", "add", "elder", "--role", "analyst"]):
        assert "jirga init" in bare.refused(*words, code=1)
    assert not (tmp_path / "nothing").exists()


def test_a_database_without_tables_is_named(bare: Terminal, empty: Settings) -> None:
    bare.uses(empty)
    assert "jirga init" in bare.refused("summary", code=1)
    done = bare.run("check")
    assert (done.code, done.out) == (1, "schema: not at head; run jirga init\n")


def test_nobody_has_an_account_yet(bare: Terminal, empty: Settings, tmp_path: Path) -> None:
    """There is no account that comes with the product; the first person holds a code."""
    bare.set(JIRGA_DATA_DIR=tmp_path / "instance", JIRGA_DATABASE_URL=empty.database_url)
    bare.right("init")
    engine = create_engine(empty.database_url)
    with engine.connect() as connection:
        before = connection.scalar(select(func.count()).select_from(Person))
    bare.right("people", "invite", "--role", "administrator")
    with engine.connect() as connection:
        invited = connection.scalar(select(func.count()).select_from(Invitation))
        after = connection.scalar(select(func.count()).select_from(Person))
    engine.dispose()
    assert (before, after, invited) == (0, 0, 1)
