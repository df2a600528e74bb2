"""CPU and time of every page and command, the slowest first, and how long the server takes to start.

`pages.py [GRIEVANCES]` (10,000 made-up ones); floors: `/healthz`, and an interpreter that does nothing."""

import dataclasses
import logging
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.orm import Session

from tests.access.planted import Planted, plant
from tests.access.site import Asker, Site, address, names, rules
from tests.access.things import THINGS
from tests.bench import _lines as lines
from tests.browser import site as sites
from webapp.app import create_app
from webapp.office import Office
from webapp.seed import plant as fill

COUNT, TURNS, STARTS, LANGUAGE = 10_000, 15, 3, "ur"
#: Each in a process of its own, one after the other.
COMMANDS = (
    "--help", "init", "example nginx", "release --now --why bench", "summary", "summary --format xlsx", "retention run",
    "reminders run", "check", "backup {folder}/saved-{turn}", "restore --check {folder}/saved-0", "rebuild",
)  # fmt: skip


#: What is there once only, or before the site begins.
APART = {"account.quick_exit", "home.audio", "join.join"}


class Taken(NamedTuple):
    """Milliseconds, medians of all turns."""

    cpu: float
    wall: float


def timed(work: Callable[[], object], turns: int = TURNS) -> Taken:
    """After one to warm up."""
    seen = []
    for _ in range(turns + 1):
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        seen.append(((time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000))
    return Taken(*map(statistics.median, zip(*seen[1:], strict=True)))


def pages(planted: Planted) -> Iterator[tuple[str, Asker, str]]:
    """Every page with the first asker for whom it opens: its rule, who, its address."""
    site, app = planted.site, planted.site.app
    for rule in rules(app):
        if "GET" not in (rule.methods or ()) or rule.endpoint in APART:
            continue
        for asker in reversed(site.askers):
            if not asker.may_open(app.view_functions[rule.endpoint]):
                continue
            made = THINGS[rule.endpoint].made(planted, asker) if names(rule) else []
            values = next((thing.values for thing in made if thing.within), {} if not names(rule) else None)
            if values is not None:
                yield rule.rule.removeprefix("/<language:lang>") or "/", asker, address(app, rule, values, LANGUAGE)
                break


def of_pages(name: str, office: Office) -> Iterator[lines.Line]:
    """Two lines of every page."""
    logging.disable(logging.INFO)
    app = create_app(dataclasses.replace(office.settings, second_factor="optional"))
    with Session(office.engine) as session:
        planted = plant(Site(app, session), office.settings)
        found = list(pages(planted))
        session.rollback()
        floor = timed(partial(app.test_client().get, "/healthz"))
        taken = {(rule, asker.name): timed(partial(opened, planted.site, asker, at)) for rule, asker, at in found}
    for (rule, who), one in sorted(taken.items(), key=lambda each: -each[1].wall):
        yield lines.Line(f"page, {name}, {rule}, {who}: CPU", one.cpu, "ms", floor.cpu, TURNS, None)
        yield lines.Line(f"page, {name}, {rule}, {who}: time", one.wall, "ms", floor.wall, TURNS, None)


def opened(site: Site, asker: Asker, at: str) -> None:
    """The page, whole."""
    answer = site.ask(asker, "GET", at)
    if answer.status_code >= 400:
        raise RuntimeError(f"{at}: {answer.status_code}")


def of_commands(name: str, office: Office, folder: Path) -> Iterator[lines.Line]:
    """Each command from the start of its process to its end, and the server until it answers."""
    given = {"JIRGA_DATABASE_URL": office.settings.database_url}
    environment = sites.environment(office.settings.data_dir, **given)

    def run(*words: object) -> None:
        subprocess.run([*map(str, words)], env=environment, check=True, capture_output=True)

    def jirga(words: str, turns: Iterator[int]) -> None:
        run(sites.JIRGA, *words.format(folder=folder, turn=next(turns)).split())

    floor = timed(partial(run, sys.executable, "-c", ""), STARTS).wall
    found = {words: timed(partial(jirga, words, count()), STARTS).wall for words in COMMANDS}
    found["serve, until it answers"] = statistics.median(starts(office.settings.data_dir, given))
    for words, value in sorted(found.items(), key=lambda each: -each[1]):
        said = words.replace("{folder}/", "").replace("-{turn}", "").replace("-0", "")
        yield lines.Line(f"command, {name}, jirga {said}", value, "ms", floor, STARTS, None)


def starts(folder: Path, given: dict[str, str]) -> Iterator[float]:
    """Milliseconds from the command to the first answer, with two workers."""
    for _ in range(STARTS):
        begun = time.perf_counter()
        with sites.serving(folder, "serve", port=0, **given):
            yield (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    with tempfile.TemporaryDirectory() as given, lines.databases(Path(given), "pages") as makers:
        for database, make in makers.items():
            asked, commanded = make("pages"), make("commands")
            for office in (asked, commanded):
                fill(office, size)
                lines.settle(office)
            (saved := Path(given) / f"saved-{database}").mkdir()
            for line in (*of_pages(database, asked), *of_commands(database, commanded, saved)):
                line.print()
