"""Writing the audit log and sealing it; actions flush, callers commit."""

import os
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from webapp.audit import queries
from webapp.audit.models import AuditEntry, AuditSeal
from webapp.audit.queries import Row, Source
from webapp.audit.rules import (
    MOST_MEMBERS,
    NONCE_BYTES,
    Members,
    Spelled,
    canonical,
    entry_mac,
    is_ours,
    seal_hash,
    spell,
)
from webapp.config import now
from webapp.orm import Base, lock
from webapp.vault import Vault

#: What whoever seals holds alone.
CHAIN = b"audit chain"
MEMBERS: Table = Base.metadata.tables["audit_members"]
#: Built once: it is on the path of every sign-in.
WRITE = insert(Base.metadata.tables[AuditEntry.__tablename__])


def append(
    session: Session, vault: Vault, *, by: uuid.UUID | None, what: str, about: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> None:  # fmt: skip
    """Add an entry in the transaction of what it tells of; codes only, never a person's words."""
    at, about, nonce = at or now(), about or {}, os.urandom(NONCE_BYTES)
    mac = entry_mac(vault, canonical((at, by, what, about, nonce)))
    session.execute(WRITE, {"at": at, "person_id": by, "what": what, "about": about, "nonce": nonce, "mac": mac})


def begin(session: Session, vault: Vault, sources: Sequence[Source], at: datetime) -> bool:
    """Make the first seal, of all that is there, also of entries older than the chain; False when it was made before.

    Only for `jirga init`: had a sealer this right too, a chain that was taken away would begin anew by itself.
    """
    lock(session, CHAIN)
    if queries.last_seal(session):
        return False
    members = Members()
    for source in _in_order(sources):
        rows = _spelled(source, queries.everything(session, source))
        while some := list(islice(rows, MOST_MEMBERS)):
            _hold(session, members, 1, some)
    _close(session, vault, b"", 1, at, members)
    return True


def seal(session: Session, vault: Vault, sources: Sequence[Source], at: datetime, after: dict[str, int]) -> int:
    """Make one more seal of what no seal holds yet, up to MOST_MEMBERS; how many it holds, 0 for no seal.

    Nothing at or below the ids `after`, by source, is looked at; they are moved on to the last that are sealed now.
    Entries that this site did not write stay outside: `jirga check` names them, and is green again once they are
    gone. Before the first seal nothing is sealed.
    """
    lock(session, CHAIN)
    last = queries.last_seal(session)
    if last is None:
        return 0
    members = Members()
    for source in _in_order(sources):
        rows = _spelled(source, queries.unsealed(session, source, after.get(source.code)))
        ours = (row for row in rows if not source.signed or is_ours(vault, row))
        if some := list(islice(ours, MOST_MEMBERS - members.count)):
            _hold(session, members, last.number + 1, some)
            after[source.code] = some[-1].id
    if members.count:
        _close(session, vault, last.hash, last.number + 1, at, members)
    return members.count


def _in_order(sources: Sequence[Source]) -> list[Source]:
    return sorted(sources, key=lambda source: source.code)


def _spelled(source: Source, rows: Iterator[Row]) -> Iterator[Spelled]:
    return (spell(source.code, source.signed, row[0], row[1:]) for row in rows)


def _hold(session: Session, members: Members, number: int, rows: Sequence[Spelled]) -> None:
    """Make rows members of the seal of that number."""
    for row in rows:
        members.add(row)
    session.execute(insert(MEMBERS), [{"source": row.source, "entry_id": row.id, "seal": number} for row in rows])


def _close(session: Session, vault: Vault, previous: bytes, number: int, at: datetime, members: Members) -> None:
    session.add(AuditSeal(number=number, sealed_at=at, hash=seal_hash(vault, previous, number, at, members)))
    session.flush()


@dataclass(frozen=True)
class Acting:
    """Who does something to accounts, in which transaction and when; None is the operator at the command line."""

    session: Session
    vault: Vault
    by: uuid.UUID | None
    at: datetime

    def note(self, what: str, **about: Any) -> None:
        """Keep in the audit log what is done; codes only."""
        append(self.session, self.vault, by=self.by, what=what, about=about, at=self.at)
