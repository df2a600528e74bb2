"""A site of the first schema, with what it held, becomes one of today: every row is there, and all of it is whole."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from flask import Flask
from sqlalchemy import Connection, Engine, inspect, text

from tests import factories
from tests.commands.terminal import Terminal
from tests.factories import SAME_SITE, short
from webapp import db
from webapp.app import create_app
from webapp.config import Settings
from webapp.orm import make_engine

OLD = Path(__file__).with_name("schema_0001.sql")
#: 0004 ends every sign-in.
ENDED = "sign_ins"
Rows = dict[str, list[tuple[Any, ...]]]


def fill(connection: Connection) -> None:
    """The statements of the file, in the database's own spelling of bytes; then numbers go on after the last one."""
    on_postgresql = connection.dialect.name == "postgresql"
    if on_postgresql:
        connection.exec_driver_sql("SET LOCAL timezone = 'UTC'")
    for line in OLD.read_text("utf-8").splitlines():
        if not line.startswith("--"):
            connection.exec_driver_sql(re.sub(r"X'([0-9a-f]*)'", r"'\\x\1'", line) if on_postgresql else line)
    for table in ("events", "audit_entries") if on_postgresql else ():
        last = f"(SELECT max(id) FROM {table})"
        connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last})")


def rows(engine: Engine, columns: dict[str, list[str]] | None = None) -> tuple[Rows, dict[str, list[str]]]:
    """Every row of every table, of these columns or of all; and the columns."""
    with engine.connect() as connection:
        seen = inspect(connection)
        tables = columns or {
            table: [column["name"] for column in seen.get_columns(table)]
            for table in seen.get_table_names()
            if table not in ("alembic_version", ENDED)
        }
        found = {
            table: [tuple(row) for row in connection.execute(text(f"SELECT {', '.join(names)} FROM {table}"))]
            for table, names in tables.items()
        }
    return found, tables


@pytest.fixture
def old(empty: Settings, bare: Terminal) -> Iterator[Engine]:
    """A database of the first schema with its data, to which the terminal leads."""
    bare.uses(empty)
    engine, config = make_engine(empty.database_url), db.alembic_config()
    with engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        fill(connection)
    yield engine
    engine.dispose()


def test_every_row_is_still_there_and_whole(old: Engine, bare: Terminal) -> None:
    """`jirga init` is the whole update; nothing is lost or changed, texts open, and the first seal takes in the log."""
    before, columns = rows(old)
    assert (len(before["grievances"]), len(before["texts"]), len(before["published"])) == (5, 3, 16)
    assert "not at head" in bare.refused("serve", code=1)
    assert bare.run("check").code == 1
    bare.right("init")
    assert bare.whole()
    after, _ = rows(old, columns)
    for table, known in before.items():
        assert [row for row in known if row not in after[table]] == [], table
    filled = ("gatherings", "grievances", "texts", "people", "published", "ledger", "releases", "events")
    assert {table: len(after[table]) for table in filled} == {table: len(before[table]) for table in filled}
    bare.right("init")
    assert bare.whole()


def test_people_go_on_where_they_were(old: Engine, empty: Settings, bare: Terminal) -> None:
    """The old password opens, the old gathering takes another grievance, and the release that was open takes both."""
    bare.right("init")
    made = create_app(empty)
    client = made.test_client()
    form = {"username": "synthetic-elder", "password": factories.PASSWORD}
    assert client.post("/en/sign-in", data=form, headers=SAME_SITE).status_code == 303
    with old.connect() as connection:
        mine = "SELECT reference, gathering_id FROM grievances WHERE subcategory = 'armed_threats'"
        reference, gathering = connection.execute(text(mine)).one()
    assert client.get(f"/en/receipt/{reference}").status_code == 200
    filed = client.post(
        f"/en/submit/{uuid.UUID(str(gathering))}", data=short(narrative="Synthetic: later."), headers=SAME_SITE
    )
    assert filed.status_code == 303
    made.extensions["store"].engine.dispose()
    assert bare.right("release", "--now", "--why", "synthetic") == "release 2\n"
    assert bare.whole()


def test_an_older_version_leaves_a_newer_database_alone(jirga: Terminal, app: Flask, engine: Engine) -> None:
    """The older checkout alone is no way back: every command says which ones there are, none sends to another."""
    head = revision(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before, _ = rows(engine)
    words = "of a newer version of the product: install that one, or restore the copy made before the update"
    for called in ("init", "serve", "summary", "people invite --role administrator", "backup never"):
        line = jirga.refused(*called.split(), code=1)
        assert words in line
        assert "jirga init" not in line
    done = jirga.run("check")
    assert (done.code, done.out, done.err) == (1, f"schema: {words}\n", "")
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.text) == (503, f"the schema is {words}\n")
    assert (rows(engine)[0], revision(engine)) == (before, "9999")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": head})
    assert jirga.whole()


def revision(engine: Engine) -> str:
    """The form that the schema says it has."""
    with engine.connect() as connection:
        return db.revision_of(connection)


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE texts SET sealed = (SELECT sealed FROM probe)",
        "UPDATE ledger SET grievances = grievances + 1",
        "UPDATE grievances SET status = 'acknowledged'",
    ],
)
def test_harm_on_the_way_would_be_found(old: Engine, bare: Terminal, harm: str) -> None:
    """A migration that lost or changed something."""
    with old.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql(harm)
    bare.right("init")
    assert not bare.whole()
