"""Writing the audit log."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from webapp.audit.models import AuditEntry
from webapp.config import now


def append(
    session: Session,
    *,
    by: uuid.UUID | None,
    what: str,
    about: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> None:
    """Add an entry in the transaction of what it tells of; codes only, never a person's words."""
    session.add(AuditEntry(at=at or now(), person_id=by, what=what, about=about or {}))
    session.flush()
