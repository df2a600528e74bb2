"""Catalogues: what the code says is what is translated, all of it, with every placeholder."""

import re
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from tests import machine
from tests.house import sources
from webapp.config import LANGUAGES

TRANSLATIONS = sources.ROOT / "translations"
TRANSLATED = [language for language in LANGUAGES if language != "en"]
EXTRACT = "pybabel -q extract -F pyproject.toml -k N_ -k _l --add-location=file --sort-by-file --no-wrap"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%%")


def po(language: str) -> Path:
    """The catalogue of a language."""
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def messages(path: Path, language: str | None = None) -> Catalog:
    """A catalogue, read."""
    return read_po(BytesIO(path.read_bytes()), locale=language)


def told(catalogue: Catalog) -> set[tuple[str, ...]]:
    """Each message with its context, and the files it comes from."""
    places = {(str(m.id), m.context or ""): sorted({place for place, _ in m.locations}) for m in catalogue if m.id}
    return {(*message, *where) for message, where in places.items()}


def problems(message: Message) -> list[str]:
    """What is wrong with one translation."""
    sources_ = message.id if isinstance(message.id, list | tuple) else [message.id]
    given = message.string if isinstance(message.string, list | tuple) else [message.string]
    if not all(given):
        return ["not translated"]
    wanted = set(PLACEHOLDER.findall(sources_[-1]))
    found = ["fuzzy"] if message.fuzzy else []
    found += ["other placeholders" for text in given if set(PLACEHOLDER.findall(text)) != wanted]
    return found + [str(error) for error in message.check()]


def test_extracted_is_committed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run `make catalogues` after changing a message."""
    monkeypatch.chdir(sources.ROOT)
    fresh = tmp_path / "messages.pot"
    CommandLineInterface().run([*EXTRACT.split(), "-o", str(fresh), "."])
    assert told(messages(fresh)) == told(messages(TRANSLATIONS / "messages.pot"))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_there(language: str) -> None:
    """No more and no less than the English ones."""
    template, catalogue = messages(TRANSLATIONS / "messages.pot"), messages(po(language), language)
    assert {(m.id, m.context) for m in catalogue if m.id} == {(m.id, m.context) for m in template if m.id}
    assert list(catalogue.obsolete) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated(language: str) -> None:
    """Completely, not fuzzy, with the same placeholders."""
    catalogue = messages(po(language), language)
    assert {str(m.id): found for m in catalogue if m.id and (found := problems(m))} == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_msgfmt_agrees(language: str) -> None:
    """gettext's own checker sees what Babel's compiler lets pass."""
    program = machine.need("msgfmt")
    done = subprocess.run([program, "-c", "-o", "/dev/null", po(language)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("message", "string", "flags"),
    [
        ("Hello", "", ()),
        ("Hello", "سلام", ("fuzzy",)),
        ("%(count)s people", "لوگ", ()),
        ("{count} people", "{number} لوگ", ()),
        (("%(count)s person", "%(count)s people"), ("%(count)s شخص", "لوگ"), ()),
    ],
)
def test_a_bad_translation_is_found(message: str, string: str, flags: tuple[str, ...]) -> None:
    """The checks can fail."""
    assert len(problems(Message(message, string, flags=flags))) == 1
