"""The file of the secrets is lost or another's: nothing starts with it, and what runs goes on with what it knows."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from tests import factories
from tests.commands.terminal import Terminal, bare, jirga
from tests.keys.conftest import Kept, kept
from webapp.config import SECRETS
from webapp.vault import new_key

__all__ = ["bare", "jirga", "kept"]
OTHER = f"JIRGA_SECRET_KEY={'x' * 40}\nJIRGA_VAULT_KEYS={new_key()}\n"
LOST = {"gone": None, "empty": "", "another's": OTHER}


@pytest.fixture
def quiet(kept: Kept) -> Terminal:
    """The terminal, where no server is ever started."""
    kept.jirga.patch.setattr("webapp.serve.run", lambda *_: pytest.fail("it would have been served"))
    kept.jirga.patch.setattr("webapp.serve.free", lambda *_: True)
    return kept.jirga


SAID = {
    "gone": "put the copy of secrets that was kept into",
    "empty": "put back the copy that was kept",
    "another's": "give back the secrets it was made with",
}


def lose(kept: Kept, found: str) -> Path:
    """The file, in whose place there is something else, or nothing."""
    path = kept.settings.data_dir / SECRETS
    path.unlink()
    if (content := LOST[found]) is not None:
        path.write_text(content, "ascii")
    return path


@pytest.mark.parametrize("found", LOST)
def test_nothing_is_served(kept: Kept, quiet: Terminal, found: str) -> None:
    """One line that says what to do, and no word of a key."""
    lose(kept, found)
    for words in (["serve"], ["check"]):
        if found == "another's" and words == ["check"]:
            continue  # which names it among its findings
        line = quiet.refused(*words, code=1)
        assert SAID[found] in line
        assert OTHER.rpartition(":")[2].strip() not in line


@pytest.mark.parametrize("found", LOST)
def test_none_are_made_beside_a_database_that_has_its_own(kept: Kept, quiet: Terminal, found: str) -> None:
    """New ones would be copied to the safe over the last of the right ones; the unit calls init by itself."""
    path = kept.settings.data_dir / SECRETS
    content, before = path.read_bytes(), stored(kept)
    lose(kept, found)
    there = sorted((one.name, one.read_bytes()) for one in path.parent.glob("secrets*"))
    for _ in range(2):
        line = quiet.refused("init", code=1)
        assert SAID[found] in line
        assert "run `jirga init`" not in line
    assert sorted((one.name, one.read_bytes()) for one in path.parent.glob("secrets*")) == there
    assert stored(kept) == before
    path.write_bytes(content)
    quiet.right("init")
    assert path.read_bytes() == content
    assert kept.whole()


def stored(kept: Kept) -> list[object]:
    """What ties the database to its keys, and all that is sealed."""
    return [kept.session.execute(text("SELECT * FROM probe")).all(), kept.sealed()]


def test_an_empty_file_before_there_is_anything(bare: Terminal, tmp_path: Path) -> None:
    """It may be all that is left of one that was lost: whoever begins takes it away, as is said."""
    bare.set(JIRGA_DATA_DIR=tmp_path)
    (tmp_path / SECRETS).touch()
    assert f"or remove {tmp_path / SECRETS}" in bare.refused("init", code=1)
    (tmp_path / SECRETS).unlink()
    assert "secrets made" in bare.right("init")
    assert bare.whole()


@pytest.mark.parametrize("variable", ["JIRGA_BASE_URL", "JIRGA_DATABASE_URL"])
def test_none_are_made_for_settings_that_are_wrong(bare: Terminal, tmp_path: Path, variable: str) -> None:
    bare.set(JIRGA_DATA_DIR=tmp_path / "new", **{variable: "nonsense"})
    assert variable in bare.refused("init", code=1)
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("found", LOST)
def test_what_runs_goes_on(kept: Kept, found: str) -> None:
    """Under the keys that it knows, so that nothing is ever sealed that nobody can open."""
    content, browser = (kept.settings.data_dir / SECRETS).read_text("ascii"), kept.browser()
    path = lose(kept, found)
    assert _ready(browser)
    assert kept.file(browser, f"Synthetic: {factories.word()} meanwhile.")[0] == 201
    path.write_text(content, "ascii")
    assert _ready(browser)
    assert kept.closed_to(factories.VAULT) == 0
    assert kept.whole()


def _ready(browser: FlaskClient) -> bool:
    return browser.get("/readyz").status_code == 200
