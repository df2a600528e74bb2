"""The database and the key ring for views: read freely, write once, reference tables read once. Never for nouns."""

import math
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache
from threading import Lock
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app, g
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session
from werkzeug.exceptions import ServiceUnavailable

from webapp.concerns.queries import taxonomy
from webapp.concerns.rules import Taxonomy
from webapp.config import N_, BadSetting, Settings, resource
from webapp.keeping import KeyFile
from webapp.orm import PATIENCE, make_engine
from webapp.places.queries import atlas
from webapp.places.rules import Atlas
from webapp.vault import Vault

BEHIND = "not at head; run jirga init"
NEWER = "of a newer version of the product: install that one, or restore the copy made before the update"


class Shelf:
    """What was read and can never change, like the figures of a closed release: the last ones that were asked for."""

    def __init__(self, most: int = 24) -> None:
        self._most, self._lock = most, Lock()
        self._held: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable) -> Any:
        """What was put there, or None."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)

    def put(self, key: Hashable, value: Any) -> None:
        """Keep it; what nobody has asked for longest goes."""
        with self._lock:
            self._held[key] = value
            if len(self._held) > self._most:
                self._held.popitem(last=False)


@dataclass
class Store:
    """What an app holds for all its requests."""

    settings: Settings
    engine: Engine
    vault: Vault
    reference: tuple[Atlas, Taxonomy] | None = None
    shelf: Shelf = field(default_factory=Shelf)
    #: when this worker last knew that the database can be written to, by time.monotonic
    wrote: float = -math.inf

    def doubt(self) -> None:
        """Something could not be read or written: what was known of it is known no longer."""
        self.wrote = -math.inf


class HalfDone(ServiceUnavailable):
    """The database went away between the transactions of one request: what was stored stays."""

    told = (
        N_("Not everything could be entered just now"),
        N_("What was entered stays. Go back in a minute and press the button again: nothing is entered twice."),
    )


def init_app(app: Flask, settings: Settings) -> None:
    """Give the app its engine and key ring."""
    app.extensions["store"] = Store(settings, make_engine(settings.database_url), key_ring(settings))
    app.teardown_request(close)


def key_ring(settings: Settings) -> Vault:
    """The key ring of an instance, which follows its secrets file; raises BadSetting."""
    try:
        from_file = settings.sources.get("JIRGA_VAULT_KEYS") == "file"
        fresh = KeyFile(settings.data_dir, settings.vault_keys) if from_file else None
        return Vault(settings.vault_keys, settings.secret_key, fresh)
    except ValueError as error:
        raise BadSetting("JIRGA_VAULT_KEYS", str(error)) from None


def store() -> Store:
    """The current app's store."""
    found: Store = current_app.extensions["store"]
    return found


def session() -> Session:
    """This request's session for reading; what has to be written is written in one short transaction, see writing."""
    if "session" not in g:
        g.session = open_session(store().engine, writes=False)
    found: Session = g.session
    return found


def asking() -> Connection:
    """A connection for one question; it goes back at once, and costs half of a session.

    A single statement sees one moment anyway; BEGIN and ROLLBACK would be two more, on PostgreSQL two round trips.
    """
    engine = store().engine
    alone = {"isolation_level": "AUTOCOMMIT"} if engine.dialect.name == "postgresql" else {"alone": True}
    return _with(engine, **alone).connect()


def open_session(engine: Engine, *, writes: bool, patience: float = PATIENCE) -> Session:
    """A session on its own transaction; `patience` in seconds, for other writers of SQLite."""
    if writes and engine.dialect.name == "sqlite":
        engine = _with(engine, writes=True, patience=patience)
    return Session(engine, expire_on_commit=False)


@lru_cache(maxsize=16)
def _with(engine: Engine, **options: Any) -> Engine:
    """The engine with options; making one costs more than a statement."""
    return engine.execution_options(**options)


@contextmanager
def writing(patience: float = PATIENCE) -> Iterator[Session]:
    """The request's one transaction that writes: commits at its end, or undoes all of it. Reading is over before it."""
    close()
    with open_session(store().engine, writes=True, patience=patience) as own, own.begin():
        yield own


def close(error: BaseException | None = None) -> None:
    """Reading is over."""
    found: Session | None = g.pop("session", None)
    if found is not None:
        found.close()


def vault() -> Vault:
    """The key ring."""
    return store().vault


_READING = Lock()


def reference() -> tuple[Atlas, Taxonomy]:
    """Places and topics, read once: they change only with a new version of the product."""
    held = store()
    with _READING:
        if held.reference is None:
            held.reference = (atlas(session()), taxonomy(session()))
    return held.reference


def alembic_config() -> Config:
    """Alembic's settings, from code: an installed wheel has no settings file."""
    config = Config()
    config.set_main_option("script_location", str(resource("migrations")))
    return config


@contextmanager
def reshaping(engine: Engine) -> Iterator[Connection]:
    """One transaction in which tables may change, all or nothing; SQLite looks at no reference meanwhile."""
    with engine.execution_options(writes=True).connect() as connection:
        if engine.dialect.name == "sqlite":  # which rebuilds tables that others refer to
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        try:
            with connection.begin():
                yield connection
        finally:
            connection.invalidate()


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema to a form, its newest unless told otherwise; safe to repeat."""
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def migrate(engine: Engine) -> None:
    """Bring the schema to its newest form; safe to repeat."""
    with reshaping(engine) as connection:
        upgrade(connection)


def is_known(revision: str) -> bool:
    """Whether this version of the product knows that form of the schema."""
    return any(one.revision == revision for one in ScriptDirectory.from_config(alembic_config()).walk_revisions())


def revision_of(connection: Connection) -> str:
    """The form that the schema has; "" for none."""
    return MigrationContext.configure(connection).get_current_revision() or ""


@cache
def _head() -> str | None:
    """The form of the schema that this version of the product expects."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def unfit(engine: Engine) -> str:
    """What the schema is other than the one that this version of the product expects, and what to do; "" if it is."""
    with engine.connect() as connection:
        found = revision_of(connection)
    if found == _head():
        return ""
    return BEHIND if not found or is_known(found) else NEWER
