"""What can be seen from outside: how many statements an answer took, all that is stored, and the lines of the log."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from webapp.audit.models import AuditEntry
from webapp.logs import Lines
from webapp.models import Base


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL statements of the site while it lasts, without their values."""
    found: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        found.append(" ".join(statement.split()))

    engine = app.extensions["store"].engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def stored(session: Session, *leaving_out: str) -> str:
    """Every value of every table, as one text to look for words in; bytes as they are and in hex."""
    session.rollback()
    values = [
        value
        for table in Base.metadata.sorted_tables
        if table.name not in leaving_out
        for row in session.execute(select(table))
        for value in row
    ]
    session.rollback()
    return "\n".join(
        f"{value.decode('latin-1')} {value.hex()}" if isinstance(value, bytes) else str(value) for value in values
    )


def noted(session: Session, *people: Any) -> list[tuple[str, str, dict[str, Any]]]:
    """The audit entries so far: by whom ("-" for nobody, the name given to a person's id), what, and its codes."""
    session.rollback()
    known = {str(one.id): one.username for one in people}
    rows = session.execute(select(AuditEntry).order_by(AuditEntry.id)).scalars().all()
    session.rollback()
    return [
        (
            known.get(str(row.person_id), "-"),
            row.what,
            {name: known.get(str(value), value) for name, value in row.about.items()},
        )
        for row in rows
    ]


def rows(session: Session, model: type[Any]) -> list[Any]:
    """All rows of one table, as another process sees them."""
    session.rollback()
    session.expire_all()
    found = list(session.scalars(select(model)))
    session.rollback()
    return found


def logged(caplog: pytest.LogCaptureFixture, *fields: str) -> list[dict[str, Any]]:
    """The lines of the log as the site writes them; all of a line, or these fields."""
    lines = [json.loads(Lines().format(record)) for record in caplog.records]
    return [{name: line.get(name) for name in fields} if fields else line for line in lines]


def everything_logged(caplog: pytest.LogCaptureFixture) -> str:
    """What any handler could write of what was logged: the lines, messages, templates, values, errors and frames."""
    told = [f"{record.getMessage()} {record.__dict__!r}" for record in caplog.records]
    return "\n".join([*map(str, logged(caplog)), caplog.text, *told])
