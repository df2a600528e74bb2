"""The terminal, and an instance with a history, for the tests of this folder."""

import pytest
from sqlalchemy.orm import Session

from tests.audit.hands import Hands
from tests.commands.terminal import Terminal, bare, jirga
from tests.paper.sheets import filed, sheet
from webapp.config import Settings, now
from webapp.people.models import Person
from webapp.people.rules import Role

__all__ = ["bare", "hands", "instance", "jirga"]


@pytest.fixture
def hands(session: Session, settings: Settings) -> Hands:
    """Somebody who has the whole database."""
    return Hands(session, settings)


@pytest.fixture
def instance(jirga: Terminal, hands: Hands) -> Hands:
    """Three seals with entries and events of several moments; the check is green, and its head is kept nowhere."""
    scope = ("PK-KP", "PK-BA")
    elder = Person(username="elder", role=Role.REPRESENTATIVE, scope=scope, language="en", created_at=now())
    hands.session.add(elder)  # without an entry, so that the tests can count
    hands.session.commit()
    jirga.right("import", filed(jirga, sheet(3)), "--as", "elder")
    for turn in range(3):
        for number in range(3):
            hands.append(what=f"test_{turn}", about={"number": number, "ü": None})
            if turn:
                hands.happens()
        assert hands.seal() == (6 if turn else 7)
    return hands
