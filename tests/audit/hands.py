"""Somebody who can write anything into the database, triggers or not, but has no secret; and the site beside them."""

import secrets
import uuid
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from tests import factories
from webapp.audit import actions, rules
from webapp.audit.models import AuditEntry, AuditMember, AuditSeal
from webapp.check import HEAD_FILE, Head, findings
from webapp.config import Settings, now
from webapp.grievances.models import Event
from webapp.office import Office
from webapp.sealer import seal_all

TABLES = ("audit_entries", "audit_seals", "audit_members", "events")
TRIGGERS = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
}


class Hands:
    """What is done with the database of one instance."""

    def __init__(self, session: Session, settings: Settings) -> None:
        self.session = session
        self.settings = settings
        self.dialect = session.get_bind().dialect.name
        self.path = settings.data_dir / HEAD_FILE

    # ---- what the site does ----

    def append(self, **given: Any) -> int:
        """An entry, committed; its id."""
        self.session.rollback()
        actions.append(self.session, factories.VAULT, **{"by": None, "what": "test", **given})
        newest = self.newest(AuditEntry)
        self.session.commit()
        return newest

    def happens(self) -> None:
        """An event, committed."""
        of = {column: getattr(Event, column) for column in ("grievance_id", "person_id", "to_status")}
        first = self.session.execute(select(*of.values()).order_by(Event.id).limit(1)).one()
        self.session.rollback()
        told = {"at": now(), "from_status": "submitted", "codes": {"reason": "test"}}
        self.session.execute(insert(Event), {**first._mapping, **told})
        self.session.commit()

    def append_at(self, entry_id: int) -> None:
        """An entry that comes into sight behind others, committed."""
        self.session.rollback()
        values = {"at": now(), "person_id": None, "what": "late", "about": {}, "nonce": secrets.token_bytes(16)}
        mac = rules.entry_mac(factories.VAULT, rules.canonical(values.values()))
        self.session.execute(insert(AuditEntry), {**values, "id": entry_id, "mac": mac})
        self.session.commit()

    def seal(self) -> int:
        """Seal what is not sealed."""
        self.session.rollback()
        return seal_all(self.session.get_bind().engine, factories.VAULT)

    def wrong(self, head: Head | None = None) -> str:
        """What the check finds wrong with the audit log."""
        self.session.rollback()
        office = Office(self.settings)
        try:
            found = dict(findings(office, head))
        finally:
            office.engine.dispose()
        return found["audit"]

    def head(self) -> Head:
        """Number and hash of the newest seal."""
        query = select(AuditSeal.number, AuditSeal.hash).order_by(AuditSeal.number.desc()).limit(1)
        number, found = self.session.execute(query).one()
        self.session.rollback()
        return number, found.hex()

    def hash_of(self, number: int) -> str:
        """The hash of a seal, as hex."""
        return self.session.get_one(AuditSeal, number).hash.hex()

    def forget(self) -> None:
        """No green check was ever made."""
        self.path.unlink(missing_ok=True)

    def newest(self, model: type[AuditEntry] | type[Event]) -> int:
        """The highest id."""
        return self.session.scalar(select(model.id).order_by(model.id.desc()).limit(1)) or 0

    def sealed_in(self, source: str, entry_id: int) -> int | None:
        """The seal that holds an entry."""
        found = self.session.get(AuditMember, (source, entry_id), populate_existing=True)
        self.session.rollback()
        return found and found.seal

    # ---- what only somebody with the database does ----

    def disarm(self) -> None:
        """Away with the triggers and keys that would refuse it."""
        for name, table in self.session.execute(text(TRIGGERS[self.dialect])).all():
            on = "" if self.dialect == "sqlite" else f" ON {table}"
            self.session.execute(text(f"DROP TRIGGER {name}{on}"))
        if self.dialect == "postgresql":
            self.session.execute(text("ALTER TABLE audit_members DROP CONSTRAINT fk_audit_members_seal"))
            self.session.execute(text("ALTER TABLE texts DROP CONSTRAINT fk_texts_event_id"))
            self.session.commit()
            return
        self.session.commit()
        connection: Any = self.session.connection().connection.driver_connection
        self.session.commit()
        connection.execute("PRAGMA foreign_keys=OFF")

    def sql(self, statement: str, **given: Any) -> int:
        """Run and commit it; how many rows it changed, at least one."""
        done: Any = self.session.execute(text(statement), given)
        self.session.commit()
        assert done.rowcount > 0, statement
        return int(done.rowcount)

    def sql_quiet(self, statement: str) -> None:
        """The same, where it may change nothing."""
        self.session.execute(text(statement))
        self.session.commit()

    def key(self, value: uuid.UUID) -> str:
        """A UUID as SQL writes it here."""
        return value.hex if self.dialect == "sqlite" else str(value)
