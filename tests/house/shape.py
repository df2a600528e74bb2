"""Everything that a database says about its tables, so that two databases can be compared."""

import re
from typing import Any

from sqlalchemy import Connection, inspect, text

TRIGGERS = {
    "sqlite": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": """
        SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    """,
}
FUNCTIONS = "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return re.sub(r"\s+", " ", str(value)).strip()


def _rows(found: list[Any]) -> list[Any]:
    return sorted(({key: _plain(value) for key, value in row.items()} for row in found), key=str)


def shape(connection: Connection) -> dict[str, Any]:
    """Table to columns, keys, indexes, checks, and the triggers; alembic's own table is left out."""
    seen = inspect(connection)
    tables = {
        table: {
            "columns": _rows(seen.get_columns(table)),
            "primary key": _plain(seen.get_pk_constraint(table)),
            "foreign keys": _rows(seen.get_foreign_keys(table)),
            "unique": _rows(seen.get_unique_constraints(table)),
            "indexes": _rows(seen.get_indexes(table)),
            "checks": _rows(seen.get_check_constraints(table)),
        }
        for table in sorted(seen.get_table_names())
        if table != "alembic_version"
    }
    queries = [TRIGGERS[connection.dialect.name], *([FUNCTIONS] if connection.dialect.name == "postgresql" else [])]
    code = [sorted(tuple(map(_plain, row)) for row in connection.execute(text(query))) for query in queries]
    return {"tables": tables, "code": code}
