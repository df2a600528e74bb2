"""What the audit chain costs at 1,000,000 entries and events: to check, to seal, to look for more, to add, to show.

Synthetic entries, half of them events of a few thousand grievances. The floor of a check is reading the same rows."""

import os
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import insert, select

from tests import factories
from tests.bench import _lines as lines
from tests.bench.ledger import filer, pair
from webapp import db
from webapp.admin.queries import page_of_log
from webapp.audit import actions, queries, rules
from webapp.audit.models import AuditEntry
from webapp.check import findings
from webapp.config import now
from webapp.grievances.models import Event
from webapp.grievances.queries import CHAINED
from webapp.office import Office
from webapp.people import actions as accounts
from webapp.people.rules import Role
from webapp.sealer import Sealer, seal_all

MANY, PART, TURNS, ADDED, GRIEVANCES = 1_000_000, 10_000, 9, 3_000, 5_000
#: Targets: s, MB, entries a second, ms.
CHECK, MEMORY, SEALED, SHOWN = 60, 150, 10_000, 100
KINDS = ("sign_in", "summary_downloaded", "grievance_opened", "account_added", "password_set")


def entry(office: Office, number: int, people: list[uuid.UUID]) -> dict[str, Any]:
    """An entry as `append` would add it, one a minute."""
    at, by, nonce = now() - timedelta(minutes=MANY - number), people[number % len(people)], os.urandom(16)
    what, about = KINDS[number % len(KINDS)], {"number": number, "area": "district", "by": "category", "language": "ur"}
    mac = rules.entry_mac(office.vault, rules.canonical((at, by, what, about, nonce)))
    return {"at": at, "person_id": by, "what": what, "about": about, "nonce": nonce, "mac": mac}


def fill(office: Office) -> list[uuid.UUID]:
    """Half of MANY entries, by 103 people, and half of it events that move nothing.

    The first of them is nobody's account any more, the last two are the representative, whose
    entries no page shows, and a protection officer.
    """
    with office.acting() as operator:
        author = accounts.add(operator, "author", factories.HASH, Role.REPRESENTATIVE, ("PK-KP", "PK-BA"), "en")
        officer = accounts.add(operator, "officer", factories.HASH, Role.PROTECTION_OFFICER, ("PK-KP",), "en")
    people = [*(uuid.uuid4() for _ in range(101)), author.id, officer.id]
    file = filer(office, author.id, 0, [pair(office, "bannu", "house_damage")])
    for _ in range(GRIEVANCES):
        file()
    with office.writing() as session:
        filed = cycle(session.scalars(select(Event.grievance_id)).all())
        event = {"person_id": author.id, "from_status": "submitted", "to_status": "submitted"}
        event |= {"codes": {"reason": "synthetic"}}
        for start in range(0, MANY // 2, PART):
            numbers = range(start, start + PART)
            session.execute(insert(AuditEntry), [entry(office, number, people) for number in numbers])
            session.execute(insert(Event), [{**event, "grievance_id": next(filed), "at": now()} for _ in numbers])
    lines.settle(office)
    return people


def read(office: Office) -> int:
    """The same rows, in their order, and nothing done with them."""
    with office.reading() as session:
        return sum(1 for source in CHAINED for _ in queries.everything(session, source))


def seconds(call: Callable[[], Any]) -> float:
    """How long it takes."""
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def middle(call: Callable[[], Any]) -> float:
    """The median of some turns, in ms."""
    return median(seconds(call) for _ in range(TURNS)) * 1000


def checked(name: str, office: Office) -> Iterator[lines.Line]:
    """All of `jirga check`, with what it holds."""
    floor, count = seconds(lambda: read(office)), read(office)
    wrong: list[tuple[str, str]] = []
    taken = seconds(lambda: wrong.extend(found for found in findings(office) if found[1]))
    if wrong:
        raise RuntimeError(f"the check is red: {wrong}")
    yield lines.Line(f"audit, {name}: check", taken, "s", floor, count, CHECK)
    yield lines.Line(f"audit, {name}: memory of a check", lines.peak(office, "check"), "MB", None, count, MEMORY)


def added(name: str, office: Office) -> Iterator[lines.Line]:
    """Adding entries in one transaction, which is undone; the floor is the same row without nonce and hash."""

    def bare(session: Any, number: int) -> None:
        session.add(AuditEntry(at=now(), person_id=None, what="bench", about={"number": number}))
        session.flush()

    def ours(session: Any, number: int) -> None:
        actions.append(session, office.vault, by=None, what="bench", about={"number": number})

    found = []
    for add in (bare, ours, bare, ours):
        with db.open_session(office.engine, writes=True) as session:
            begun = time.perf_counter()
            for number in range(ADDED):
                add(session, number)
            found.append((time.perf_counter() - begun) * 1e6 / ADDED)
    yield lines.Line(f"audit, {name}: an entry added", min(found[1::2]), "µs", min(found[::2]), ADDED, None)


def looked(name: str, office: Office) -> Iterator[lines.Line]:
    """What the sealer does every few seconds when there is nothing to do: the first time, and from then on."""
    one = Sealer(office.engine, office.vault)
    yield lines.Line(f"audit, {name}: the sealer's first look", seconds(one.look) * 1000, "ms", None, MANY, None)
    yield lines.Line(f"audit, {name}: another look", middle(one.look), "ms", None, MANY, SHOWN)


def shown(name: str, office: Office, people: list[uuid.UUID]) -> Iterator[lines.Line]:
    """The state of the chain, and pages of the log as one sees them: by every filter and from the middle on."""
    reader = people[0]
    middle_of_all = office.vault.word(str(MANY // 4), ("audit", "place", str(reader)))
    with office.reading() as session:
        taken = middle(lambda: queries.chain_state(session, office.vault, CHAINED, now()))
        yield lines.Line(f"audit, {name}: state of the chain", taken, "ms", None, MANY, SHOWN)
        then = now() - timedelta(minutes=MANY * 3 // 4)
        asked: list[dict[str, Any]] = [
            {}, {"what": KINDS[0]}, {"what": "nothing"}, {"person_id": people[0]}, {"person_id": uuid.uuid4()},
            {"until": then}, {"since": then, "until": then + timedelta(days=1), "what": KINDS[1]},
            {"person_id": people[0], "what": KINDS[1]}, {"before": middle_of_all, "what": KINDS[2]},
            {"person_id": people[-2]}, {"person_id": people[-1]}, {"person_id": people[-1], "what": KINDS[2]},
        ]  # fmt: skip
        whose = {people[-2]: "representative", people[-1]: "protection officer"}
        for one in asked:
            taken = middle(partial(page_of_log, session, office.vault, reader, **{"before": ""} | one))
            what = ", ".join(whose.get(value, key) if key == "person_id" else key for key, value in one.items())
            yield lines.Line(f"audit, {name}: a page of {what or 'all'}", taken, "ms", None, MANY, SHOWN)


def measured(name: str, office: Office) -> Iterator[lines.Line]:
    """All lines of one database."""
    people = fill(office)
    begun = time.perf_counter()
    count = seal_all(office.engine, office.vault)
    yield lines.Line(f"audit, {name}: sealing", count / (time.perf_counter() - begun), "/s", None, count, SEALED)
    yield from checked(name, office)
    yield from looked(name, office)
    yield from shown(name, office, people)
    yield from added(name, office)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as given, lines.databases(Path(given), "audit") as makers:
        for name, make in makers.items():
            office = make("audit")
            for line in measured(name, office):
                line.print()
            office.engine.dispose()
