"""A served site that is killed while jirgas file, and what must be true of it then. All that is filed is synthetic."""

import itertools
import json
import os
import random
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import text

from tests import factories, machine, postgres
from tests.audit.test_sealer import within
from tests.bench import _lines as lines
from tests.bench.submit import form, signed_in
from tests.browser import site as sites
from webapp.check import findings

FILERS = 4
#: Seconds in which a site, its database included, is whole again.
PATIENCE = 60
#: What is killed, with -9: one worker; master and workers; the master alone; a connection's process of PostgreSQL, with
#: which all others end; its first process.
ON_SQLITE = ("worker", "server", "master")
ON_POSTGRESQL = (*ON_SQLITE, "backend", "postmaster")


class Filer(threading.Thread):
    """A jirga's phone: it files one form after the other, each until it is acknowledged."""

    def __init__(self, connection: HTTPConnection, headers: dict[str, str], forms: "Forms") -> None:
        super().__init__(daemon=True)
        self.connection, self._headers, self._forms = connection, headers, forms
        self.done, self.stopped = 0, threading.Event()
        self.wrong: list[str] = []

    def run(self) -> None:
        """Until it is stopped; the last form is left as it stands then."""
        while not self.stopped.is_set():
            if self.send(*self._forms.next()):
                self.done += 1

    def send(self, client_id: str, body: bytes) -> bool:
        """Send until there is a receipt, or this is stopped."""
        while True:
            status, reference = self.once(body)
            if status in (200, 201):
                self._forms.acknowledged(client_id, reference)
                return True
            if status and status < 500:
                self.wrong.append(f"{status}: {reference}")
                return False
            if self.stopped.wait(0.05):
                return False

    def once(self, body: bytes) -> tuple[int, str]:
        """Status and reference; 0 without an answer."""
        try:
            self.connection.request("POST", "/ur/submit", body, self._headers)
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException):
            self.connection.close()
            return 0, ""
        return answer.status, json.loads(content)["reference"] if answer.status < 300 else content[:300].decode()


class Forms:
    """What was sent, and what was acknowledged with which reference."""

    def __init__(self) -> None:
        self._lock, self._turns = threading.Lock(), itertools.count()
        self.sent: dict[str, bytes] = {}
        self.receipts: dict[str, str] = {}
        self.doubles: list[str] = []

    def next(self) -> tuple[str, bytes]:
        """A new form with its client_id."""
        with self._lock:
            turn, client_id = next(self._turns), str(uuid.uuid4())
            body = urlencode({**form(turn % 50, turn // 50), "client_id": client_id}, doseq=True).encode()
            self.sent[client_id] = body
        return client_id, body

    def acknowledged(self, client_id: str, reference: str) -> None:
        """One receipt for one form, however often it is sent."""
        with self._lock:
            if self.receipts.setdefault(client_id, reference) != reference:
                self.doubles.append(client_id)


class Crashes:
    """One instance, round after round."""

    def __init__(self, folder: Path, url: str, database: postgres.Server | None, seed: int = 1) -> None:
        self._folder, self._url, self._database = folder, url, database
        self._dice, self._port, self._stack = random.Random(seed), sites.free_port(), ExitStack()
        self._pid, self._base = 0, ""
        self._forms, self._filers = Forms(), list[Filer]()

    @property
    def kinds(self) -> tuple[str, ...]:
        """What can be killed here."""
        return ON_POSTGRESQL if self._database else ON_SQLITE

    def serve(self) -> None:
        """Start the server at the port it had before."""
        self._stack.close()
        started = sites.serving(
            self._folder, "serve", "--workers", "2", port=self._port,
            JIRGA_DATABASE_URL=self._url, JIRGA_LOG_LEVEL="ERROR",
        )  # fmt: skip
        self._base, self._pid, _ = self._stack.enter_context(started)

    def stop(self) -> None:
        """Leave no process behind."""
        for filer in self._filers:
            filer.stopped.set()
        self._stack.close()

    def round(self, kind: str) -> dict[str, object]:
        """Load, a kill in the middle of it (something filed before it); what is wrong after, and how long it took."""
        self._filers = [Filer(*signed_in(self._base, "bench", factories.PASSWORD), self._forms) for _ in range(FILERS)]
        before = len(self._forms.receipts)
        for filer in self._filers:
            filer.start()
        loaded = within(PATIENCE, lambda: len(self._forms.receipts) > before)
        time.sleep(self._dice.uniform(0.3, 1.0))
        begun = time.monotonic()
        self.kill(kind)
        done = [filer.done for filer in self._filers]
        back = within(PATIENCE, lambda: all(one.done > was + 2 for one, was in zip(self._filers, done, strict=True)))
        taken = time.monotonic() - begun
        for filer in self._filers:
            filer.stopped.set()
        for filer in self._filers:
            filer.join(PATIENCE)
        wrong = [] if back and loaded else [f"filed before: {loaded}, came back: {back}"]
        wrong += [one for filer in self._filers for one in filer.wrong] + self._found()
        for filer in self._filers:
            filer.connection.close()
        return {"kill": kind, "back after": round(taken, 1), "filed": len(self._forms.receipts), "wrong": wrong}

    def kill(self, kind: str) -> None:
        """With -9, and start what nothing else starts again."""
        workers = sites.workers(self._pid)
        if kind == "worker":
            _kill(max(workers))
        elif kind in ("server", "master"):
            _kill(self._pid, *(workers if kind == "server" else ()))
            if not within(5, lambda: not any(Path(f"/proc/{one}").exists() for one in workers)):
                raise RuntimeError("workers live on without their master")
            self.serve()
        elif self._database:
            data = self._database.folder / "data"
            postmaster = int((data / "postmaster.pid").read_text().split()[0])
            if kind == "backend":
                _kill(next(one for one in sites.workers(postmaster) if b" [local] " in _command(one)))
                return
            children = sites.workers(postmaster)
            _kill(postmaster)
            within(20, lambda: not any(Path(f"/proc/{one}").exists() for one in children))
            pg_ctl = (machine.postgresql() or Path()) / "pg_ctl"
            owner = postgres._owner()
            postgres._call(pg_ctl, "-D", data, "-w", "-l", self._database.folder / "log", "restart",
                           owner=owner, cwd=self._database.folder)  # fmt: skip

    def _found(self) -> list[str]:
        """What is not as it was promised: nothing lost, nothing double, the same receipt again, all checks green."""
        forms, filer = self._forms, self._filers[0]
        filer.stopped.clear()
        for client_id in forms.sent.keys() - forms.receipts.keys():
            filer.send(client_id, forms.sent[client_id])
        wrong = [f"two receipts for {one}" for one in forms.doubles]
        again = self._dice.sample(sorted(forms.receipts), 5)
        wrong += [
            f"sent again, {one} has another receipt"
            for one in again
            if filer.once(forms.sent[one]) != (200, forms.receipts[one])
        ]
        office = lines.opened(self._folder, self._url)
        try:
            with office.reading() as session:
                rows = session.execute(text("SELECT client_id, reference FROM grievances")).all()
            stored = sorted((str(uuid.UUID(str(client_id))), reference) for client_id, reference in rows)
            if stored != sorted(forms.receipts.items()):
                lost = len(set(forms.receipts.items()) - set(stored))
                wrong.append(f"{lost} lost; {len(stored)} stored for {len(forms.receipts)} receipts")
            return wrong + [f"{name}: {problem}" for name, problem in findings(office) if problem]
        finally:
            office.engine.dispose()


def _kill(*pids: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


@contextmanager
def site(folder: Path, name: str) -> Iterator[Crashes]:
    """An instance of its own on a database of its own, served."""
    with ExitStack() as stack:
        database = stack.enter_context(postgres.running(machine.need("postgresql"))) if name == "postgresql" else None
        url = database.create("crash") if database else f"sqlite:///{folder / 'crash.sqlite3'}"
        home = folder / "served"
        lines._made(home, url).engine.dispose()
        sites.add_account(home, "bench", "representative", factories.PASSWORD, JIRGA_DATABASE_URL=url)
        crashes = Crashes(home, url, database)
        stack.callback(crashes.stop)
        crashes.serve()
        yield crashes
