"""Keeping what people wrote, under keys that are this instance's own."""

import uuid
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Select, insert, update
from sqlalchemy.orm import Session

from webapp.orm import Base
from webapp.texts.models import Probe, Text
from webapp.texts.queries import PROBE, place, require_keys
from webapp.vault import Vault

#: Of the table, not of the mapped class: it is on the path of every filing.
ADD = insert(Base.metadata.tables[Text.__tablename__])


def keep(session: Session, vault: Vault, given: Iterable[tuple[int, Mapping[str, str], str]]) -> None:
    """Seal and store the texts of events: (event id, kind -> text, language) of each."""
    rows = []
    for event_id, texts, language in given:
        for kind, text in texts.items():
            key = uuid.uuid4()
            sealed = vault.seal(text, place(key, event_id, kind))
            rows.append({"id": key, "event_id": event_id, "kind": kind, "language": language, "sealed": sealed})
    if rows:
        session.execute(ADD, rows)


def told(count: int) -> dict[str, int]:
    """What the codes of an event say of its texts: the audit chain covers them, so a row taken away shows."""
    return {"texts": count} if count else {}


def erase(session: Session, event_ids: Collection[int] | Select[int], kind: str | None = None) -> int:
    """Empty the texts of events, of one kind or all; the rows stay and say that there was one. How many stood."""
    which = [Text.event_id.in_(event_ids), Text.sealed.is_not(None), *([Text.kind == kind] if kind else [])]
    return len(session.scalars(update(Text).where(*which).values(sealed=None).returning(Text.id)).all())


def claim(session: Session, vault: Vault) -> None:
    """Tie a new instance to its keys, or confirm that these are they; raises texts.queries.WrongKeys."""
    if session.get(Probe, 1) is None:
        session.add(Probe(id=1, sealed=vault.seal("probe", PROBE), fingerprint=vault.fingerprint("", purpose="probe")))
        session.flush()
    require_keys(session, vault)
