"""What the scanners looked at, told at the end of a run."""

import pytest

from tests.attack.scanners import Report

REPORTS = pytest.StashKey[list[tuple[str, Report]]]()


@pytest.fixture(scope="session")
def reports(request: pytest.FixtureRequest) -> list[tuple[str, Report]]:
    """Who was signed in, and what one scanner did as that person."""
    return request.config.stash.setdefault(REPORTS, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """One line for each scan."""
    for name, report in config.stash.get(REPORTS, []):
        cut = f"; no time for all of: {', '.join(report.unfinished)}" if report.unfinished else ""
        done = f"{report.targets} addresses in {report.seconds:.0f} s, {len(report.findings)} said"
        terminalreporter.write_line(f"{report.scanner} as {name}: {done}{cut}")
