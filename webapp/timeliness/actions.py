"""Making releases: every one goes through here, so that each keeps the figures of service of its day.

`served` is queries.served, read before: it takes a while, and nobody may wait for it who files meanwhile."""

import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from webapp.grievances import queries as grievances
from webapp.places.rules import Atlas
from webapp.summary import actions as summary
from webapp.timeliness import queries
from webapp.timeliness.models import ServiceCounts
from webapp.timeliness.rules import Cell, Counts
from webapp.vault import Vault

Served = Mapping[Cell, Counts]
#: What opens a transaction that commits when all went well.
Writing = Callable[[], AbstractContextManager[Session]]


def release(
    session: Session, vault: Vault, served: Served, *, by: uuid.UUID | None, why: str | None, at: datetime,
    force: bool = False,
) -> int:  # fmt: skip
    """As summary.actions.release, with what is kept of the service."""
    changed = partial(grievances.changed_since, session)
    number = summary.release(session, vault, by=by, why=why, changed=changed, at=at, force=force)
    return _keep(session, number, served)


def first_release(session: Session, vault: Vault, served: Served, *, why: str, at: datetime) -> int | None:
    """As summary.actions.first_release."""
    number = summary.first_release(session, vault, why=why, changed=partial(grievances.changed_since, session), at=at)
    return number and _keep(session, number, served)


def make_if_due(reading: Session, writing: Writing, vault: Vault, atlas: Atlas, at: datetime) -> int | None:
    """As summary.actions.release_if_due: what takes long is read before, the rest is a short transaction of its own."""
    if not grievances.release_is_due(reading, at):
        return None
    figures = queries.served(reading, atlas)
    with writing() as session:
        changed = partial(grievances.changed_since, session)
        number = summary.release_if_due(session, vault, changed=changed, at=at)
        return number and _keep(session, number, figures)


def _keep(session: Session, number: int, served: Served) -> int:
    rows: list[dict[str, Any]] = [
        {"release": number, "area": "/".join(spot), "office": office, "year": year, **counts._asdict()}
        for (spot, office, year), counts in served.items()
    ]
    session.flush()
    session.execute(insert(ServiceCounts), rows)
    return number
