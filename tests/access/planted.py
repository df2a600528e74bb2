"""Grievances, gatherings and sheets that stand when somebody asks for them; all synthetic."""

from itertools import product
from typing import Any, NamedTuple

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tests import factories
from tests.access.site import Site
from tests.bulk.handing_in import handed_in
from tests.grievances import kinds
from tests.paper import sheets
from webapp.concerns.queries import taxonomy
from webapp.config import Settings, day_of, now
from webapp.db import key_ring
from webapp.drafts.forms import GRIEVANCE_FIELDS, World
from webapp.drafts.rules import check
from webapp.grievances.actions import Desk, content_hash, submit
from webapp.grievances.models import Event, Grievance
from webapp.grievances.rules import Guarded, Outcome, Status
from webapp.people.models import Person
from webapp.people.rules import Role
from webapp.places.models import District
from webapp.places.queries import atlas

#: In the askers' scope as a district, in it with its province, out of it.
PLACES = ("bannu", "khuzdar", "khyber")
STATUSES = (Status.SUBMITTED, Status.CLOSED, Status.WITHDRAWN)


class Planted(NamedTuple):
    """The site, and two representatives: the one who asks, and another; each has a sheet that was replaced by one."""

    site: Site
    other: Person
    #: person -> the numbers of their sheets, the one that waits last
    sheets: dict[Any, list[str]]


def plant(site: Site, settings: Settings) -> Planted:
    """Every kind of grievance in every place and in three statuses, in turn of the one and of the other."""
    own, other = site.of(Role.REPRESENTATIVE).person, factories.person(site.session)
    assert own is not None
    whole = atlas(site.session), taxonomy(site.session)
    world = World(*whole, frozenset(whole[0].districts), day_of(now()))
    desks = [Desk(one.id, key_ring(settings), world, now()) for one in (own, other)]
    for number, (kind, place, status) in enumerate(product(kinds.KINDS, PLACES, STATUSES)):
        _file(site.session, desks[number % 2], kind, place, status)
    site.session.commit()
    return Planted(site, other, {one.id: _hand_in(site, one) for one in (own, other)})


def _file(session: Session, desk: Desk, kind: kinds.Kind, place: str, status: Status) -> None:
    """File one as a screen does; how it came to be closed or withdrawn is not told."""
    raised = {"raised_before": "yes", "raised_to": ["police"], "prior_result": "threatened"} if kind.threatened else {}
    given = factories.as_given(
        factories.full(
            **raised, district=place, subcategory=kinds.TOPICS[kind.sensitivity], confidentiality=kind.confidentiality,
            narrative=f"Synthetic: {kind} {place} {status}",
        )
    )  # fmt: skip
    checked = check(given, desk.world)
    assert checked.gathering, checked.errors
    assert checked.grievance, checked.errors
    content = content_hash(desk.vault, given, GRIEVANCE_FIELDS)
    stored = submit(session, desk, checked.grievance, content, language="en", gathering=checked.gathering).stored
    if status is not Status.SUBMITTED:
        outcome = Outcome.SOLVED if status is Status.CLOSED else None
        told = {"grievance_id": stored.id, "at": desk.at, "from_status": Status.SUBMITTED, "to_status": status}
        session.execute(update(Grievance).where(Grievance.id == stored.id).values(status=status, outcome=outcome))
        session.execute(insert(Event), {**told, "person_id": desk.person_id, "codes": {}})


def _hand_in(site: Site, person: Person) -> list[str]:
    client = site.app.test_client()
    factories.sign_in(client, person)
    return [handed_in(client, sheets.sheet(1, narrative=word)).rpartition("/")[2] for word in ("First.", "Second.")]


def standing(session: Session) -> list[tuple[Grievance, Guarded]]:
    """All grievances as they stand now, each with what decides who may read it."""
    session.rollback()
    session.expire_all()
    found = session.execute(select(Grievance, District.province).join(District, District.code == Grievance.district))
    return [(one, kinds.guarded(vars_of(one), province)) for one, province in found]


def vars_of(one: Grievance) -> dict[str, Any]:
    """Column to value."""
    return {column.key: getattr(one, column.key) for column in Grievance.__mapper__.columns}
