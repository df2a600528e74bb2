"""`jirga demo`: an instance of its own, the same data each time, new passwords each time."""

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.commands.terminal import Terminal
from webapp import serve
from webapp.demo import ACCOUNTS
from webapp.people.rules import Role

DATA = ("gatherings", "grievances", "events", "texts", "ledger", "published", "releases", "people")


def stored(folder: Path, *tables: str) -> list[object]:
    """Every row of these tables, in a fixed order; passwords aside."""
    engine = create_engine(f"sqlite:///{folder / 'jirga.sqlite3'}")
    with engine.connect() as connection:
        found = [
            [tuple(value for name, value in row.items() if name != "password_hash") for row in rows.mappings()]
            for rows in (connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4")) for table in tables)
        ]
    engine.dispose()
    return found


def passwords(said: str) -> dict[str, str]:
    """Account to password, as printed."""
    lines = [line.split() for line in said.splitlines() if line.startswith("  demo-")]
    return {line[0]: line[1] for line in lines}


def test_twice_is_the_same_instance_with_new_passwords(bare: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    bare.set(JIRGA_DATA_DIR=folder, JIRGA_DEFAULT_LANGUAGE="en")
    first = passwords(bare.right("demo", "--no-serve"))
    rows, file = stored(folder, *DATA), bare.right("summary")
    second = passwords(bare.right("demo", "--no-serve"))
    assert stored(folder, *DATA) == rows
    assert bare.right("summary") == file
    assert set(first) == set(second) == {username for username, _, _ in ACCOUNTS}
    assert {role for _, role, _ in ACCOUNTS} == set(Role), "an account for each role"
    assert len({*first.values(), *second.values()}) == 2 * len(Role)
    assert len(rows[1]) == 257
    assert len(rows[6]) == 1
    assert len(rows[2]) == 257 + 3, "two are acknowledged, and one of them is answered"
    assert bare.whole()
    bare.later(1)
    bare.right("demo", "--no-serve")
    assert stored(folder, *DATA) == rows, "a day later"


def test_the_database_of_an_office_is_left_alone(bare: Terminal, tmp_path: Path) -> None:
    office = tmp_path / "office.sqlite3"
    office.write_bytes(b"synthetic")
    bare.set(JIRGA_DATA_DIR=tmp_path / "demo", JIRGA_DATABASE_URL=f"sqlite:///{office}")
    bare.right("demo", "--no-serve")
    assert office.read_bytes() == b"synthetic"
    assert (tmp_path / "demo" / "jirga.sqlite3").exists()


def test_a_folder_it_did_not_make_is_left_alone(bare: Terminal, tmp_path: Path) -> None:
    bare.set(JIRGA_DATA_DIR=tmp_path / "office")
    bare.right("init")
    before = {path.name: hashlib.sha256(path.read_bytes()).digest() for path in (tmp_path / "office").iterdir()}
    assert str(tmp_path / "office") in bare.refused("demo", "--no-serve", code=1)
    after = {path.name: hashlib.sha256(path.read_bytes()).digest() for path in (tmp_path / "office").iterdir()}
    assert after == before
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "note.txt").touch()
    bare.set(JIRGA_DATA_DIR=tmp_path / "notes")
    bare.refused("demo", "--no-serve", code=1)
    assert [path.name for path in (tmp_path / "notes").iterdir()] == ["note.txt"]


def test_a_demo_of_other_gatherings_is_left_alone(bare: Terminal, tmp_path: Path) -> None:
    """What an older version entered would stand beside ours, many grievances twice."""
    folder = tmp_path / "demo"
    bare.set(JIRGA_DATA_DIR=folder)
    bare.right("demo", "--no-serve")
    for older in ("", "0" * 64):
        (folder / "demo").write_text(older)
        assert "remove that folder" in bare.refused("demo", "--no-serve", code=1)
    assert len(stored(folder, "grievances")[0]) == 257


def test_it_serves_on_this_machine_alone(bare: Terminal, tmp_path: Path) -> None:
    served: list[tuple[str, int, int]] = []
    bare.patch.setattr(serve, "run", lambda *where: served.append(where))
    bare.patch.setattr(serve, "free", lambda host, port: port == 5001)
    bare.set(JIRGA_DATA_DIR=tmp_path / "demo")
    said = bare.right("demo", "--port", "5001")
    assert "http://127.0.0.1:5001/" in said
    assert "jirga release --now --why demo" in said
    assert served == [("127.0.0.1", 5001, 1)]


def test_a_port_that_is_taken_changes_nothing(bare: Terminal, tmp_path: Path) -> None:
    """Whoever serves there may be this very demo, whose passwords are in somebody's hands; a new one is not begun."""
    bare.patch.setattr(serve, "free", lambda host, port: False)
    bare.set(JIRGA_DATA_DIR=tmp_path / "demo")
    assert "port 5002 is taken" in bare.refused("demo", "--port", "5002", code=1)
    assert not (tmp_path / "demo").exists()
    bare.right("demo", "--no-serve")
    before = accounts(tmp_path / "demo")
    assert "port 5002 is taken" in bare.refused("demo", "--port", "5002", code=1)
    assert accounts(tmp_path / "demo") == before
    bare.right("demo", "--no-serve")
    assert accounts(tmp_path / "demo") != before, "passwords that are printed are new ones"


def accounts(folder: Path) -> list[tuple[str, str]]:
    """User names and what is kept of their passwords."""
    engine = create_engine(f"sqlite:///{folder / 'jirga.sqlite3'}")
    with engine.connect() as connection:
        found = [(name, kept) for name, kept in connection.execute(text("SELECT username, password_hash FROM people"))]
    engine.dispose()
    return sorted(found)


@pytest.mark.parametrize("words", [["--port", "none"], ["extra"]])
def test_wrong_words(bare: Terminal, tmp_path: Path, words: list[str]) -> None:
    bare.set(JIRGA_DATA_DIR=tmp_path / "demo")
    bare.refused("demo", *words, code=2)
    assert not (tmp_path / "demo").exists()
