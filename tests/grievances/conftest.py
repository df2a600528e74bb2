"""The terminal, and an instance with releases, for the tests of this folder."""

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.commands.terminal import Terminal, bare, jirga
from tests.paper.sheets import filed, sheet

__all__ = ["bare", "instance", "jirga"]


@pytest.fixture
def instance(jirga: Terminal, session: Session) -> Terminal:
    """Two releases and something not yet released, of every kind of wish."""
    factories.person(session, username="elder")
    rows = sheet(12) + sheet(14, confidentiality="province_only")[12:] + sheet(16, subcategory="armed_threats")[14:]
    rows += sheet(18, consent_statistics="no")[16:] + sheet(20, subcategory="civilian_death")[18:]
    jirga.right("import", filed(jirga, rows), "--as", "elder")
    jirga.right("import", filed(jirga, sheet(25)), "--as", "elder")
    jirga.right("release", "--now", "--why", "test")
    jirga.right("import", filed(jirga, sheet(27)), "--as", "elder")
    assert jirga.whole()
    return jirga
