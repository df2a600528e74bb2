"""A district, its officials in their browsers, and what waits for them; synthetic."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests import factories
from tests.clock import Clock
from tests.handling.acting import Place, place
from webapp.clocks.models import Shutdown
from webapp.config import day_of
from webapp.handling.queries import unsettled

WHY = "Synthetic: a curfew closed the roads."


@dataclass
class Offices:
    """Who looks at the site, and when."""

    app: Flask
    place: Place
    clock: Clock
    browsers: dict[str, FlaskClient] = field(default_factory=dict)

    def browser(self, name: str) -> FlaskClient:
        """Somebody's, signed in."""
        if name not in self.browsers:
            self.browsers[name] = self.app.test_client()
            person = factories.again(self.place.session, self.place.people[name])  # type: ignore[arg-type]
            assert factories.sign_in(self.browsers[name], person).status_code == 303
            self.place.session.rollback()
        return self.browsers[name]

    def day(self, after: int = 0) -> date:
        """So many days after today."""
        return day_of(self.clock.at) + timedelta(days=after)

    def mark(self, name: str = "supervisor", first: int = 0, last: int = 4, **given: Any) -> TestResponse:
        """Send the form."""
        form = {
            "district": "bannu", "first": self.day(first).isoformat(), "last": self.day(last).isoformat(), "why": WHY,
            **given,
        }  # fmt: skip
        return self.browser(name).post("/en/shutdowns", data=form, headers=factories.SAME_SITE)

    def end(self, name: str = "supervisor", number: object = None) -> TestResponse:
        """End the only one, or the one of that number."""
        wanted = number or self.marked()[0].id
        return self.browser(name).post(f"/en/shutdowns/{wanted}/end", headers=factories.SAME_SITE)

    def marked(self) -> list[Shutdown]:
        """All that were marked."""
        self.place.session.rollback()
        query = select(Shutdown).order_by(Shutdown.made_at).execution_options(populate_existing=True)
        found = list(self.place.session.scalars(query))
        self.place.session.rollback()
        return found

    def astray(self) -> int:
        """How many grievances keep another place than their events say."""
        self.place.session.rollback()
        found = unsettled(self.place.session)
        self.place.session.rollback()
        return found

    def forward(self, **span: float) -> None:
        """Some time later; sign-ins lapse."""
        self.place.session.rollback()
        self.place.at = self.clock.forward(**span)
        self.browsers.clear()


@pytest.fixture
def offices(app: Flask, session: Session, clock: Clock) -> Offices:
    """Nothing marked yet."""
    here = place(session)
    here.at = clock.at
    assert here.people
    return Offices(app, here, clock)
