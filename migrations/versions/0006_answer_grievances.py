"""What answering needs: places in the queue, shutdowns, links, unsent replies, figures of service."""

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | None = None
depends_on: str | None = None

MOMENT = sa.DateTime(timezone=True)
INDEXES = {
    "ix_grievances_district_queue_key": ["district", "queue_key", "id"],
    "ix_grievances_handler_id_queue_key": ["handler_id", "queue_key", "id"],
    "ix_grievances_district_subcategory": ["district", "subcategory", "received_at"],
}
#: Indexes of the queues of a few.
OF_SOME = {
    "ix_grievances_protected": "sensitivity = 'referral_only' OR confidentiality = 'protected'"
    " OR coalesce(prior_result, '') = 'threatened'",
    "ix_grievances_audited": "reopened > 2",
}
DERIVED = {
    "queue_key": sa.Integer(), "escalates_on": sa.Date(), "office": sa.String(30),
    "acknowledged_after": sa.SmallInteger(), "acted_after": sa.SmallInteger(),
}  # fmt: skip
COUNTED = ("received", "in_time", "acted", "reopened", "confirmed")
DAYS = ("acknowledged_median", "acknowledged_p90", "acted_median", "acted_p90")
REOPENED = (
    "SELECT count(*) FROM events WHERE events.grievance_id = grievances.id AND to_status = 'reopened'"
    " AND from_status IN ('action_taken', 'closed')"
)


def upgrade() -> None:
    """What follows from events is worked out by `jirga init`, which knows the rules; only a count is made here."""
    for name, kind in DERIVED.items():
        op.add_column("grievances", sa.Column(name, kind, nullable=True))
    op.add_column("grievances", sa.Column("reopened", sa.SmallInteger(), nullable=False, server_default="0"))
    op.execute(f"UPDATE grievances SET reopened = ({REOPENED}) WHERE id IN (SELECT grievance_id FROM events"
               " WHERE to_status = 'reopened')")  # fmt: skip
    op.drop_index("ix_grievances_district_status", "grievances")
    for name, columns in INDEXES.items():
        op.create_index(name, "grievances", columns)
    for name, which in OF_SOME.items():
        some = sa.text(which)
        op.create_index(
            name, "grievances", INDEXES["ix_grievances_district_queue_key"], sqlite_where=some, postgresql_where=some
        )
    _create_shutdowns()
    _create_links()
    _create_unsent_replies()
    _create_service_counts()


def _create_shutdowns() -> None:
    op.create_table(
        "shutdowns",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district", sa.String(60), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("why", sa.String(300), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("until > first", name=op.f("ck_shutdowns_days")),
        sa.CheckConstraint("language IN ('en', 'ur', 'ps')", name=op.f("ck_shutdowns_language")),
        sa.ForeignKeyConstraint(["district"], ["districts.code"], name=op.f("fk_shutdowns_district")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_shutdowns_made_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["people.id"], name=op.f("fk_shutdowns_ended_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shutdowns")),
    )
    op.create_index("ix_shutdowns_district_until", "shutdowns", ["district", "until"])


def _create_links() -> None:
    op.create_table(
        "links",
        sa.Column("grievance_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.String(20), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("relation IN ('duplicate', 'same_matter')", name=op.f("ck_links_relation")),
        sa.ForeignKeyConstraint(["grievance_id"], ["grievances.id"], name=op.f("fk_links_grievance_id")),
        sa.ForeignKeyConstraint(["other_id"], ["grievances.id"], name=op.f("fk_links_other_id")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_links_event_id")),
        sa.PrimaryKeyConstraint("grievance_id", "other_id", name=op.f("pk_links")),
    )
    op.create_index(op.f("ix_links_other_id"), "links", ["other_id"])


def _create_unsent_replies() -> None:
    op.create_table(
        "unsent_replies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("grievance_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_unsent_replies_person_id")),
        sa.ForeignKeyConstraint(["grievance_id"], ["grievances.id"], name=op.f("fk_unsent_replies_grievance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsent_replies")),
        sa.UniqueConstraint(
            "person_id", "grievance_id", "step", name=op.f("uq_unsent_replies_person_id_grievance_id_step")
        ),
    )


def _create_service_counts() -> None:
    counts = [
        column
        for name in COUNTED
        for column in (
            sa.Column(name, sa.Integer(), nullable=False),
            sa.Column(f"{name}_keys", sa.BigInteger(), nullable=False),
        )
    ]
    op.create_table(
        "service_counts",
        sa.Column("release", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("area", sa.String(60), nullable=False),
        sa.Column("office", sa.String(30), nullable=False),
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        *counts,
        *(sa.Column(name, sa.SmallInteger(), nullable=True) for name in DAYS),
        sa.ForeignKeyConstraint(["release"], ["releases.number"], name=op.f("fk_service_counts_release")),
        sa.PrimaryKeyConstraint("release", "area", "office", "year", name=op.f("pk_service_counts")),
    )


def downgrade() -> None:
    """What was marked, linked and typed would be lost, so it must not be there."""
    for table in ("shutdowns", "links", "unsent_replies"):
        if op.get_bind().execute(sa.text(f"SELECT count(*) FROM {table}")).scalar():
            raise RuntimeError(f"{table} are there; going back would lose them")
    for table in ("service_counts", "unsent_replies", "links", "shutdowns"):
        op.drop_table(table)
    for name in (*INDEXES, *OF_SOME):
        op.drop_index(name, "grievances")
    op.create_index("ix_grievances_district_status", "grievances", ["district", "status"])
    with op.batch_alter_table("grievances") as grievances:
        for name in ("reopened", *DERIVED):
            grievances.drop_column(name)
