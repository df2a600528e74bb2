"""No page loads anything from elsewhere: no template, style sheet, script or picture names another host."""

import re
from pathlib import Path

import pytest

from tests.house.sources import STATIC, TEMPLATES, WEBAPP, name

#: A host after two slashes, however the address begins; the names of XML's vocabularies are asked of nobody.
HOST = re.compile(r"(?:https?:|wss?:|['\"(=\s])//(?!www\.w3\.org/(?:2000/svg|1999/xlink))[\w-]+\.", re.IGNORECASE)
#: What draws pages from code.
DRAWN = [WEBAPP / "dangers.py", WEBAPP / "submit" / "tables.py", WEBAPP / "forms.py"]
SEEN = [
    path
    for path in [*TEMPLATES.rglob("*.html"), *STATIC.rglob("*"), *DRAWN]
    if path.suffix in (".html", ".css", ".js", ".svg", ".py")
]


def hosts(text: str) -> list[str]:
    """Every place where another host is named; a comment of a script is no address."""
    return HOST.findall(text)


@pytest.mark.parametrize("path", SEEN, ids=name)
def test_no_other_host_is_named(path: Path) -> None:
    assert hosts(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://cdn.example.org/a.js"></script>', "<img src=//example.org/a.png>",
        "@import url(http://example.org/a.css);", 'fetch("//example.org/a")', "url('//fonts.example.org/b')",
    ],
)  # fmt: skip
def test_another_host_is_found(text: str) -> None:
    assert hosts(text)


@pytest.mark.parametrize("text", ['xmlns="http://www.w3.org/2000/svg"', "x // a comment", 'href="/en/help"', "a//b"])
def test_what_is_ours_is_let_through(text: str) -> None:
    assert not hosts(text)
