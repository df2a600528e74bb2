"""One jirga and its officials, on an instance of its own."""

import pytest
from sqlalchemy.orm import Session

from tests.handling.acting import Place, place


@pytest.fixture
def here(session: Session) -> Place:
    """Everybody, and nothing filed yet."""
    return place(session)
