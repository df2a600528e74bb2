"""Measurements: right over all workers, also killed ones; nothing that tells when one person did something."""

import json
import os
import re
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.orm import Session

from tests import factories
from tests.audit.test_sealer import served, within
from tests.browser import site as sites
from tests.commands.terminal import Terminal
from tests.factories import SAME_SITE, full
from webapp import metrics, serve
from webapp.board import FILED, ROWS, Board, Shared
from webapp.config import Settings
from webapp.metrics import LEAST, Coarse, Page

Labels = tuple[tuple[str, str], ...]


def numbers(text: str) -> dict[tuple[str, Labels], float]:
    """The samples of a page as Prometheus' own parser reads them."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def fetch(address: str) -> str:
    """What stands there."""
    with urllib.request.urlopen(address, timeout=10) as answer:
        return str(answer.read().decode())


@pytest.fixture
def board() -> Iterator[Board]:
    """A board that this process has joined, as a worker does."""
    Shared.board = Board(1)
    Shared.board.join()
    yield Shared.board
    Shared.board = None


def counted(board: Board) -> dict[str, int]:
    """Name -> how often."""
    return {name: sum(row[:-1]) for name, row in board.totals().items()}


def test_a_served_site(settings: Settings, tmp_path: Path) -> None:
    """Two workers and one page, in Prometheus' format; what a killed worker counted stays, a new one goes on."""
    (tmp_path / "served").mkdir()
    where = f"127.0.0.1:{sites.free_port()}"
    given = {**served(settings), "JIRGA_METRICS": where}
    with sites.serving(tmp_path / "served", "serve", "--workers", "2", **given) as (base, pid, printed):
        about = ("jirga_requests_total", (("method", "GET"), ("route", "/<lang>/about"), ("status", "2xx")))
        assert within(20, lambda: numbers(fetch(f"http://{where}/metrics"))["jirga_workers", ()] == 2)
        for _ in range(2 * LEAST):
            fetch(f"{base}/en/about?district=bannu")
        before = numbers(fetch(f"http://{where}/metrics"))
        assert before[about] >= LEAST
        assert (before["jirga_workers", ()], before["jirga_database_up", ()]) == (2, 1)
        assert before["jirga_open_release_number", ()] == 1
        assert before["jirga_audit_unsealed", ()] == 0
        _kill_a_worker(pid, where)
        for _ in range(4 * LEAST):
            fetch(f"{base}/ur/about")
        after = numbers(fetch(f"http://{where}/metrics"))
        assert 4 * LEAST < after[about] <= 6 * LEAST
        assert "bannu" not in str(after)
        for wrong in ("", "/metrics?x", "/metrics/"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                fetch(f"http://{where}{wrong}")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            fetch(f"{base}/metrics")
    assert within(5, lambda: not _listens(where))
    events = {json.loads(line)["event"] for line in printed.read_text().splitlines()}
    assert len([event for event in events if event.startswith("Unexpected exit from worker-")]) == 1
    assert "a library said something" not in events


def _kill_a_worker(pid: int, where: str) -> None:
    """One that answers requests, not the process that shows the page; until another one has its place."""
    children = sites.workers(pid)
    os.kill(max(children), signal.SIGKILL)
    assert within(10, lambda: numbers(fetch(f"http://{where}/metrics"))["jirga_workers", ()] < 2 or _new(pid, children))
    assert within(20, lambda: numbers(fetch(f"http://{where}/metrics"))["jirga_workers", ()] == 2)


def _new(pid: int, children: list[int]) -> bool:
    return bool(set(sites.workers(pid)) - set(children))


def _listens(where: str) -> bool:
    host, _, port = where.partition(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def test_it_goes_when_the_server_is_killed(settings: Settings, tmp_path: Path) -> None:
    """No process is left that listens."""
    (tmp_path / "served").mkdir()
    where = f"127.0.0.1:{sites.free_port()}"
    given = {**served(settings), "JIRGA_METRICS": where}
    with sites.serving(tmp_path / "served", "serve", "--workers", "1", **given) as (_, pid, _):
        assert _listens(where)
        children = sites.workers(pid)
        os.kill(pid, signal.SIGKILL)
        try:
            assert within(5, lambda: not _listens(where))
        finally:
            for child in children:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)


def test_filings_are_counted_once(app: Flask, board: Board, session: Session) -> None:
    """Sent twice it is one; what was refused is none. Failures are counted as they come."""
    client = app.test_client()
    factories.sign_in(client, factories.person(session))
    for side in ("north", "south", "east"):
        for _ in range(2):
            text = f"Synthetic: the houses near the {side} road were damaged."
            assert client.post("/en/submit", data=full(narrative=text), headers=SAME_SITE).status_code == 303
    assert client.post("/en/submit", data=full(district=None), headers=SAME_SITE).status_code == 422
    found = counted(board)
    assert found[FILED] == 3
    assert found["POST 3xx /<lang>/submit"] == 6
    assert found["POST 4xx /<lang>/submit"] == 1
    assert not any(name.startswith("failed") for name in found)


def test_nobody_sees_a_single_filing(settings: Settings, board: Board) -> None:
    """The page is read after each count: nothing of a kind moves by less than ten, and not each time alike."""
    page, steps, last = Page(board, settings), list[float](), 0.0
    key = ("jirga_filings_acknowledged_total", ())
    for _ in range(200):
        board.answered("POST", "/<language:lang>/submit", 303, 0.02, 1)
        shown = numbers(page.text())
        posted = shown.get(
            ("jirga_requests_total", (("method", "POST"), ("route", "/<lang>/submit"), ("status", "3xx"))), 0
        )
        assert posted == shown.get(("jirga_request_seconds_count", (("route", "/<lang>/submit"),)), 0)
        if shown[key] != last:
            steps.append(shown[key] - last)
            last = shown[key]
    assert min(steps) >= LEAST
    assert len(set(steps)) > 1
    assert 180 <= last <= 200


def test_the_true_count_would_show_it(board: Board) -> None:
    """What the page keeps back stands on the board: the check above can fail."""
    board.count(FILED)
    assert counted(board)[FILED] == 1
    assert Coarse().look(board.totals()) == {}


def test_failures_and_a_lost_database_show_at_once(tmp_path: Path, settings: Settings, board: Board) -> None:
    """An operator must not wait for ten of them."""
    board.answered("GET", "-", 503, 0.1, 0)
    text = Page(board, settings.__class__(tmp_path, f"sqlite:///{tmp_path / 'no' / 'file'}", b"x" * 40, "")).text()
    shown = numbers(text)
    assert shown["jirga_failures_total", (("status", "503"),)] == 1
    assert shown["jirga_database_up", ()] == 0
    assert "jirga_open_release_number" not in text


def test_histogram_and_labels(app: Flask, settings: Settings, board: Board) -> None:
    """Buckets add up, sums are seconds; of every route of the site no label but its pattern, method and class."""
    for rule in app.url_map.iter_rules():
        for _ in range(2 * LEAST):
            board.answered("GET", rule.rule, 200, 0.03, 0)
    shown = numbers(Page(board, settings).text())
    route = ("route", "/<lang>/queue/<reference>/<step>")
    assert shown["jirga_request_seconds_bucket", (("le", "0.025"), route)] == 0
    count = shown["jirga_request_seconds_bucket", (("le", "0.05"), route)]
    assert count == shown["jirga_request_seconds_bucket", (("le", "+Inf"), route)] >= LEAST
    assert shown["jirga_request_seconds_sum", (route,)] == pytest.approx(0.03 * count)
    assert {name for _, labels in shown for name, _ in labels} == {"route", "method", "status", "le"}
    routes = {value for _, labels in shown for name, value in labels if name == "route"}
    assert len(routes) == len({rule.rule for rule in app.url_map.iter_rules()})
    assert all(re.fullmatch(r"[a-z_/.<>-]+", route) for route in routes)


def test_a_board_that_is_full_or_has_no_place_left() -> None:
    """Nothing is counted, nothing breaks; a place that is free again is taken with what stands in it."""
    board = Board(1)
    board.count("before it joined")
    assert board.totals() == {}
    board.join()
    for n in range(ROWS + 10):
        board.count(f"name {n}", 99)
        board.count("x" * 200)
    assert len(board.totals()) == ROWS
    again = Board.__new__(Board)
    again.__dict__.update({**board.__dict__, "_known": {}, "_next": 0, "_end": 0})
    again.join()
    again.count("name 0")
    assert counted(board)["name 0"] == 2


pytestmark_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytestmark_sqlite
def test_where_it_may_listen(jirga: Terminal) -> None:
    """This machine alone, unless it is asked for loudly; a taken or a wrong address is said."""
    ran: list[bool] = []
    jirga.patch.setattr(serve, "run", lambda *_: ran.append(Shared.board is not None))
    jirga.patch.setattr(serve, "free", lambda *_: True)
    for beyond in ("0.0.0.0:9464", "[::]:9464", "192.0.2.1:9464"):
        told = jirga.refused("serve", "--metrics-bind", beyond, code=1)
        assert "--metrics-beyond-this-machine" in told
    for wrong in ("9464", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:99999", "::1:9464"):
        assert "HOST:PORT" in jirga.refused("serve", "--metrics-bind", wrong, code=1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = jirga.refused("serve", "--metrics-bind", f"127.0.0.1:{taken.getsockname()[1]}", code=1)
        assert "cannot listen there" in told
    assert ran == []
    jirga.right("serve")
    jirga.right("serve", "--metrics-bind", f"127.0.0.1:{sites.free_port()}")
    jirga.right("serve", "--metrics-bind", f"0.0.0.0:{sites.free_port()}", "--metrics-beyond-this-machine")
    assert ran == [False, True, True]
    assert Shared.board is None


def test_addresses() -> None:
    """IPv6 in brackets."""
    assert metrics.address("[::1]:9464") == ("::1", 9464)
    assert metrics.address("localhost:80") == ("localhost", 80)
