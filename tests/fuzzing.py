"""`--fuzz SECONDS`: hypothesis tests are tried with new examples until the time is over, an equal part for each.

A pytest plugin. The same tests run once in `make test`; nothing of them is written twice for the night.
"""

import functools
import os
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import hypothesis
import pytest

SECONDS = pytest.StashKey[float]()
REPORTED = "examples"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The time for all of them together, on the clock."""
    parser.addoption("--fuzz", type=float, default=0, metavar="SECONDS", help="repeat tests marked fuzz for so long")


def pytest_sessionstart(session: pytest.Session) -> None:
    """New examples each time, also where CI=true would give the same ones; and the word that brings one back."""
    if session.config.option.fuzz:
        hypothesis.settings.register_profile("fuzz", hypothesis.settings(), derandomize=False, print_blob=True)
        hypothesis.settings.load_profile("fuzz")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Whatever hypothesis gives examples to is marked, before pytest picks by marks."""
    for item in items:
        if _is_hypothesis(item):
            item.add_marker("fuzz")


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Of several processes each tries its part at the same time."""
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    count = sum(item.get_closest_marker("fuzz") is not None for item in session.items)
    session.config.stash[SECONDS] = session.config.option.fuzz * processes / max(count, 1)


def _is_hypothesis(item: pytest.Item) -> bool:
    return isinstance(item, pytest.Function) and getattr(item.obj, "is_hypothesis_test", False)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Again and again, each time with other examples; the first failure ends it."""
    config = pyfuncitem.config
    if not config.option.fuzz or pyfuncitem.get_closest_marker("fuzz") is None:
        return None
    given = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    counted, until = Counter[str](), time.monotonic() + config.stash[SECONDS]
    plain = pyfuncitem.obj.hypothesis.inner_test if _is_hypothesis(pyfuncitem) else None
    if plain:
        pyfuncitem.obj.hypothesis.inner_test = _counting(plain, counted)
    try:
        while time.monotonic() < until or not counted["rounds"]:
            counted["rounds"] += 1
            pyfuncitem.obj(**given)
    finally:
        if plain:
            pyfuncitem.obj.hypothesis.inner_test = plain
        pyfuncitem.user_properties.append((REPORTED, counted[REPORTED] or counted["rounds"]))
    return True


def _counting(plain: Callable[..., Any], counted: Counter[str]) -> Callable[..., Any]:
    @functools.wraps(plain)
    def counting(*given: Any, **named: Any) -> Any:
        counted[REPORTED] += 1
        return plain(*given, **named)

    return counting


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """How many examples each was given, fewest first."""
    if not config.option.fuzz:
        return
    tried = {
        report.nodeid: int(str(value))
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, value in report.user_properties
        if name == REPORTED
    }
    for nodeid, count in sorted(tried.items(), key=lambda one: one[1]):
        terminalreporter.write_line(f"{count:>9,} {nodeid}")
    terminalreporter.write_line(f"{sum(tried.values()):>9,} examples of {len(tried)} tests in all")
