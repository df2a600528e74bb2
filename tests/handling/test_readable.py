"""Who may open which texts: no narrative where none may be, whatever stands in the database."""

from dataclasses import replace

import pytest

from tests.handling.states import OWNER, reader, state
from webapp.concerns.rules import Sensitivity
from webapp.handling.rules import readable
from webapp.history.tables import HANDLERS
from webapp.people.rules import Role

STORY = {"narrative", "remedy_text", "area_name"}
#: All that a jirga writes.
SAID = {*STORY, "answer"}


@pytest.mark.parametrize("role", list(Role))
def test_a_protected_one(role: Role) -> None:
    """Only protection officers read what was said, and nobody else a word of it but its owner what was answered."""
    found = readable(state(protected=True), reader(role))
    assert bool(found & STORY) == (role is Role.PROTECTION_OFFICER)
    assert bool(found) == (role in (Role.PROTECTION_OFFICER, Role.REPRESENTATIVE))


@pytest.mark.parametrize("role", list(Role))
def test_an_ordinary_one(role: Role) -> None:
    found = readable(state(), reader(role))
    assert bool(found & STORY) == (role in HANDLERS - {Role.PROTECTION_OFFICER})
    assert ("note" in found) == (role in HANDLERS - {Role.PROTECTION_OFFICER})


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("wish", ["numbers_only"])
def test_only_a_number(role: Role, wish: str) -> None:
    """No official reads anything of it."""
    plain = state()
    one = replace(plain, guarded=replace(plain.guarded, confidentiality=wish))
    assert not readable(one, reader(role)) & STORY


def test_a_confidential_one_is_for_its_handler() -> None:
    plain = state()
    one = replace(plain, guarded=replace(plain.guarded, sensitivity=Sensitivity.CONFIDENTIAL))
    assert not readable(one, reader(Role.REVIEWER)) & SAID
    assert readable(replace(one, handler=OWNER), reader(Role.REVIEWER, OWNER)) >= SAID
    assert readable(one, reader(Role.SUPERVISOR)) >= SAID
