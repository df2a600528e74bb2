"""Whoever may not open a grievance any more has it no longer in hand: others take it up at once. Synthetic."""

import itertools
import random
from collections import Counter

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests import factories
from tests.grievances.test_visible import SCOPES, SEED, Standing, standing
from tests.handling.acting import Place, signed
from webapp.admin import actions as admin
from webapp.audit.actions import Acting
from webapp.concerns.queries import taxonomy
from webapp.config import Settings, day_of, now
from webapp.grievances.models import Grievance
from webapp.grievances.rules import Guarded, Reader, may_read
from webapp.history.queries import STATE
from webapp.history.rules import holder
from webapp.history.tables import HANDLERS, Step
from webapp.people.models import Person
from webapp.people.rules import Role
from webapp.places.queries import atlas
from webapp.queue import queries as queue
from webapp.queue.rules import Asked, Whose

__all__ = ["standing"]
KP, BANNU, SWAT = ("PK-KP",), ("bannu",), ("swat",)


def moved(here: Place, name: str, role: Role, *scope: str) -> None:
    """An administrator gives somebody another role, or other places."""
    person = here.session.get_one(Person, here.people[name].id)
    admin.change(Acting(here.session, factories.VAULT, here.people["administrator"].id, here.at), person, role, scope)
    here.session.commit()
    here.people[name] = signed(person)
    here.session.rollback()


def free(here: Place, name: str) -> set[str]:
    """What somebody is shown that nobody has in hand."""
    scope = queue.scope_of(here.session, here.people[name], atlas(here.session), day_of(here.at))
    shown = queue.page(here.session, scope, Asked(whose=Whose.NOBODY), taxonomy(here.session))
    here.session.rollback()
    return {state.reference for state in shown.states}


@pytest.mark.parametrize(("role", "scope"), [(Role.REVIEWER, SWAT), (Role.PROTECTION_OFFICER, KP)])
def test_a_colleague_goes_on(here: Place, settings: Settings, role: Role, scope: tuple[str, ...]) -> None:
    """And when who went comes back, it is theirs again, unless somebody has taken it up."""
    taken, left = here.file(), here.file(start_year="2001")
    for reference in (taken, left):
        here.take("reviewer", reference, Step.ACKNOWLEDGE)
    assert free(here, "colleague") == set()
    assert here.refused("colleague", taken, Step.REVIEW) == "held"
    moved(here, "reviewer", role, *scope)
    assert free(here, "colleague") == free(here, "supervisor") == {taken, left}
    assert [holder(here.state(reference)) for reference in (taken, left)] == [None, None]
    here.take("colleague", taken, Step.CLAIM)
    assert free(here, "colleague") == {left}
    moved(here, "reviewer", Role.REVIEWER, *BANNU)
    assert free(here, "colleague") == set()
    assert here.refused("colleague", left, Step.PLAN) == "held"
    assert here.refused("reviewer", taken, Step.PLAN) == "held"
    assert factories.wrong(settings) == []


def test_what_its_jirga_moves_before_it_is_read(here: Place) -> None:
    """Who had claimed it does not see it any more."""
    reference = here.file()
    moved(here, "reviewer", Role.REVIEWER, *BANNU)
    here.take("reviewer", reference, Step.CLAIM)
    here.take("owner", reference, Step.CORRECT, district="khyber")
    here.take("colleague", reference, Step.ACKNOWLEDGE)
    other = here.file(start_year="2001")
    here.take("reviewer", other, Step.CLAIM)
    here.take("owner", other, Step.CORRECT, district=None, subcategory="armed_threats", person_asked="yes")
    here.take("protector", other, Step.ACKNOWLEDGE)


def handles(one: Person, guarded: Guarded) -> bool:
    """Whether somebody handles grievances and may open this one."""
    return one.disabled_at is None and one.role in HANDLERS and may_read(Reader(one.id, one.role, one.scope), guarded)


def test_the_database_says_what_the_rule_says(session: Session, standing: Standing) -> None:
    """Of any handler with any places, at work or not."""
    dice, at = random.Random(SEED), now()
    hands = [
        factories.person(session, role, KP)
        for role in (*sorted(HANDLERS), Role.AUDITOR, Role.REPRESENTATIVE)
        for _ in range(4 * len(SCOPES))
    ]
    for one, make in zip(hands, itertools.cycle(SCOPES.values()), strict=False):
        one.scope, one.disabled_at = make(dice), at if dice.random() < 0.1 else None
    session.flush()
    cases = Counter[bool]()
    for _ in range(8):
        held = {key: dice.choice(hands) for key in standing}
        for key, one in held.items():
            session.execute(update(Grievance).where(Grievance.id == key).values(handler_id=one.id))
        works = {row.id: bool(row.handler_works) for row in session.execute(STATE)}
        assert works == {key: handles(one, standing[key]) for key, one in held.items()}
        cases.update(works.values())
    assert min(cases.values()) > 150
