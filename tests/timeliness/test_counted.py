"""What a release keeps equals a slow recount from events; who counts, and that nothing but an answer is in time."""

import random
import uuid
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy.orm import Session

from tests.grievances import kinds
from tests.handling.acting import Place, place
from tests.timeliness import recount
from webapp.clocks.models import Shutdown
from webapp.concerns.queries import taxonomy
from webapp.config import day_of, now
from webapp.drafts.forms import World
from webapp.grievances.queries import facts_of
from webapp.grievances.rules import Heard, Reader, Status, contribution
from webapp.handling.rules import steps_for
from webapp.history.tables import Step
from webapp.places.queries import atlas
from webapp.questions.rules import Area, Dimension
from webapp.timeliness import rules
from webapp.timeliness.queries import served
from webapp.timeliness.rules import Cell, Counts, Spot

WISHES = (
    *[{}] * 9, {"confidentiality": "province_only"}, {"confidentiality": "numbers_only"},
    {"confidentiality": "protected"}, {"consent_statistics": "no"}, {"subcategory": "civilian_death"},
    {"raised_before": "yes", "raised_to": "police", "prior_result": "threatened"},
    {"district": "lakki-marwat", "tehsil": "whole_district"}, {"district": "khyber", "tehsil": "whole_district"},
)  # fmt: skip
URGENCIES = ("high", "normal", "long_term")
#: What leads somewhere is taken more often.
WANTED = {Step.ACKNOWLEDGE: 9, Step.PLAN: 4, Step.REPORT_ACTION: 12, Step.CONFIRM: 8, Step.REOPEN: 4, Step.ACCEPT: 6}
#: What changes nothing that is counted.
BESIDE = (Step.NOTE, Step.LINK, Step.BLANK)
BUSY = 150
BANNU, PROVINCE = Spot(Area.DISTRICT, "bannu"), Spot(Area.PROVINCE, "PK-KP")


@pytest.fixture
def here(session: Session) -> Place:
    """Everybody, some weeks before a year ended."""
    made = place(session)
    made.at = made.at.replace(year=made.at.year - 1, month=11, day=20)
    return made


def walk(here: Place, dice: random.Random) -> None:
    """File one, and let whoever may take some steps, with days between."""
    reference = here.file(
        **{"urgency": dice.choice(URGENCIES), "start_year": str(dice.randrange(1990, 2024)), **dice.choice(WISHES)}
    )  # fmt: skip
    then = here.at
    for _ in range(dice.randrange(6)):
        here.forward(hours=dice.choice((3, 3, 30, 60, 200)))
        state = here.state(reference)
        able = [
            (step, name) for name, person in here.people.items()
            for step in steps_for(state, Reader(person.id, person.role, person.scope), here.at) if step not in BESIDE
        ]  # fmt: skip
        if able:
            step, name = dice.choices(able, [WANTED.get(step, 1) for step, _ in able])[0]
            here.unfit(name, reference, step)
    here.at = then + timedelta(hours=12)


def test_a_recount_from_events(here: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every cell that is kept, and none else; the days lie where they should."""
    dice = random.Random(11)
    for _ in range(BUSY):
        walk(here, dice)
    found = served(here.session, here.world.atlas)
    true = recount.cells(recount.told(here.session))
    compare(found, true)
    assert {cell.office for cell in found} >= {"total", "district_administration"}
    assert len({cell.year for cell in found}) == 3
    monkeypatch.setattr(rules, "publishable", lambda one: True)
    every = served(here.session, here.world.atlas)
    assert every.keys() - {Cell(Spot(Area.PROVINCE, "PK-BA"), "total", 0)} == set(true)
    for cell, counts in every.items():
        sums = recount.sums(true.get(tuple(cell), []))
        assert {name: (getattr(counts, name), getattr(counts, f"{name}_keys")) for name in sums} == sums
        assert not rules.inconsistent(counts)


def compare(found: dict[Cell, Counts], true: dict[recount.Key, list[recount.Told]]) -> None:
    """What is kept has twenty cases, and days within three ranks of those of its events."""
    for cell, counts in found.items():
        those = true.get(tuple(cell), [])
        assert cell[1:] == ("total", 0) or len(those) >= 20
        waited, acted = [one.waited for one in those], [one.acted for one in those]
        for days, name in ((waited, "acknowledged"), (acted, "acted")):
            for shown, percent in ((getattr(counts, f"{name}_{end}"), part) for end, part in PARTS):
                if shown is None:
                    assert len(days) - days.count(None) <= 25
                else:
                    low, high = recount.nearest(days, percent)
                    assert low <= shown <= high
    big = [cell for cell, those in true.items() if len(those) > 25]
    assert big
    assert {Cell(*cell) for cell in big} <= found.keys()


PARTS = (("median", 50), ("p90", 90))


def test_a_shutdown_or_a_question_makes_nothing_in_time(here: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clocks stand still, so nothing is overdue; what was answered on the fifth day is late all the same."""
    monkeypatch.setattr(rules, "publishable", lambda one: True)
    first, until = day_of(here.at), day_of(here.at) + timedelta(days=20)
    here.session.add(
        Shutdown(
            district="bannu", first=first, until=until, why="Synthetic: the roads are closed.", language="en",
            made_by=here.people["supervisor"].id, made_at=here.at,
        )
    )  # fmt: skip
    here.session.commit()
    quick, slow = here.file(), here.file(start_year="2001")
    here.forward(days=3)
    here.take("reviewer", quick, Step.ACKNOWLEDGE)
    here.forward(days=2)
    here.take("reviewer", slow, Step.ACKNOWLEDGE)
    one = served(here.session, here.world.atlas)[Cell(BANNU, "total", 0)]
    assert (one.received, one.in_time) == (2, 1)


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.CLOSED, Status.WITHDRAWN])
def test_who_counts(session: Session, status: Status, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same that the ledger counts, where it counts it; only a number has no clock and counts in no service."""
    monkeypatch.setattr(rules, "publishable", lambda one: one.received)
    places, person = atlas(session), kinds_owner(session)
    world = World(places, taxonomy(session), frozenset(places.districts), day_of(now()))
    for kind, agreed in product(kinds.KINDS, (True, False)):
        if kind.confidentiality == "numbers_only" and not agreed:
            continue
        before, gathering = received(session), kinds.gathering(session, person)
        row = kinds.row(kind, status, person, gathering, "bannu") | {"consent_statistics": agreed}
        kinds.add(session, [row])
        facts = facts_of(session, [gathering], world)[gathering].values()
        cells = contribution(Heard(0, None, None, None, None), facts)
        counted = {cell.area for cell in cells if cell.dimension == Dimension.NONE}
        if kind.confidentiality == "numbers_only":
            counted = set()
        wanted = {"bannu": {BANNU, Spot(Area.DIVISION, "bannu"), PROVINCE}, "PK-KP": {PROVINCE}}
        grown = {spot for spot, number in received(session).items() if number != before.get(spot, 0)}
        assert grown == {spot for one in counted for spot in wanted[one]}, (kind, agreed)


def kinds_owner(session: Session) -> uuid.UUID:
    """Somebody who files."""
    return place(session).people["owner"].id


def received(session: Session) -> dict[Spot, int]:
    """How many were received in each area of all time."""
    session.rollback()
    found = served(session, atlas(session))
    session.rollback()
    return {cell.spot: counts.received for cell, counts in found.items() if cell[1:] == ("total", 0)}


def test_the_year_is_that_of_the_day_in_karachi(here: Place, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was filed in the first hours of a year in Karachi is of that year, whatever the day is in London."""
    monkeypatch.setattr(rules, "publishable", lambda one: True)
    here.at = here.at.replace(month=12, day=31, hour=20)
    here.file()
    years = {cell.year for cell in served(session, here.world.atlas) if cell.spot == BANNU}
    assert years == {0, here.at.year + 1}
