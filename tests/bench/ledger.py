"""What the ledger costs those who file: the rate with and without posting to it, and many filing into one month.

Synthetic grievances, three a gathering, stored in process by the site's own action, each in its own transaction."""

import itertools
import tempfile
import time
import uuid
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests import factories, postgres
from tests.bench import _lines as lines
from tests.bench.submit import CONNECTIONS, DISTRICTS, STORY, TOPICS, Store, bare, timed
from webapp.config import now
from webapp.drafts.rules import GatheringDraft, GrievanceDraft, check
from webapp.drafts.tables import OPTIONS
from webapp.grievances.actions import Desk, submit
from webapp.office import Office
from webapp.summary.queries import ledger_cells

SECONDS, WARM, ROUNDS, MOST_WRITERS = 7.0, 0.5, 8, 32
#: Seconds after which two processes have started.
START = 6
#: Where all file at once; not one of DISTRICTS.
HOT = ("dera-ismail-khan", "house_damage")
#: Targets: percent of the rate without it, grievances a second.
COST, RATE = 25, 300
#: What is done without: nothing, adding to the ledger, and also finding out what is to be added.
WITHOUT: dict[str, Any] = {
    "nothing": nullcontext,
    "posting": lambda: patch("webapp.summary.actions.add", lambda session, number, changed: None),
    "counting and posting": lambda: patch("webapp.grievances.rules.contribution", lambda heard, grievances: {}),
}
Pair = tuple[GatheringDraft, GrievanceDraft]


def pair(office: Office, district: str, topic: str) -> Pair:
    """A gathering and a grievance of it, as the rules make them of a form."""
    form = factories.full(gathering_district=district, gathering_tehsil=None, district=district, subcategory=topic)
    checked = check(factories.as_given(form), office.world())
    if checked.gathering is None or checked.grievance is None:
        raise RuntimeError(f"the form is refused: {checked.errors}")
    return checked.gathering, checked.grievance


def filer(office: Office, person_id: uuid.UUID, number: int, pairs: list[Pair]) -> Store:
    """A writer that files one grievance after the other, of these pairs in turn; no two writers file equal ones."""
    world, vault, turns = office.world(), office.vault, itertools.count()
    sizes = list(itertools.product(OPTIONS["participants"], OPTIONS["consensus"]))

    def store() -> None:
        turn = next(turns)
        met = turn // 3 * MOST_WRITERS + number
        gathering, grievance = pairs[met % len(pairs)]
        people, agreed = sizes[met // 4000 % len(sizes)]
        day = date(2015, 1, 1) + timedelta(met % 4000)
        gathering = replace(gathering, gathering_date=day, participants=people, consensus=agreed)
        grievance = replace(grievance, texts={"narrative": f"{STORY}{number}.{turn}"})
        content = vault.fingerprint(str(number), str(turn), purpose="content")
        with office.writing() as session:
            desk = Desk(person_id, vault, world, now())
            submit(session, desk, grievance, content, language="ur", gathering=gathering)

    return store


def counted(office: Office, *districts: str) -> int:
    """How many grievances of these districts the ledger holds."""
    with office.reading() as session:
        cells = ledger_cells(session).items()
    return sum(counts.grievances for cell, counts in cells if cell.dimension == "none" and cell.area in districts)


def cost(name: str, office: Office, person_id: uuid.UUID) -> Iterator[lines.Line]:
    """One writer with and without the ledger, by turns, so that a noisy machine is as noisy for all of them."""
    floor, _ = timed(bare(office.settings.database_url)[:1], SECONDS / 4)
    pairs = [pair(office, district, topic) for district, topic in itertools.product(DISTRICTS, TOPICS)]
    filed: dict[str, list[float]] = {without: [] for without in WITHOUT}
    numbers = iter(range(MOST_WRITERS))
    timed([filer(office, person_id, next(numbers), pairs)], WARM)
    warm = counted(office, *DISTRICTS)
    for _ in range(ROUNDS):
        for without, done in WITHOUT.items():
            with done():
                filed[without] += timed([filer(office, person_id, next(numbers), pairs)], SECONDS / ROUNDS)[1]
    if counted(office, *DISTRICTS) != warm + len(filed["nothing"]):
        raise RuntimeError("the ledger holds other grievances than those that were posted")
    rates = {without: len(taken) * 1000 / sum(taken) for without, taken in filed.items()}
    rate, at = rates.pop("nothing"), f"ledger, {name}, one writer"
    yield lines.Line(f"{at}: rate", rate, "/s", floor, len(filed["nothing"]), None)
    for without, other in rates.items():
        share = (1 - rate / other) * 100
        yield lines.Line(f"{at}: cost of {without}, of {other:.0f}/s", share, "%", None, len(filed[without]), COST)


def hot(name: str, office: Office, person_id: uuid.UUID) -> Iterator[lines.Line]:
    """Many writers, in SQLite its only one, whose grievances all count in the same cells; threads of one process."""
    floors = bare(office.settings.database_url)
    floor, quick = timed(floors, SECONDS / 2)
    rate, taken = timed(hot_filers(office, person_id, range(len(floors))), SECONDS)
    n, at = len(taken), f"one hot district-month, {name}, writers: {len(floors)}"
    if counted(office, HOT[0]) != n:
        raise RuntimeError("the ledger holds other grievances than those that were filed")
    yield lines.Line(f"{at}: rate", rate, "/s", floor, n, RATE)
    yield lines.Line(f"{at}: p50", taken[n // 2], "ms", quick[len(quick) // 2], n, None)
    yield lines.Line(f"{at}: p99", taken[n * 99 // 100], "ms", quick[len(quick) * 99 // 100], n, None)


def served(name: str, office: Office, person_id: uuid.UUID) -> Iterator[lines.Line]:
    """The same writers in two processes, as the site is served; one process is bound by its interpreter."""
    if name == "SQLite":
        return
    floor, quick = timed(bare(office.settings.database_url), SECONDS / 2)
    half, start = CONNECTIONS // 2, time.time() + START
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        where = (office.settings.data_dir, office.settings.database_url, person_id)
        parts = [pool.submit(_file, *where, range(first, first + half), start) for first in (0, half)]
        rates, times = zip(*(part.result() for part in parts), strict=True)
    taken = sorted(itertools.chain(*times))
    n, at = len(taken), f"one hot district-month, {name}, writers: {CONNECTIONS} in two processes"
    yield lines.Line(f"{at}: rate", sum(rates), "/s", floor, n, RATE)
    yield lines.Line(f"{at}: p99", taken[n * 99 // 100], "ms", quick[len(quick) * 99 // 100], n, None)


def hot_filers(office: Office, person_id: uuid.UUID, numbers: Iterable[int]) -> list[Store]:
    """Writers of the same district, month and topic."""
    pairs = [pair(office, *HOT)]
    return [filer(office, person_id, number, pairs) for number in numbers]


def _file(folder: Path, url: str, person_id: uuid.UUID, numbers: range, start: float) -> tuple[float, list[float]]:
    """The part of one process, from the moment at which both are ready."""
    filers = hot_filers(lines.opened(folder, url), person_id, numbers)
    time.sleep(max(0.0, start - time.time()))
    return timed(filers, SECONDS)


if __name__ == "__main__":
    # unlike in the tests, what is stored here has to survive
    postgres.OPTIONS.update(fsync="on", full_page_writes="on")
    with tempfile.TemporaryDirectory() as given, lines.databases(Path(given), "ledger") as makers:
        for name, make in makers.items():
            for part in (cost, hot, served):
                office = make(part.__name__)
                with office.writing() as session:
                    person_id = factories.person(session).id
                for line in part(name, office, person_id):
                    line.print()
                office.engine.dispose()
