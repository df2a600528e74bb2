"""A representative at home, signed in, and the officials who answer."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests import factories
from tests.clock import Clock
from tests.factories import SAME_SITE
from tests.handling.acting import Place, place
from webapp.history.tables import Step
from webapp.people.models import Person

MAIN = re.compile("<main.*</main>", re.DOTALL)


@dataclass
class Home:
    """What the owner of a grievance sees on the site, and what the others do to it meanwhile."""

    client: FlaskClient
    place: Place
    clock: Clock

    def page(self, path: str, language: str = "en") -> str:
        """The main part of a page that opens."""
        answer = self.client.get(f"/{language}/{path}")
        assert answer.status_code == 200, answer.status
        return MAIN.findall(answer.text)[0]

    def send(self, reference: str, step: Step, *, seen: int | None = None, **given: Any) -> TestResponse:
        """The form of a step, as a browser without scripts sends it."""
        shown = self.place.last(reference) if seen is None else seen
        form = {"seen": str(shown), **given}
        return self.client.post(f"/en/grievances/{reference}/{step.value}", data=form, headers=SAME_SITE)

    def officials(self, reference: str, *steps: Step) -> None:
        """One step after the other by the reviewer."""
        for step in steps:
            self.place.at = self.clock.at
            self.place.take("reviewer", reference, step)

    def leave_it(self, minutes: int = 11) -> None:
        """The password was typed too long ago."""
        self.clock.forward(minutes=minutes)


@pytest.fixture
def home(client: FlaskClient, session: Session, clock: Clock) -> Home:
    """The owner, signed in just now."""
    here = place(session)
    here.at = clock.at
    owner = session.get(Person, here.people["owner"].id)
    session.commit()
    assert owner
    factories.sign_in(client, owner)
    return Home(client, here, clock)
