"""One-time codes, second factors, notices and counted guesses; people that can be left, sign-ins that can be listed."""

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None

MOMENT = sa.DateTime(timezone=True)
ROLES = (
    "representative", "reviewer", "supervisor", "protection_officer", "analyst", "auditor", "administrator",
)  # fmt: skip
LEFT = "username IS NOT NULL OR (disabled_at IS NOT NULL AND password_hash IS NULL)"


def upgrade() -> None:
    """Sign-ins of before end: whoever was signed in signs in once more."""
    with op.batch_alter_table("people") as people:
        people.alter_column("username", existing_type=sa.String(40), nullable=True)
        people.alter_column("password_hash", existing_type=sa.String(200), nullable=True)
        people.add_column(sa.Column("invited_by", sa.Uuid(), nullable=True))
        for name in ("reset_at", "factor_at"):
            people.add_column(sa.Column(name, MOMENT, nullable=True))
        people.create_foreign_key(op.f("fk_people_invited_by"), "people", ["invited_by"], ["id"])
        people.create_index(op.f("ix_people_invited_by"), ["invited_by"])
        people.create_check_constraint(op.f("ck_people_left"), LEFT)
    op.drop_index(op.f("ix_sign_ins_person_id"), "sign_ins")
    op.drop_table("sign_ins")
    _create_sign_ins(
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("own_phone", sa.Boolean(), nullable=False),
        sa.Column("factor_given_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_ins_token_hash")),
    )
    _create_invitations()
    _create_factors()
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notices_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_person_id"), "notices", ["person_id"])
    op.create_table(
        "attempts",
        sa.Column("name", sa.LargeBinary(32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_attempts")),
    )
    op.create_index(op.f("ix_attempts_last_at"), "attempts", ["last_at"])


def _create_sign_ins(*more: sa.schema.SchemaItem) -> None:
    op.create_table(
        "sign_ins",
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sign_ins_person_id")),
        *more,
    )
    op.create_index(op.f("ix_sign_ins_person_id"), "sign_ins", ["person_id"])


def _create_invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        sa.Column(
            "role", sa.Enum(*ROLES, name="role", native_enum=False, create_constraint=True, length=40), nullable=False
        ),
        sa.Column("scope", sa.String(), nullable=True),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("again", sa.Boolean(), nullable=False),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("created_at", "expires_at")),
        *(sa.Column(name, MOMENT, nullable=True) for name in ("used_at", "revoked_at")),
        sa.CheckConstraint("language IN ('en', 'ur', 'ps')", name=op.f("ck_invitations_language")),
        sa.CheckConstraint("used_at IS NULL OR revoked_at IS NULL", name=op.f("ck_invitations_used_or_revoked")),
        sa.ForeignKeyConstraint(["invited_by"], ["people.id"], name=op.f("fk_invitations_invited_by")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_invitations_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invitations_code_hash")),
    )
    for column in ("invited_by", "person_id"):
        op.create_index(op.f(f"ix_invitations_{column}"), "invitations", [column])


def _create_factors() -> None:
    op.create_table(
        "factors",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_factors_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_factors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_recovery_codes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
    )
    op.create_index(op.f("ix_recovery_codes_person_id"), "recovery_codes", ["person_id"])


def downgrade() -> None:
    """Accounts that were left get a user name that opens nothing; what a second factor or a new code protects stays."""
    guarded = "SELECT count(*) FROM people WHERE factor_at IS NOT NULL OR reset_at IS NOT NULL"
    if op.get_bind().execute(sa.text(guarded)).scalar():
        raise RuntimeError("accounts have second factors or were given new codes; going back would open them")
    for table in ("attempts", "notices", "recovery_codes", "factors", "invitations", "sign_ins"):
        op.drop_table(table)
    _create_sign_ins(sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_ins")))
    op.execute("UPDATE people SET username = 'left-' || substr(CAST(id AS VARCHAR(40)), 1, 34) WHERE username IS NULL")
    op.execute("UPDATE people SET password_hash = '-' WHERE password_hash IS NULL")
    with op.batch_alter_table("people") as people:
        people.drop_constraint(op.f("ck_people_left"), type_="check")
        people.drop_constraint(op.f("fk_people_invited_by"), type_="foreignkey")
        people.drop_index(op.f("ix_people_invited_by"))
        for name in ("invited_by", "reset_at", "factor_at"):
            people.drop_column(name)
        people.alter_column("username", existing_type=sa.String(40), nullable=False)
        people.alter_column("password_hash", existing_type=sa.String(200), nullable=False)
