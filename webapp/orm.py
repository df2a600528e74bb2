"""The declarative base, its naming convention, column types and the engine. Never Flask."""

import enum
import select
import sqlite3
import uuid
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import Annotated, Any, cast

from sqlalchemy import (
    CheckConstraint,
    Connection,
    CursorResult,
    DateTime,
    Delete,
    Dialect,
    Engine,
    Enum,
    MetaData,
    String,
    TypeDecorator,
    create_engine,
    event,
    exc,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """A moment, kept in UTC; refuses a naive datetime."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite keeps it without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Codes(TypeDecorator[tuple[str, ...]]):
    """A short ordered list of codes, kept as text with single spaces; the empty list is kept as NULL."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> str | None:
        """Codes joined by spaces."""
        return " ".join(value or ()) or None

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:
        """The codes, possibly none."""
        return tuple(value.split()) if value else ()


def by_value(kind: type[enum.StrEnum], name: str = "") -> Enum:
    """A column type that stores a StrEnum by value and lets the database refuse anything else (constraint `name`)."""
    return Enum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        length=40,
        name=name or kind.__name__.lower(),
    )


def one_of(column: str, codes: Iterable[str]) -> CheckConstraint:
    """A check that `column` is NULL or one of `codes`."""
    listed = ", ".join(f"'{code}'" for code in codes)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


Key = Annotated[uuid.UUID, mapped_column(primary_key=True, default=uuid.uuid4)]
Code = Annotated[str, mapped_column(String(60))]
Moment = Annotated[datetime, mapped_column(UTCDateTime)]


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(naming_convention=CONVENTION)


#: How long a writer waits for the others, in seconds.
PATIENCE = 15
#: PostgreSQL: a transaction that may only read, as on a replica; the driver takes it for a mistake of ours.
READ_ONLY = "25006"
#: Nobody waits for ever for a connection or a lock; messages of the driver never repeat the values of a row.
WAITING = f"-c lock_timeout={PATIENCE}s"


#: How often the first of a process's writers asks SQLite for its turn, in seconds.
ASK_EVERY = 0.003


def make_engine(url: str) -> Engine:
    """An engine whose SQLite connections are durable, checked, and take the writer's lock when they start to write."""
    # a connection for each request that is worked on at once (webapp.gate), and some for what a server does beside
    sizes = {"pool_size": 16, "max_overflow": 4, "pool_timeout": 10}
    if not url.startswith("sqlite"):
        # a connection that a firewall forgot is found out within two minutes
        alive = {"keepalives_idle": 60, "keepalives_interval": 15, "keepalives_count": 3}
        waiting = {"connect_timeout": 5, "options": WAITING, **alive}
        engine = create_engine(url, hide_parameters=True, connect_args=waiting, **sizes)
        event.listen(engine, "checkout", _on_checkout)
        return engine
    engine = create_engine(url, hide_parameters=True, connect_args={"isolation_level": None}, **sizes)
    _follow_file(engine)
    event.listen(engine, "connect", _on_sqlite_connect)
    _take_turns(engine)
    return engine


def _on_checkout(connection: Any, record: Any, proxy: Any) -> None:
    """A server that went away has said so on the socket: looking there costs nothing, asking it a round trip."""
    socket = select.poll()
    socket.register(connection.fileno(), select.POLLIN)
    if socket.poll(0):
        raise exc.InvalidatePoolError


def _follow_file(engine: Engine) -> None:
    """A file that was moved away is lost, not made anew, and one that took its place is opened anew.

    Otherwise SQLite would begin an empty database beside what goes on in the old one.
    """
    path = Path(engine.url.database or "")
    there = path.is_file()

    def before(dialect: Dialect, record: Any, words: Any, options: Any) -> None:
        nonlocal there
        if there and not path.is_file():
            raise sqlite3.OperationalError("the database's file is gone")
        there = path.name != "" and ":" not in str(path)

    def after(connection: Any, record: Any) -> None:
        record.info["file"] = _file(path)

    def checkout(connection: Any, record: Any, proxy: Any) -> None:
        if there and record.info["file"] != _file(path):
            raise exc.InvalidatePoolError

    for name, listener in (("do_connect", before), ("connect", after), ("checkout", checkout)):
        event.listen(engine, name, listener)


def _file(path: Path) -> tuple[int, int] | None:
    """What tells a file from another that is called like it; None when there is none."""
    with suppress(OSError):
        found = path.stat()
        return found.st_dev, found.st_ino
    return None


def _on_sqlite_connect(connection: Any, record: Any) -> None:
    """Durable and checked; what others commit empties a connection's pages, so each keeps half a megabyte of them."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "cache_size=-512"):
        connection.execute(f"PRAGMA {pragma}")


def _take_turns(engine: Engine) -> None:
    """A session that will write says so in its options; the others read a snapshot without blocking anyone.

    One statement alone needs neither. The writers of this process stand in a row, and its first asks SQLite for all of
    them: SQLite itself lets each ask ever more seldom, so that whoever had bad luck waited for a second while others
    came and went.
    """
    row = Lock()

    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("writes"):
            _begin_writing(connection, row, options.get("patience", PATIENCE))
        elif not options.get("alone"):
            connection.exec_driver_sql("BEGIN")

    event.listen(engine, "begin", begin)


def _begin_writing(connection: Connection, row: Lock, patience: float) -> None:
    """Take the writer's lock within so many seconds."""
    driver: Any = connection.connection.driver_connection
    until = monotonic() + patience
    driver.execute("PRAGMA busy_timeout=0")
    first = row.acquire(timeout=patience)
    try:
        while first and monotonic() < until:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.Error as error:
                if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY:
                    break
            sleep(ASK_EVERY)
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # whose error is one that others know
    finally:
        if first:
            row.release()
        driver.execute(f"PRAGMA busy_timeout={PATIENCE * 1000}")


def scrub(engine: Engine, tables: Iterable[str]) -> bool:
    """Let what was erased or written over leave the database's files too; whether it has, as far as we can tell.

    SQLite: its log is written into the file, where erased bytes are zeros, and emptied; False while somebody reads
    what stood before. PostgreSQL: dead rows of these tables are cleared away, but for a table that is being cleared.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in tables:
                connection.execute(text(f'VACUUM (SKIP_LOCKED) "{table}"'))
        return True
    with engine.connect().execution_options(alone=True) as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=1000")
        return not connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()


def deleted(session: Session, statement: Delete) -> int:
    """How many rows a deletion took away."""
    return cast("CursorResult[Any]", session.execute(statement)).rowcount


def lock(session: Session, name: bytes) -> None:
    """Hold everyone else who locks the same name until this transaction ends; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(name[:8], "big", signed=True)
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
