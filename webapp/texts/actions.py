"""Keeping what people wrote."""

import uuid
from collections.abc import Mapping

from sqlalchemy import insert
from sqlalchemy.orm import Session

from webapp.texts.models import Text
from webapp.vault import Vault


def keep(session: Session, vault: Vault, event_id: int, texts: Mapping[str, str], language: str) -> None:
    """Seal and store the texts of one event, kind -> text."""
    rows = []
    for kind, text in texts.items():
        key = uuid.uuid4()
        sealed = vault.seal(text, ("texts", "sealed", str(key)))
        rows.append({"id": key, "event_id": event_id, "kind": kind, "language": language, "sealed": sealed})
    if rows:
        session.execute(insert(Text), rows)
