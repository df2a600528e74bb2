"""Who has a grievance in hand, and who lifts what protects it."""

from dataclasses import replace

from tests.handling.states import HANDLER, WAYS, reader, state
from tests.handling.test_rules import LATER
from webapp.concerns.rules import Sensitivity
from webapp.grievances.rules import Status
from webapp.handling.rules import refusal, steps_for
from webapp.history.tables import Step
from webapp.people.rules import Role


def test_one_officer_has_it_in_hand() -> None:
    """Another one may still protect people, and a supervisor close it or give it on."""
    one, rest = state(*WAYS[Status.UNDER_REVIEW]), "note link blank mark_protected"
    own = f"ask refer plan report_action let_go {rest} correct_official"
    assert steps_for(one, reader(Role.REVIEWER, HANDLER), LATER) == tuple(map(Step, own.split()))
    assert steps_for(one, reader(Role.REVIEWER), LATER) == tuple(map(Step, rest.split()))
    assert refusal(Step.PLAN, one, reader(Role.REVIEWER), LATER) == "held"
    assert refusal(Step.CLAIM, one, reader(Role.REVIEWER), LATER) == "held"
    second = tuple(map(Step, f"close reassign {rest}".split()))
    assert steps_for(one, reader(Role.SUPERVISOR), LATER) == second
    left = replace(one, handler_works=False)
    assert refusal(Step.PLAN, left, reader(Role.REVIEWER), LATER) is None
    assert refusal(Step.CLAIM, left, reader(Role.REVIEWER), LATER) is None


def test_two_people_lift_protection() -> None:
    """What a subject or a threat protects stays protected, whoever agrees."""
    one, officer = state(*WAYS[Status.ACKNOWLEDGED], protected=True), reader(Role.PROTECTION_OFFICER)
    assert refusal(Step.PROPOSE_LIFT, one, officer, LATER) is None
    assert refusal(Step.LIFT, one, officer, LATER) == "not_now"
    proposed = replace(one, proposer=HANDLER)
    assert refusal(Step.PROPOSE_LIFT, proposed, officer, LATER) == "not_now"
    assert refusal(Step.LIFT, proposed, officer, LATER) is None
    assert refusal(Step.LIFT, proposed, reader(Role.PROTECTION_OFFICER, HANDLER), LATER) == "second_person"
    for lasting in ({"threatened": True}, {"sensitivity": Sensitivity.REFERRAL_ONLY}):
        kept = replace(proposed, guarded=replace(proposed.guarded, **lasting))
        assert refusal(Step.LIFT, kept, officer, LATER) == "not_now"
        assert refusal(Step.PROPOSE_LIFT, replace(kept, proposer=None), officer, LATER) == "not_now"
