"""Withdrawing: out of every official's sight at once, taken back within 48 hours, or erased. Synthetic."""

import uuid

import pytest
from sqlalchemy import select

from tests import factories
from tests.commands.terminal import Terminal, bare
from tests.handling.acting import Place
from tests.watching import everything_logged, logged
from webapp.audit.actions import Acting
from webapp.config import Settings
from webapp.drafts.forms import World
from webapp.grievances.rules import Status
from webapp.handling import actions, queries
from webapp.history.tables import Step
from webapp.retention import lapse_all
from webapp.sealer import HOUR, Sealer
from webapp.summary.queries import ledger_cells
from webapp.texts.models import Text

__all__ = ["bare"]


def texts(here: Place) -> list[bool]:
    """Of each text of the instance, whether it stands."""
    here.session.rollback()
    found = [sealed is not None for sealed in here.session.scalars(select(Text.sealed))]
    here.session.rollback()
    return found


def test_nobody_sees_it_and_nothing_counts_it(here: Place) -> None:
    reference = here.file()
    here.take("reviewer", reference, Step.ACKNOWLEDGE)
    here.take("reviewer", reference, Step.ASK)
    here.take("owner", reference, Step.WITHDRAW)
    for name in ("reviewer", "supervisor", "protector", "auditor"):
        assert here.refused(name, reference, Step.REVIEW) == "not_found"
    assert ledger_cells(here.session) == {}
    here.forward(hours=48)
    here.take("owner", reference, Step.TAKE_BACK)
    assert here.row(reference).status is Status.INFO_REQUESTED
    here.take("owner", reference, Step.ANSWER)
    assert here.row(reference).status is Status.ACKNOWLEDGED
    assert here.drifted() == []
    assert all(texts(here))


def test_it_is_erased_at_once_where_its_owner_wishes(here: Place) -> None:
    reference, other = here.file(), here.file("stranger")
    here.take("reviewer", reference, Step.ACKNOWLEDGE)
    here.take("reviewer", reference, Step.ASK)
    here.take("owner", reference, Step.WITHDRAW)
    before = len(texts(here))
    here.take("owner", reference, Step.ERASE_NOW)
    assert sorted(texts(here)) == [False, False, True], "the stranger's stays"
    assert len(texts(here)) == before
    assert here.state(reference).history[-1].codes["erased"] == "wish"
    assert here.refused("owner", reference, Step.TAKE_BACK) == "erased"
    assert here.refused("owner", reference, Step.ERASE_NOW) == "erased"
    assert not here.lapse(reference, Step.ERASE_DUE)
    assert here.row(other).status is Status.SUBMITTED


@pytest.mark.parametrize("step", [Step.ERASE_NOW, Step.ERASE_DUE])
def test_what_officials_noted_goes_too(here: Place, settings: Settings, step: Step) -> None:
    """Whoever erases: its owner, who never sees that there is a note, or time."""
    reference = here.file()
    here.take("reviewer", reference, Step.ACKNOWLEDGE)
    here.take("reviewer", reference, Step.NOTE)
    here.take("owner", reference, Step.WITHDRAW)
    assert texts(here) == [True] * 2
    if step is Step.ERASE_NOW:
        here.take("owner", reference, step)
    else:
        here.forward(hours=49)
        assert here.lapse(reference, step)
    assert texts(here) == [False] * 2
    assert factories.wrong(settings) == []


@pytest.mark.parametrize("wish", ["district_officials", "numbers_only"])
def test_its_time_is_48_hours(here: Place, wish: str) -> None:
    reference = here.file(confidentiality=wish)
    here.take("owner", reference, Step.WITHDRAW)
    here.forward(hours=48)
    assert queries.due(here.session, here.at) == []
    assert not here.lapse(reference, Step.ERASE_DUE)
    here.forward(seconds=1)
    assert queries.due(here.session, here.at) == [(Step.ERASE_DUE, here.state(reference).id)]
    assert here.refused("owner", reference, Step.TAKE_BACK) == "too_late"
    assert here.lapse(reference, Step.ERASE_DUE)
    assert not here.lapse(reference, Step.ERASE_DUE)
    assert queries.due(here.session, here.at) == []
    assert not any(texts(here))
    assert here.drifted() == []


def test_only_a_protection_officer_learns_of_pressure(here: Place) -> None:
    """Whichever way they look; and what was only a number stays one."""
    plain, kept, number = here.file(), here.file(confidentiality="protected"), here.file(confidentiality="numbers_only")
    for reference in (plain, kept, number):
        here.take("owner", reference, Step.WITHDRAW, pressed="yes")
    here.take("owner", here.file(), Step.WITHDRAW, pressed="no")
    here.take("owner", here.file(), Step.WITHDRAW, pressed=None)
    found = {name: {one.reference for one in queries.pressed(here.session, who)} for name, who in here.people.items()}
    assert {name: seen for name, seen in found.items() if seen} == {
        "protector": {plain, kept}, "keeper": {plain, kept}
    }  # fmt: skip
    for reference in (plain, kept):
        here.take("owner", reference, Step.TAKE_BACK)
    assert queries.pressed(here.session, here.people["protector"]) == []

    def told(reference: str, name: str | None) -> bool:
        return any("pressed" in one.codes for one in here.state(reference, name).history)

    seen = {("owner", plain), ("owner", kept), ("reviewer", plain), ("supervisor", plain), ("protector", kept)}
    assert {(name, reference) for name, reference in seen if told(reference, name)} == {("protector", kept)}
    assert not told(kept, None)
    assert here.unfit("owner", plain, Step.WITHDRAW, pressed="a little") == {"pressed": ["not_listed"]}


def first_line(jirga: Terminal, *words: str) -> str:
    """What the command says of withdrawn ones."""
    return jirga.right("retention", "run", *words).splitlines()[0]


def test_the_office_erases_by_hand(bare: Terminal, here: Place, settings: Settings) -> None:
    """And the command says what it would do, without doing it."""
    bare.uses(settings)
    for place in range(2):
        reference = here.file(narrative=f"Synthetic: matter number {place}.")
        here.take("owner", reference, Step.WITHDRAW)
    here.file("stranger")
    assert first_line(bare) == "texts of withdrawn grievances: 0 erased"
    bare.patch.setattr("webapp.retention.now", lambda: here.at)
    here.forward(hours=49)
    assert first_line(bare, "--dry-run") == "texts of withdrawn grievances: 2 due"
    assert all(texts(here))
    assert first_line(bare) == "texts of withdrawn grievances: 2 erased"
    assert sorted(texts(here)) == [False, False, True]
    assert first_line(bare) == "texts of withdrawn grievances: 0 erased"
    assert bare.whole()


def test_a_served_site_does_so_by_itself(here: Place, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once an hour, and it reminds and closes what was left without an answer."""
    gone, answered = here.file(), here.file("stranger")
    here.take("owner", gone, Step.WITHDRAW)
    here.take("reviewer", answered, Step.ACKNOWLEDGE)
    here.take("reviewer", answered, Step.REPORT_ACTION)
    monkeypatch.setattr("webapp.retention.now", lambda: here.at)
    sealer, moment = Sealer(here.session.get_bind().engine, factories.VAULT), 0.0
    for days, steps in ((3, ["erase_due"]), (7, ["remind"]), (10, ["remind"]), (7, ["remind"]), (3, ["close_silent"])):
        here.forward(days=days)
        before = here.counted()[0]
        sealer._tidy(moment := moment + HOUR + 1)
        done = [one.step for place in (gone, answered) for one in here.state(place).history if one.at == here.at]
        assert done == steps, days
        assert here.counted()[0] == before + len(steps)
        sealer._tidy(moment + HOUR / 2)
        assert here.counted()[0] == before + len(steps)
    assert factories.wrong(settings) == []


def test_one_that_cannot_be_done_keeps_no_other_from_being_erased(
    here: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for place in range(3):
        here.take("owner", here.file(narrative=f"Synthetic: matter number {place}."), Step.WITHDRAW)
    here.forward(hours=49)
    monkeypatch.setattr("webapp.retention.now", lambda: here.at)
    first = queries.due(here.session, here.at)[0][1]
    here.session.rollback()
    done = actions.lapse

    def stumble(acting: Acting, world: World, step: Step, key: uuid.UUID) -> bool:
        if key == first:
            raise RuntimeError("matter number")
        return done(acting, world, step, key)

    monkeypatch.setattr("webapp.retention.lapse", stumble)
    assert lapse_all(here.session.get_bind().engine, factories.VAULT) == {Step.ERASE_DUE: 2}
    assert sorted(texts(here)) == [False, False, True]
    told = {"event": "what is due could not be done", "step": "erase_due", "error": "RuntimeError"}
    assert logged(caplog, *told) == [told]
    assert "matter" not in everything_logged(caplog)
    monkeypatch.setattr("webapp.retention.lapse", done)
    assert lapse_all(here.session.get_bind().engine, factories.VAULT) == {Step.ERASE_DUE: 1}
    assert not any(texts(here))


def test_a_site_that_stood_still_for_long_leaves_time_after_each_reminder(here: Place, settings: Settings) -> None:
    reference = here.file()
    here.take("reviewer", reference, Step.ACKNOWLEDGE)
    here.take("reviewer", reference, Step.REPORT_ACTION)
    here.forward(days=60)
    done: list[tuple[int, Step]] = []
    for day in range(12):
        done += [(day, step) for step in (Step.REMIND, Step.REMIND, Step.CLOSE_SILENT) if here.lapse(reference, step)]
        here.forward(days=1)
    assert done == [(0, Step.REMIND), (3, Step.REMIND), (6, Step.REMIND), (9, Step.CLOSE_SILENT)]
    assert factories.wrong(settings) == []
