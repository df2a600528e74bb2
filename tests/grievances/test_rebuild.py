"""`jirga rebuild`: whatever was done to the counts by hand, the next release is right; what was given out stays."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.orm import Session

from tests import factories
from tests.commands.terminal import Terminal
from tests.handling.acting import place
from webapp import db
from webapp.audit.models import AuditEntry
from webapp.config import Settings
from webapp.grievances.models import Grievance
from webapp.office import Office
from webapp.rebuild import rebuild
from webapp.summary.models import Ledger, Published


def nothing(session: Session) -> None:
    """Nobody touched it."""


def open_counts(session: Session) -> None:
    """The open release forgot what it counted."""
    session.execute(delete(Ledger).where(Ledger.release == 3))


def closed_counts(session: Session) -> None:
    """A closed one counts more than it gave out."""
    session.execute(update(Ledger).filter_by(release=1, dimension="none").values(grievances=Ledger.grievances + 5))


def published(session: Session) -> None:
    """What was given out was changed, and some of it is gone."""
    session.execute(update(Published).filter_by(dimension="urgency").values(grievances=Published.grievances + 2))
    session.execute(delete(Published).filter_by(dimension="category"))


def strange_rows(session: Session) -> None:
    """Counts of an area where nothing was filed."""
    row = dict.fromkeys((column.name for column in Ledger.__table__.columns), 0)
    session.execute(
        insert(Ledger), {**row, "release": 2, "area": "swat", "month": 24300, "dimension": "none", "code": "total",
                         "grievances": 7}
    )  # fmt: skip


def behind_the_ledger(session: Session) -> None:
    """Grievances changed in the database, not through the site."""
    session.execute(update(Grievance).values(start_year=1999))


def everything(session: Session) -> None:
    """All counts are gone."""
    session.execute(delete(Ledger))


HANDS = (open_counts, closed_counts, published, strange_rows, behind_the_ledger, everything)


def bare_figures(instance: Terminal) -> list[str]:
    """What the operator sees of all grievances."""
    asked = [("province", "era"), ("district", "none"), ("district", "category")]
    return [instance.right("summary", "--area", area, "--by", by, "--unprotected") for area, by in asked]


def given_out(instance: Terminal) -> list[str]:
    """What the last release tells everybody."""
    return [
        instance.right("summary", "--area", "district", "--by", by) for by in ("none", "urgency", "era", "category")
    ]


@pytest.mark.parametrize("hand", HANDS, ids=lambda hand: hand.__name__)
def test_the_next_release_is_right(instance: Terminal, session: Session, hand: Callable[[Session], None]) -> None:
    if hand is not behind_the_ledger:
        true = bare_figures(instance)
    hand(session)
    session.commit()
    before = given_out(instance)
    assert instance.run("check").code == 1
    said = instance.right("rebuild")
    assert " cells corrected in the last release, " in said
    assert given_out(instance) == before, "what was given out stays"
    assert instance.whole()
    if hand is not behind_the_ledger:
        assert bare_figures(instance) == true
    instance.right("release", "--now", "--why", "rebuilt")
    assert instance.whole()
    assert session.scalar(select(func.count()).select_from(Published).where(Published.grievances < 0)) == 0
    session.rollback()
    assert session.scalar(select(func.count()).where(AuditEntry.what == "ledger_rebuilt")) == 1


def test_what_is_right_is_left_alone(instance: Terminal, session: Session) -> None:
    assert instance.right("rebuild") == "0 cells corrected in the last release, 0 in the open one\n"
    assert session.scalar(select(func.count()).where(AuditEntry.what == "ledger_rebuilt")) == 0


def test_before_the_first_release(jirga: Terminal, session: Session) -> None:
    assert jirga.right("rebuild").startswith("0 cells")


def test_while_others_file(session: Session, engine: Engine, settings: Settings) -> None:
    """Nobody's counts are lost or doubled, whoever comes first."""
    here = place(session)
    assert here.people
    here.world  # noqa: B018 read once, before the threads

    def file(person: str) -> None:
        with db.open_session(engine, writes=True) as own:
            there = place(own)
            there.at, there.people = here.at, here.people
            own.rollback()
            for district in ("bannu", "khyber", "swat"):
                there.file(person, district=district)

    office = Office(settings)
    with ThreadPoolExecutor(5) as pool:
        filing = [pool.submit(file, person) for person in ("owner", "stranger", "owner")]
        counting = [pool.submit(rebuild, office) for _ in range(2)]
        assert [one.result() for one in filing] == [None] * 3
        assert [one.result() for one in counting] == [(0, 0)] * 2
    office.engine.dispose()
    assert factories.wrong(settings) == []
