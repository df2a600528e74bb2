"""No key, token or password lies in the repository; those of the tests guard nothing and are named here."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import sources

LEFT_OUT = {
    ".git", ".venv", "instance", "dist", "build", "__pycache__", ".hypothesis", ".mypy_cache", ".pytest_cache",
    ".ruff_cache", ".import_linter_cache", ".grimp_cache", "shots",
}  # fmt: skip
#: Looks of keys that others give out, and of ours.
LOOKS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{36}|\bgithub_pat_\w{50}|\bglpat-[\w-]{20}"
    r"|\bxox[abpr]-[\w-]{10}|\bsk-[\w-]{32}|\bAIza[\w-]{35}|\bpypi-[\w-]{50}|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}"
    r"|://[^/\s:@'\"{}]+:[^/\s:@'\"{}]{3,}@|\$argon2id\$"
    r"|\b[0-9a-f]{8}:[A-Za-z0-9+/]{32,}"
)
#: A word that is given to something with a telling name.
GIVEN = re.compile(
    r"""(?i)(?:passw|secret|token|credential|api_?key|vault_?key)\w*["']?\s*(?::\s*\w+\s*)?[:=]\s*b?["']?([^\s"',(){}]{12,}(?![^\s"',]*[(){}]))"""
)
#: Letters and digits without a space that carry more than a word of this length does; pins' hashes are told apart.
DENSE = re.compile(r"(?<![\w/+:=.-])(?=[\w/+-]*[0-9])(?=[\w/+-]*[a-zA-Z])[\w/+-]{32,}={0,2}(?![\w/+=-])", re.ASCII)
BITS, DENSE_BITS = 3.5, 4.2
#: Where what looks like one is none: path -> how often.
KNOWN = {
    "tests/account/test_sessions.py": 1,  # the beginning of a hash
    "tests/admin/test_state.py": 2,  # an address and a file with made-up words, which must not be shown
    "tests/commands/test_errors.py": 1,  # the same, in a refusal
    "tests/operation/schema_0001.sql": 8,  # hashes of the tests' one password
    "tests/people/test_accounts.py": 4,  # beginnings of hashes
    "webapp/codes.py": 1,  # the letters of codes
}


def entropy(word: str) -> float:
    """Bits a letter, by how often each comes in the word."""
    return -sum(n / len(word) * math.log2(n / len(word)) for n in Counter(word).values())


def findings(text: str) -> list[str]:
    """What looks like a secret."""
    found = LOOKS.findall(text)
    found += [word for word in GIVEN.findall(text) if entropy(word) >= BITS and re.search("[0-9]", word)]
    return found + [word for word in DENSE.findall(text) if entropy(word) >= DENSE_BITS]


def files() -> Iterator[Path]:
    """All text files of the checkout that are ours."""
    for path in sorted(sources.ROOT.rglob("*")):
        if path.is_file() and not LEFT_OUT & set(path.relative_to(sources.ROOT).parts) and path.suffix != ".mo":
            yield path


def test_nothing_secret_is_in_the_repository() -> None:
    """Every file, whatever it is called."""
    found = {sources.name(path): findings(path.read_text("utf-8", "replace")) for path in files()}
    assert {name: words for name, words in found.items() if len(words) > KNOWN.get(name, 0)} == {}
    assert {name: len(found.get(name, ())) for name in KNOWN} == KNOWN


KEY = "mF9" + "zQ2xW7vK4pL8sN1" + "bR6tY3dH5gJ0cA=="


SECRETS = [
    "-----BEGIN EC " + "PRIVATE KEY-----",
    "AKIA" + "ABCDEFGHIJKLMNOP",
    "ghp_" + "a1B2" * 9,
    "xoxb-" + "123456789012",
    "postgresql://jirga:" + "open-sesame@db/jirga",
    "JIRGA_SECRET_KEY=" + "4f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c",
    "password = '" + "Tr0ub4dor&3xyz'",
    '"api_key": "' + "k3J9xQ2mZ7pL4vN8" + '"',
    "0000000a:" + KEY,
    f"JIRGA_VAULT_KEYS=01:{KEY}",
    f"data = '{KEY}'",
]
NONE = [
    "    --hash=sha256:02686b281ec9b8e9614f6f0db27e12e4cac515f336c5d05b678bc9eb73ff2af5",
    "password: synthetic pass phrase",
    "token_hash = hashlib.sha256(token).digest()",
    "the-page-of-figures-of-service-by-district-and-by-office-2026",
]


@pytest.mark.parametrize("text", SECRETS, ids=range(len(SECRETS)))
def test_a_secret_is_found(text: str) -> None:
    """The check can fail."""
    assert findings(text)


@pytest.mark.parametrize("text", NONE, ids=range(len(NONE)))
def test_what_is_none_is_let_through(text: str) -> None:
    """Pins, sentences, code, long names."""
    assert findings(text) == []
