"""Reading the audit log: pages of it, what is not sealed yet, and whether the chain stands as it was made."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.audit.models import AuditEntry, AuditMember, AuditSeal
from webapp.audit.rules import LATE_IDS, MOST_MEMBERS, Verdict, spell, verify
from webapp.config import day_of, start_of
from webapp.vault import Vault

#: Rows that are fetched at a time.
SOME = 2000
#: Members of the newest seals that a page looks at.
FEW = 1000
#: A page shows every tenth seal.
TENS = 10
Row = Sequence[Any]


@dataclass(frozen=True)
class Source:
    """A table whose rows the chain seals: the code it has in there, the id, and the columns in the order of hashing."""

    code: str
    id: InstrumentedAttribute[int]
    columns: tuple[InstrumentedAttribute[Any], ...]
    #: the last column is a keyed hash of the others
    signed: bool = False

    def rows(self, *more: Any) -> Select[*tuple[Any, ...]]:
        """A query of `more`, then the id, then the columns."""
        return select(*more, self.id, *self.columns)


@dataclass(frozen=True)
class ChainState:
    """A seal to be written down, how long something has waited for the next one, and whether the newest seals hold."""

    number: int
    sealed_at: datetime
    #: hex
    hash: str
    #: how long ago the oldest of what waits happened, as it says itself
    oldest: timedelta | None
    holds: bool
    #: how many entries and events were looked at for that
    looked_at: int


#: What is raised where somebody wrote a value into a row that its column cannot hold.
UNREADABLE = (ValueError, TypeError, LookupError, RecursionError, OverflowError)
ENTRIES = Source(
    "audit",
    AuditEntry.id,
    (AuditEntry.at, AuditEntry.person_id, AuditEntry.what, AuditEntry.about, AuditEntry.nonce, AuditEntry.mac),
    signed=True,
)


def entries(
    session: Session, *, what: str | None = None, person_id: uuid.UUID | None = None, since: datetime | None = None,
    until: datetime | None = None, before_id: int | None = None, limit: int = 20,
    such: Sequence[ColumnElement[bool]] = (),
) -> list[AuditEntry]:  # fmt: skip
    """A page of the log, newest first; the next one is asked for with the last id of this one as `before_id`.

    `since` is in the page, `until` is not; `such` are conditions of whoever shows it.
    """
    given = {AuditEntry.what: what, AuditEntry.person_id: person_id}
    query = select(AuditEntry).where(*such, *(column == value for column, value in given.items() if value is not None))
    if since:
        query = query.where(AuditEntry.at >= since)
    if until:
        query = query.where(AuditEntry.at < until)
    if before_id is not None:
        last = select(AuditEntry.at, AuditEntry.id).where(AuditEntry.id == before_id)
        query = query.where(tuple_(AuditEntry.at, AuditEntry.id) < last.scalar_subquery())
    return list(session.scalars(query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit)))


def first_of(session: Session, what: str, person_id: uuid.UUID, since: datetime, until: datetime) -> int | None:
    """The id of the first entry of a kind that is somebody's, from one moment to before another."""
    query = select(AuditEntry.id).where(AuditEntry.what == what, AuditEntry.person_id == person_id)
    query = query.where(AuditEntry.at >= since, AuditEntry.at < until)
    return session.scalar(query.order_by(AuditEntry.at, AuditEntry.id).limit(1))


def last_seal(session: Session) -> AuditSeal | None:
    """The newest link of the chain."""
    return session.scalars(select(AuditSeal).order_by(AuditSeal.number.desc()).limit(1)).one_or_none()


def last_of(session: Session, what: str) -> AuditEntry | None:
    """The newest entry of a kind."""
    newest = select(AuditEntry).where(AuditEntry.what == what).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    return session.scalars(newest.limit(1)).one_or_none()


def hash_of(session: Session, number: int) -> bytes | None:
    """The hash of a seal; None where there is none of that number."""
    return session.scalar(select(AuditSeal.hash).where(AuditSeal.number == number))


def highest(session: Session, sources: Iterable[Source]) -> dict[str, int]:
    """Source -> the highest id in it, 0 where it is empty."""
    return {source.code: session.scalar(select(func.max(source.id))) or 0 for source in sources}


def is_unsealed(session: Session, sources: Iterable[Source], after: Mapping[str, int]) -> bool:
    """Whether a source has a row above the id given for it (or anywhere) that no seal holds."""
    return any(session.scalar(_unsealed(source, select(1), after.get(source.code)).limit(1)) for source in sources)


def unsealed(session: Session, source: Source, after: int | None) -> Iterator[Row]:
    """Id and columns of the rows above an id that no seal holds, in the order of ids, some at a time."""
    while True:
        query = _unsealed(source, source.rows(), after).order_by(source.id).limit(MOST_MEMBERS)
        rows = session.execute(query).all()
        yield from rows
        if len(rows) < MOST_MEMBERS:
            return
        after = rows[-1][0]


def _unsealed(source: Source, query: Select[*tuple[Any, ...]], after: int | None) -> Select[*tuple[Any, ...]]:
    sealed = select(1).where(AuditMember.source == source.code, AuditMember.entry_id == source.id)
    query = query.select_from(source.id.class_)
    if after is None:
        return query.where(~sealed.exists())
    # said twice, because a database that hashes the members would hash all of them
    return query.where(source.id > after, ~sealed.where(AuditMember.entry_id > after).exists())


def everything(session: Session, source: Source) -> Iterator[Row]:
    """Id and columns of all rows, in the order of ids."""
    return iter(session.execute(source.rows().order_by(source.id).execution_options(yield_per=SOME)))


def seals(session: Session, first: int, last: int | None = None) -> Iterator[Row]:
    """Number, moment and hash of the seals from one to another, or to the end."""
    query = select(AuditSeal.number, AuditSeal.sealed_at, AuditSeal.hash).where(*_within(AuditSeal.number, first, last))
    return iter(session.execute(query.order_by(AuditSeal.number).execution_options(yield_per=SOME)))


def members(session: Session, source: Source, first: int, last: int | None = None) -> Iterator[Row]:
    """Seal, source and entry_id of the members of these seals, then id (None if it is gone) and columns of the row."""
    query = source.rows(AuditMember.seal, AuditMember.source, AuditMember.entry_id).select_from(AuditMember)
    query = query.outerjoin(source.id.class_, source.id == AuditMember.entry_id)
    query = query.where(AuditMember.source == source.code, *_within(AuditMember.seal, first, last))
    query = query.order_by(AuditMember.seal, AuditMember.entry_id)
    return iter(session.execute(query.execution_options(yield_per=SOME)))


def _within(number: InstrumentedAttribute[int], first: int, last: int | None) -> list[ColumnElement[bool]]:
    return [number >= first] if last is None else [number >= first, number <= last]


def strays(session: Session, sources: Iterable[Source]) -> int:
    """How many members say that they are of a table that is not sealed; there should be none."""
    known = [source.code for source in sources]
    return session.scalar(select(func.count()).where(AuditMember.source.not_in(known))) or 0


def doubles(session: Session) -> int:
    """How many nonces stand in more than one entry: copies, made after the unique index was taken away."""
    twice = select(1).where(AuditEntry.nonce.is_not(None)).group_by(AuditEntry.nonce).having(func.count() > 1)
    return session.scalar(select(func.count()).select_from(twice.subquery())) or 0


def waiting(session: Session, source: Source) -> datetime | None:
    """When the oldest of the newest rows that are not sealed says that it happened.

    What came LATE_IDS or more below the newest sealed row is left to the sealer and to `jirga check`.
    """
    newest = session.scalar(select(func.max(AuditMember.entry_id)).where(AuditMember.source == source.code))
    after = None if newest is None else newest - LATE_IDS
    at = next(column for column in source.columns if column.key == "at")
    found: datetime | None = session.scalar(_unsealed(source, select(func.min(at)), after))
    return found


def overdue(session: Session, sources: Iterable[Source], at: datetime) -> int:
    """How many of the newest rows are still not sealed a minute after they say that they happened; see waiting."""
    count = 0
    for source in sources:
        newest = session.scalar(select(func.max(AuditMember.entry_id)).where(AuditMember.source == source.code))
        happened = next(column for column in source.columns if column.key == "at")
        late = _unsealed(source, select(func.count()), None if newest is None else newest - LATE_IDS)
        count += session.scalar(late.where(happened < at - timedelta(minutes=1))) or 0
    return count


def recent(session: Session, sources: Iterable[Source], last: int) -> tuple[int, int]:
    """The first of the seals up to `last` that have up to FEW members in all, or `last`; and how many these have.

    Where the last one alone has more than a seal of a running site, (its number + 1, 0).
    """
    found: dict[int, int] = {}
    for source in sources:
        query = select(AuditMember.seal).where(AuditMember.source == source.code)
        newest = query.where(*_within(AuditMember.seal, last - FEW + 1, last))
        some = newest.order_by(AuditMember.seal.desc()).limit(MOST_MEMBERS + 1).subquery()
        for number, count in session.execute(select(some.c.seal, func.count()).group_by(some.c.seal)):
            found[number] = found.get(number, 0) + count
    total = found.get(last, 0)
    if total > MOST_MEMBERS:
        return last + 1, 0
    return _while_few(last, found, total)


def verdict(session: Session, vault: Vault, sources: Sequence[Source]) -> Verdict:
    """What the whole chain says, read once from its start, and of entries that are not sealed yet who wrote them.

    The session must see one moment, however long it reads.
    """
    found = Verdict()
    try:
        _verify(session, vault, sources, found, 1, None)
        for source in sources:
            if source.signed:
                for id_, *columns in unsealed(session, source, None):
                    found.look_at(vault, spell(source.code, True, id_, columns))
        found.note("members of no table", strays(session, sources))
        found.note("copied entries", doubles(session))
    except UNREADABLE as error:
        found.note(f"a row cannot be read ({type(error).__name__})", 1)
    return found


def _verify(
    session: Session, vault: Vault, sources: Sequence[Source], found: Verdict, first: int, last: int | None
) -> None:
    streams = (members(session, source, first, last) for source in sorted(sources, key=lambda source: source.code))
    signed = {source.code for source in sources if source.signed}
    rows = merge(*streams, key=itemgetter(0, 1))
    held, previous = found.looked_at(vault, rows, signed), hash_of(session, first - 1)
    verify(vault, found, seals(session, first, last), held, first, previous)


def chain_state(session: Session, vault: Vault, sources: Sequence[Source], at: datetime) -> ChainState | None:
    """The chain as it is just now, in some milliseconds; None before its first seal."""
    last = last_seal(session)
    if last is None:
        return None
    found, (first, count) = Verdict(), recent(session, sources, last.number)
    try:
        # to the seal that was the newest just now, as the request's session may see newer ones from query to query
        _verify(session, vault, sources, found, first, last.number)
    except UNREADABLE as error:
        found.note(f"a row cannot be read ({type(error).__name__})", 1)
    oldest = min(filter(None, (waiting(session, source) for source in sources)), default=None)
    age, head = None if oldest is None else at - oldest, _head(session, at) or last
    return ChainState(head.number, head.sealed_at, head.hash.hex(), age, not found.problems, count)


def _head(session: Session, at: datetime) -> AuditSeal | None:
    """A seal to be written down, from which nobody reads when something was done: of a day before, every tenth alone.

    Where there is none yet, the first of all.
    """
    settled = and_(AuditSeal.number % TENS == 0, AuditSeal.sealed_at < start_of(day_of(at)))
    query = select(AuditSeal).where(or_(settled, AuditSeal.number == 1))
    return session.scalars(query.order_by(AuditSeal.number.desc()).limit(1)).one_or_none()


def _while_few(last: int, found: Mapping[int, int], total: int) -> tuple[int, int]:
    first = last
    while first > max(1, last - FEW + 1) and total + found.get(first - 1, 0) <= FEW:
        first -= 1
        total += found.get(first, 0)
    return first, total
