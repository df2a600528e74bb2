"""Whatever is given, checking never fails, and what passes is something that the database takes. Synthetic noise."""

import secrets
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.factories import as_given, full, person
from webapp.config import now
from webapp.drafts.forms import GATHERING_FIELDS, GRIEVANCE_FIELDS, LISTS, MOST, TEXTS, World
from webapp.drafts.rules import Checked, check
from webapp.drafts.tables import OPTIONS
from webapp.grievances.models import Gathering, Grievance
from webapp.people.models import Person
from webapp.references import new_reference
from webapp.texts import rules as texts

FIELDS = ("safety_ack", "category", "client_id", "checked", *GATHERING_FIELDS, *GRIEVANCE_FIELDS)
#: Words that stand at the edge of a rule.
EDGES = (
    "", " ", "yes", "no", "unknown", "not_recorded", "whole_district", "bannu", "khyber", "swat", "lahore",
    "bannu.domel", "swat.babuzai", "house_damage", "armed_threats", "child_protection", "compensation_corruption",
    "0", "1", "2000000", "2000001", "۱۲", "١٢", "²", "1979", "1978", "2026", "2027", "2025-03-26", "2026-03-02",
    "2014-01-01", "26/3/2025", "٢٠٢٥-٠٣-٢٦", "0312 3456789", "۳۵۲۰۲-۱۲۳۴۵۶۷-۱", "a@example.org", "34.0151, 71.5249",
    "House 12", "\x00", "\u202e", "\ud800", "ب" * 1501, "9" * 400, "Synthetic: five letters.",
)  # fmt: skip
NOISE = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)


def _values(field: str) -> st.SearchStrategy[list[str]]:
    listed = tuple(OPTIONS[LISTS[field]]) if field in LISTS else EDGES
    one = st.one_of(st.sampled_from(listed), st.sampled_from(EDGES), NOISE)
    return st.lists(one, max_size=3 if field not in MOST else 6)


RAISED = {"raised_before": "yes", "raised_to": ["police", "pdma"], "prior_result": "threatened"}
#: Right forms of every kind …
KINDS: tuple[dict[str, Any], ...] = (
    {}, {"subcategory": "armed_threats", **RAISED}, {"subcategory": "child_protection", "person_asked": "yes"},
    {"confidentiality": "numbers_only"}, {"confidentiality": "numbers_only", **RAISED}, RAISED,
    {"confidentiality": "protected", "consent_statistics": "no", "subcategory": "compensation_corruption"},
    {"confidentiality": "province_only", "people_number": "۱۲", "groups_affected": ["women"], "start_year": "unknown"},
)  # fmt: skip
#: … in which some fields are exchanged.
NEARLY = st.lists(st.sampled_from(FIELDS), max_size=2, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: _values(name) for name in names})
)
ANY = st.dictionaries(st.one_of(st.sampled_from(FIELDS), NOISE), st.lists(NOISE, max_size=4), max_size=30)


class Worlds:
    """A screen and a sheet of paper; hypothesis need not print all their places when it finds something."""

    def __init__(self, screen: World, paper: World) -> None:
        self.of = {False: screen, True: paper}


@pytest.fixture(scope="session")
def worlds(screen: World, paper: World) -> Worlds:
    """Both."""
    return Worlds(screen, paper)


@pytest.fixture
def owner(session: Session) -> Person:
    """Whose rows they are."""
    return person(session)


def outcome(form: Mapping[str, Any], world: World, *, with_gathering: bool) -> Checked:
    """Checked, and consistent in itself."""
    found = check(form, world, with_gathering=with_gathering)
    assert bool(found.errors) is (found.grievance is None)
    assert (found.gathering is not None) is (with_gathering and not found.errors)
    assert all(problem.field in FIELDS for problem in (*found.errors, *found.warnings))
    return found


@settings(max_examples=300, deadline=None)
@given(form=ANY, on_paper=st.booleans(), long=st.booleans())
@example(form={"start_year": ["9" * 5000], "people_number": ["٩" * 5000]}, on_paper=True, long=True)
@example(form={"narrative": ["\ud800" * 9], "gathering_date": ["9999-99-99"]}, on_paper=False, long=True)
def test_noise_never_raises(worlds: Worlds, form: dict[str, list[str]], on_paper: bool, long: bool) -> None:
    outcome(form, worlds.of[on_paper], with_gathering=long)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(KINDS), changes=NEARLY, on_paper=st.booleans())
def test_what_passes_is_taken_by_the_database(
    worlds: Worlds, session: Session, owner: Person, kind: dict[str, Any], changes: dict[str, list[str]], on_paper: bool
) -> None:
    found = outcome({**as_given(full(**kind)), **changes}, worlds.of[on_paper], with_gathering=True)
    if found.grievance is None or found.gathering is None:
        return
    for kind, text in found.grievance.texts.items():
        assert texts.length(text) <= TEXTS[kind][1]
        assert texts.dangers(text)[0] == []
        text.encode()
    with session.begin_nested() as saved:
        _store(session, found, owner)
        saved.rollback()


def _store(session: Session, found: Checked, owner: Person) -> None:
    """Both rows, as they come; the database refuses what must never be."""
    keys = {"id": uuid.uuid4(), "person_id": owner.id, "record_key": 0}
    met = session.scalars(
        insert(Gathering).returning(Gathering.id),
        {**vars(found.gathering), **keys, "created_at": now(), "fields_hash": secrets.token_bytes(32)},
    ).one()
    kept = {name: value for name, value in vars(found.grievance).items() if name not in ("texts", "discarded")}
    session.execute(insert(Grievance), {**kept, **keys, **_told(owner), "gathering_id": met, "id": uuid.uuid4()})


def _told(owner: Person) -> dict[str, Any]:
    at = now()
    return {
        "reference": new_reference(), "client_id": uuid.uuid4(), "content_hash": secrets.token_bytes(32),
        "received_at": at, "received_date": at.date(), "status": "submitted", "consent_version": 1,
        "consent_language": owner.language,
    }  # fmt: skip
