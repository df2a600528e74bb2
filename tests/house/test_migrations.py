"""The migrations build exactly the models, on both databases, and can be undone and done again."""

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Column, Engine, Integer, MetaData, Table, text

from tests.house import shape
from webapp import db
from webapp.config import Settings
from webapp.models import Base
from webapp.orm import make_engine

OPTIONS = {"compare_type": True, "compare_server_default": True}


@pytest.fixture
def migrated(empty: Settings) -> Iterator[Engine]:
    """An empty database brought to head."""
    engine = make_engine(empty.database_url)
    db.migrate(engine)
    yield engine.execution_options(writes=True)
    engine.dispose()


def test_upgrade_equals_the_models(migrated: Engine) -> None:
    """Alembic finds nothing to add."""
    with migrated.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=OPTIONS), Base.metadata) == []


def test_alembic_would_find_a_difference(migrated: Engine) -> None:
    """The check can fail."""
    with migrated.begin() as connection:
        connection.execute(text("CREATE TABLE stray (id INTEGER)"))
        assert len(compare_metadata(MigrationContext.configure(connection, opts=OPTIONS), Base.metadata)) == 1


def test_upgrade_builds_what_the_models_would(migrated: Engine) -> None:
    """Checks and defaults too, which alembic does not compare; triggers are the migrations' alone."""
    with migrated.begin() as connection:
        found = shape.shape(connection)["tables"]
        Base.metadata.drop_all(connection)
        Base.metadata.create_all(connection)
        assert found == shape.shape(connection)["tables"]


def test_a_changed_check_would_be_found(migrated: Engine) -> None:
    """The check can fail."""
    shapes = []
    for limit in ("number > 1", "number > 2"):
        metadata = MetaData()
        Table("stray", metadata, Column("number", Integer), CheckConstraint(limit, name="limit"))
        with migrated.begin() as connection:
            metadata.create_all(connection)
            shapes.append(shape.shape(connection))
            metadata.drop_all(connection)
    assert shapes[0] != shapes[1]


def test_down_and_up_again(migrated: Engine) -> None:
    """To nothing and back to the same."""
    config = db.alembic_config()
    with migrated.begin() as connection:
        config.attributes["connection"] = connection
        before = shape.shape(connection)
        command.downgrade(config, "base")
        assert shape.shape(connection)["tables"] == {}
        command.upgrade(config, "head")
        assert shape.shape(connection) == before


def test_migrating_twice_changes_nothing(migrated: Engine) -> None:
    """`jirga init` is safe to repeat."""
    db.migrate(migrated)
    assert not db.unfit(migrated)
