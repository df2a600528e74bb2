"""Promise 4: what was acknowledged survives kill -9 of every process; what was not, sent again, is no double."""

import itertools
from pathlib import Path

import pytest

from tests.faults import crash

NIGHTLY = 50


@pytest.mark.parametrize(("database", "kinds"), [
    ("sqlite", ("worker", "master")), ("postgresql", ("server", "postmaster")),
])  # fmt: skip
def test_two_rounds(tmp_path: Path, database: str, kinds: tuple[str, ...]) -> None:
    with crash.site(tmp_path, database) as crashes:
        for kind in kinds:
            assert crashes.round(kind)["wrong"] == []


@pytest.mark.nightly
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_fifty_rounds(tmp_path: Path, database: str) -> None:
    with crash.site(tmp_path, database) as crashes:
        for kind in itertools.islice(itertools.cycle(crashes.kinds), NIGHTLY):
            told = crashes.round(kind)
            print(told)
            assert told["wrong"] == []
