"""THINGS: which single things the addresses name, and who may have them. A new route is one line in the table.

What is listed is read and written to: never list the people who ask, they must still be able to sign in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories, opus
from tests.access.planted import Planted, standing
from tests.access.site import Asker, names, rules
from webapp import db
from webapp.clocks import actions as clocks
from webapp.clocks.models import Shutdown
from webapp.clocks.rules import DAY
from webapp.config import day_of, now
from webapp.grievances.models import Gathering
from webapp.grievances.rules import Reader, may_read
from webapp.invitations import actions as inviting
from webapp.people import actions as people
from webapp.people.models import SignIn
from webapp.people.queries import token_hash
from webapp.people.rules import Role
from webapp.references import shown

#: Inside the places of whoever asks, and in no grievance that stands.
PLACE = ("awaran",)


class Thing(NamedTuple):
    """One thing as it stands for whoever asks for it."""

    #: what it is, in the message of a test that fails
    said: str
    #: the arguments of its address
    values: Mapping[str, str]
    #: whether it is the asker's to open, if their role may open such pages at all
    within: bool
    #: what its page must hold for whoever may open it
    seen: str = ""


@dataclass(frozen=True)
class Named:
    """What the addresses of an endpoint name."""

    #: the things as they stand for the asker now, within reach and out of it
    made: Callable[[Planted, Asker], list[Thing]]
    #: a right form, for routes that take one
    form: Mapping[str, Any] = field(default_factory=dict)


def grievances(planted: Planted, asker: Asker) -> list[Thing]:
    """Every kind of grievance by its reference; who may read which is said by the rules alone."""
    person = asker.person
    reader = Reader(person.id, person.role, person.scope) if person else None
    return [
        Thing(
            f"a grievance {one}",
            {"reference": row.reference},
            reader is not None and may_read(reader, one),
            shown(row.reference),
        )
        for row, one in standing(planted.site.session)
    ]


def gatherings(planted: Planted, asker: Asker) -> list[Thing]:
    """One's own gatherings, and those of others."""
    planted.site.session.rollback()
    own = asker.person.id if asker.person else None
    return [
        Thing(f"a gathering of {owner}", {"gathering": str(number)}, owner == own, str(number))
        for number, owner in planted.site.session.execute(select(Gathering.id, Gathering.person_id))
    ]


def sheets(planted: Planted, asker: Asker) -> list[Thing]:
    """One's own sheet; not the one it replaced, nor those of others."""
    own = asker.person.id if asker.person else None
    return [
        Thing(f"sheet {place} of {owner}", {"upload": number}, owner == own and number == numbers[-1])
        for owner, numbers in planted.sheets.items()
        for place, number in enumerate(numbers)
    ]


def _anew(planted: Planted) -> Session:
    """The session, which has read nothing yet that somebody could have changed."""
    planted.site.session.rollback()
    return planted.site.session


def sign_ins(planted: Planted, asker: Asker) -> list[Thing]:
    """One more sign-in of whoever asks, and one of somebody else."""
    session = _anew(planted)
    found = [("one's own sign-in", asker.person, True), ("a sign-in of another", factories.person(session), False)]
    things = []
    for said, person, within in found:
        if person:
            token = people.sign_in(factories.operator(session), person)
            session.commit()
            number = session.scalars(select(SignIn.id).where(SignIn.token_hash == token_hash(token))).one()
            things.append(Thing(said, {"session_id": str(number)}, within))
    return things


def accounts(planted: Planted, asker: Asker) -> list[Thing]:
    """An account that whoever asks let in, and one that they did not."""
    things, chief = [], asker.person is not None and asker.person.role is Role.ADMINISTRATOR
    for own in (True, False):
        made = factories.person(_anew(planted), scope=PLACE)
        made.invited_by = asker.person.id if asker.person and own else None
        planted.site.session.commit()
        said = "an account of one's own guest" if own else "an account of a stranger"
        things.append(Thing(said, {"person_id": str(made.id)}, chief or own, made.username or ""))
    return things


def invitations(planted: Planted, asker: Asker) -> list[Thing]:
    """A code that whoever asks gave out, and one of the operator."""
    things, chief = [], asker.person is not None and asker.person.role is Role.ADMINISTRATOR
    for own in (True, False):
        by = asker.person.id if asker.person and own else None
        acting = factories.operator(_anew(planted), by)
        made, _ = inviting.invite(acting, Role.REPRESENTATIVE, PLACE, "en")
        planted.site.session.commit()
        said = "one's own invitation" if own else "an invitation of another"
        things.append(Thing(said, {"invitation_id": str(made.id)}, chief or own))
    return things


def codes(planted: Planted, asker: Asker) -> list[Thing]:
    """A living code opens for whoever has it; those that open nothing are tried in tests/join, since guesses wait."""
    made, code = inviting.invite(factories.operator(_anew(planted)), Role.REPRESENTATIVE, PLACE, "en")
    planted.site.session.commit()
    return [Thing(f"a code for {made.role}", {"code": code}, within=True)]


def shutdowns(planted: Planted, asker: Asker) -> list[Thing]:
    """One of a district that the asker looks after, and one of a district elsewhere."""
    session, things = _anew(planted), []
    for district in ("bannu", "khyber"):
        by = planted.site.of(Role.SUPERVISOR).person
        clocks.mark(
            factories.operator(session, by and by.id), district, day_of(now()), day_of(now()) + DAY, "Road.", "en"
        )
        session.commit()
        number = session.scalars(select(Shutdown.id).where(Shutdown.district == district)).first()
        mine = asker.person is not None and asker.person.role is Role.SUPERVISOR and district == "bannu"
        things.append(Thing(f"a shutdown of {district}", {"shutdown_id": str(number)}, mine))
    return things


def recordings(planted: Planted, asker: Asker) -> list[Thing]:
    """One that the operator put there; anybody may hear it."""
    store: db.Store = planted.site.app.extensions["store"]
    folder = store.settings.data_dir / "audio" / "en"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "curfew.opus").write_bytes(opus.recording())
    return [Thing("a recording", {"name": "curfew"}, within=True)]


def districts(planted: Planted, asker: Asker) -> list[Thing]:
    """Protected figures of every district are for whoever may read the summary; there is none elsewhere."""
    return [
        Thing("a district of ours", {"district": "abbottabad"}, within=True, seen="Abbottabad"),
        Thing("a district elsewhere", {"district": "faisalabad"}, within=False),
    ]


THINGS: Mapping[str, Named] = {
    "home.audio": Named(recordings),
    "join.join": Named(codes),
    "profile.end_session": Named(sign_ins),
    "admin.person": Named(accounts),
    "admin.change": Named(accounts, {"role": "representative", "scope": PLACE[0]}),
    "admin.back": Named(accounts),
    "admin.disable": Named(accounts),
    "admin.enable": Named(accounts),
    "admin.reset_factor": Named(accounts),
    "admin.ask_new_code": Named(accounts),
    "admin.new_code": Named(accounts),
    "admin.revoke": Named(invitations),
    "submit.receipt": Named(grievances),
    "inbox.one": Named(grievances),
    "inbox.unlock": Named(grievances, {"password": factories.PASSWORD}),
    "inbox.take": Named(grievances, {"seen": "0"}),
    "case.one": Named(grievances),
    "case.take": Named(grievances, {"seen": "0"}),
    "case.keep": Named(grievances, {"office": "pdma"}),
    "case.drop": Named(grievances),
    "submit.another": Named(gatherings, factories.short()),
    "shutdowns.end": Named(shutdowns),
    "export.brief": Named(districts),
    "bulk.look": Named(sheets),
    "bulk.enter": Named(sheets),
}


def lacking(app: Flask, table: Mapping[str, Named] = THINGS) -> list[str]:
    """What must be added to the table, and what in it names no route."""
    found = {rule.endpoint: rule for rule in rules(app) if names(rule)}
    add = [
        f"{rule.rule} names a single thing: add {endpoint!r} to THINGS in tests/access/things.py, with a function "
        "that lists such things, within and out of the reach of whoever asks"
        for endpoint, rule in found.items()
        if endpoint not in table
    ]
    return add + [
        f"no route with a parameter has the endpoint {endpoint!r}" for endpoint in table if endpoint not in found
    ]
