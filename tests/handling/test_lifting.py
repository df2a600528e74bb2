"""What is seen once a protection was lifted: for whose eyes it is then, and what stays among protection officers."""

from typing import Any

import pytest

from tests import factories
from tests.handling.acting import Place
from tests.handling.states import WAYS, Was, reader, state
from webapp.config import Settings
from webapp.grievances.rules import Status
from webapp.handling import queries
from webapp.handling.rules import opens, wish
from webapp.history.rules import State
from webapp.history.tables import HANDLERS, Step
from webapp.people.rules import Role
from webapp.questions.rules import Dimension
from webapp.summary.queries import ledger_cells

AGAIN = "Synthetic: the road was meant, and nothing else."


def lift(here: Place, reference: str) -> None:
    """Two protection officers lift it."""
    here.take("protector", reference, Step.PROPOSE_LIFT)
    here.take("keeper", reference, Step.LIFT)


def areas(here: Place) -> set[str]:
    """Where it is counted."""
    here.session.rollback()
    return {cell.area for cell in ledger_cells(here.session) if cell.dimension == Dimension.NONE}


@pytest.mark.parametrize(("chosen", "area"), [("district_officials", "bannu"), ("province_only", "PK-KP")])
def test_it_is_again_as_its_jirga_wished(here: Place, settings: Settings, chosen: str, area: str) -> None:
    """Also the second time; and it counts there again."""
    reference = here.file(confidentiality=chosen)
    for _ in range(2):
        here.take("supervisor", reference, Step.MARK_PROTECTED)
        lift(here, reference)
        assert here.row(reference).confidentiality == chosen
        assert here.state(reference).history[-1].codes["confidentiality"] == ["protected", chosen]
        assert areas(here) == {area}
    seen = here.refused("reviewer", reference, Step.REVIEW)
    assert seen == ("not_found" if chosen == "province_only" else "not_now")
    assert here.drifted() == []
    assert factories.wrong(settings) == []


def test_what_its_jirga_wished_protected_goes_to_the_district(here: Place) -> None:
    """Once it agrees; nothing else was ever chosen."""
    reference = here.file(confidentiality="protected")
    lift(here, reference)
    assert here.row(reference).confidentiality == "district_officials"


@pytest.mark.parametrize(("chosen", "after"), [
    ("district_officials", "district_officials"), ("province_only", "province_only"),
    ("numbers_only", "province_only"), ("protected", "district_officials"),
])  # fmt: skip
def test_a_subject_that_keeps_little_takes_no_wish_away(here: Place, chosen: str, after: str) -> None:
    """What was only a number has officials by now: as few as there can be."""
    reference = here.file(confidentiality=chosen)
    here.take("owner", reference, Step.CORRECT, district=None, subcategory="armed_threats", person_asked="yes")
    here.take("protector", reference, Step.ACKNOWLEDGE)
    here.take("protector", reference, Step.CORRECT_OFFICIAL, urgency=None, subcategory="house_damage")
    lift(here, reference)
    assert here.row(reference).confidentiality == after
    assert here.drifted() == []


def was(step: Step, **codes: Any) -> State:
    """One that was protected by an event with these codes."""
    return state(Was(1, step, Status.SUBMITTED, codes))


def test_what_an_older_version_did_not_write_down_is_opened_to_few() -> None:
    """A change of subject kept no wish."""
    assert wish(was(Step.CORRECT, erased="subject")) == "province_only"
    assert wish(was(Step.MARK_PROTECTED, confidentiality=["district_officials", "protected"])) == "district_officials"
    assert wish(was(Step.MARK_PROTECTED, confidentiality=["province_only", "protected"])) == "province_only"
    assert wish(state(protected=True)) == "district_officials"


@pytest.mark.parametrize("role", list(Role))
def test_what_protection_officers_note_stays_among_them(role: Role) -> None:
    noted = (
        Was(0, Step.NOTE, Status.UNDER_REVIEW, {"by": "reviewer"}),
        Was(0, Step.NOTE, Status.UNDER_REVIEW, {"by": "protection_officer"}),
        Was(0, Step.PROPOSE_LIFT, Status.UNDER_REVIEW, {"by": "protection_officer"}),
    )
    for protected in (False, True):
        one = state(*WAYS[Status.UNDER_REVIEW], *noted, protected=protected)
        found = [opens(one, reader(role), event, "note") for event in one.history[-3:]]
        plain = not protected and role in HANDLERS - {Role.PROTECTION_OFFICER}
        inside = protected and role is Role.PROTECTION_OFFICER
        assert found == [plain or inside, inside, inside]


def test_their_notes_are_not_shown_nor_offered_to_be_removed(here: Place) -> None:
    """Whoever gets it now reads the notes of others, and the proposal without its words."""
    reference = here.file()
    here.take("reviewer", reference, Step.NOTE, note=AGAIN)
    here.take("reviewer", reference, Step.MARK_PROTECTED)
    inside = here.take("protector", reference, Step.NOTE)
    lift(here, reference)
    for name, kinds in (("reviewer", 1), ("supervisor", 1)):
        found = queries.texts_of(here.session, factories.VAULT, here.people[name], here.state(reference))
        notes = [text.text for texts in found.values() for text in texts if text.kind == "note"]
        assert notes == [AGAIN] * kinds, name
        assert here.unfit(name, reference, Step.BLANK, blanked=f"{inside}-note") == {"blanked": ["not_listed"]}
    here.take("reviewer", reference, Step.MARK_PROTECTED)
    found = queries.texts_of(here.session, factories.VAULT, here.people["keeper"], here.state(reference))
    assert sum(text.kind == "note" for texts in found.values() for text in texts) == 3
