"""`jirga seed`: so many made-up grievances, once, never beside real ones, each saying that it is made up."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from webapp import seed
from webapp.concerns.rules import Sensitivity
from webapp.config import Refused, Settings
from webapp.grievances.models import Event, Gathering, Grievance
from webapp.office import Office
from webapp.people.queries import by_username
from webapp.seed import MARKS, Fiction, plant
from webapp.summary.models import Release
from webapp.texts.models import Text
from webapp.texts.queries import place


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    """The instance as a command sees it."""
    made = Office(settings)
    yield made
    made.engine.dispose()


def stored(session: Session) -> tuple[int, int, int]:
    """How many grievances, gatherings and releases stand."""
    session.rollback()
    found = tuple(session.scalar(select(func.count()).select_from(one)) or 0 for one in (Grievance, Gathering, Release))
    session.rollback()
    return found[0], found[1], found[2]


def test_so_many_once(office: Office, session: Session, settings: Settings) -> None:
    heard: list[int] = []
    assert plant(office, 200, progress=heard.append) == 200
    assert sum(heard) == 200
    found = stored(session)
    assert (found[0], found[2]) == (200, 1)
    assert plant(office, 200) == 0
    assert plant(office, 120) == 0
    assert stored(session) == found
    assert plant(office, 230) == 30
    assert plant(office, 50, seed=2) == 50
    assert stored(session)[0] == 280
    assert session.execute(select(Release.why, Release.changed)).all()[0].why == "seed"
    assert session.scalar(select(func.count()).select_from(Event)) == 280
    assert factories.wrong(settings) == []


def test_the_same_seed_is_the_same(office: Office, session: Session) -> None:
    person, population = seed.author(office)
    world = office.world(person)
    one, other = (Fiction(7, world, population, world.today) for _ in range(2))
    assert one.sketches(300) == other.sketches(300)
    assert [list(one.rows(each)) for each in one.sketches(50)] == [
        list(other.rows(each)) for each in other.sketches(50)
    ]
    few, many = one.sketches(100), one.sketches(300)
    assert few[:-1] == many[: len(few) - 1]
    assert sum(each.size for each in few) == 100
    assert list(Fiction(8, world, population, world.today).rows(few[0])) != list(one.rows(few[0]))


def test_every_narrative_says_that_it_is_made_up(office: Office, session: Session) -> None:
    plant(office, 200)
    told = [
        (text.language, office.vault.open(text.sealed or b"", place(text.id, text.event_id, text.kind)))
        for text in session.scalars(select(Text))
    ]
    assert len(told) > 150
    assert {language for language, _ in told} == set(MARKS)
    assert all(narrative.startswith(MARKS[language]) for language, narrative in told)
    assert all(120 <= len(narrative) <= 500 for _, narrative in told)
    assert len({narrative for _, narrative in told}) == len(told)


def test_a_mix(office: Office, session: Session) -> None:
    """Of everything that is counted in a way of its own there is some."""
    plant(office, 400)
    kinds = set(session.scalars(select(Grievance.sensitivity)))
    assert kinds == set(Sensitivity)
    assert set(session.scalars(select(Grievance.confidentiality))) == set(seed.WISHES.all)
    assert set(session.scalars(select(Grievance.consent_statistics))) == {True, False}
    assert "threatened" in set(session.scalars(select(Grievance.prior_result)))
    atlas, _ = office.reference
    districts = set(session.scalars(select(Grievance.district)))
    assert {atlas.province_of(code) for code in districts} == set(atlas.provinces)
    days = session.execute(select(func.min(Gathering.gathering_date), func.max(Gathering.gathering_date))).one()
    assert seed.FIRST_DAY <= days[0] < days[1] <= office.world().today
    sizes = list(session.scalars(select(func.count()).select_from(Grievance).group_by(Grievance.gathering_id)))
    assert max(sizes) <= seed.MOST_ROWS
    assert 3 < sum(sizes) / len(sizes) < 7


def test_never_beside_real_people(office: Office, session: Session) -> None:
    """Not where somebody has filed, nor where somebody may."""
    assert plant(office, 20) == 20
    before = stored(session)
    factories.person(session, username="elder")
    with pytest.raises(Refused, match="JIRGA_DATA_DIR") as refusal:
        plant(office, 40)
    assert "\n" not in str(refusal.value)
    assert stored(session) == before


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_never_in_the_demo(settings: Settings, session: Session) -> None:
    here = Office(Settings(**{**vars(settings), "demo": True}))
    with pytest.raises(Refused, match="demo"):
        plant(here, 20)
    here.engine.dispose()
    assert stored(session) == (0, 0, 0)
    assert by_username(session, "synthetic") is None


def test_a_stopped_seed_goes_on(office: Office, session: Session, settings: Settings) -> None:
    """What was committed stands; the next run adds the rest and releases all of it."""

    def stop(looked_at: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        plant(office, 900, progress=stop)
    part = stored(session)
    assert 500 <= part[0] < 900
    assert part[2] == 0
    assert plant(office, 900) == 900 - part[0]
    assert stored(session)[::2] == (900, 1)
    assert factories.wrong(settings) == []


def test_several_processes_store_the_same(
    office: Office, session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What two processes store side by side is whole, and is known again by one."""
    monkeypatch.setattr(seed, "CHUNKS_ALONE", 1)
    monkeypatch.setattr(seed.os, "cpu_count", lambda: 2)
    assert plant(office, 1500) == 1500
    monkeypatch.setattr(seed.os, "cpu_count", lambda: 1)
    assert plant(office, 1500) == 0
    assert stored(session)[0] == 1500
    assert factories.wrong(settings) == []
