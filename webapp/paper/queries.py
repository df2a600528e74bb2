"""What of a file stands already: for looking before anything is entered."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.drafts.forms import Problem
from webapp.grievances.actions import Desk, content_hash, derived_id
from webapp.grievances.models import Gathering
from webapp.grievances.queries import MANY, Stored, by_client_ids
from webapp.grievances.rules import Status
from webapp.paper.rules import HASHED, Batch, GatheringKey, GoodRow, RowProblem, disagreements


@dataclass
class Standing:
    """Rows that stand already, by line; rows that would be new; rows at odds with the gathering as it stands."""

    stored: dict[int, Stored] = field(default_factory=dict)
    new: list[int] = field(default_factory=list)
    errors: list[RowProblem] = field(default_factory=list)


def import_ref(desk: Desk, key: GatheringKey) -> bytes:
    """A keyed hash of who calls a gathering so."""
    return desk.vault.fingerprint(desk.whose, *key, purpose="import_ref")


def identity(desk: Desk, gathering_id: uuid.UUID, row: GoodRow) -> tuple[uuid.UUID, bytes]:
    """The client_id of a row, by which it is known tomorrow, and the hash of its content."""
    content = content_hash(desk.vault, row.given, HASHED)
    return derived_id(desk, gathering_id, content), content


def standing(session: Session, desk: Desk, batches: Sequence[Batch]) -> Standing:
    """What entering these batches would find; nothing is changed."""
    found, batches = Standing(), [batch for batch in batches if batch.rows]
    known = _gatherings(session, desk, batches)
    expected: dict[uuid.UUID, list[int]] = {}
    for batch in batches:
        gathering = known.get(import_ref(desk, batch.key))
        if gathering and (odd := disagreements(gathering, batch.rows[0].gathering)):
            found.errors += [RowProblem(row.line, problem) for row in batch.rows for problem in odd]
            continue
        # a gathering that is not there yet needs any number, so that equal rows of it are one
        place = gathering.id if gathering else uuid.uuid4()
        for row in batch.rows:
            expected.setdefault(identity(desk, place, row)[0], []).append(row.line)
    stored = by_client_ids(session, desk.person_id, list(expected))
    for client_id, lines in expected.items():
        if client_id in stored:
            found.stored |= dict.fromkeys(lines, stored[client_id])
        else:
            found.new.append(lines[0])
    return found


def withdrawn(stored: Mapping[int, Stored]) -> list[RowProblem]:
    """A notice for each line whose form was withdrawn: its owner's wish, which no sheet undoes."""
    return [
        RowProblem(line, Problem("-", "withdrawn"))
        for line, one in stored.items() if one.status is Status.WITHDRAWN
    ]  # fmt: skip


def _gatherings(session: Session, desk: Desk, batches: Sequence[Batch]) -> dict[bytes, Gathering]:
    refs = [import_ref(desk, batch.key) for batch in batches]
    mine = select(Gathering).where(Gathering.person_id == desk.person_id)
    some = (refs[start : start + MANY] for start in range(0, len(refs), MANY))
    rows = (row for part in some for row in session.scalars(mine.where(Gathering.import_ref.in_(part))))
    return {row.import_ref: row for row in rows if row.import_ref}
