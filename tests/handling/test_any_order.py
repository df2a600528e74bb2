"""Whatever is done in any order by anybody, the ledger equals a recount, and two at once lose nothing. Synthetic."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import Engine, select

from tests import factories
from tests.handling import slow
from tests.handling.acting import Place, place
from webapp import db
from webapp.config import Settings
from webapp.grievances.actions import RuleBroken
from webapp.grievances.models import Event
from webapp.grievances.rules import Reader, Status
from webapp.handling import queries
from webapp.handling.labels import PROBLEMS
from webapp.handling.rules import steps_for
from webapp.history.queries import other_texts
from webapp.history.tables import Step
from webapp.texts.models import Text

KINDS = (
    {}, {"confidentiality": "province_only"}, {"confidentiality": "numbers_only"}, {"confidentiality": "protected"},
    {"consent_statistics": "no"}, {"subcategory": "civilian_death"}, {"district": "khyber", "tehsil": "whole_district"},
    {"urgency": "life_danger", "checked": "yes"},
    {"raised_before": "yes", "raised_to": "police", "prior_result": "threatened"},
)  # fmt: skip
#: What else may be given with a step.
OTHERWISE = {
    Step.CORRECT: ({"district": "swat"}, {"district": None, "subcategory": "armed_threats"}),
    Step.CORRECT_OFFICIAL: ({"district": "swat"}, {"urgency": None, "subcategory": "civilian_death"}),
    Step.CONFIRM: ({"outcome": "partly_solved"},),
    Step.CLOSE: ({"outcome": "not_solved_refused", "reason": "Synthetic: no money is left."},),
}
#: What is not given, or is the same as before.
NOT_GIVEN = {"subcategory", "urgency", "person_asked", "other", "officer", "blanked", "body"}
FEW = st.integers(0, 999)
#: Of one example, so that much happens to each.
MOST = 4


class Handling(RuleBasedStateMachine):
    """Files, and lets somebody take one of the steps that are theirs now; all examples go on with one instance."""

    here: Place

    def __init__(self) -> None:
        super().__init__()
        self.filed: list[str] = []

    @precondition(lambda self: len(self.filed) < MOST)
    @rule(kind=st.sampled_from(KINDS), year=st.integers(2000, 2024))
    def file(self, kind: dict[str, str], year: int) -> None:
        """One more; several of one gathering."""
        self.filed.append(self.here.file(**kind, start_year=str(year)))

    @precondition(lambda self: self.filed)
    @rule(which=FEW, what=FEW, who=FEW, how=FEW)
    def take(self, which: int, what: int, who: int, how: int) -> None:
        """Something that is possible, by somebody who may."""
        reference, here = self.filed[which % len(self.filed)], self.here
        state, able = here.state(reference), dict[Step, list[str]]()
        for name, person in here.people.items():
            for step in steps_for(state, Reader(person.id, person.role, person.scope), here.at):
                able.setdefault(step, []).append(name)
        if able:
            step = sorted(able)[what % len(able)]
            name, ways = able[step][who % len(able[step])], ({}, *OTHERWISE.get(step, ()))
            unfit = here.unfit(name, reference, step, **ways[how % len(ways)])
            assert set(unfit) <= NOT_GIVEN, unfit

    @precondition(lambda self: self.filed)
    @rule(which=FEW, step=st.sampled_from(Step), who=FEW)
    def try_anything(self, which: int, step: Step, who: int) -> None:
        """Whatever anybody tries: it is in the table, or it is refused and changes nothing."""
        reference, names = self.filed[which % len(self.filed)], sorted(self.here.people)
        name = names[who % len(names)]
        state, person = self.here.state(reference), self.here.people[name]
        may = step in steps_for(state, Reader(person.id, person.role, person.scope), self.here.at)
        code = self.here.refused(name, reference, step)
        assert may or code in {*PROBLEMS} - {"unfit"}, code
        assert not may or code in ("taken", "unfit"), code

    @precondition(lambda self: self.filed)
    @rule(which=FEW, hours=st.sampled_from((1, 49, 24 * 30)))
    def wait(self, which: int, hours: int) -> None:
        """Time does its part."""
        self.here.forward(hours=hours)
        for step in (Step.REMIND, Step.CLOSE_SILENT, Step.ERASE_DUE):
            self.here.lapse(self.filed[which % len(self.filed)], step)

    @invariant()
    def nothing_drifts(self) -> None:
        """After each of them."""
        assert self.here.drifted() == []
        found = [look(self.here.session) for look in (queries.out_of_step, queries.silently_erased, queries.unsettled)]
        assert found == [0, 0, 0]
        assert said_and_there(self.here) == (0, [])
        for reference in self.filed:
            row, events = self.here.row(reference), self.here.events(reference)
            assert slow.unexplained(row, events) == []
            assert row.queue_key == slow.place(row, events)


def said_and_there(here: Place) -> tuple[int, list[int]]:
    """How many events have other texts than they say, and those that do not say that they have some."""
    silent = (one.id for one in here.session.scalars(select(Event)) if "texts" not in one.codes)
    return other_texts(here.session), list(here.session.scalars(select(Text.event_id).where(Text.event_id.in_(silent))))


@pytest.mark.fuzz
def test_the_ledger_never_drifts(here: Place, settings: Settings) -> None:
    limits = _limits(max_examples=15, stateful_step_count=25)
    run_state_machine_as_test(type("Here", (Handling,), {"here": here}), settings=limits)
    assert factories.wrong(settings) == []


def _limits(**more: int) -> settings:
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(deadline=None, suppress_health_check=slow, database=None, **more)  # type: ignore[arg-type]


def at_once(engine: Engine, here: Place, *done: Callable[[Place], object]) -> list[object]:
    """Several people in the same moment, each on a connection of their own; what came of each."""
    gate = Barrier(len(done))

    def go(one: Callable[[Place], object]) -> object:
        with db.open_session(engine, writes=True) as session:
            own = place(session)
            own.at, own.people = here.at, here.people
            session.rollback()
            gate.wait()
            try:
                return one(own)
            except RuleBroken as broken:
                return broken.code

    with ThreadPoolExecutor(len(done)) as pool:
        return list(pool.map(go, done))


def test_two_at_once_lose_nothing(here: Place, engine: Engine, settings: Settings) -> None:
    """One of two who saw the same is told to look again; others of the same gathering go on."""
    first, others = here.file(), [here.file(start_year=str(year)) for year in (2001, 2002, 2003)]
    seen = {reference: here.last(reference) for reference in (first, *others)}

    def step(name: str, reference: str, what: Step) -> Callable[[Place], object]:
        return lambda own: own.attempt(name, reference, what, seen[reference]) and own.session.commit()

    rivals = [step(name, first, Step.ACKNOWLEDGE) for name in ("reviewer", "colleague", "supervisor")]
    rivals += [step("owner", first, Step.WITHDRAW), step("owner", first, Step.CORRECT)]
    fellows = [step("reviewer", reference, Step.ACKNOWLEDGE) for reference in others[:2]]
    fellows += [step("owner", others[2], Step.WITHDRAW)]
    found = at_once(engine, here, *rivals, *fellows)
    assert found[len(rivals) :] == [None] * 3
    assert sorted(str(one) for one in found[: len(rivals)]) in (
        ["None", "moved", "moved", "moved", "moved"],
        ["None", "moved", "moved", "not_found", "not_found"],
        ["None", "moved", "not_found", "not_found", "not_found"],
    )
    assert len(here.state(first).history) == 2
    assert [here.row(reference).status for reference in others] == [
        Status.ACKNOWLEDGED, Status.ACKNOWLEDGED, Status.WITHDRAWN,
    ]  # fmt: skip
    assert factories.wrong(settings) == []


@pytest.mark.parametrize("step", [Step.ERASE_DUE, Step.REMIND])
def test_what_time_does_is_done_once(here: Place, engine: Engine, step: Step) -> None:
    reference = here.file()
    if step is Step.ERASE_DUE:
        here.take("owner", reference, Step.WITHDRAW)
    else:
        here.take("reviewer", reference, Step.ACKNOWLEDGE)
        here.take("reviewer", reference, Step.REPORT_ACTION)
    here.forward(days=11)
    found = at_once(engine, here, *[lambda own: own.lapse(reference, step)] * 4)
    assert sorted(map(bool, found)) == [False, False, False, True]
