"""Every package is pinned with its hashes, and no address or path of anyone's machine is in the files."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement

from tests.house import sources

FILES = (
    "requirements.txt", "requirements-dev.txt",
    *(f"tests/attack/requirements-{name}.txt" for name in ("build", "wapiti", "sqlmap")),
)  # fmt: skip
FOREIGN = re.compile(
    r"https?:|file:|--(?:extra-)?index-url|--find-links|--trusted-host|^-[if] |(?:^|[\s\"'])/\w+/", re.MULTILINE
)


def unpinned(text: str) -> list[str]:
    """Requirements without == or without a hash."""
    blocks = re.findall(r"^[A-Za-z].*(?:(?<=\\)\n.*)*", text, re.MULTILINE)
    return [block.split()[0] for block in blocks if "==" not in block or "--hash=sha256:" not in block]


@pytest.mark.parametrize("name", FILES)
def test_pinned_with_hashes(name: str) -> None:
    """What is installed tomorrow is what was tested today."""
    text = (sources.ROOT / name).read_text("utf-8")
    assert unpinned(text) == []
    assert FOREIGN.findall(text) == []


def test_all_that_is_declared_is_pinned() -> None:
    """pyproject.toml names what is used, the pins know all of it."""
    with (sources.ROOT / "pyproject.toml").open("rb") as file:
        declared = tomllib.load(file)
    groups = declared["dependency-groups"]
    wanted = {
        "requirements.txt": [
            *declared["project"]["dependencies"],
            *groups["build"],
            *declared["build-system"]["requires"],
        ],
        "requirements-dev.txt": groups["dev"],
    }
    for name, lines in wanted.items():
        pinned = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (sources.ROOT / name).read_text("utf-8"), re.MULTILINE))
        for requirement in map(Requirement, lines):
            assert requirement.specifier.contains(pinned[requirement.name]), requirement


def test_the_checks_can_fail() -> None:
    """A range, a pin without a hash, an index of one's own."""
    assert unpinned("flask>=3\n") == ["flask>=3"]
    assert unpinned("flask==3.1\n") == ["flask==3.1"]
    assert unpinned("flask==3.1 \\\n    --hash=sha256:00\n") == []
    assert FOREIGN.search("--index" + "-url x")
    assert FOREIGN.search("# from /srv/wheels")
