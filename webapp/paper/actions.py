"""Entering paper forms: one gathering at a time, the same rows never twice."""

import uuid
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from webapp import orm
from webapp.drafts.forms import Problem
from webapp.grievances import queries
from webapp.grievances.actions import Desk, Entry, Receipt, add_gathering, content_hash, enter, fields_hash
from webapp.grievances.models import Gathering
from webapp.paper.rules import HASHED, Batch, GoodRow, RowProblem


@dataclass
class Report:
    """What became of a file: rows added, rows that had been there, and what was found."""

    added: int = 0
    already: int = 0
    gatherings: int = 0
    discarded: int = 0
    errors: list[RowProblem] = field(default_factory=list)
    notices: list[RowProblem] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """Rows with at least one error."""
        return len({error.line for error in self.errors})


def enter_batch(session: Session, desk: Desk, batch: Batch, report: Report) -> list[Receipt]:
    """Enter the good rows of one gathering and add what happened to the report; the caller commits."""
    report.errors += batch.errors
    report.notices += batch.notices
    if not batch.rows:
        return []
    ref = desk.vault.fingerprint(str(desk.person_id), *batch.key, purpose="import_ref")
    orm.lock(session, ref)
    gathering = queries.imported_gathering(session, desk.person_id, ref)
    if gathering and gathering.fields_hash != fields_hash(desk.vault, desk.person_id, batch.rows[0].gathering):
        report.errors += [RowProblem(row.line, Problem("gathering_ref", "rows_disagree")) for row in batch.rows]
        return []
    gathering = gathering or add_gathering(session, desk, batch.rows[0].gathering, ref)
    receipts = enter(session, desk, gathering, [_entry(desk, gathering, row) for row in batch.rows])
    _count(report, batch, receipts)
    return receipts


def _entry(desk: Desk, gathering: Gathering, row: GoodRow) -> Entry:
    content = content_hash(desk.vault, row.given, HASHED)
    derived = desk.vault.fingerprint(str(desk.person_id), str(gathering.id), content.hex(), purpose="client_id")
    return Entry(row.draft, uuid.UUID(bytes=derived[:16]), content, row.received_date, row.language)


def _count(report: Report, batch: Batch, receipts: list[Receipt]) -> None:
    added = sum(receipt.new for receipt in receipts)
    report.added += added
    report.already += len(receipts) - added
    report.gatherings += 1
    report.discarded += sum(row.draft.discarded for row in batch.rows)
