"""The page of the queue on a big instance: first page, the one after, filters; as argument how many (100,000)."""

import dataclasses
import logging
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from html import unescape
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from tests import factories
from tests.bench import _lines as lines
from webapp import db
from webapp.app import create_app
from webapp.clocks.rules import CALM, NEVER
from webapp.config import day_of, now
from webapp.grievances.models import Grievance
from webapp.history.queries import STATE, states
from webapp.office import Office
from webapp.people.rules import Role
from webapp.seed import plant

#: Grievances made one by one; all others are copies of their coded fields.
SEEDED, TURNS, TARGET = 5_000, 15, 50.0
PEOPLE: Mapping[str, tuple[Role, tuple[str, ...]]] = {
    "reviewer of 1 district": (Role.REVIEWER, ("bannu",)),
    "reviewer of 3 districts": (Role.REVIEWER, ("peshawar", "bannu", "khyber")),
    "supervisor of a province": (Role.SUPERVISOR, ("PK-KP",)),
    "protection officer of two": (Role.PROTECTION_OFFICER, ("PK-KP", "PK-BA")),
    "auditor": (Role.AUDITOR, ()),
}
#: What only a supervisor asks.
LAST = "whose=supervisor"
#: What is asked besides the first page and the one after it; an auditor has neither districts nor hands.
FILTERS = (
    "due=overdue", "due=today", "urgency=life_danger", "urgency=long_term", "status=info_requested", "status=closed",
    "topic=house_damage", "whose=mine", "whose=nobody", LAST,
)  # fmt: skip
#: per cent of all rows that stand so, one after the other
MIX = {
    "closed": 45, "action_taken": 8, "submitted": 14, "acknowledged": 11, "under_review": 9, "info_requested": 4,
    "action_planned": 5, "referred": 3, "reopened": 1,
}  # fmt: skip
NEW_ID = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}
SPREAD = {"sqlite": "date(:today, '+' || ({n}) || ' days')", "postgresql": "(CAST(:today AS date) + CAST({n} AS int))"}


def fill(office: Office, count: int) -> None:
    """So many grievances in a mix of statuses, due from a month ago to a month ahead."""
    plant(office, min(count, SEEDED))
    with office.writing() as session:
        handler = factories.person(session, Role.REVIEWER, ("PK-KP",), "handler").id
    with office.writing() as session:
        if office.engine.dialect.name == "sqlite":
            session.execute(text("PRAGMA cache_size = -500000"))  # else every page of every index is written again
        session.execute(text("CREATE TEMPORARY TABLE base AS SELECT *, row_number() OVER () AS n FROM grievances"))
        for turn in range(1, max(1, count // SEEDED)):
            _copy(session, turn, handler.hex)
        session.execute(text("INSERT INTO events (grievance_id, at, to_status, codes) SELECT id, received_at,"
                             " 'submitted', '{}' FROM grievances WHERE id NOT IN (SELECT id FROM base)"))  # fmt: skip
        session.execute(text("DROP TABLE base"))
    lines.settle(office)


def _copy(session: Session, turn: int, handler: str) -> None:
    """All seeded rows once more; what is drawn follows from a row's number."""
    kind = session.get_bind().dialect.name
    number = f"(n + {turn * SEEDED})"
    draw, far = f"({number} * 7919 % 100)", f"({number} * 104729 % 71 - 30)"
    bound, cases = 0, []
    for status, share in MIX.items():
        bound += share
        cases.append(f"WHEN {draw} < {bound} THEN '{status}'")
    aside = f"({draw} < 53 OR confidentiality = 'numbers_only')"
    key = f"CASE WHEN {aside} THEN {NEVER} ELSE :ordinal + {far} + CASE urgency WHEN 'life_danger' THEN 0 ELSE {CALM} END END"  # noqa: E501
    drawn = {
        "id": NEW_ID[kind], "client_id": NEW_ID[kind],
        "reference": f"substr('0000000000' || {number}, -10)" if kind == "sqlite" else f"lpad({number}::text, 10, '0')",
        "status": f"CASE {' '.join(cases)} END", "outcome": f"CASE WHEN {draw} < 45 THEN 'solved' END",
        "queue_key": key, "escalates_on": f"CASE WHEN NOT {aside} THEN {SPREAD[kind].format(n=f'{far} + 14')} END",
        "handler_id": f"CASE WHEN {draw} NOT BETWEEN 53 AND 66 AND {number} % 4 > 0 THEN {_id(kind, handler)} END",
    }  # fmt: skip
    columns = [column["name"] for column in inspect(session.connection()).get_columns("grievances")]
    chosen = ", ".join(drawn.get(name, name) for name in columns)
    today = day_of(now())
    session.execute(
        text(f"INSERT INTO grievances ({', '.join(columns)}) SELECT {chosen} FROM base"),
        {"today": today.isoformat() if kind == "sqlite" else today, "ordinal": today.toordinal()},
    )


def crowd(office: Office) -> None:
    """All that waits stands in one district, two weeks before it is due."""
    day, waits = day_of(now()).toordinal() + 14, f"queue_key < {NEVER} AND sensitivity <> 'referral_only'"
    key = f"CASE WHEN urgency = 'life_danger' THEN {day} ELSE {CALM + day} END"
    with office.writing() as session:
        session.execute(
            text(f"UPDATE grievances SET district = 'bannu', tehsil = NULL, queue_key = {key} WHERE {waits}")
        )
    lines.settle(office)


def _id(kind: str, number: str) -> str:
    return f"'{number}'" if kind == "sqlite" else f"CAST('{number}' AS uuid)"


def floor(office: Office, client: FlaskClient) -> Callable[[], None]:
    """What any page of 20 must cost: the same rows by their ids, with their histories."""
    found = re.findall(r"/queue/(\w{10})", client.get("/en/queue").text)
    with db.open_session(office.engine, writes=False) as session:
        ids = session.scalars(select(Grievance.id).where(Grievance.reference.in_(found))).all()

    def read() -> None:
        with db.open_session(office.engine, writes=False) as session:
            states(session, STATE.where(Grievance.id.in_(ids)), None)

    return read


def milliseconds(work: Callable[[], object], least: Callable[[], object]) -> list[float]:
    """The medians of both, done by turns so that a noisy machine is as noisy for both, after two to warm up."""
    taken: list[list[float]] = [[], []]
    for _ in range(TURNS + 2):
        for times, one in zip(taken, (work, least), strict=True):
            begun = time.perf_counter()
            one()
            times.append((time.perf_counter() - begun) * 1000)
    return [statistics.median(times[2:]) for times in taken]


def pages(client: FlaskClient, role: Role) -> Iterator[tuple[str, str]]:
    """Name and address of each page that is measured."""
    yield "first page", "/en/queue"
    first = client.get("/en/queue").text
    if after := re.search(r'href="(/en/queue\?after=[^"]*)"', first):
        yield "the page after", unescape(after[1])
    for words in FILTERS:
        if words == "status=closed" or (role is not Role.AUDITOR and (words != LAST or role is Role.SUPERVISOR)):
            yield words, f"/en/queue?{words}"


def measure(name: str, office: Office, count: int) -> None:
    """Each page as the site answers it, from the guard to the last byte, the line in the log included."""
    logging.disable(logging.INFO)
    app = create_app(dataclasses.replace(office.settings, second_factor="optional"))
    for who, (role, scope) in PEOPLE.items():
        with office.writing() as session:
            person = factories.person(session, role, scope)
        client = app.test_client()
        factories.sign_in(client, person)
        least = floor(office, client)
        for page, address in pages(client, role):
            answer = client.get(address)
            if answer.status_code != 200:
                raise RuntimeError(f"{address}: {answer.status_code}")
            value, under = milliseconds(partial(client.get, address), least)
            target = TARGET if role in (Role.REVIEWER, Role.SUPERVISOR) else None
            at = f"queue, {name}, {count:,} grievances, {who}, {page}"
            lines.Line(at, value, "ms", under, TURNS, target).print()


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as given, lines.databases(Path(given), "queue") as makers:
        for database, make in makers.items():
            instance = make("queue")
            began = time.monotonic()
            fill(instance, size)
            print(f"# {database}: {size:,} grievances in {time.monotonic() - began:.0f} s", file=sys.stderr)
            measure(database, instance, size)
            crowd(instance)
            measure(f"{database}, all in one district", instance, size)
