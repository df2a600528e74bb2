"""A site that was lived in, and an empty machine beside it."""

import dataclasses
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from tests import factories
from tests.commands.terminal import Terminal, bare, jirga
from tests.handling.acting import Place, place
from webapp.attempts.models import Attempt
from webapp.clocks import actions as clocks
from webapp.config import Settings, day_of
from webapp.factors import actions as factors
from webapp.history.tables import Step
from webapp.invitations import actions as invitations
from webapp.models import Base
from webapp.orm import make_engine
from webapp.people import actions as people
from webapp.people.models import Person
from webapp.people.rules import Role
from webapp.unsent import actions as unsent
from webapp.uploads import actions as uploads

__all__ = ["bare", "jirga"]
#: Words that only a reader of the site may ever see.
WORDS = "Synthetic: the shepherd's wall beside the old mill fell down."
ONCE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
ALONE = pytest.mark.parametrize(("settings", "empty"), [("sqlite", "sqlite")], indirect=True)
#: Source and target of one kind.
SAME = pytest.mark.parametrize(
    ("settings", "empty"), [("sqlite", "sqlite"), ("postgresql", "postgresql")], indirect=True
)


@pytest.fixture
def target(empty: Settings, tmp_path: Path) -> Settings:
    """An empty database and a data directory that is not there yet."""
    return dataclasses.replace(empty, data_dir=tmp_path / "elsewhere")


@pytest.fixture
def lived(jirga: Terminal, session: Session) -> Place:
    """A row in every table: grievances in all states, people who invited each other, sign-ins, things half done."""
    here = place(session)
    first, second = here.file(narrative=WORDS), here.file(urgency="high")
    here.take("reviewer", first, Step.ACKNOWLEDGE)
    here.take("reviewer", first, Step.LINK, other=second)
    here.take("owner", second, Step.WITHDRAW)
    reviewer, administrator = here.people["reviewer"], here.people["administrator"]
    operator = factories.operator(session, administrator.id)
    clocks.mark(operator, "swat", day_of(here.at), day_of(here.at), "Synthetic: the road is closed.", "en")
    _people(session, administrator.id)
    unsent.keep(operator, reviewer, here.state(first).id, "reply", {"reply": [WORDS]})
    uploads.keep(session, factories.VAULT, here.people["owner"].id, WORDS, here.at)
    soon = here.at + timedelta(minutes=1)
    session.add(Attempt(name=bytes(32), failures=3, last_at=here.at, next_at=soon))
    session.commit()
    jirga.right("release", "--now", "--why", "test")
    return here


def _people(session: Session, administrator: uuid.UUID) -> None:
    """Who was invited stands before whoever invited in no order of ids; two are signed in, two codes are open."""
    by = factories.operator(session, administrator)
    for number in range(4):
        made, _ = invitations.invite(by, Role.ADMINISTRATOR, (), "en")
        person = invitations.redeem(by, made, f"invited{'abcd'[number]}", factories.HASH, "en")
        by = factories.operator(session, person.id)
        people.sign_in(by, person)
    invitations.invite(by, Role.ANALYST, (), "ur")
    invitations.reissue(factories.operator(session), session.get_one(Person, administrator))
    session.commit()
    factories.factor(session, person)
    factors.renew_recovery(by, person)
    session.commit()


def rows(settings: Settings) -> dict[str, list[Any]]:
    """Every row of every table, as the product reads it."""
    engine = make_engine(settings.database_url)
    try:
        with engine.connect() as connection:
            found = {one: connection.execute(select(one)).all() for one in Base.metadata.sorted_tables}
    finally:
        engine.dispose()
    return {one.name: sorted(map(tuple, some), key=repr) for one, some in found.items()}


def tables(settings: Settings) -> list[str]:
    """The names of what a database holds."""
    engine = make_engine(settings.database_url)
    try:
        return inspect(engine).get_table_names()
    finally:
        engine.dispose()
