"""The audit log becomes a chain: entries carry a keyed hash, seals fix them and the events in their order."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None

#: New in audit_entries: name -> columns; a page of the log is read from one of them.
INDEXES = {
    "at": ("at", "id"),
    "person_id": ("person_id", "at", "id"),
    "what": ("what", "at", "id"),
    "person_id_what": ("person_id", "what", "at", "id"),
}


def upgrade() -> None:
    """Entries that are there already keep no hash of their own; the first seal takes them in."""
    op.add_column("audit_entries", sa.Column("nonce", sa.LargeBinary(length=16), nullable=True))
    op.add_column("audit_entries", sa.Column("mac", sa.LargeBinary(length=32), nullable=True))
    for name, columns in INDEXES.items():
        op.create_index(f"ix_audit_entries_{name}", "audit_entries", list(columns))
    op.create_index("ix_audit_entries_nonce", "audit_entries", ["nonce"], unique=True)
    op.create_table(
        "audit_seals",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_seals")),
    )
    op.create_table(
        "audit_members",
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("seal", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["seal"], ["audit_seals.number"], name=op.f("fk_audit_members_seal"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("source", "entry_id", name=op.f("pk_audit_members")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_audit_members_seal", "audit_members", ["source", "seal", "entry_id"])
    append_only("audit_seals", ["number"])
    append_only("audit_members", ["source", "entry_id"])
    if op.get_bind().dialect.name == "sqlite":
        refuse_replacing("audit_entries", ["nonce"], "_nonce")


def append_only(table: str, key: Sequence[str]) -> None:
    """Let the database refuse to change or remove rows of a table; PostgreSQL's function stands since 0001."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    refuse_replacing(table, key)
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_append_only_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed or removed'); END"
        )


def refuse_replacing(table: str, key: Sequence[str], name: str = "") -> None:
    """SQLite's REPLACE removes the row that has the same key without asking a trigger for DELETE."""
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    op.execute(
        f"CREATE TRIGGER {table}_append_only_replace{name} BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed or removed'); END"
    )


def downgrade() -> None:
    """The chain is gone; the entries stay."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_entries_append_only_replace_nonce")
    op.drop_table("audit_members")
    op.drop_table("audit_seals")
    for name in (*INDEXES, "nonce"):
        op.drop_index(f"ix_audit_entries_{name}", "audit_entries")
    op.drop_column("audit_entries", "mac")
    op.drop_column("audit_entries", "nonce")
