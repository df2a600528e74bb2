"""How long a release takes to count its figures of service, and how long it keeps others waiting.

Rows are those of `jirga seed`, copied by SQL up to the number asked for, with days and offices drawn there."""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, text

from tests.bench import _lines as lines
from webapp.config import now
from webapp.office import Office
from webapp.seed import plant
from webapp.timeliness import actions

SEEDED, TURNS = 10_000, 3
#: Targets at a million: a minute of nobody's, and a second of everybody's.
COUNTED, LOCKED = 60_000, 1_000
DICE = {"sqlite": "abs(random()) % {}", "postgresql": "floor(random() * {})::int"}
NUMBERED = {
    "sqlite": "printf('%010d', :stands + row_number() OVER ())",
    "postgresql": "lpad((:stands + row_number() OVER ())::text, 10, '0')",
}
OFFICES = "'district_administration' 'police' 'pdma' 'provincial_government' 'mohtasib'".split()


def fill(office: Office, count: int) -> None:
    """So many rows, most of them handled."""
    plant(office, min(SEEDED, count), 1, lambda done: None)
    dice, on_sqlite = DICE[office.engine.dialect.name], office.engine.dialect.name == "sqlite"
    with office.writing() as session:
        names = [column["name"] for column in inspect(office.engine).get_columns("grievances")]
        new = {
            "id": "lower(hex(randomblob(16)))" if on_sqlite else "gen_random_uuid()",
            "client_id": "lower(hex(randomblob(16)))" if on_sqlite else "gen_random_uuid()",
            "reference": NUMBERED[office.engine.dialect.name],
            "record_key": dice.format(4096),
        }
        columns = ", ".join(names)
        values = ", ".join(new.get(name, name) for name in names)
        copy = f"INSERT INTO grievances ({columns}) SELECT {values} FROM grievances LIMIT :rest"
        stands = session.execute(text("SELECT count(*) FROM grievances")).scalar_one()
        while stands < count:
            session.execute(text(copy), {"rest": count - stands, "stands": stands})
            stands = min(2 * stands, count)
        which = " ".join(f"WHEN {place} THEN {name}" for place, name in enumerate(OFFICES))
        session.execute(
            text(f"""UPDATE grievances SET acknowledged_after = {dice.format(12)},
            acted_after = CASE WHEN {dice.format(2)} = 0 THEN {dice.format(90)} END,
            office = CASE {dice.format(6)} {which} END, reopened = {dice.format(5)} / 4""")
        )
    lines.settle(office)


def floor(office: Office) -> None:
    """What the database needs to look at every row once."""
    with office.reading() as session:
        session.execute(text("SELECT office, count(*), sum(record_key) FROM grievances GROUP BY office")).all()


def milliseconds(work: Callable[[], Any]) -> float:
    """The shortest of a few turns."""
    taken = []
    for _ in range(TURNS):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return min(taken)


def publish(office: Office, figures: actions.Served) -> None:
    """The part of a release that nobody may file in."""
    with office.writing() as session:
        actions.release(session, office.vault, figures, by=None, why="bench", at=now(), force=True)


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as given, lines.databases(Path(given), "service") as makers:
        for name, make in makers.items():
            office = make("service")
            fill(office, count)
            at, figures = f"{name}, {count:,} grievances", office.served()
            least = milliseconds(lambda: floor(office))  # noqa: B023 - called at once
            value = milliseconds(office.served)
            lines.Line(f"figures of service counted, {at}", value, "ms", least, TURNS, COUNTED).print()
            value = milliseconds(lambda: publish(office, figures))  # noqa: B023
            lines.Line(f"release that keeps {len(figures):,} of them, {at}", value, "ms", None, TURNS, LOCKED).print()
            office.engine.dispose()
