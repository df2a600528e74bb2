"""Runs migrations on the connection that webapp.db hands over; the alembic command, used by hand, reads JIRGA_*."""

from typing import Any

import sqlalchemy as sa
from alembic import context

from webapp.config import settings_from
from webapp.models import Base
from webapp.orm import make_engine


def without_own_types(kind: str, item: Any, autogen: Any) -> str | bool:
    """A migration must keep its meaning when webapp changes, so our column types are written as what they are."""
    if kind == "type" and isinstance(item, sa.TypeDecorator):
        impl = item.impl_instance
        if isinstance(impl, sa.DateTime):
            return f"sa.DateTime(timezone={impl.timezone})"
        return "sa." + repr(impl)
    return False


def run(connection: sa.Connection) -> None:
    """SQLite cannot alter most things, so its tables are rebuilt; both databases take all or nothing."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=without_own_types,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with make_engine(settings_from().database_url).begin() as opened:
        run(opened)
