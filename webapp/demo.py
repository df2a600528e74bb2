"""The demo: an instance of its own with real gatherings as reported in the press, and an account for each role."""

import hashlib
from dataclasses import replace
from pathlib import Path

from webapp.concerns.rules import Urgency
from webapp.config import DEMO_MARK, now
from webapp.files import Row
from webapp.grievances.actions import Desk
from webapp.handling.actions import Wanted, take
from webapp.history.queries import opened
from webapp.history.tables import Step
from webapp.office import Office, first_release, prepare
from webapp.paper.actions import Report, enter_batch
from webapp.paper.rules import batches
from webapp.paper.tables import COMMAND, read
from webapp.people import actions as people
from webapp.people.queries import by_username, just_signed_in
from webapp.people.rules import Role, new_password
from webapp.queue import queries as queue
from webapp.queue.rules import Asked

GATHERINGS = Path(__file__).parent / "paper" / "data" / "real_gatherings.csv"
ACCOUNTS = (
    ("demo-representative", Role.REPRESENTATIVE, ("PK-KP", "PK-BA")),
    ("demo-analyst", Role.ANALYST, ()),
    ("demo-reviewer", Role.REVIEWER, ("bannu", "lakki-marwat")),
    ("demo-supervisor", Role.SUPERVISOR, ("PK-KP",)),
    ("demo-protection", Role.PROTECTION_OFFICER, ("PK-KP", "PK-BA")),
    ("demo-auditor", Role.AUDITOR, ()),
    ("demo-administrator", Role.ADMINISTRATOR, ()),
)
SHOWN = (Step.ACKNOWLEDGE, Step.REPORT_ACTION)
REPLY = {
    "en": "This reply is only a demonstration. Nobody has acted on this grievance.",
    "ur": "یہ جواب صرف نمونہ ہے۔ اس شکایت پر کسی نے کارروائی نہیں کی۔",
    "ps": "دا ځواب صرف نمونه ده. په دې شکایت چا کارروائي نه ده کړې.",
}


class NotOurs(Exception):
    """The data directory holds an instance that the demo did not make."""


class Outdated(Exception):
    """The data directory holds a demo of other gatherings: entering ours beside them would double many."""


def build(data_dir: Path) -> tuple[Office, dict[str, str]]:
    """The demo's instance, made or confirmed, and its accounts with passwords made now; raises NotOurs, Outdated."""
    mark, version = data_dir / DEMO_MARK, hashlib.sha256(GATHERINGS.read_bytes()).hexdigest()
    if not mark.exists() and data_dir.exists() and any(data_dir.iterdir()):
        raise NotOurs
    if mark.exists() and mark.read_text("ascii") != version:
        raise Outdated
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    mark.write_text(version, "ascii")
    office, _, _ = prepare(data_dir)
    accounts = {username: _account(office, username, role, scope) for username, role, scope in ACCOUNTS}
    _enter_gatherings(office)
    if first_release(office, "demo"):
        _show_handling(office)
    return office, accounts


def _account(office: Office, username: str, role: Role, scope: tuple[str, ...]) -> str:
    password = new_password()
    stored = people.hashed(username, password)
    with office.acting() as operator:
        person = by_username(operator.session, username)
        if person:
            people.set_password(operator, person, stored)
        else:
            people.add(operator, username, stored, role, scope, office.settings.default_language)
    return password


def _enter_gatherings(office: Office) -> None:
    """Each gathering counts in the month in which it was held, as if its paper had come in that day."""
    with office.reading() as session:
        person = by_username(session, ACCOUNTS[0][0])
    if person is None:
        raise NotOurs
    world = office.world(person)
    desk = Desk(person.id, office.vault, world, now())
    with GATHERINGS.open("rb") as file:
        rows = [_told(row) for row in read(file, COMMAND).rows]
    report = Report()
    with office.writing() as session:
        for batch in batches(rows, world, "en"):
            enter_batch(session, desk, batch, report)


def _show_handling(office: Office) -> None:
    """Once: the reviewer acknowledges two grievances and answers one; the reply says that nobody really did.

    After the release, so that its figures are those of the gatherings.
    """
    with office.acting() as operator:
        person = by_username(operator.session, "demo-reviewer")
        if person is None:
            raise NotOurs
        reviewer = just_signed_in(
            person, "", operator.at, own_phone=False, with_factor=True, factor_required=False
        )  # fmt: skip
        acting, world = replace(operator, by=person.id), office.world()
        scope = queue.scope_of(operator.session, reviewer, world.atlas, world.today)
        urgent = queue.page(operator.session, scope, Asked(urgency=Urgency.HIGH, district="bannu"), world.taxonomy)
        # by subject, so that these two are the same in every demo
        first = sorted(urgent.states, key=lambda one: one.subcategory)
        for one, steps in zip(first, (SHOWN, SHOWN[:1]), strict=False):
            for step in steps:
                state = opened(operator.session, reviewer, one.reference) or one
                given = {"office": ["other"], "reply": [REPLY[state.language]]}
                take(acting, reviewer, world, Wanted(one.reference, step, state.last, given))


def _told(row: Row) -> Row:
    """The row in the language in which its narrative is written."""
    cells = {**row.cells, "received_date": row.cells["gathering_date"], "language": "en"}
    for language in ("ur", "ps"):
        narrative = cells[f"narrative_{language}"]
        if narrative:
            cells |= {"narrative": narrative, "language": language}
    return Row(row.line, cells)
