"""Posting to the ledger and making releases. Whoever posts and whoever releases exclude each other; see open_number."""

import functools
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Integer,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webapp.audit import actions as audit
from webapp.orm import Base, lock
from webapp.questions.rules import Dimension
from webapp.summary.models import LONGEST_WHY, OpenRelease, Release
from webapp.summary.rules import FEWEST_CHANGES, RELEASE_EVERY, Cell, Counts, from_wrong_clock, release_due
from webapp.vault import Vault

#: The number of an open release -> how many grievances have posted to it; only the noun of grievances knows.
Changed = Callable[[int], int]

#: What whoever posts shares, and whoever releases holds alone.
RELEASES = b"releases"
LEDGER: Table = Base.metadata.tables["ledger"]
PUBLISHED: Table = Base.metadata.tables["published"]
OPENED: Table = Base.metadata.tables["open_release"]
COLUMNS = (*Cell._fields, *Counts._fields)


class NotDue(ValueError):
    """A release would come too early: it may be made from `until` on, with `needed` more changed grievances."""

    def __init__(self, until: datetime, needed: int) -> None:
        super().__init__(f"not before {until:%Y-%m-%d %H:%M} UTC, and with {needed} more changed grievances")
        self.until = until
        self.needed = needed


def start(session: Session, at: datetime) -> None:
    """Open the first release of a new instance; harmless when there is one."""
    if session.get(OpenRelease, 1) is None:
        session.add(OpenRelease(id=1, number=1, opened_at=at))
        session.flush()


def open_number(session: Session) -> int:
    """The number of the open release, which cannot close before this transaction ends; ask when all else is locked.

    The row lock gives the number as it is after waiting; the advisory lock, which PostgreSQL takes first, is fair,
    so that a release gets its turn among any number of writers. SQLite has one writer at a time.
    """
    return int(session.execute(_number(session.get_bind().dialect.name)).one()[0])


@functools.cache
def _number(dialect: str) -> Select[*tuple[Any, ...]]:
    """Built once, and of the table: it is on the path of every filing."""
    asked = select(OPENED.c.number).where(OPENED.c.id == 1).with_for_update(read=True)
    turn = func.pg_advisory_xact_lock_shared(int.from_bytes(RELEASES, "big", signed=True))
    return asked.add_columns(turn) if dialect == "postgresql" else asked


def post(session: Session, changed: Mapping[Cell, Counts]) -> int:
    """Add to the open release and return its number."""
    number = open_number(session)
    add(session, number, changed)
    return number


def add(session: Session, number: int, changed: Mapping[Cell, Counts]) -> None:
    """Add to the open release of that number; in a fixed order of cells, so that writers never deadlock."""
    if changed:
        dialect, rows = session.get_bind().dialect.name, [(*cell, *counts) for cell, counts in sorted(changed.items())]
        session.execute(_adding(dialect), _given(dialect, number, rows))


def release(
    session: Session, vault: Vault, *, by: uuid.UUID | None, why: str | None, changed: Changed, at: datetime,
    force: bool = False,
) -> int:  # fmt: skip
    """Close the open release and publish it; the first may always be made. Raises NotDue unless `force`.

    `why` is kept, up to LONGEST_WHY characters; the audit log says who and which number.
    """
    opened = hold(session)
    count = changed(opened.number)
    if not (force or opened.number == 1 or release_due(opened.opened_at, at, count)):
        raise NotDue(opened.opened_at + RELEASE_EVERY, max(0, FEWEST_CHANGES - count))
    why = why[:LONGEST_WHY] if why else None
    return _close(session, vault, opened, Release(number=opened.number, made_at=at, made_by=by, why=why, changed=count))


def first_release(session: Session, vault: Vault, *, why: str, changed: Changed, at: datetime) -> int | None:
    """Publish for the first time, whatever has come in; None when that was done before."""
    opened = hold(session)
    if opened.number != 1:
        return None
    return _close(session, vault, opened, Release(number=1, made_at=at, made_by=None, why=why, changed=changed(1)))


def release_if_due(session: Session, vault: Vault, *, changed: Changed, at: datetime) -> int | None:
    """Make the release that is due, for the first who asks; None when none is. The first one needs both limits too.

    One that was opened under a wrong clock is taken to be opened now, so that its time comes without a hand.
    """
    opened = hold(session)
    if from_wrong_clock(opened.opened_at, at):
        opened.opened_at = at
        return None
    count = changed(opened.number)
    if not release_due(opened.opened_at, at, count):
        return None
    return _close(
        session, vault, opened, Release(number=opened.number, made_at=at, made_by=None, why=None, changed=count)
    )


def hold(session: Session) -> OpenRelease:
    """The open release, after everybody who is posting to it has finished and before anybody else begins."""
    lock(session, RELEASES)
    asked = select(OpenRelease).where(OpenRelease.id == 1).with_for_update()
    return session.scalars(asked.execution_options(populate_existing=True)).one()


def _close(session: Session, vault: Vault, opened: OpenRelease, closed: Release) -> int:
    """Publish what the release adds and open the next one."""
    # the dimensions are named so that the key of the ledger finds the release without reading the older ones
    added = and_(
        LEDGER.c.release == closed.number, LEDGER.c.dimension.in_([dimension.value for dimension in Dimension])
    )
    same = and_(*(PUBLISHED.c[name] == LEDGER.c[name] for name in Cell._fields))
    # not one upsert: its first half would put a negative row to the test of the table's check
    sums = {name: PUBLISHED.c[name] + LEDGER.c[name] for name in Counts._fields}
    session.execute(update(PUBLISHED).values(sums).where(added, same))
    new = select(*(LEDGER.c[column.name] for column in PUBLISHED.c)).where(added, ~exists().where(same))
    session.execute(insert(PUBLISHED).from_select(list(PUBLISHED.c.keys()), new))
    session.add(closed)
    opened.number, opened.opened_at = closed.number + 1, closed.made_at
    about = {"number": closed.number, "changed": closed.changed, "forced": closed.why is not None}
    audit.append(session, vault, by=closed.made_by, what="release", about=about)
    return closed.number


def _given(dialect: str, number: int, rows: Sequence[Sequence[str | int]]) -> Any:
    """The rows as the statement takes them: PostgreSQL a whole column at a time, in one go."""
    if dialect == "postgresql":
        return dict(zip(COLUMNS, map(list, zip(*rows, strict=True)), strict=True)) | {"release": number}
    return [dict(zip(COLUMNS, row, strict=True), release=number) for row in rows]


@functools.cache
def _adding(dialect: str) -> postgresql.Insert | sqlite.Insert:
    """An insert into the ledger that adds to the counts of the cells which are there already."""
    new = _of_columns() if dialect == "postgresql" else sqlite.insert(LEDGER)
    sums = {name: LEDGER.c[name] + new.excluded[name] for name in Counts._fields}
    return new.on_conflict_do_update(index_elements=list(LEDGER.primary_key), set_=sums)


def _of_columns() -> postgresql.Insert:
    """An insert of rows that come as columns: one statement, however many there are, in their order."""
    kinds = dict.fromkeys(Cell._fields, Text()) | dict.fromkeys(("month", *Counts._fields), BigInteger())
    columns = (cast(bindparam(name), postgresql.ARRAY(kinds[name])) for name in COLUMNS)
    rows = func.unnest(*columns).table_valued(*COLUMNS).render_derived()
    given = select(bindparam("release", type_=Integer), *(rows.c[name] for name in COLUMNS))
    return postgresql.insert(LEDGER).from_select(["release", *COLUMNS], given)
