"""A representative at an account page."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories
from tests.clock import Clock
from webapp.people.models import Person


@pytest.fixture
def elder(session: Session) -> Person:
    """A representative."""
    return factories.person(session, username="elder")


@pytest.fixture
def at_home(client: FlaskClient, elder: Person, clock: Clock) -> FlaskClient:
    """A browser in which the representative is signed in."""
    assert factories.sign_in(client, elder).status_code == 303
    return client
