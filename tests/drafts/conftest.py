"""The real reference tables, and what a screen and a sheet of paper are checked against."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from webapp import models
from webapp.concerns import actions as concerns
from webapp.concerns.queries import taxonomy
from webapp.drafts.forms import World
from webapp.orm import make_engine
from webapp.places import actions as places
from webapp.places.queries import atlas

TODAY = date(2026, 3, 1)


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Places and topics in a database of their own, with all tables."""
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('reference')}/reference.sqlite3")
    with Session(engine.execution_options(writes=True)) as session:
        models.Base.metadata.create_all(session.connection())
        places.load(session)
        concerns.load(session)
        session.commit()
        yield session
    engine.dispose()


@pytest.fixture(scope="session")
def screen(reference: Session) -> World:
    """A screen on 1 March 2026, for a representative of Bannu and Khyber."""
    known, topics = atlas(reference), taxonomy(reference)
    return World(known, topics, known.in_scope(("bannu", "khyber")), TODAY)


@pytest.fixture(scope="session")
def paper(screen: World) -> World:
    """Paper handed in by the same person on the same day."""
    return replace(screen, paper=True)
