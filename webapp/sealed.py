"""Columns of what is sealed: which rows do not open, which lie under an older key, and sealing them anew."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column as TableColumn
from sqlalchemy import ColumnElement, LargeBinary, Row, Table, and_, bindparam, func, select, update
from sqlalchemy.orm import Session

from webapp.vault import CannotOpen, Vault, Where


@dataclass(frozen=True)
class Column:
    """The column `sealed` of a table with a key of one column, and the place that the value of a row is sealed for."""

    table: Table
    place: Callable[[Row[Any]], Where]
    #: rows that are held at once
    most: int = 200

    @property
    def key(self) -> TableColumn[Any]:
        """The key of the table."""
        (key,) = self.table.primary_key
        return key


def unopened(session: Session, vault: Vault, column: Column) -> Iterator[Any]:
    """The keys of rows that do not open: changed, moved, or sealed under a key that is not in the ring."""
    query = select(column.table).where(column.table.c.sealed.is_not(None))
    for row in session.execute(query.execution_options(yield_per=column.most)):
        try:
            vault.open(row.sealed, column.place(row))
        except CannotOpen:
            yield getattr(row, column.key.name)


def reseal(session: Session, vault: Vault, column: Column, after: Any = None) -> tuple[int, Any]:
    """Seal the next rows after a key anew that are not under the newest key: how many, and the key of the last.

    Rows that somebody else holds just now are left to the next round, so that nobody waits for two at once; rows
    that do not open stay as they are. The key is None when there was no more to do.
    """
    key = column.key
    query = select(column.table).where(_older(vault, column), *([key > after] if after is not None else []))
    rows = session.execute(query.order_by(key).limit(column.most).with_for_update(skip_locked=True)).all()
    anew = []
    for row in rows:
        try:
            text = vault.open(row.sealed, column.place(row))
        except CannotOpen:
            continue
        anew.append({"row": getattr(row, key.name), "anew": vault.seal(text, column.place(row))})
    if anew:
        session.execute(update(column.table).where(key == bindparam("row")).values(sealed=bindparam("anew")), anew)
    return len(anew), getattr(rows[-1], key.name) if rows else None


def left(session: Session, vault: Vault, column: Column) -> int:
    """How many rows are not under the newest key."""
    return session.scalar(select(func.count()).select_from(column.table).where(_older(vault, column))) or 0


def _older(vault: Vault, column: Column) -> ColumnElement[bool]:
    sealed, header = column.table.c.sealed, vault.header()
    return and_(sealed.is_not(None), func.substr(sealed, 1, len(header), type_=LargeBinary) != header)
