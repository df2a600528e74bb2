"""All tables as lines of JSON and back, out of either database into either, at the schema they were written with."""

import base64
import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Executable,
    Integer,
    LargeBinary,
    String,
    Table,
    TypeDecorator,
    Uuid,
    bindparam,
    column,
    func,
    insert,
    inspect,
    or_,
    select,
    table,
    text,
    type_coerce,
    update,
)
from sqlalchemy.types import TypeEngine

from webapp.config import Refused
from webapp.models import Base
from webapp.orm import UTCDateTime

#: What a column holds, named in the file: how it is written and read there, whatever the models say by then.
KINDS: dict[str, TypeEngine[Any]] = {
    "moment": UTCDateTime(),
    "day": Date(),
    "uuid": Uuid(),
    "bytes": LargeBinary(),
    "json": JSON(none_as_null=True),
    "yes": Boolean(),
    "number": BigInteger(),
    "text": String(),
}
#: For recognising them; integers of every size are numbers.
CLASSES: dict[str, type[TypeEngine[Any]]] = {name: type(kind) for name, kind in KINDS.items()} | {"number": Integer}
READ: dict[str, Callable[[Any], Any]] = {
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
    "uuid": uuid.UUID,
    "bytes": base64.b64decode,
}
#: Rows of one line, which are read and stored at once: fewer where the longest would make more than so many bytes.
MOST_ROWS, MOST_BYTES = 500, 500_000


def _plain(value: Any) -> str:
    """What JSON has no word for."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value.hex if isinstance(value, uuid.UUID) else str(value.isoformat())


#: A value as one line.
line: Callable[[Any], str] = json.JSONEncoder(default=_plain, separators=(",", ":"), ensure_ascii=False).encode


def _kind(given: Column[Any]) -> str:
    found: TypeEngine[Any] = given.type
    if isinstance(found, TypeDecorator) and not isinstance(found, UTCDateTime):
        found = found.impl_instance
    return next(name for name, kind in CLASSES.items() if isinstance(found, kind))


def lines(connection: Connection) -> Iterator[str]:
    """Every table, those first that others refer to: a line with its columns, lines of rows, a line with their number.

    What refers to its own table comes after it once more, as key and value: no order of rows would do for it.
    """
    for one in Base.metadata.sorted_tables:
        inner = [column for column in one.columns if any(key.column.table is one for key in column.foreign_keys)]
        yield from _part(connection, "insert", one, [column for column in one.columns if column not in inner])
        if inner:
            yield from _part(connection, "update", one, [*one.primary_key.columns, *inner], inner)


def _part(
    connection: Connection, verb: str, one: Table, columns: Sequence[Column[Any]], given: Sequence[Column[Any]] = ()
) -> Iterator[str]:
    """`given`: only rows that have a value in one of these."""
    kinds = {column.name: _kind(column) for column in columns}
    yield line({verb: one.name, "columns": kinds})
    query = select(*(type_coerce(column, KINDS[kinds[column.name]]) for column in columns))
    if given:
        query = query.where(or_(*(column.is_not(None) for column in given)))
    count = 0
    for rows in connection.execute(query.execution_options(yield_per=_rows_a_line(connection, columns))).partitions():
        yield line(list(map(tuple, rows)))
        count += len(rows)
    yield line({"rows": count})


def _rows_a_line(connection: Connection, columns: Sequence[Column[Any]]) -> int:
    """A sheet that was handed in is a value of a megabyte or two, most others have some hundred bytes."""
    sizes = [func.max(func.length(column)) for column in columns if _kind(column) == "bytes"]
    longest = sum(size or 0 for size in connection.execute(select(*sizes)).one()) if sizes else 0
    return max(1, min(MOST_ROWS, MOST_BYTES // (longest + 1)))


class Part(NamedTuple):
    """What is done with the rows of one part."""

    table: str
    verb: str
    statement: Executable
    names: Sequence[str]
    readers: Sequence[Callable[[Any], Any] | None]

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "Part":
        """From the line before its rows; an update finds its row by the first column."""
        kinds: dict[str, str] = said["columns"]
        verb = "insert" if "insert" in said else "update"
        into = table(said[verb], *(column(name, KINDS[kind]) for name, kind in kinds.items()))
        names, readers = list(kinds), [READ.get(kind) for kind in kinds.values()]
        if verb == "insert":
            return cls(said[verb], verb, insert(into), names, readers)
        key = names[0]
        change = update(into).where(into.c[key] == bindparam(f"this_{key}")).values(
            {name: bindparam(name) for name in names[1:]}
        )  # fmt: skip
        return cls(said[verb], verb, change, [f"this_{key}", *names[1:]], readers)

    def row(self, values: Sequence[Any]) -> dict[str, Any]:
        """A line's values as they are stored."""
        return {
            name: read(value) if read and value is not None else value
            for name, read, value in zip(self.names, self.readers, values, strict=True)
        }


def load(connection: Connection, given: Iterable[str]) -> int:
    """Store what `lines` gave into empty tables of the same schema; how many rows. Raises Refused."""
    part: Part | None = None
    count = total = 0
    for said in map(json.loads, given):
        if isinstance(said, list) and part:
            connection.execute(part.statement, [part.row(values) for values in said])
            count += len(said)
        elif "columns" in said:
            part, count = Part.of(said), 0
        elif part:
            if part.verb == "insert":
                _confirm(connection, part.table, said["rows"])
            total += count
    return total


def _confirm(connection: Connection, name: str, count: int) -> None:
    found = connection.scalar(select(func.count()).select_from(table(name)))
    if found != count:
        raise Refused(f"the backup says {count} rows of {name}, {found} were stored; nothing was restored")


def is_bare(connection: Connection) -> bool:
    """Whether a database has no table at all."""
    return not inspect(connection).get_table_names()


def settle(connection: Connection) -> None:
    """After loading: every reference is looked at, and numbers go on after the last one."""
    if connection.dialect.name == "sqlite":  # which looked at none, as its tables may have to be rebuilt
        astray = connection.execute(text("PRAGMA foreign_key_check")).all()
        if astray:
            raise Refused(f"{len(astray)} rows of the backup refer to nothing; nothing was restored")
    else:
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def go_on(connection: Connection) -> None:
    """PostgreSQL gives out the ids after the highest, and knows how much there is: else it would plan for empty tables.

    SQLite does the one by itself and never the other.
    """
    if connection.dialect.name == "sqlite":
        return
    for one in Base.metadata.sorted_tables:
        if (number := one.autoincrement_column) is not None:
            highest = select(func.coalesce(func.max(number), 0) + 1).scalar_subquery()
            sequence = func.pg_get_serial_sequence(one.name, number.name)
            connection.execute(select(func.setval(sequence, highest, False)))
    connection.execute(text("ANALYZE"))
