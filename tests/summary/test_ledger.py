"""Posting and releasing: what is published, what stays, what is refused; on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories import VAULT
from tests.summary import counts
from tests.summary.counts import OPENED, WEEK
from webapp.audit.models import AuditEntry
from webapp.questions.rules import Dimension
from webapp.summary import actions, queries
from webapp.summary.models import Ledger, OpenRelease, Published, Release
from webapp.summary.rules import Cell, Counts, plus

TOPICS = ("a", "b", "c")


def published(session: Session) -> dict[Cell, Counts]:
    """The table itself."""
    rows = session.execute(select(Published.__table__).order_by(Published.dimension)).mappings()
    return {
        Cell(*(row[name] for name in Cell._fields)): Counts(*(row[name] for name in Counts._fields)) for row in rows
    }


def test_starting_twice_is_harmless(session: Session) -> None:
    """And opens release 1."""
    counts.opened(session)
    actions.start(session, OPENED + WEEK)
    assert actions.open_number(session) == 1
    assert session.get_one(OpenRelease, 1).opened_at == OPENED


def test_there_is_one_open_release(session: Session) -> None:
    """The database refuses a second."""
    counts.opened(session)
    session.add(OpenRelease(id=2, number=5, opened_at=OPENED))
    with pytest.raises(IntegrityError):
        session.flush()


def test_posting_adds_up(session: Session) -> None:
    """However it is cut into postings; nothing is published yet."""
    counts.opened(session)
    people = counts.made(200, TOPICS)
    for start in range(0, 200, 7):
        assert actions.post(session, counts.cells(people[start : start + 7])) == 1
    assert queries.ledger_cells(session) == counts.cells(people)
    assert published(session) == {}
    assert queries.last_number(session) == 0


def test_posting_many_cells_at_once(session: Session) -> None:
    """More than one statement of SQLite can bind."""
    counts.opened(session)
    many = {Cell(f"area-{n}", 24300 + n % 60, "category", "a"): Counts(1, 0, 0, n, 0, 0) for n in range(5000)}
    actions.post(session, many)
    assert queries.ledger_cells(session) == many


def test_posting_nothing_gives_the_number(session: Session) -> None:
    """And writes no row."""
    counts.opened(session)
    assert actions.post(session, {}) == 1
    assert queries.ledger_cells(session) == {}


def test_a_release_publishes_what_was_posted(session: Session) -> None:
    """The next one adds to it; the ledger keeps both apart."""
    counts.opened(session)
    first, second = counts.made(80, TOPICS, seed=1), counts.made(60, TOPICS, seed=2)
    assert counts.publish(session, counts.cells(first)) == 1
    assert published(session) == counts.cells(first)
    actions.post(session, counts.cells(second))
    assert published(session) == counts.cells(first)
    assert counts.publish(session, {}, OPENED + WEEK) == 2
    assert published(session) == counts.cells(first + second)
    assert queries.last_number(session) == 2
    assert actions.open_number(session) == 3
    assert queries.misprinted(session) == []


def test_what_is_taken_out_leaves_with_the_next_release(session: Session) -> None:
    """The older release keeps it."""
    counts.opened(session)
    people = counts.made(50, TOPICS)
    counts.publish(session, counts.cells(people))
    counts.publish(session, counts.negative(counts.cells(people[:20])), OPENED + WEEK)
    left = {cell: found for cell, found in published(session).items() if found != Counts()}
    assert left == counts.cells(people[20:])
    assert queries.ledger_cells(session) == left


def test_what_is_told_of_a_release(session: Session) -> None:
    """Number, time, who, why, how many changes; and an entry in the audit log."""
    counts.opened(session)
    made = actions.release(session, VAULT, by=None, why="first look", changed={1: 3}.__getitem__, at=OPENED, force=True)
    row = session.get_one(Release, made)
    assert (row.made_at, row.made_by, row.why, row.changed) == (OPENED, None, "first look", 3)
    assert queries.released(session) == queries.Released(1, OPENED)
    assert queries.next_due(session) == OPENED + WEEK
    entry = session.scalars(select(AuditEntry).where(AuditEntry.what == "release")).one()
    assert (entry.person_id, entry.about) == (None, {"number": 1, "changed": 3, "forced": True})


def test_a_long_reason_is_cut(session: Session) -> None:
    """Rather than refused after the fact."""
    counts.opened(session)
    actions.release(session, VAULT, by=None, why="x" * 5000, changed=lambda number: 0, at=OPENED)
    assert session.get_one(Release, 1).why == "x" * 200


def test_releases_that_are_not_there(session: Session) -> None:
    """Before the first there is number 0; others are None."""
    counts.opened(session)
    assert queries.released(session) == queries.Released(0, None)
    assert queries.released(session, 1) is None
    counts.publish(session, {})
    assert queries.released(session, 1) is not None
    assert queries.released(session, 2) is None


@pytest.mark.parametrize(
    ("waited", "changed", "needed"), [(WEEK, 9, 1), (timedelta(days=6), 50, 0), (timedelta(), 0, 10)]
)
def test_too_early(session: Session, waited: timedelta, changed: int, needed: int) -> None:
    """The first may always be made, the second not; a reason given overrides it."""
    counts.opened(session, OPENED - WEEK)
    few = {"by": None, "why": None, "changed": lambda number: changed}
    assert actions.release(session, VAULT, at=OPENED, **few) == 1
    with pytest.raises(actions.NotDue) as refused:
        actions.release(session, VAULT, at=OPENED + waited, **few)
    assert (refused.value.until, refused.value.needed) == (OPENED + WEEK, needed)
    assert actions.open_number(session) == 2
    assert actions.release(session, VAULT, at=OPENED + waited, force=True, **few) == 2


def test_a_due_release_is_made_by_asking(session: Session) -> None:
    """Once; also the first one needs both limits then."""
    counts.opened(session)
    actions.post(session, counts.cells(counts.made(12, TOPICS)))
    for waited, changed in ((WEEK, 9), (timedelta(days=6), 10)):
        found = {"changed": {1: changed}.__getitem__, "at": OPENED + waited}
        assert not queries.due(session, **found)
        assert actions.release_if_due(session, VAULT, **found) is None
    found = {"changed": {1: 10, 2: 0}.__getitem__, "at": OPENED + WEEK}
    assert queries.due(session, **found)
    assert actions.release_if_due(session, VAULT, **found) == 1
    assert actions.release_if_due(session, VAULT, **found) is None
    assert queries.last_number(session) == 1


def test_an_instance_that_was_not_started_is_not_due(session: Session) -> None:
    """Reading it makes nothing."""
    session.execute(delete(OpenRelease))
    assert not queries.due(session, changed=lambda number: 99, at=OPENED)
    assert queries.next_due(session) is None


def test_a_changed_row_is_found(session: Session) -> None:
    """By comparing the published counts with the ledger of the closed releases, to the last key."""
    counts.opened(session)
    counts.publish(session, counts.cells(counts.made(40, TOPICS)))
    actions.post(session, counts.cells(counts.made(30, TOPICS, seed=3)))
    assert queries.misprinted(session) == []
    wrong = next(iter(counts.cells(counts.made(40, TOPICS))))
    same = (getattr(Ledger, name) == value for name, value in wrong._asdict().items())
    session.execute(update(Ledger).where(*same).values(gathering_keys=Ledger.gathering_keys + 1))
    assert queries.misprinted(session) == [wrong]


@pytest.mark.parametrize("wrong", [Counts(grievances=-1), Counts(gatherings=-1), Counts(confirmed=1)])
def test_what_can_never_be_published(session: Session, wrong: Counts) -> None:
    """Fewer than none, or more confirmed than there are: the database refuses the release."""
    counts.opened(session)
    actions.post(session, {Cell("bannu", 24300, Dimension.NONE, "total"): wrong})
    with pytest.raises(IntegrityError):
        counts.publish(session, {})


def test_the_fields_that_are_summed() -> None:
    """Two cells never share a grievance, so their counts and keys may be added."""
    assert plus(Counts(1, 2, 3, 4, 5, 6), Counts(1, 1, 1, 1, 1, 1)) == Counts(2, 3, 4, 5, 6, 7)
