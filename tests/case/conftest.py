"""An official signed in, a jirga's grievance, and what the others do to it meanwhile. All synthetic."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
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
class Office:
    """Officials at their screens; each has a browser without scripts."""

    app: Flask
    place: Place
    clock: Clock
    _browsers: dict[str, FlaskClient] = field(default_factory=dict)
    _since: dict[str, datetime] = field(default_factory=dict)

    def of(self, name: str) -> FlaskClient:
        """Somebody's browser, signed in, also where a sign-in has lapsed since."""
        if self._since.get(name, self.clock.at) < self.clock.at - timedelta(minutes=10):
            self._browsers.pop(name)
        self._since[name] = self.clock.at
        if name not in self._browsers:
            self._browsers[name] = self.app.test_client()
            person = self.place.session.get_one(Person, self.place.people[name].id)
            assert factories.sign_in(self._browsers[name], person).status_code == 303
            self.place.session.rollback()
        return self._browsers[name]

    def page(self, name: str, reference: str, language: str = "en", query: str = "") -> str:
        """The main part of the page, which opens."""
        answer = self.of(name).get(f"/{language}/queue/{reference}{query}")
        assert answer.status_code == 200, answer.status
        return MAIN.findall(answer.text)[0]

    def opens(self, name: str, reference: str) -> int:
        """The status of the page."""
        return self.of(name).get(f"/en/queue/{reference}").status_code

    def send(self, name: str, reference: str, step: Step, *, seen: int | None = None, **given: Any) -> TestResponse:
        """The form of a step, as a browser without scripts sends it."""
        form = {"seen": str(self.place.last(reference) if seen is None else seen), **given}
        return self.of(name).post(f"/en/queue/{reference}/{step.value}", data=form, headers=SAME_SITE)

    def keep(self, name: str, reference: str, step: Step, **given: Any) -> TestResponse:
        """Keep a form for later."""
        return self.of(name).post(f"/en/queue/{reference}/{step.value}/keep", data=given, headers=SAME_SITE)

    def take(self, name: str, reference: str, *steps: Step) -> None:
        """One step after the other, not through pages."""
        for step in steps:
            self.place.at = self.clock.at
            self.place.take(name, reference, step)


@pytest.fixture
def office(app: Flask, session: Session, clock: Clock) -> Office:
    """Everybody, and nothing filed yet."""
    here = place(session)
    here.at = clock.at
    assert here.people
    session.commit()
    return Office(app, here, clock)
