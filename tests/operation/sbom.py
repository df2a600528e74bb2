"""`make sbom`: the product's parts as CycloneDX, from its pins and what is installed; the same bytes each time."""

import hashlib
import json
import re
import sys
import uuid
from collections import defaultdict
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)((?: ;[^\\\n]*)?)((?: \\\n +--hash=sha256:[0-9a-f]{64})+)", re.MULTILINE)
NORMAL = re.compile(r"[-_.]+")


def _licence(found: metadata.PackageMetadata) -> list[dict[str, Any]]:
    """The licence as the package says it: an expression, or the name of it."""
    if told := found.get("License-Expression"):
        return [{"expression": told}]
    names = [line.split(" :: ")[-1] for line in found.get_all("Classifier") or () if line.startswith("License ::")]
    told = found.get("License", "").split("\n")[0].strip()
    return [{"license": {"name": name}} for name in names or [told] if name and len(name) < 80]


def _installed(name: str, version: str) -> metadata.Distribution | None:
    """The package, if it is this version that is installed here."""
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None
    return found if found.version == version else None


def _component(name: str, version: str, marker: str, hashes: str) -> dict[str, Any]:
    found = _installed(name, version)
    made: dict[str, Any] = {
        "type": "library", "bom-ref": f"pkg:pypi/{name}@{version}", "name": name, "version": version,
        "purl": f"pkg:pypi/{name}@{version}",
        "hashes": [{"alg": "SHA-256", "content": one} for one in re.findall(r"[0-9a-f]{64}", hashes)],
    }  # fmt: skip
    if marker:
        made["properties"] = [{"name": "jirga:only-where", "value": marker.strip(" ;")}]
    if found and (told := _licence(found.metadata)):
        made["licenses"] = told
    return made


def _wanted(name: str, version: str) -> set[str]:
    """The names of what a package asks for."""
    found = _installed(name, version)
    lines = (found.requires if found else None) or ()
    return {NORMAL.sub("-", re.split(r"[^\w.-]", line)[0]).lower() for line in lines}


def bom(pins: str) -> dict[str, Any]:
    """The bill of materials of these pins; its number follows from them."""
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    version = re.findall(r'^version = "([^"]+)"', project, re.MULTILINE)[0]
    components = [_component(*pin) for pin in PIN.findall(pins)]
    refs = defaultdict[str, list[str]](list)
    for one in components:
        refs[one["name"]].append(one["bom-ref"])
    direct = re.findall(r'^    "([a-z0-9-]+)', project.split("dependencies = [")[1].split("\n]")[0], re.MULTILINE)
    needs = [{"ref": "jirga", "dependsOn": sorted(ref for name in direct for ref in refs[name])}]
    for one in components:
        wanted = _wanted(one["name"], one["version"]) & refs.keys()
        needs.append({"ref": one["bom-ref"], "dependsOn": sorted(ref for name in wanted for ref in refs[name])})
    number = uuid.UUID(bytes=hashlib.sha256(pins.encode()).digest()[:16], version=4)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.6",
        "version": 1, "serialNumber": f"urn:uuid:{number}",
        "metadata": {"component": {"type": "application", "bom-ref": "jirga", "name": "jirga", "version": version}},
        "components": components, "dependencies": needs,
    }  # fmt: skip


def main() -> None:
    """Write it to the file that is named."""
    out = Path(sys.argv[1])
    out.parent.mkdir(exist_ok=True)
    pins = (ROOT / "requirements.txt").read_text("utf-8")
    out.write_text(json.dumps(bom(pins), indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
