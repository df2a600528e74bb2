"""A program that is missing is named with the command that gets it: skipped at home, a failure where CI=true."""

import pytest

from tests import machine


@pytest.fixture
def _without_compass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(machine.PROGRAMS, "compass", (lambda: None, "compass-bin"))


@pytest.mark.usefixtures("_without_compass")
def test_skipped_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody needs a database server to try a change."""
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="compass; get it with: apt-get install compass-bin"):
        machine.need("compass")


@pytest.mark.usefixtures("_without_compass")
def test_failed_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """There, nothing may be skipped."""
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="apt-get install compass-bin"):
        machine.need("compass")


def test_all_in_one_line() -> None:
    """What several programs need is one command."""
    advice = machine.advice({"compass": "compass-bin", "map": "maps"})
    assert advice == "not on this machine: compass, map; get it with: apt-get install compass-bin maps"
