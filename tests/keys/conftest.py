"""An instance whose keys stand in its secrets file, with something sealed of every kind. All synthetic."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import LargeBinary, Table
from sqlalchemy.orm import Session

from tests import factories
from tests.commands.terminal import Terminal, bare
from tests.handling.acting import Place, place
from webapp import config, held
from webapp.app import create_app
from webapp.config import Settings, secrets_file, settings_from
from webapp.history.tables import Step
from webapp.models import Base
from webapp.people.models import Person
from webapp.retention import SEALED
from webapp.sealed import Column, unopened
from webapp.unsent import actions as unsent
from webapp.uploads import actions as uploads
from webapp.vault import Vault

__all__ = ["bare"]
#: How everything began that was sealed before.
OLD_HEADER = b"\x01\x080000000a"


@dataclass
class Kept:
    """The instance: its command line, its site as one worker holds it, and who files on it."""

    jirga: Terminal
    settings: Settings
    app: Flask
    place: Place
    owner: Person

    @property
    def session(self) -> Session:
        """A session of its own."""
        return self.place.session

    @property
    def ring(self) -> list[str]:
        """The keys as they stand in the file, newest first."""
        return secrets_file(self.settings.data_dir)["JIRGA_VAULT_KEYS"].split(",")

    def browser(self) -> FlaskClient:
        """The owner's, signed in."""
        client = self.app.test_client()
        assert factories.sign_in(client, self.owner).status_code == 303
        return client

    def file(self, client: FlaskClient, words: str) -> tuple[int, str]:
        """One grievance through the form: the status, and its reference."""
        answer = client.post("/en/submit", data=factories.full(narrative=words), headers=factories.JSON)
        return answer.status_code, answer.get_json()["reference"]

    def sealed(self) -> list[bytes]:
        """All that is sealed in the database."""
        self.session.rollback()
        found = [row.sealed for column in SEALED for row in self.session.execute(column.table.select())]
        self.session.rollback()
        return [one for one in found if one is not None]

    def under(self, key: str) -> int:
        """How many are sealed under a key."""
        header = b"\x01\x08" + key.partition(":")[0].encode()
        return sum(one.startswith(header) for one in self.sealed())

    def closed_to(self, vault: Vault) -> int:
        """How many a key ring does not open."""
        self.session.rollback()
        found = sum(1 for column in SEALED for _ in unopened(self.session, vault, column))
        self.session.rollback()
        return found

    def whole(self) -> bool:
        """Whether `jirga check` is green."""
        return self.jirga.whole()

    def later(self, **span: float) -> None:
        """Let `jirga keys` live later."""
        at = config.now() + timedelta(**span)
        self.jirga.patch.setattr("webapp.keys.now", lambda: at)


def small(column: Column) -> Column:
    """The same, some rows at a time."""
    return dataclasses.replace(column, most=2)


@pytest.fixture
def kept(bare: Terminal, settings: Settings, session: Session) -> Iterator[Kept]:
    """A few grievances with replies, a sheet, a reply that was not sent, a second factor."""
    bare.patch.setattr("webapp.keys.PAUSE", 0)
    bare.patch.setattr("webapp.keys.BREATH", 0)
    bare.patch.setattr("webapp.keys.SEALED", [small(column) for column in SEALED])
    lines = f"# a line of the office\nJIRGA_SECRET_KEY={factories.SECRET.decode()}\nJIRGA_VAULT_KEYS={factories.KEYS}\n"
    (settings.data_dir / "secrets").write_text(lines, "ascii")
    bare.uses(settings)
    bare.set(JIRGA_SECRET_KEY=None, JIRGA_VAULT_KEYS=None, JIRGA_SECOND_FACTOR="optional")
    here = place(session)
    for words in ("Synthetic: the bridge.", "Synthetic: the school.", "Synthetic: the well."):
        reference = here.file(narrative=words)
    for step in (Step.ACKNOWLEDGE, Step.ASK):
        here.take("reviewer", reference, step)
    acting, reviewer = factories.operator(session), here.people["reviewer"]
    unsent.keep(acting, reviewer, here.state(reference).id, "note", {"note": ["Synthetic: not sent."]})
    owner = session.get_one(Person, here.people["owner"].id)
    uploads.keep(session, factories.VAULT, owner.id, "Synthetic: a sheet.", config.now())
    session.commit()
    factories.factor(session, session.get_one(Person, here.people["supervisor"].id))
    app = create_app(settings_from())
    app.testing = True
    yield Kept(bare, settings, app, here, owner)
    app.extensions["store"].engine.dispose()


def tables_with_sealed() -> set[Table]:
    """Every table that has a column for something sealed."""
    return {
        table for table in Base.metadata.tables.values()
        if "sealed" in table.c and isinstance(table.c.sealed.type, LargeBinary)
    }  # fmt: skip


def travelling(vault: Vault, owner: Person) -> str:
    """A form on its way through a sign-in."""
    return held.hold(vault, owner.id, held.Held("/en/submit", [("narrative", "Synthetic: on its way.")]), config.now())
