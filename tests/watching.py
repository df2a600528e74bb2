"""What can be seen of the database from outside: how many statements an answer took, and all that is stored."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from webapp.audit.models import AuditEntry
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
