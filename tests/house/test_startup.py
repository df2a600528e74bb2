"""What does not need pandas, Flask or SQL must not pay for them at start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import sources

HEAVY = {"pandas", "numpy", "flask", "wtforms", "sqlalchemy"}


def loaded(*command: str) -> set[str]:
    """The packages that a Python command imports."""
    environment = os.environ | {"PYTHONPROFILEIMPORTTIME": "1"}
    done = subprocess.run(command, env=environment, cwd=sources.ROOT, capture_output=True, text=True, check=True)
    return {line.rpartition("|")[2].strip().split(".")[0] for line in done.stderr.splitlines() if "|" in line}


def test_the_command_starts_without_pandas() -> None:
    """`jirga --help` answers at once."""
    assert loaded(str(Path(sys.executable).with_name("jirga")), "--help") & {"pandas", "numpy"} == set()


def test_the_site_starts_without_pandas() -> None:
    """The form and the queue never pay for it."""
    assert loaded(sys.executable, "-c", "import webapp.app") & {"pandas", "numpy"} == set()


def test_rules_start_nothing() -> None:
    """Importing a rule starts neither Flask nor SQL."""
    rules = [f"webapp.{path.parent.name}.rules" for path in sources.WEBAPP.glob("*/rules.py")]
    assert rules
    assert loaded(sys.executable, "-c", "import " + ", ".join(rules)) & HEAVY == set()


@pytest.mark.parametrize("package", ["pandas", "flask"])
def test_an_import_is_seen(package: str) -> None:
    """The check can fail."""
    assert package in loaded(sys.executable, "-c", f"import {package}")
