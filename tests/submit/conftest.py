"""A representative who is signed in."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories
from webapp.people.models import Person


@pytest.fixture
def elder(session: Session) -> Person:
    """A representative of both intake provinces."""
    return factories.person(session)


@pytest.fixture
def filing(client: FlaskClient, elder: Person) -> FlaskClient:
    """A browser in which the representative is signed in."""
    assert factories.sign_in(client, elder).status_code == 303
    return client
