"""What happens to a grievance after it was filed: who has it in hand, what its owner was shown, further texts."""

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None

FILED = "kind IN ('narrative', 'remedy_text', 'area_name')"
HANDLED = "kind IN ('narrative', 'remedy_text', 'area_name', 'question', 'answer', 'reply', 'reason', 'note')"
INDEXES = {
    "ix_grievances_district_status": ["district", "status"],
    "ix_grievances_person_id_received_at": ["person_id", "received_at", "id"],
}


def upgrade() -> None:
    """Whoever is signed in types the password once more before anything is shown."""
    _allow(HANDLED)
    with op.batch_alter_table("grievances") as grievances:
        grievances.add_column(sa.Column("handler_id", sa.Uuid(), nullable=True))
        grievances.add_column(sa.Column("seen_event", sa.BigInteger(), nullable=True))
        grievances.create_foreign_key(op.f("fk_grievances_handler_id"), "people", ["handler_id"], ["id"])
    for name, columns in INDEXES.items():
        op.create_index(name, "grievances", columns)
    op.add_column("sign_ins", sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))


def _allow(kinds: str) -> None:
    with op.batch_alter_table("texts") as texts:
        texts.drop_constraint(op.f("ck_texts_kind"), type_="check")
        texts.create_check_constraint(op.f("ck_texts_kind"), kinds)


def downgrade() -> None:
    """What an official and a jirga wrote to each other would be lost, so it must not be there."""
    written = f"SELECT count(*) FROM texts WHERE NOT ({FILED})"
    if op.get_bind().execute(sa.text(written)).scalar():
        raise RuntimeError("there are questions, answers or replies; going back would lose them")
    op.drop_column("sign_ins", "proved_at")
    for name in INDEXES:
        op.drop_index(name, "grievances")
    with op.batch_alter_table("grievances") as grievances:
        grievances.drop_constraint(op.f("fk_grievances_handler_id"), type_="foreignkey")
        grievances.drop_column("seen_event")
        grievances.drop_column("handler_id")
    _allow(FILED)
