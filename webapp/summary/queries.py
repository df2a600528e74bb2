"""Reading counts: the table of a question at a release, protected; or live and bare, for the operator."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, literal, or_, select, true, union_all
from sqlalchemy.orm import Session

from webapp.questions.rules import MONTHS, Dimension, Period, Question, Unanswerable, Unit
from webapp.summary.models import Ledger, OpenRelease, Published, Release
from webapp.summary.rules import (
    RELEASE_EVERY,
    Cell,
    Counts,
    Figures,
    bare,
    figures,
    from_wrong_clock,
    plus,
    release_due,
)

#: (area, number of the period (0 for all time), code) to what is counted there
Sums = dict[tuple[str, int, str], Counts]
#: ledger area to the row it counts in (summary.rules.members)
Members = Mapping[str, str]


@dataclass(frozen=True)
class Released:
    """The release a table belongs to; number 0 and no time before the first one."""

    number: int
    made_at: datetime | None


@dataclass(frozen=True)
class Table:
    """The figures of a question; a cell that counts nothing is not in it."""

    #: one, or the sub-periods from the first to the last that shows anything
    periods: tuple[Period, ...]
    #: (row area, number of the period, code) to its figures
    cells: Mapping[tuple[str, int, str], Figures]
    #: (row area, number of the period) to the figures of all that is counted there, a cell of its own
    totals: Mapping[tuple[str, int], Figures]
    #: the row areas of which anything was ever shown; of the others no report is published
    reported: frozenset[str]


def last_number(session: Session) -> int:
    """The number of the last closed release, 0 before the first."""
    return session.scalar(select(func.max(Release.number))) or 0


def released(session: Session, number: int | None = None) -> Released | None:
    """A closed release, by default the last one; None when there is no such release."""
    wanted = last_number(session) if number is None else number
    made_at = session.scalar(select(Release.made_at).where(Release.number == wanted))
    return Released(wanted, made_at) if made_at or number is None else None


def release_asked(session: Session, number: int | None) -> Released:
    """The same for a page or a file; raises Unanswerable for what is no closed release."""
    found = released(session, number)
    if found is None:
        raise Unanswerable("release", "no_release", given=str(number), last=str(last_number(session)))
    return found


def last_releases(session: Session, most: int = 20) -> Sequence[Release]:
    """The last closed releases, the newest on top."""
    return session.scalars(select(Release).order_by(Release.number.desc()).limit(most)).all()


def open_number(session: Session) -> int | None:
    """The number of the release that is open; None in an instance not yet started."""
    return session.scalar(select(OpenRelease.number))


def opened(session: Session) -> tuple[int, datetime] | None:
    """The number of the release that is open, and since when; None in an instance not yet started."""
    found = session.execute(select(OpenRelease.number, OpenRelease.opened_at)).one_or_none()
    return (found.number, found.opened_at) if found else None


def next_due(session: Session) -> datetime | None:
    """When the open release may be published, if enough is changed by then; None in an instance not yet started."""
    opened_at = session.scalar(select(OpenRelease.opened_at))
    return opened_at + RELEASE_EVERY if opened_at else None


def due(session: Session, *, changed: Callable[[int], int], at: datetime) -> bool:
    """Whether a release should be made (actions.release_if_due looks again, under the lock)."""
    opened = session.execute(select(OpenRelease.number, OpenRelease.opened_at)).one_or_none()
    if opened is None:
        return False
    if from_wrong_clock(opened.opened_at, at):
        return True
    if at < opened.opened_at + RELEASE_EVERY:
        return False
    return release_due(opened.opened_at, at, changed(opened.number))


def table(session: Session, asked: Question, members: Mapping[str, str], release: int | None) -> Table:
    """The table at a closed release, protected; for None the whole ledger as it stands, bare.

    `members` takes ledger areas to the row each counts in (summary.rules.members).
    """
    return tables(session, [(asked, members)], release)[0]


def tables(session: Session, asked: Sequence[tuple[Question, Members]], release: int | None) -> list[Table]:
    """Several tables of one release, each question with its members; what they share is read once."""
    areas = frozenset().union(*(members for _, members in asked))
    ledger = partial(_sums, session, Ledger, true() if release is None else Ledger.release <= release, areas)
    if release is None or release != last_number(session):
        return _tables(asked, ledger, bare if release is None else figures)
    found = _tables(asked, partial(_sums, session, Published, true(), areas), figures)
    # a release made meanwhile has added to what was read; its own numbers stay in the ledger
    return found if release == last_number(session) else _tables(asked, ledger, figures)


def _tables(
    asked: Sequence[tuple[Question, Members]], read: Callable[..., Sums], show: Callable[[Counts], Figures]
) -> list[Table]:
    kept = cache(read)
    return [_table(one, lambda *words, to=members: _rows(kept(*words), to), show) for one, members in asked]


def _rows(found: Sums, members: Members) -> Sums:
    """What was read by ledger area, by row: areas of a row are added up before anything is protected."""
    rows: Sums = {}
    for (area, number, code), counts in found.items():
        if area in members:
            key = (members[area], number, code)
            rows[key] = plus(rows[key], counts) if key in rows else counts
    return rows


def table_of(asked: Question, cells: Mapping[Cell, Counts], members: Members) -> Table:
    """The same table of counts at hand, bare; a row is reported if it counts anything in the period."""

    def read(dimension: Dimension, period: Period, unit: Unit | None, code: str = "") -> Sums:
        found: Sums = {}
        for cell, counts in cells.items():
            within = period.months is None or cell.month in period.months
            if cell.dimension == dimension and within and code in ("", cell.code):
                key = cell.area, cell.month // MONTHS[unit] if unit else 0, cell.code
                found[key] = plus(found.get(key, Counts()), counts)
        return found

    return _tables([(asked, members)], read, bare)[0]


def _table(asked: Question, read: Callable[..., Sums], show: Callable[[Counts], Figures]) -> Table:
    unit = asked.every or asked.period.unit
    whole = asked.by if asked.by is Dimension.PROTECTION else Dimension.NONE
    totals = read(whole, asked.period, unit)
    cells = totals if asked.by is whole else read(asked.by, asked.period, unit, asked.value)
    ever = [read(kind, Period(), None) for kind in {Dimension.NONE, whole}]
    return Table(
        _periods(asked, cells if asked.value else totals, show),
        {key: show(counts) for key, counts in cells.items()},
        {(row, number): show(counts) for (row, number, _), counts in totals.items()},
        frozenset(row for sums in ever for (row, _, _), counts in sums.items() if show(counts).grievances),
    )


def _periods(asked: Question, selected: Sums, show: Callable[[Counts], Figures]) -> tuple[Period, ...]:
    """The parts of the period, from the first to the last in which the whole selection shows anything."""
    if asked.every is None:
        return (asked.period,)
    whole: dict[int, Counts] = {}
    for (_, number, _), counts in selected.items():
        whole[number] = plus(whole.get(number, Counts()), counts)
    shown = [number for number, counts in whole.items() if show(counts).grievances]
    return tuple(Period(asked.every, number) for number in range(min(shown), max(shown) + 1)) if shown else ()


def _sums(
    session: Session, model: type[Ledger] | type[Published], where: ColumnElement[bool], areas: Collection[str],
    dimension: Dimension, period: Period, unit: Unit | None, code: str = "",
) -> Sums:  # fmt: skip
    """One grouped query, by ledger area."""
    number = (model.month // MONTHS[unit] if unit else literal(0)).label("number")
    query = (
        select(model.area, number, model.code, *_summed(model))
        .where(model.dimension == dimension, where, model.area.in_(areas))
        .group_by(model.area, model.code, *([number] if unit else []))
    )
    if period.months:
        query = query.where(model.month.between(period.months[0], period.months[-1]))
    if code:
        query = query.where(model.code == code)
    return {(row.area, row.number, row.code): Counts._make(row[3:]) for row in session.execute(query)}


def _summed(model: type[Ledger] | type[Published]) -> list[ColumnElement[int]]:
    """The sums of all counts, as integers (PostgreSQL adds big integers up to decimals)."""
    return [cast(func.sum(getattr(model, name)), BigInteger).label(name) for name in Counts._fields]


def ledger_cells(session: Session) -> dict[Cell, Counts]:
    """All that was ever posted, by cell, for comparing with a recount; cells that came back to nothing are left out."""
    return _cells(session, Ledger, true())


def closed_cells(session: Session) -> dict[Cell, Counts]:
    """The same of the closed releases alone."""
    return _cells(session, Ledger, Ledger.release <= last_number(session))


def published_cells(session: Session) -> dict[Cell, Counts]:
    """What the last release gave out, by cell."""
    return _cells(session, Published, true())


def _cells(session: Session, model: type[Ledger] | type[Published], where: ColumnElement[bool]) -> dict[Cell, Counts]:
    columns = [getattr(model, name) for name in Cell._fields]
    rows = session.execute(select(*columns, *_summed(model)).where(where).group_by(*columns))
    found = {Cell(*row[:4]): Counts._make(row[4:]) for row in rows}
    return {cell: counts for cell, counts in found.items() if counts != Counts()}


def misprinted(session: Session) -> list[Cell]:
    """The cells whose published counts are not the sum of the ledger over the closed releases; there should be none."""
    closed = _signed(Ledger, 1).where(Ledger.release <= last_number(session))
    both = union_all(closed, _signed(Published, -1)).subquery()
    key = [both.c[name] for name in Cell._fields]
    differs = or_(*(func.sum(both.c[name]) != 0 for name in Counts._fields))
    return [Cell(*row) for row in session.execute(select(*key).group_by(*key).having(differs).order_by(*key))]


def _signed(model: type[Ledger] | type[Published], sign: int) -> Select[tuple[object, ...]]:
    counts = [(getattr(model, name) * sign).label(name) for name in Counts._fields]
    return select(*(getattr(model, name) for name in Cell._fields), *counts)
