"""Every requirement of our ASVS list is shown by a test or a sentence of the README, or said to be open."""

import ast
import tomllib
from typing import Any

import pytest

from tests.house import sources

FILE = sources.ROOT / "tests" / "attack" / "asvs.toml"
KEYS = {"asks", "tests", "readme", "open"}
#: How many may be open at most. It only becomes smaller.
MOST_OPEN = 8


def words(text: str) -> str:
    """A text in one line."""
    return " ".join(text.split())


def there(place: str) -> bool:
    """Whether `tests/file.py::test_name` is a test of that file."""
    path, _, name = place.partition("::")
    file = sources.ROOT / path
    if not path.startswith("tests/") or not name.startswith("test_") or not file.is_file():
        return False
    return any(isinstance(node, ast.FunctionDef) and node.name == name for node in sources.tree(file).body)


def findings(text: str, readme: str) -> list[str]:
    """What is wrong with a list of requirements."""
    told: dict[str, Any] = tomllib.loads(text)
    ids, most = told.pop("ids").split(), told.pop("open")
    found = [f"{one} stands twice" for one in sorted(ids) if ids.count(one) > 1]
    found += [f"{one} is in no list" for one in told if one not in ids]
    for one in ids:
        entry = told.get(one, {})
        shown = [*entry.get("tests", ()), *entry.get("readme", ())]
        found += [] if shown or entry.get("open") else [f"{one} is shown by nothing"]
        found += [] if one not in told or entry.get("asks") else [f"{one} does not say what it asks"]
        found += [f"{one}: unknown {key}" for key in sorted(set(entry) - KEYS)]
        found += [f"{one}: no test {place}" for place in entry.get("tests", ()) if not there(place)]
        found += [f"{one}: not in the README: {said}" for said in entry.get("readme", ()) if words(said) not in readme]
    count = len([one for one in told.values() if "open" in one])
    return found + ([] if count == most else [f"{count} are open, not {most}"])


def test_every_requirement_is_shown() -> None:
    """What is open is said."""
    text, readme = FILE.read_text("utf-8"), words((sources.ROOT / "README.md").read_text("utf-8"))
    assert findings(text, readme) == []
    told = tomllib.loads(text)
    still = {one: entry["open"] for one, entry in told.items() if isinstance(entry, dict) and "open" in entry}
    for one, why in still.items():
        print(f"open: {one}: {why}")
    assert told["open"] <= MOST_OPEN
    assert len(told["ids"].split()) > 110


RIGHT = """
open = 0
ids = "1.2.1 1.2.2"
["1.2.1"]
asks = "one"
tests = ["tests/house/test_asvs.py::test_every_requirement_is_shown"]
["1.2.2"]
asks = "two"
readme = ["A sentence   that stands there."]
"""
README = "Before. A sentence that stands there. After."


@pytest.mark.parametrize(
    ("right", "harm", "said"),
    [
        ('1.2.1 1.2.2"', '1.2.1 1.2.2 1.2.3"', "1.2.3 is shown by nothing"),
        ('1.2.1 1.2.2"', '1.2.1"', "1.2.2 is in no list"),
        ('1.2.1 1.2.2"', '1.2.1 1.2.2 1.2.2"', "1.2.2 stands twice"),
        ("test_every_requirement_is_shown", "test_none", "no test tests/house/test_asvs.py::test_none"),
        ("::test_every_requirement_is_shown", "::findings", "no test"),
        ("tests/house/test_asvs.py", "tests/house/nowhere.py", "no test"),
        ("stands there", "stands elsewhere", "not in the README"),
        ('asks = "two"', "", "1.2.2 does not say what it asks"),
        ('asks = "two"', 'asks = "two"\nopen = "why"', "1 are open, not 0"),
        ('asks = "two"', 'asks = "two"\nshown = "why"', "unknown shown"),
    ],
    ids=range(10),
)
def test_harm_is_found(right: str, harm: str, said: str) -> None:
    """The check can fail."""
    assert findings(RIGHT, README) == []
    assert right in RIGHT
    assert any(said in one for one in findings(RIGHT.replace(right, harm, 1), README))
