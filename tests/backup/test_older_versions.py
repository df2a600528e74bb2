"""A backup of an older version is restored at the schema it was made with, and brought to the newest one."""

import json
import zlib
from collections.abc import Iterator

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from tests.backup.conftest import ONCE, rows
from tests.backup.test_no_damage_is_restored import content_of, sealed
from tests.commands.terminal import Terminal
from tests.handling.acting import place
from webapp import copying, db
from webapp.config import Settings
from webapp.orm import make_engine

#: The first one with an audit chain.
OLD = "0003"


def known_at(revision: str, tmp: str) -> dict[str, set[str]]:
    """Table -> columns of an older schema."""
    engine = make_engine(f"sqlite:///{tmp}")
    with db.reshaping(engine) as connection:
        db.upgrade(connection, revision)
        seen = inspect(connection)
        return {name: {column["name"] for column in seen.get_columns(name)} for name in seen.get_table_names()}


def as_of(lines: list[str], revision: str, known: dict[str, set[str]]) -> Iterator[str]:
    """The lines of a backup as an older version would have written them: without what it did not know."""
    yield copying.line({**json.loads(lines[0]), "revision": revision})
    kept: list[int] | None = None
    for line in lines[1:]:
        said = json.loads(line)
        if "columns" in said:
            verb, columns = next(iter(said)), said["columns"]
            there = known.get(said[verb])
            kept = None if there is None else [n for n, name in enumerate(columns) if name in there]
            said = {
                verb: said[verb],
                "columns": {name: kind for name, kind in columns.items() if name in (there or ())},
            }
        elif isinstance(said, list) and kept is not None:
            said = [[row[number] for number in kept] for row in said]
        if kept is not None:
            yield copying.line(said)


@ONCE
def test_an_older_schema(jirga: Terminal, session: Session, target: Settings) -> None:
    here = place(session)
    filed = [here.file(), here.file()]
    file, older = jirga.folder / "site.jirga", jirga.folder / "older.jirga"
    jirga.right("backup", file)
    lines = zlib.decompress(content_of(file.read_bytes())).decode().splitlines()
    known = known_at(OLD, str(jirga.folder / "older.sqlite3"))
    written = "\n".join([*as_of(lines, OLD, known), ""])
    assert len(written) < len("\n".join(lines))
    older.write_bytes(sealed(zlib.compress(written.encode())))
    jirga.uses(target)
    jirga.right("restore", older)
    assert {row[1] for row in rows(target)["grievances"]} == set(filed)
    assert jirga.whole()
