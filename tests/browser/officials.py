"""Officials of the demo, who have no pages for it yet: they take steps on what somebody filed. All synthetic."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import update

from tests.browser.site import Site, environment
from webapp.config import now, settings_from
from webapp.handling.actions import Wanted, take
from webapp.history.queries import opened
from webapp.history.tables import Step
from webapp.office import Office
from webapp.people.models import SignIn
from webapp.people.queries import by_username, just_signed_in
from webapp.people.rules import PROOF

REPLY = "Synthetic: a team came and wrote down what is broken."
GIVEN: Mapping[Step, Mapping[str, Sequence[str]]] = {
    Step.ACKNOWLEDGE: {"office": ["district_administration"]},
    Step.ASK: {"question": ["Synthetic: which part of the road is meant?"]},
    Step.REPORT_ACTION: {"reply": [REPLY]},
}


def handle(site: Site, reference: str, *steps: Step, username: str = "demo-reviewer") -> None:
    """One step after the other on the demo's instance."""
    office = Office(settings_from(environment(site.folder)))
    with office.acting() as operator:
        person = by_username(operator.session, username)
        assert person
        official = just_signed_in(
            person, "", operator.at, own_phone=False, with_factor=True, factor_required=False
        )  # fmt: skip
        for step in steps:
            state = opened(operator.session, official, reference)
            assert state, "the reviewer of the demo has this district"
            wanted = Wanted(reference, step, state.last, GIVEN[step])
            take(replace(operator, by=person.id), official, office.world(), wanted)
    office.engine.dispose()


def leave_it(site: Site, username: str) -> None:
    """Whoever is signed in so typed the password longer ago than replies stay open."""
    office = Office(settings_from(environment(site.folder)))
    with office.writing() as session:
        person = by_username(session, username)
        assert person
        session.execute(update(SignIn).where(SignIn.person_id == person.id).values(proved_at=now() - PROOF))
    office.engine.dispose()
