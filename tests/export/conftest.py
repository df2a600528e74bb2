"""Figures that are published, and a browser that may read them."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories
from tests.export.drawn import PEOPLE, publish
from tests.summary import counts
from webapp.config import now
from webapp.people.rules import Role


@pytest.fixture
def published(session: Session) -> Session:
    """Release 1 of PEOPLE."""
    counts.opened(session, now())
    publish(session, PEOPLE)
    return session


@pytest.fixture
def reading(client: FlaskClient, session: Session) -> FlaskClient:
    """A browser in which an analyst is signed in."""
    assert factories.sign_in(client, factories.person(session, Role.ANALYST, ())).status_code == 303
    return client
