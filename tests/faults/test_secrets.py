"""The file of the secrets is lost or another's: nothing starts with it, and what runs goes on with what it knows."""

import pytest
from flask.testing import FlaskClient

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


@pytest.mark.parametrize(("found", "said"), [("gone", "jirga init"), ("empty", "jirga init"), ("another's", "secrets")])
def test_nothing_is_served(kept: Kept, quiet: Terminal, found: str, said: str) -> None:
    """One line that says what to do, and no word of a key."""
    path = kept.settings.data_dir / SECRETS
    path.unlink()
    if (content := LOST[found]) is not None:
        path.write_text(content, "ascii")
    for words in (["serve"], ["check"]):
        if found == "another's" and words == ["check"]:
            continue  # which names it among its findings
        line = quiet.refused(*words, code=1)
        assert said in line
        assert OTHER.rpartition(":")[2].strip() not in line


@pytest.mark.parametrize("found", LOST)
def test_what_runs_goes_on(kept: Kept, found: str) -> None:
    """Under the keys that it knows, so that nothing is ever sealed that nobody can open."""
    path, browser = kept.settings.data_dir / SECRETS, kept.browser()
    content = path.read_text("ascii")
    path.unlink()
    if (other := LOST[found]) is not None:
        path.write_text(other, "ascii")
    assert _ready(browser)
    assert kept.file(browser, f"Synthetic: {factories.word()} meanwhile.")[0] == 201
    path.write_text(content, "ascii")
    assert _ready(browser)
    assert kept.closed_to(factories.VAULT) == 0
    assert kept.whole()


def _ready(browser: FlaskClient) -> bool:
    return browser.get("/readyz").status_code == 200
