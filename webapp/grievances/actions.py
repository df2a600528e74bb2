"""Filing grievances: from a screen one at a time, from paper a gathering at a time. Actions flush; callers commit."""

import dataclasses
import functools
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webapp import orm
from webapp.clocks.queries import spans
from webapp.clocks.rules import Course, Span, escalates_on, queue_key
from webapp.concerns.rules import Urgency
from webapp.config import day_of
from webapp.drafts.forms import Given, World
from webapp.drafts.rules import GatheringDraft, GrievanceDraft
from webapp.grievances import queries, rules
from webapp.grievances.models import Gathering
from webapp.grievances.queries import GATHERINGS, GRIEVANCES, Known, Stored
from webapp.grievances.rules import Facts
from webapp.orm import Base
from webapp.references import new_reference
from webapp.summary import actions as ledger
from webapp.summary.rules import Cell, Counts, changes, plus
from webapp.texts import actions as texts
from webapp.vault import Vault

#: Statements of tables, not of mapped classes, on the path of every filing: the mapper costs as much as all else.
ADD_GATHERING = insert(GATHERINGS)
EVENTS: Table = Base.metadata.tables["events"]
#: The events of filing with the same codes, for those of some new ids that were stored; it also tells these.
FILED = {
    "grievance_id": GRIEVANCES.c.id,
    "at": GRIEVANCES.c.received_at,
    "person_id": GRIEVANCES.c.person_id,
    "to_status": GRIEVANCES.c.status,
    "codes": bindparam("codes", type_=EVENTS.c.codes.type),
}
ADD_EVENTS = (
    insert(EVENTS)
    .from_select(list(FILED), select(*FILED.values()).where(GRIEVANCES.c.id.in_(bindparam("ids", expanding=True))))
    .returning(EVENTS.c.grievance_id, EVENTS.c.id)
)
#: What a receipt says of a grievance.
STORED = [field.name for field in dataclasses.fields(Stored)]
#: Of one table, by column.
Row = dict[str, Any]


class RuleBroken(Exception):
    """Something that may not be done; `code` says which rule, the caller says it in the person's language."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Desk:
    """Who files, with which key ring, against which reference tables, and when."""

    person_id: uuid.UUID
    vault: Vault
    world: World
    at: datetime
    #: since when a new code was given out for the account: what was filed before is not found again by filing alike
    reset_at: datetime | None = None

    @property
    def whose(self) -> str:
        """By what the person's gatherings are known."""
        return f"{self.person_id} since {self.reset_at.isoformat()}" if self.reset_at else str(self.person_id)


@dataclass(frozen=True)
class Entry:
    """One checked draft, with what tells it from all others: its client_id and the hash of all that was given."""

    draft: GrievanceDraft
    client_id: uuid.UUID
    content_hash: bytes
    received_date: date
    #: of the texts, and in which the consent was read
    language: str


@dataclass(frozen=True)
class Receipt:
    """What the sender gets; `new` is False when the same form had been stored before."""

    stored: Stored
    new: bool


#: A locked gathering and what is to be stored of it.
Group = tuple[Known, Sequence[Entry]]


def content_hash(vault: Vault, given: Given, fields: Sequence[str]) -> bytes:
    """A keyed hash of all that was given in these fields, so that equal content is known without being readable."""
    parts = [part for name in fields for part in (name, *(value.strip() for value in given.get(name, ())), "")]
    return vault.fingerprint(*parts, purpose="content")


def derived_id(desk: Desk, gathering_id: uuid.UUID, content: bytes, *withdrawn: uuid.UUID) -> uuid.UUID:
    """The client_id of what came without one: the same person, gathering and content have the same.

    `withdrawn` is the grievance in whose place it comes, if any.
    """
    parts = (str(desk.person_id), str(gathering_id), content.hex(), *map(str, withdrawn))
    derived = desk.vault.fingerprint(*parts, purpose="client_id")
    return uuid.UUID(bytes=derived[:16])


def submit(
    session: Session, desk: Desk, draft: GrievanceDraft, content: bytes, *, language: str,
    gathering: GatheringDraft | uuid.UUID, client_id: uuid.UUID | None = None,
) -> Receipt:  # fmt: skip
    """Store one grievance, or give the receipt of the same form stored before; without a client_id, of one that stands.

    A client_id is a form that may have waited on a phone: it is one, also where it was withdrawn meanwhile.
    Raises RuleBroken("other_content") for a client_id that came with other content, RuleBroken("not_found") for a
    gathering that is not the person's own.
    """
    if client_id and (stored := queries.by_client_id(session, desk.person_id, client_id)):
        return _again(stored, content)
    row = _gathering(session, desk, gathering)
    entry = Entry(draft, client_id or derived_id(desk, row.id, content), content, day_of(desk.at), language)
    receipt = enter(session, desk, row, [entry])[0]
    while not (client_id or receipt.new) and receipt.stored.status is rules.Status.WITHDRAWN:
        entry = dataclasses.replace(entry, client_id=derived_id(desk, row.id, content, receipt.stored.id))
        receipt = enter(session, desk, row, [entry])[0]
    return receipt


def _again(stored: Stored, content: bytes) -> Receipt:
    if stored.content_hash != content:
        raise RuleBroken("other_content")
    return Receipt(stored, new=False)


def _gathering(session: Session, desk: Desk, wanted: GatheringDraft | uuid.UUID) -> Known:
    """The person's own gathering, the one entered with equal fields within a day, or a new one; locked."""
    if isinstance(wanted, uuid.UUID):
        found = queries.gathering_of(session, desk.person_id, wanted)
        if found is None:
            raise RuleBroken("not_found")
        return found
    same = fields_hash(desk.vault, desk.whose, wanted)
    orm.lock(session, same)
    return queries.same_gathering(session, desk.person_id, same, desk.at) or add_gathering(session, desk, wanted)


def fields_hash(vault: Vault, whose: str, draft: GatheringDraft) -> bytes:
    """A keyed hash of who entered a gathering and all its fields."""
    values = (str(value) for value in dataclasses.astuple(draft))
    return vault.fingerprint(whose, *values, purpose="gathering")


def add_gathering(session: Session, desk: Desk, draft: GatheringDraft) -> Gathering:
    """A new gathering."""
    row = new_gathering(desk, draft)
    session.execute(ADD_GATHERING, {column.name: getattr(row, column.name) for column in GATHERINGS.c})
    return row


def new_gathering(desk: Desk, draft: GatheringDraft, import_ref: bytes | None = None) -> Gathering:
    """A new gathering, not yet added."""
    return Gathering(
        id=uuid.uuid4(),
        person_id=desk.person_id,
        record_key=rules.new_record_key(),
        created_at=desk.at,
        fields_hash=fields_hash(desk.vault, desk.whose, draft),
        import_ref=import_ref,
        **vars(draft),
    )


def enter(session: Session, desk: Desk, gathering: Known, entries: Sequence[Entry]) -> list[Receipt]:
    """Store the entries of one locked gathering."""
    return enter_all(session, desk, [(gathering, entries)])[0]


def enter_all(session: Session, desk: Desk, groups: Sequence[Group]) -> list[list[Receipt]]:
    """Store the entries of locked gatherings, each with its event and texts, and post what all of them count, once.

    Some hundreds of entries at a time: the ids of what is new are named in one statement.
    """
    shutdowns = spans(session, {entry.draft.district for _, several in groups for entry in several})
    release = ledger.open_number(session)
    entered = [
        (_row(desk, gathering, one, release, shutdowns), one) for gathering, several in groups for one in several
    ]  # fmt: skip
    rows = [row for row, _ in entered]
    session.execute(_adding(session.get_bind().dialect.name), rows)
    events = _add_events(session, entered)
    new = [(row["gathering_id"], events[row["id"]], entry) for row, entry in entered if row["id"] in events]
    texts.keep(session, desk.vault, [(event, entry.draft.texts, entry.language) for _, event, entry in new])
    added = {gathering_id for gathering_id, _, _ in new}
    gatherings = {gathering.id: gathering for gathering, _ in groups if gathering.id in added}
    ledger.add(session, release, _changes(session, desk.world, gatherings, events))
    receipts = iter(_receipts(session, desk, rows, events))
    return [list(islice(receipts, len(entries))) for _, entries in groups]


def _add_events(session: Session, entered: Sequence[tuple[Row, Entry]]) -> dict[uuid.UUID, int]:
    """Grievance -> event of what was stored; a statement for each number of texts, so one for a form."""
    alike: dict[int, list[uuid.UUID]] = {}
    for row, entry in entered:
        alike.setdefault(len(entry.draft.texts), []).append(row["id"])
    events: dict[uuid.UUID, int] = {}
    for count, ids in alike.items():
        events |= dict(map(tuple, session.execute(ADD_EVENTS, {"ids": ids, "codes": texts.told(count)})))
    return events


@functools.cache
def _adding(dialect: str) -> Any:
    """The insert of a grievance, built once: it is on the path of every filing."""
    statement = postgresql.insert(GRIEVANCES) if dialect == "postgresql" else sqlite.insert(GRIEVANCES)
    return statement.on_conflict_do_nothing(index_elements=["person_id", "client_id"])


def _row(
    desk: Desk, gathering: Known, entry: Entry, release: int, shutdowns: Mapping[str, Sequence[Span]]
) -> Row:  # fmt: skip
    draft = {name: value for name, value in vars(entry.draft).items() if name not in ("texts", "discarded")}
    waiting = Course(
        Urgency(entry.draft.urgency), day_of(desk.at), running=not rules.goes_to_nobody(entry.draft.confidentiality),
        pauses=tuple(shutdowns.get(entry.draft.district, ())),
    )  # fmt: skip
    return {
        **draft,
        "queue_key": queue_key(waiting),
        "escalates_on": escalates_on(waiting),
        "id": uuid.uuid4(),
        "reference": new_reference(),
        "gathering_id": gathering.id,
        "person_id": desk.person_id,
        "client_id": entry.client_id,
        "content_hash": entry.content_hash,
        "record_key": rules.new_record_key(),
        "received_at": desk.at,
        "received_date": entry.received_date,
        "status": rules.Status.SUBMITTED,
        "posted_release": release if entry.draft.consent_statistics else None,
        "consent_version": rules.CONSENT_VERSION,
        "consent_language": entry.language,
    }


def _receipts(session: Session, desk: Desk, rows: Sequence[Row], new: Collection[uuid.UUID]) -> list[Receipt]:
    """A receipt for each row, of what stands now; raises RuleBroken as `submit` does."""
    again = [row["client_id"] for row in rows if row["id"] not in new]
    stood = queries.by_client_ids(session, desk.person_id, again)
    return [_receipt(row, stood, new=row["id"] in new) for row in rows]


def _receipt(row: Row, stood: Mapping[uuid.UUID, Stored], *, new: bool) -> Receipt:
    if new:
        return Receipt(Stored(**{name: row[name] for name in STORED}), new=True)
    if row["client_id"] not in stood:
        raise RuleBroken("not_found")
    return _again(stood[row["client_id"]], row["content_hash"])


def post(
    session: Session, world: World, gatherings: Mapping[uuid.UUID, Known], moved: Collection[uuid.UUID],
    before: Mapping[uuid.UUID, Sequence[Facts]],
) -> None:  # fmt: skip
    """Post how the contributions of locked gatherings changed since `before`, and note the release for what moved."""
    if changed := _changes(session, world, gatherings, moved, before):
        release = ledger.post(session, changed)
        posted = GRIEVANCES.c.id.in_(moved) & GRIEVANCES.c.consent_statistics
        session.execute(update(GRIEVANCES).where(posted).values(posted_release=release))


def _changes(
    session: Session, world: World, gatherings: Mapping[uuid.UUID, Known], moved: Collection[uuid.UUID],
    before: Mapping[uuid.UUID, Sequence[Facts]] | None = None,
) -> dict[Cell, Counts]:  # fmt: skip
    """How the contributions of gatherings changed; `before` is what was counted, or else all but what moved."""
    changed: dict[Cell, Counts] = {}
    for gathering_id, facts in queries.facts_of(session, gatherings, world).items():
        heard = queries.heard(gatherings[gathering_id])
        counted = rules.contribution(heard, facts.values())
        old = before[gathering_id] if before else [one for key, one in facts.items() if key not in moved]
        if old:
            counted = changes(rules.contribution(heard, old), counted)
        for cell, counts in counted.items():
            changed[cell] = plus(changed[cell], counts) if cell in changed else counts
    return changed
