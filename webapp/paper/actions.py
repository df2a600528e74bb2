"""Entering paper forms: one gathering at a time, the same rows never twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp import orm
from webapp.drafts.rules import GatheringDraft
from webapp.grievances.actions import Desk, Entry, Receipt, enter_all, new_gathering
from webapp.grievances.models import Gathering
from webapp.paper.queries import identity, import_ref, withdrawn
from webapp.paper.rules import Batch, GoodRow, RowProblem, disagreements


@dataclass
class Report:
    """What became of a file: rows added, rows that had been there, and what was found."""

    added: int = 0
    already: int = 0
    discarded: int = 0
    errors: list[RowProblem] = field(default_factory=list)
    notices: list[RowProblem] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """Rows with at least one error."""
        return len({error.line for error in self.errors})


def enter_batch(session: Session, desk: Desk, batch: Batch, report: Report) -> list[Receipt]:
    """Enter the good rows of one gathering and add what happened to the report; the caller commits."""
    return enter_batches(session, desk, [batch], report)


def enter_batches(session: Session, desk: Desk, batches: Sequence[Batch], report: Report) -> list[Receipt]:
    """Enter the good rows of several gatherings, some hundreds of rows, in one transaction; the caller commits."""
    for batch in batches:
        report.errors += batch.errors
        report.notices += batch.notices
    filled = [(batch, import_ref(desk, batch.key)) for batch in batches if batch.rows]
    # reversed, so that the first to name a gathering describes it
    gatherings = _gatherings(session, desk, {ref: batch.rows[0].gathering for batch, ref in reversed(filled)})
    agreed = []
    for batch, ref in filled:
        if problems := disagreements(gatherings[ref], batch.rows[0].gathering):
            report.errors += [RowProblem(row.line, problem) for row in batch.rows for problem in problems]
        else:
            agreed.append((batch, gatherings[ref]))
    groups = [(gathering, [_entry(desk, gathering, row) for row in batch.rows]) for batch, gathering in agreed]
    entered = enter_all(session, desk, groups) if groups else []
    for (batch, _), receipts in zip(agreed, entered, strict=True):
        _count(report, batch, receipts)
        report.notices += withdrawn({row.line: one.stored for row, one in zip(batch.rows, receipts, strict=True)})
    return [receipt for receipts in entered for receipt in receipts]


def _gatherings(session: Session, desk: Desk, wanted: Mapping[bytes, GatheringDraft]) -> dict[bytes, Gathering]:
    """The person's gathering for each import_ref, locked; made where it is missing."""
    for ref in sorted(wanted):
        orm.lock(session, ref)
    mine = (Gathering.person_id == desk.person_id, Gathering.import_ref.in_(wanted))
    found = session.scalars(select(Gathering).where(*mine).order_by(Gathering.import_ref).with_for_update())
    stood = {row.import_ref: row for row in found if row.import_ref}
    made = {ref: new_gathering(desk, draft, ref) for ref, draft in wanted.items() if ref not in stood}
    session.add_all(made.values())
    session.flush()
    return stood | made


def _entry(desk: Desk, gathering: Gathering, row: GoodRow) -> Entry:
    client_id, content = identity(desk, gathering.id, row)
    return Entry(row.draft, client_id, content, row.received_date, row.language)


def _count(report: Report, batch: Batch, receipts: list[Receipt]) -> None:
    added = sum(receipt.new for receipt in receipts)
    report.added += added
    report.already += len(receipts) - added
    report.discarded += sum(row.draft.discarded for row in batch.rows)
