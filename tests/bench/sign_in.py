"""What a sign-in costs the server, how the blank form fares meanwhile, and whether codes that open nothing differ."""

import random
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from sqlalchemy import delete, update

from tests.bench import _lines as lines
from tests.browser import site as sites
from webapp.attempts.models import Attempt
from webapp.invitations import actions as invitations
from webapp.invitations.models import Invitation
from webapp.office import Office
from webapp.people import actions as people
from webapp.people.rules import Role

PASSWORD = "synthetic pass phrase"
PEOPLE, SIGN_INS, FORMS, CODES = 8, 200, 400, 60
#: Targets: times one hash; milliseconds; the slowest median over the fastest.
RATIO, P99, ALIKE = 1.3, 100, 1.1
KINDS = ("used", "expired", "revoked", "unknown", "malformed")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Visitor:
    """One browser on one connection that stays open."""

    def __init__(self, base: str) -> None:
        self.connection = HTTPConnection(urlsplit(base).netloc, timeout=60)
        self.headers = {"Origin": base, "Accept": "text/html", "Accept-Encoding": "br"}
        self.cookie = ""

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, float]:
        """Status and milliseconds; a session's cookie is kept."""
        body = urlencode(form) if form else None
        begun = time.perf_counter()
        self.connection.request(method, path, body, {**self.headers, **FORM, "Cookie": self.cookie})
        answer = self.connection.getresponse()
        answer.read()
        taken = (time.perf_counter() - begun) * 1000
        for given in answer.headers.get_all("Set-Cookie") or ():
            if given.startswith("session="):
                self.cookie = given.partition(";")[0]
        return answer.status, taken

    def sign_in(self, username: str) -> float:
        """Milliseconds of one sign-in with a browser that was not signed in."""
        self.cookie = ""
        status, taken = self.ask("POST", "/en/sign-in", {"username": username, "password": PASSWORD})
        if status != 303:
            raise RuntimeError(f"signing in: {status}")
        return taken


def add_people(office: Office) -> None:
    """Eight representatives."""
    stored = people.HASHER.hash(PASSWORD)
    with office.acting() as operator:
        for number in range(PEOPLE):
            people.add(operator, f"person-{number}", stored, Role.REPRESENTATIVE, ("PK-KP",), "en")


def hash_floor() -> float:
    """Milliseconds of CPU of one look at a password, asked for by another thread after a pause, as in the server.

    Hashes without a pause take a sixth less: they find their memory in the cache.
    """
    stored = people.HASHER.hash(PASSWORD)
    taken = 0.0
    for _ in range(SIGN_INS):
        time.sleep(0.01)
        begun = time.process_time()
        people.HASHING.submit(people.HASHER.verify, stored, PASSWORD).result()
        taken += time.process_time() - begun
    return taken / SIGN_INS * 1000


@contextmanager
def serving(office: Office, workers: int) -> Iterator[tuple[str, list[int]]]:
    """`jirga serve` on an instance; its address and its workers."""
    url = office.settings.database_url
    with sites.serving(
        office.settings.data_dir, "serve", "--workers", str(workers), JIRGA_DATABASE_URL=url, JIRGA_LOG_LEVEL="WARNING"
    ) as (base, pid, _):
        yield base, sites.workers(pid)


def cost(name: str, office: Office) -> Iterator[lines.Line]:
    """CPU of the server for each sign-in, one after the other."""
    floor = hash_floor()
    with serving(office, 1) as (base, (worker,)):
        visitors = [Visitor(base) for _ in range(PEOPLE)]
        for number, visitor in enumerate(visitors):
            visitor.sign_in(f"person-{number}")
        before = lines.cpu_seconds(worker)
        for turn in range(SIGN_INS):
            visitors[turn % PEOPLE].sign_in(f"person-{turn % PEOPLE}")
        value = (lines.cpu_seconds(worker) - before) / SIGN_INS * 1000
    yield lines.Line(f"sign-in, {name}: CPU of the server", value, "ms", floor, SIGN_INS, floor * RATIO)


def meanwhile(name: str, office: Office) -> Iterator[lines.Line]:
    """The blank form alone, and while eight people sign in without a pause, with two workers."""
    with serving(office, 2) as (base, _):
        reader = Visitor(base)
        reader.sign_in("person-0")
        alone = _p99(reader)
        done = threading.Event()
        with ExitStack() as stack:
            for number in range(PEOPLE):
                thread = threading.Thread(target=_sign_in_until, args=(done, base, f"person-{number}"))
                thread.start()
                stack.callback(thread.join)
            stack.callback(done.set)
            time.sleep(1)
            value = _p99(reader)
    yield lines.Line(f"blank form while {PEOPLE} sign in, {name}: p99", value, "ms", alone, FORMS, P99)


def _sign_in_until(done: threading.Event, base: str, username: str) -> None:
    while not done.is_set():
        Visitor(base).sign_in(username)


def _p99(reader: Visitor) -> float:
    taken = []
    for _ in range(FORMS):
        status, milliseconds = reader.ask("GET", "/en/submit")
        if status != 200:
            raise RuntimeError(f"the blank form: {status}")
        taken.append(milliseconds)
    return statistics.quantiles(taken, n=100)[98]


def codes(office: Office) -> dict[str, list[str]]:
    """Codes of each kind that opens nothing; of their own first characters, so that none has to wait."""
    made: dict[str, list[str]] = {kind: [] for kind in KINDS}
    made["unknown"] = [f"{number:03d}ZZZZZZZ" for number in range(CODES)]
    made["malformed"] = [f"{number:03d}-no-code" for number in range(CODES)]
    with office.acting() as operator:
        for kind in KINDS[:3]:
            for _ in range(CODES):
                row, code = invitations.invite(operator, Role.ANALYST, (), "en")
                made[kind].append(code)
                column = {"used": "used_at", "revoked": "revoked_at", "expired": "expires_at"}[kind]
                past = {column: operator.at - timedelta(days=1)}
                operator.session.execute(update(Invitation).where(Invitation.id == row.id).values(past))
    return made


def alike(name: str, office: Office) -> Iterator[lines.Line]:
    """Medians of the answers to codes that open nothing, asked in turn, each as if it were the first guess."""
    made = codes(office)
    taken: dict[str, list[float]] = {kind: [] for kind in KINDS}
    with serving(office, 1) as (base, _):
        visitor = Visitor(base)
        for _ in range(20):
            visitor.ask("GET", "/en/join/0000000000")
        for turn in range(CODES):
            for kind in random.sample(KINDS, len(KINDS)):
                with office.writing() as session:
                    session.execute(delete(Attempt))
                status, milliseconds = visitor.ask("GET", f"/en/join/{made[kind][turn]}")
                if status != 404:
                    raise RuntimeError(f"a code that opens nothing: {status}")
                taken[kind].append(milliseconds)
    medians = {kind: statistics.median(found) for kind, found in taken.items()}
    fastest = min(medians.values())
    for kind, value in medians.items():
        yield lines.Line(f"/join, {kind} code, {name}: median", value, "ms", fastest, len(taken[kind]), fastest * ALIKE)


if __name__ == "__main__":
    with (
        tempfile.TemporaryDirectory() as folder,
        lines.databases(Path(folder), "sign-in") as databases,
    ):
        for database, make in databases.items():
            instance = make("sign-in")
            add_people(instance)
            for part in (cost, meanwhile, alike):
                for line in part(database, instance):
                    line.print()
