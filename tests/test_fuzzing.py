"""`--fuzz` tries what hypothesis tries again and again, finds what one round misses, and stops by itself."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """
from hypothesis import given, settings, strategies as st

COUNT = [0]

@settings(max_examples=5, database=None)
@given(st.integers())
def test_right(number):
    assert isinstance(number, int)

@settings(max_examples=5, database=None)
@given(st.integers())
def test_rarely_wrong(number):
    COUNT[0] += 1
    assert COUNT[0] < 12

def test_plain():
    assert False
"""


@pytest.mark.parametrize(("seconds", "wrong"), [("0", 0), ("2", 1)])
def test_the_time_is_used(tmp_path: Path, seconds: str, wrong: int) -> None:
    (tmp_path / "test_some.py").write_text(TESTS, "ascii")
    words = ["-p", "tests.fuzzing", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", str(tmp_path)]
    command = [sys.executable, "-m", "pytest", *words, "-m", "fuzz", "--fuzz", seconds, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == wrong, done.stdout
    assert "1 deselected" in done.stdout
    if wrong:
        (count,) = re.findall(r"([0-9,]+) \S+::test_right", done.stdout)
        assert int(count.replace(",", "")) > 20
        assert "examples of 2 tests in all" in done.stdout
