"""What an office's day asks for, all at once: filing, lists, queue, summary; then ten times as many people.

`load.py [SECONDS [DATABASE]]` (60, 1800 for the long run): two workers; all that is filed is synthetic."""

import json
import random
import sys
import tempfile
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from tests import factories, postgres
from tests.bench import _lines as lines
from tests.bench.submit import P99, RATE, form, signed_in
from tests.browser import site as sites
from webapp.office import Office

CONNECTIONS, TIMES, OVERLOAD = 16, 10, 10.0
#: Megabytes that a worker may hold.
MEMORY = 150
#: kind -> share in percent, path, who asks.
MIX = {
    "submit": (60, "/ur/submit", "jirga"),
    "list": (20, "/ur/grievances", "jirga"),
    "queue": (10, "/ur/queue", "office"),
    "summary": (10, "/ur/summary", "office"),
}
#: So many jirgas share the connections.
PEOPLE = {**{f"jirga{number}": "representative" for number in range(4)}, "office": "reviewer"}
#: Headers of each person's browser.
Browsers = dict[str, dict[str, str]]


class Seen:
    """Milliseconds of each answer by kind and status: 0 for none, -503 for one that does not say when to come back."""

    def __init__(self) -> None:
        self.taken: dict[tuple[str, int], list[float]] = defaultdict(list)

    def of(self, kind: str, *statuses: int) -> list[float]:
        """In order; "" for all kinds."""
        found = (each for (name, status), each in self.taken.items() if kind in ("", name) and status in statuses)
        return sorted(one for each in found for one in each)

    def others(self, *statuses: int) -> dict[str, int]:
        """How often each kind was answered otherwise."""
        return {f"{kind} {status}": len(each) for (kind, status), each in self.taken.items() if status not in statuses}


def keep_on(base: str, browsers: Browsers, number: int, until: float, seen: Seen, every: float) -> None:
    """One request after the other on one connection, by the mix, one in `every` seconds at most."""
    connection, dice, turns = HTTPConnection(urlsplit(base).netloc, timeout=60), random.Random(number), 0
    while time.perf_counter() < until:
        (kind,) = dice.choices(list(MIX), [share for share, *_ in MIX.values()])
        _, path, who = MIX[kind]
        headers, body = browsers[f"jirga{number % 4}" if who == "jirga" else who], None
        if kind == "submit":
            given = {**form(number, turns), "client_id": str(uuid.uuid4())}
            body, turns = urlencode(given, doseq=True).encode(), turns + 1
        else:
            headers = {"Cookie": headers["Cookie"], "Accept": "text/html"}
        begun, status = time.perf_counter(), 0
        try:
            connection.request("POST" if body else "GET", path, body, headers)
            answer = connection.getresponse()
            answer.read()
            status = -503 if answer.status == 503 and not answer.headers["Retry-After"] else answer.status
        except (OSError, HTTPException) as error:
            connection.close()
            kind = f"{kind} {type(error).__name__}"
        taken = time.perf_counter() - begun
        seen.taken[kind, status].append(taken * 1000)
        time.sleep(max(every - taken, 0))
    connection.close()


def together(base: str, browsers: Browsers, connections: int, seconds: float, every: float = 0) -> Seen:
    """All of them for so long."""
    seen, until = Seen(), time.perf_counter() + seconds
    with ThreadPoolExecutor(connections) as pool:
        for done in [pool.submit(keep_on, base, browsers, each, until, seen, every) for each in range(connections)]:
            done.result()
    return seen


def measured(name: str, office: Office, seconds: float) -> Iterator[lines.Line]:
    """All lines of one database."""
    settings = office.settings
    given = {"JIRGA_DATABASE_URL": settings.database_url, "JIRGA_SECOND_FACTOR": "optional"}
    for person, role in PEOPLE.items():
        sites.add_account(settings.data_dir, person, role, factories.PASSWORD, **given)
    given["JIRGA_LOG_LEVEL"] = "ERROR"
    with sites.serving(settings.data_dir, "serve", "--workers", "2", port=0, **given) as (base, pid, _):
        browsers = {}
        for person in PEOPLE:
            connection, browsers[person] = signed_in(base, person, factories.PASSWORD)
            connection.close()
        together(base, browsers, CONNECTIONS, 2)
        memory = [held(pid)]
        for half in (1, 2):
            seen = together(base, browsers, CONNECTIONS, seconds / 2)
            memory.append(held(pid))
            yield from usual(f"load, {name}, {CONNECTIONS} connections, half {half}", seen, seconds / 2)
        for when, megabytes in zip(("start", "middle", "end"), memory, strict=True):
            yield lines.Line(f"load, {name}: biggest worker at the {when}", megabytes, "MB", memory[0], 1, MEMORY)
        served = len(seen.of("", 200, 201)) / (seconds / 2)
        yield from beyond(f"overload, {name}, {TIMES * CONNECTIONS} connections", base, browsers, served)
        after = together(base, browsers, CONNECTIONS, min(OVERLOAD, seconds))
        yield from usual(f"load, {name}, after overload", after, min(OVERLOAD, seconds))


def held(pid: int) -> float:
    """Megabytes of the biggest worker."""
    return max(lines.resident(worker) for worker in sites.workers(pid))


def usual(at: str, seen: Seen, seconds: float) -> Iterator[lines.Line]:
    """What was answered as it should be, and how often it was not."""
    for kind in MIX:
        taken = seen.of(kind, 200, 201)
        if n := len(taken):
            submits = kind == "submit"
            yield lines.Line(f"{at}: {kind}, rate", n / seconds, "/s", None, n, RATE if submits else None)
            yield lines.Line(f"{at}: {kind}, p50", taken[n // 2], "ms", None, n, None)
            yield lines.Line(f"{at}: {kind}, p99", taken[n * 99 // 100], "ms", None, n, P99 if submits else None)
    errors = seen.others(200, 201)
    yield lines.Line(
        f"{at}: errors {json.dumps(errors) if errors else ''}".rstrip(), sum(errors.values()), "", None, 1, 0
    )


def beyond(at: str, base: str, browsers: Browsers, usual: float) -> Iterator[lines.Line]:
    """Ten times as many people ask ten times as often as `usual` answers a second were given: who is served, who is
    sent away, how quickly, and whether anything else happens."""
    seen = together(base, browsers, TIMES * CONNECTIONS, OVERLOAD, CONNECTIONS / usual)
    for word, taken in (("served", seen.of("", 200, 201)), ("503 with Retry-After", seen.of("", 503))):
        n = len(taken)
        yield lines.Line(f"{at}: {word}, rate", n / OVERLOAD, "/s", usual, n, None)
        if n:
            yield lines.Line(f"{at}: {word}, p50", taken[n // 2], "ms", None, n, None)
            yield lines.Line(f"{at}: {word}, p99", taken[n * 99 // 100], "ms", None, n, None)
    errors = seen.others(200, 201, 503)
    yield lines.Line(
        f"{at}: errors {json.dumps(errors) if errors else ''}".rstrip(), sum(errors.values()), "", None, 1, 0
    )


if __name__ == "__main__":
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    postgres.OPTIONS.update(fsync="on", full_page_writes="on")  # unlike in the tests, what is stored has to survive
    with tempfile.TemporaryDirectory() as given, lines.databases(Path(given), "load") as makers:
        for name in sys.argv[2:] or makers:
            office = makers[name]("load")
            office.engine.dispose()
            for line in measured(name, office, seconds):
                line.print()
