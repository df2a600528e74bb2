"""Every release keeps its figures of service, whoever makes it, and they never change. All synthetic."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from tests import factories
from tests.commands.terminal import Terminal
from tests.handling.acting import place
from tests.paper.sheets import filed, sheet
from tests.summary import counts
from webapp.config import Settings, now
from webapp.grievances import queries as grievances
from webapp.history.tables import Step
from webapp.office import Office, first_release, release_rest
from webapp.people.rules import Role
from webapp.summary.models import OpenRelease, Release
from webapp.timeliness import actions
from webapp.timeliness.models import ServiceCounts

WEBAPP = Path(__file__).parents[2] / "webapp"
#: What makes a release in the ledger alone.
BARE = re.compile(r"\b(?:summary|releases|ledger)\.(?:release|first_release|release_if_due)\(|summary\.actions import")


def kept(session: Session) -> dict[int, int]:
    """Release -> how many areas, offices and years it kept."""
    session.rollback()
    found = dict.fromkeys(session.scalars(select(Release.number)), 0)
    for number in session.scalars(select(ServiceCounts.release)):
        found[number] += 1
    session.rollback()
    return found


def stored(session: Session) -> str:
    """All that is kept, to the last byte."""
    session.rollback()
    rows = session.execute(text("SELECT * FROM service_counts ORDER BY release, area, office, year")).all()
    session.rollback()
    return repr(rows)


def imported(jirga: Terminal, session: Session) -> None:
    """The first import of an office."""
    factories.person(session, username="elder")
    jirga.right("import", filed(jirga, sheet(30)), "--as", "elder")


@pytest.mark.parametrize(
    "words",
    [["release"], ["release", "--now", "--why", "synthetic"], ["seed", "--grievances", "40"]],
    ids=["release", "now", "seed"],
)
def test_by_a_command(jirga: Terminal, session: Session, words: list[str]) -> None:
    jirga.right(*words)
    assert kept(session).keys() == {1}
    assert all(kept(session).values())
    assert jirga.whole()


def test_by_the_first_import(jirga: Terminal, session: Session) -> None:
    imported(jirga, session)
    assert kept(session)[1] >= 2, "both provinces, however few there are"
    imported_again = jirga.right("import", filed(jirga, sheet(30)), "--as", "elder")
    assert "0 added" in imported_again
    assert kept(session).keys() == {1}


def test_by_whoever_asks_for_a_summary_at_the_terminal(jirga: Terminal, session: Session) -> None:
    imported(jirga, session)
    jirga.right("import", filed(jirga, sheet(45)), "--as", "elder")
    jirga.later(8)
    jirga.right("summary")
    assert kept(session).keys() == {1, 2}
    assert all(kept(session).values())


@pytest.mark.parametrize("page", ["summary", "summary.csv", "service"])
def test_by_whoever_asks_on_the_site(
    client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    monkeypatch.setattr(grievances, "changed_since", lambda session, number: 10 if number == 1 else 0)
    counts.opened(session, now() - timedelta(days=8))
    session.commit()
    factories.sign_in(client, factories.person(session, Role.ANALYST, ()))
    assert client.get(f"/en/{page}").status_code == 200
    assert kept(session) == {1: 2}


@pytest.mark.parametrize("make", [first_release, release_rest], ids=["first", "rest"])
def test_by_the_office(settings: Settings, session: Session, make: Callable[[Office, str], object]) -> None:
    here, office = place(session), Office(settings)
    here.file()
    make(office, "synthetic")
    make(office, "synthetic")
    office.engine.dispose()
    assert kept(session).keys() == {1}
    assert all(kept(session).values())


def test_there_is_no_other_way() -> None:
    """Only the actions of this noun close a release in the ledger."""
    users = [path for path in WEBAPP.rglob("*.py") if path.parent.name != "summary" and BARE.search(path.read_text())]
    names = sorted(str(path.relative_to(WEBAPP)) for path in users)
    assert names == ["commands.py", "timeliness/actions.py"], "commands catches NotDue"
    assert "import NotDue\n" in (WEBAPP / "commands.py").read_text()


def release(settings: Settings) -> int:
    """One more, at once."""
    office = Office(settings)
    try:
        figures = office.served()
        with office.writing() as session:
            return actions.release(session, office.vault, figures, by=None, why="synthetic", at=now(), force=True)
    finally:
        office.engine.dispose()


def test_between_two_releases_nothing_changes(settings: Settings, session: Session, client: FlaskClient) -> None:
    """Whatever is filed, taken up, withdrawn or corrected; the page is the same to the last byte."""
    here = place(session)
    first = [here.file(start_year=str(year)) for year in range(1990, 2020)]
    for reference in first[:26]:
        here.take("reviewer", reference, Step.ACKNOWLEDGE)
    assert release(settings) == 1
    factories.sign_in(client, factories.person(session, Role.ANALYST, ()))
    addresses = [f"/en/service?release=1&area={area}" for area in ("district", "division", "province")]
    pages, rows = [client.get(address).data for address in addresses], stored(session)
    assert b"Bannu" in pages[0]
    here.take("owner", first[0], Step.WITHDRAW)
    here.take("owner", first[29], Step.CORRECT, district="swat")
    for reference in first[1:9]:
        here.take("reviewer", reference, Step.REPORT_ACTION)
        here.take("owner", reference, Step.CONFIRM)
    here.file(start_year="1985")
    assert stored(session) == rows
    assert [client.get(address).data for address in addresses] == pages
    assert release(settings) == 2
    assert stored(session).startswith(rows[:-1])
    assert [client.get(address).data for address in addresses] == pages
    assert client.get("/en/service?area=district").data != pages[0]
    assert factories.wrong(settings) == []


def test_a_refused_release_keeps_nothing(settings: Settings, session: Session, jirga: Terminal) -> None:
    jirga.right("release")
    jirga.refused("release", code=1)
    assert kept(session) == {1: 2}


def test_check_finds_what_cannot_be(settings: Settings, session: Session) -> None:
    """Numbers above the whole, and a release without figures after one that has them; not one of an older version."""
    assert [release(settings) for _ in range(3)] == [1, 2, 3]
    broken = partial(factories.wrong, settings)
    assert broken() == []
    session.execute(update(ServiceCounts).where(ServiceCounts.release == 2).values(in_time=1))
    session.commit()
    assert [name for name, _ in broken()] == ["service"]
    session.execute(delete(ServiceCounts).where(ServiceCounts.release == 2))
    session.commit()
    assert broken() == [("service", "release 2 has none")]
    session.execute(delete(ServiceCounts).where(ServiceCounts.release == 1))
    session.commit()
    assert broken() == []
    assert session.get_one(OpenRelease, 1).number == 4
