"""The bill of materials names every pinned package with its hashes, and follows from the pins alone."""

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.house import sources
from tests.operation.sbom import bom

PINS = (sources.ROOT / "requirements.txt").read_text("utf-8")


def test_every_pin_is_in_it() -> None:
    """Name, version and all hashes; what is installed here with a licence."""
    made = bom(PINS)
    assert (made["bomFormat"], made["specVersion"], made["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", made["serialNumber"])
    pins = re.findall(r"^([a-z0-9-]+)==(\S+)", PINS, re.MULTILINE)
    assert [(one["name"], one["version"]) for one in made["components"]] == pins
    assert sum(len(one["hashes"]) for one in made["components"]) == PINS.count("--hash=sha256:")
    assert {one["purl"] for one in made["components"]} == {f"pkg:pypi/{name}@{version}" for name, version in pins}
    assert {one["name"] for one in made["components"] if "licenses" not in one} <= {"numpy"}


def test_what_needs_what() -> None:
    """Each part once, and nothing that is not in it."""
    made = bom(PINS)
    refs = [one["bom-ref"] for one in made["components"]]
    needs = {one["ref"]: one["dependsOn"] for one in made["dependencies"]}
    assert sorted(needs) == sorted(["jirga", *refs])
    assert {ref for wanted in needs.values() for ref in wanted} <= set(refs)
    names = {ref.split("/")[1].split("@")[0] for ref in needs["jirga"]}
    assert {"flask", "sqlalchemy", "granian", "cryptography", "pandas"} <= names
    assert "werkzeug" in str(next(wanted for ref, wanted in needs.items() if "/flask@" in ref))


def test_another_pin_is_another_bill() -> None:
    """The number of the bill follows from the pins."""
    other = PINS.replace("click==8", "click==9")
    assert other != PINS
    assert bom(other)["serialNumber"] != bom(PINS)["serialNumber"]
    assert {one["version"][0] for one in bom(other)["components"] if one["name"] == "click"} == {"9"}


def test_the_same_bytes(tmp_path: Path) -> None:
    """As `make sbom` writes it, twice."""
    for name in ("one.json", "two.json"):
        script = sources.ROOT / "tests" / "operation" / "sbom.py"
        subprocess.run([sys.executable, script, tmp_path / name], check=True, cwd=tmp_path)
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert json.loads((tmp_path / "one.json").read_text("utf-8")) == bom(PINS)
    assert str(sources.ROOT) not in (tmp_path / "one.json").read_text("utf-8")
