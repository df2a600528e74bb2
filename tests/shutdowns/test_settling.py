"""What waits in a district gets its place in the queue anew when its clocks stop or run again; also what came late."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, update

from tests import factories
from tests.shutdowns.conftest import Offices
from webapp import standstill
from webapp.clocks.models import Shutdown
from webapp.clocks.rules import CALM
from webapp.config import Settings
from webapp.grievances.models import Grievance
from webapp.history.tables import Step
from webapp.sealer import Sealer
from webapp.standstill import settle_lately

ONE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def due(offices: Offices, reference: str) -> int:
    """In how many days the next thing is due, as the row says."""
    key = offices.place.row(reference).queue_key
    assert key is not None
    return key % CALM - offices.day().toordinal()


def test_the_queue_follows(offices: Offices, settings: Settings) -> None:
    """Of that district alone, and only what waits for an official."""
    here, away = offices.place.file(), offices.place.file(district="khyber", tehsil="whole_district")
    answered = offices.place.file()
    offices.place.take("reviewer", answered, Step.ACKNOWLEDGE)
    offices.place.take("reviewer", answered, Step.REPORT_ACTION)
    never = offices.place.row(answered).queue_key
    assert due(offices, here) == due(offices, away) == 3
    offices.mark(first=0, last=9)
    assert (due(offices, here), due(offices, away)) == (13, 3)
    assert offices.place.row(here).escalates_on == offices.day(31)
    assert offices.place.row(answered).queue_key == never
    assert offices.astray() == 0
    late = offices.place.file()
    assert due(offices, late) == 13, "filed into it"
    offices.forward(days=2)
    offices.end()
    assert due(offices, here) == 6 - 2, "three days were lost, one of them today"
    assert factories.wrong(settings) == []


def test_overlapping_marks_count_a_day_once(offices: Offices) -> None:
    here = offices.place.file()
    offices.mark(first=0, last=4)
    offices.mark(first=-2, last=8)
    assert due(offices, here) == 3 + 9
    offices.end(number=offices.marked()[1].id)
    assert due(offices, here) == 3 + 5
    assert offices.astray() == 0


def test_never_in_time_because_of_it(offices: Offices) -> None:
    """Figures of service count calendar days, and escalation waits."""
    here = offices.place.file()
    offices.mark(first=0, last=9)
    offices.forward(days=12)
    offices.place.take("reviewer", here, Step.ACKNOWLEDGE)
    offices.forward(days=1)
    offices.place.take("reviewer", here, Step.REPORT_ACTION)
    row = offices.place.row(here)
    assert (row.acknowledged_after, row.acted_after) == (12, 13)


def test_a_request_leaves_the_rest_to_the_thread(
    offices: Offices, engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One part of two in each look, and no more than one look in the request."""
    references = [offices.place.file(narrative=f"Synthetic: house {word}") for word in ("one", "two", "three", "four")]
    monkeypatch.setattr("webapp.handling.queries.MANY", 2)
    monkeypatch.setattr("webapp.shutdowns.views.OWN_PARTS", 1)
    offices.mark(last=9)
    assert sorted(due(offices, one) for one in references) == [3, 3, 13, 13]
    assert offices.astray() == 2
    assert settle_lately(engine, offices.clock.at - timedelta(minutes=1)) == 2
    assert [due(offices, one) for one in references] == [13] * 4
    assert settle_lately(engine, offices.clock.at - timedelta(minutes=1)) == 0
    assert factories.wrong(settings) == []


def test_what_a_crash_or_a_filing_at_the_same_moment_left(offices: Offices, engine: Engine, settings: Settings) -> None:
    """The thread finds it at its next look, and hours later after a restart; what was settled is not written again."""
    here = offices.place.file()
    offices.mark(last=9)
    row = offices.place.row(here)
    for after, moved in ((timedelta(), True), (timedelta(hours=23), True), (timedelta(hours=25), False)):
        late = {"queue_key": row.queue_key - 10, "escalates_on": row.escalates_on - timedelta(days=10)}  # type: ignore[operator]
        with engine.begin() as connection:
            connection.execute(update(Grievance).values(late))
            connection.execute(update(Shutdown).values(made_at=offices.clock.at - after))
        assert offices.astray() == 1
        Sealer(engine, factories.VAULT)._tidy(1.0)
        assert (offices.astray() == 0) == moved


@ONE
def test_the_thread_looks_every_minute_at_what_was_just_marked(
    offices: Offices, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []
    monkeypatch.setattr("webapp.sealer.settle_lately", lambda _, since: looks.append(offices.clock.at - since))
    one = Sealer(engine, factories.VAULT)
    for moment in (1.0, 30.0, 62.0, 100.0, 130.0, 3700.0):
        one._tidy(moment)
    day, minutes = timedelta(days=1), timedelta(minutes=3)
    assert looks == [day, minutes, minutes, day]


def test_what_reached_its_supervisor_before_is_not_even_read(
    offices: Offices, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    offices.place.file()
    offices.forward(days=30)
    read = []
    real = standstill.behind
    monkeypatch.setattr(standstill, "behind", lambda *given: read.append(found := real(*given)) or found)
    offices.mark(first=-3, last=3)
    assert read == [([], None)]
    assert offices.astray() == 0
