"""After a new code was given for an account, whoever gave it may be in it: nothing final is done there. Synthetic."""

from dataclasses import replace

import pytest

from tests.handling.acting import Place
from webapp.grievances.rules import Status
from webapp.handling import queries
from webapp.history.tables import Step
from webapp.people.models import Person


def reset(here: Place, **later: float) -> None:
    """Somebody gives out a new code for the owner's account, some time later."""
    here.forward(**(later or {"hours": 1}))
    person = here.session.get_one(Person, here.people["owner"].id)
    person.reset_at = here.at
    here.session.commit()
    here.people["owner"] = replace(here.people["owner"], reset_at=here.at)
    here.forward(minutes=1)


def due(here: Place) -> list[Step]:
    """What the site itself looks at."""
    found = [step for step, _ in queries.due(here.session, here.at)]
    here.session.rollback()
    return found


def test_nobody_says_solved_in_a_jirgas_name(here: Place) -> None:
    reference = here.file()
    for step in (Step.ACKNOWLEDGE, Step.REPORT_ACTION):
        here.take("reviewer", reference, step)
    reset(here)
    assert here.refused("owner", reference, Step.CONFIRM) == "veiled"
    here.forward(days=60)
    assert here.refused("owner", reference, Step.CONFIRM) == "veiled"
    later = here.file(narrative="Synthetic: filed since.")
    for step in (Step.ACKNOWLEDGE, Step.REPORT_ACTION):
        here.take("reviewer", later, step)
    here.take("owner", later, Step.CONFIRM)
    assert here.row(later).status is Status.CLOSED


def test_it_can_be_reopened(here: Place) -> None:
    """That puts more eyes on it, not fewer."""
    reference = here.file()
    for step in (Step.ACKNOWLEDGE, Step.REPORT_ACTION):
        here.take("reviewer", reference, step)
    reset(here)
    here.take("owner", reference, Step.REOPEN)
    assert here.row(reference).status is Status.REOPENED


@pytest.mark.parametrize("wish", ["district_officials", "numbers_only"])
def test_a_withdrawal_works_at_once_and_can_be_undone_for_a_month(here: Place, wish: str) -> None:
    """Whoever is in danger need not wait; whoever was spoken for has time to find out, and not a word is lost."""
    reference, kept = here.file(confidentiality=wish), here.file(narrative="Synthetic: the second.")
    reset(here)
    for one in (reference, kept):
        here.take("owner", one, Step.WITHDRAW)
        assert here.refused("reviewer", one, Step.NOTE) == "not_found"
        assert here.refused("owner", one, Step.ERASE_NOW) == "veiled"
    here.forward(days=30)
    assert due(here) == []
    assert not here.lapse(reference, Step.ERASE_DUE)
    here.take("owner", kept, Step.TAKE_BACK)
    assert here.row(kept).status is Status.SUBMITTED
    here.forward(seconds=1)
    assert here.refused("owner", reference, Step.TAKE_BACK) == "too_late"
    assert due(here) == [Step.ERASE_DUE]
    assert here.lapse(reference, Step.ERASE_DUE)
    assert due(here) == []
    assert here.drifted() == []


def test_what_its_owner_withdrew_is_not_brought_back(here: Place) -> None:
    """Out of sight of officials means of those too who can give out codes; and its words go when it was said."""
    reference = here.file()
    here.take("owner", reference, Step.WITHDRAW)
    reset(here)
    for step in (Step.TAKE_BACK, Step.ERASE_NOW):
        assert here.refused("owner", reference, step) == "veiled"
    here.forward(hours=48)
    assert here.lapse(reference, Step.ERASE_DUE)


def test_whoever_comes_back_with_another_code_undoes_it(here: Place) -> None:
    reference = here.file()
    here.take("reviewer", reference, Step.ACKNOWLEDGE)
    reset(here)
    here.take("owner", reference, Step.WITHDRAW)
    reset(here, days=20)
    here.take("owner", reference, Step.TAKE_BACK)
    assert here.row(reference).status is Status.ACKNOWLEDGED
    here.take("owner", reference, Step.WITHDRAW)
    here.forward(days=29)
    assert due(here) == [], "each withdrawal has its month"


def test_one_of_after_the_code_is_as_ever(here: Place) -> None:
    reset(here)
    reference = here.file()
    here.take("owner", reference, Step.WITHDRAW)
    here.take("owner", reference, Step.TAKE_BACK)
    here.take("owner", reference, Step.WITHDRAW)
    here.take("owner", reference, Step.ERASE_NOW)
    assert here.state(reference).history[-1].codes["erased"] == "wish"


def test_protection_officers_learn_of_it(here: Place) -> None:
    before, veiled, pressed = (here.file(narrative=f"Synthetic: {one}.") for one in ("first", "second", "third"))
    here.take("owner", before, Step.WITHDRAW)
    reset(here)
    here.take("owner", veiled, Step.WITHDRAW)
    here.take("owner", pressed, Step.WITHDRAW, pressed="yes")
    found = {one.reference: one.veiled for one in queries.pressed(here.session, here.people["protector"])}
    assert found == {veiled: True, pressed: True}
    assert queries.pressed(here.session, here.people["supervisor"]) == []
