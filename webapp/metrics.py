"""What the operator's own monitoring reads (Prometheus' text format), on an address of its own, off by default."""

import os
import re
import secrets
import signal
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import accumulate
from multiprocessing import get_context
from socketserver import TCPServer
from threading import Lock

from sqlalchemy.exc import SQLAlchemyError

from webapp.audit.queries import overdue
from webapp.board import BOUNDS, FAILED, FILED, NUMBERS, Board, Shared
from webapp.config import BadSetting, Settings, now
from webapp.grievances.queries import CHAINED
from webapp.office import Office
from webapp.summary.queries import opened

# Whoever sees when something is counted sees when a jirga was at the phone. So what people do is shown as it stood when
# ten more of a kind, or more, had been counted; no label tells who or where; others than this machine must be let in.
#: So many more of a kind at least, and by chance up to twice as many, before the new number is shown.
LEAST = 10
_BIND = re.compile(r"(?:\[([0-9a-fA-F:]+)\]|([^:\[\]]+)):([0-9]{1,5})")
Totals = Mapping[str, Sequence[int]]


def address(bind: str) -> tuple[str, int]:
    """Host and port of HOST:PORT; raises BadSetting."""
    found = _BIND.fullmatch(bind)
    if not found or not 0 < int(found[3]) < 65536:
        raise BadSetting("--metrics-bind (JIRGA_METRICS)", "give HOST:PORT, like 127.0.0.1:9464")
    return found[1] or found[2], int(found[3])


class Coarse:
    """Numbers that move only when ten or more were counted, so that nobody sees a single one."""

    def __init__(self) -> None:
        self._shown: dict[str, Sequence[int]] = {}
        self._steps: dict[str, int] = {}

    def look(self, totals: Totals) -> Totals:
        """The numbers as they may be shown now."""
        for name, numbers in totals.items():
            before = self._shown.get(name, [0] * NUMBERS)
            step = self._steps.setdefault(name, LEAST + secrets.randbelow(LEAST))
            if sum(numbers[:-1]) - sum(before[:-1]) >= step:
                self._shown[name] = list(numbers)
                del self._steps[name]
        return dict(self._shown)


class Page:
    """The page, written anew for everybody who asks."""

    def __init__(self, board: Board, settings: Settings) -> None:
        self._board, self._office = board, Office(settings)
        self._coarse, self._one = Coarse(), Lock()

    def text(self) -> str:
        """All measurements."""
        with self._one:
            totals = self._board.totals()
            failed = {name: sum(totals.pop(name)[:-1]) for name in sorted(totals) if name.startswith(f"{FAILED} ")}
            shown = self._coarse.look(totals)
            lines = [*_requests({name: numbers for name, numbers in shown.items() if name != FILED})]
            lines += _metric("jirga_filings_acknowledged_total", "counter", "Grievances with a receipt, by tens.",
                             [("", sum(shown.get(FILED, ())[:-1]))])  # fmt: skip
            lines += _metric("jirga_failures_total", "counter", "Answers of 500 and more, as they come.",
                             [(f'{{status="{name[-3:]}"}}', count) for name, count in failed.items()])  # fmt: skip
            lines += _metric("jirga_workers", "gauge", "Workers that are alive.", [("", self._board.workers())])
            return "\n".join([*lines, *self._stored(), ""])

    def _stored(self) -> Iterator[str]:
        """What the database says; that it does not answer is a number too."""
        at = now()
        try:
            with self._office.reading() as session:
                release, late = opened(session), overdue(session, CHAINED, at)
        except SQLAlchemyError:
            yield from _metric("jirga_database_up", "gauge", "Whether the database answers.", [("", 0)])
            return
        yield from _metric("jirga_database_up", "gauge", "Whether the database answers.", [("", 1)])
        yield from _metric("jirga_audit_unsealed", "gauge", "Entries of the log that wait over a minute.", [("", late)])
        if release:
            number, since = release
            age = max(int((at - since).total_seconds()), 0)
            yield from _metric("jirga_open_release_number", "gauge", "Number of the open release.", [("", number)])
            yield from _metric("jirga_open_release_age_seconds", "gauge", "How long it is open.", [("", age)])


def _metric(name: str, kind: str, told: str, values: Iterable[tuple[str, float]]) -> list[str]:
    return [f"# HELP {name} {told}", f"# TYPE {name} {kind}", *(f"{name}{labels} {value}" for labels, value in values)]


def _requests(shown: Totals) -> Iterator[str]:
    """Answers by route pattern, method and class of status; how long they took, by route pattern."""
    kinds, routes = [], dict[str, list[int]]()
    for name, numbers in sorted(shown.items()):
        method, status, route = name.split(" ", 2)
        kinds.append((f'{{route="{route}",method="{method}",status="{status}"}}', sum(numbers[:-1])))
        routes[route] = [one + more for one, more in zip(routes.get(route, [0] * NUMBERS), numbers, strict=True)]
    yield from _metric("jirga_requests_total", "counter", "Answers, by tens.", kinds)
    took: list[tuple[str, float]] = []
    for route, numbers in routes.items():
        for bound, count in zip((*BOUNDS, "+Inf"), accumulate(numbers[:-1]), strict=True):
            took.append((f'_bucket{{route="{route}",le="{bound}"}}', count))
        took += [
            (f'_sum{{route="{route}"}}', numbers[-1] / 1_000_000),
            (f'_count{{route="{route}"}}', sum(numbers[:-1])),
        ]
    yield from _metric("jirga_request_seconds", "histogram", "How long answers took, by tens.", took)


class Listener(ThreadingHTTPServer):
    """Answers with the page until the server that it belongs to is gone."""

    daemon_threads = True

    def __init__(self, where: tuple[str, int]) -> None:
        self.address_family = socket.AF_INET6 if ":" in where[0] else socket.AF_INET
        super().__init__(where, Answer)
        self.page: Page | None = None
        self.parent = os.getpid()

    def server_bind(self) -> None:
        """Without asking for the name of the machine."""
        TCPServer.server_bind(self)

    def service_actions(self) -> None:
        """Twice a second."""
        if os.getppid() != self.parent:
            os._exit(0)

    def handle_error(self, *_: object) -> None:
        """Whoever goes away while it answers leaves no line."""


class Answer(BaseHTTPRequestHandler):
    """GET /metrics and nothing else."""

    timeout = 10
    server: Listener

    def do_GET(self) -> None:
        """The page."""
        body = self.server.page.text().encode() if self.path == "/metrics" and self.server.page else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def version_string(self) -> str:
        """Nothing of what runs here."""
        return "jirga"

    def log_message(self, *_: object) -> None:
        """No addresses in the log."""


@contextmanager
def offered(settings: Settings, bind: str, workers: int) -> Iterator[None]:
    """While it lasts, workers forked from here count on one board, and a process of its own shows it at HOST:PORT."""
    try:
        listener = Listener(address(bind))
    except OSError as error:
        raise BadSetting("--metrics-bind (JIRGA_METRICS)", f"cannot listen there: {error.strerror}") from None
    Shared.board = Board(workers)
    process = get_context("fork").Process(target=_show, args=(listener, Shared.board, settings), daemon=True)
    process.start()
    listener.socket.close()
    try:
        yield
    finally:
        process.terminate()
        Shared.board = None


def _show(listener: Listener, board: Board, settings: Settings) -> None:
    """A terminal's Ctrl+C reaches it too, but it goes when the server does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    listener.page = Page(board, settings)
    listener.serve_forever()
