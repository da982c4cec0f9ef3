"""Documents by their hash, and the life of standards: plans of a year, drafts, steps, votes, scopes (Art. 4-6)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)
STATES = "'planned', 'drafting', 'under_review', 'approved', 'filed', 'in_force', 'superseded', 'withdrawn'"


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("sha256", sa.LargeBinary, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_document"),
        sa.CheckConstraint("octet_length(sha256) = 32", name="ck_document_sha256"),
    )
    op.add_column("standard", sa.Column("state", sa.Text, nullable=False, server_default="in_force"))
    op.add_column("standard", sa.Column("planned_year", sa.Integer))
    op.add_column("standard", sa.Column("scope", pg.JSONB))
    op.add_column("standard", sa.Column("regulation", sa.Text, nullable=False, server_default="2023"))
    op.execute("UPDATE standard SET regulation = '2018' WHERE valid_from < '2023-01-01'")
    op.add_column("standard", sa.Column("eligibility", pg.JSONB))
    op.add_column("standard", sa.Column("supersedes", UUID))
    op.add_column("standard", sa.Column("proposed_by", UUID))
    op.add_column("standard", sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    op.add_column("standard", sa.Column("committee", pg.ARRAY(sa.Text), nullable=False, server_default="{}"))
    op.alter_column("standard", "valid_from", nullable=True)
    op.alter_column("standard", "edition_id", nullable=True)
    op.create_check_constraint("ck_standard_state", "standard", f"state IN ({STATES})")
    op.create_check_constraint(
        "ck_standard_in_force", "standard", "state <> 'in_force' OR valid_from IS NOT NULL"
    )
    op.create_check_constraint(
        "ck_standard_scope", "standard", "(kind = 'enterprise_norm') = (scope IS NOT NULL)"
    )
    op.create_check_constraint("ck_standard_regulation", "standard", "regulation IN ('2018', '2023')")
    op.create_foreign_key("fk_standard_supersedes_standard", "standard", "standard", ["supersedes"], ["id"])
    op.create_index("ix_standard_planned_year", "standard", ["planned_year"])
    op.drop_index("uq_standard_national", "standard")
    op.create_index(
        "uq_standard_national",
        "standard",
        ["item_code"],
        unique=True,
        postgresql_where=sa.text("kind = 'national' AND state = 'in_force' AND valid_to IS NULL"),
    )
    op.create_table(
        "standard_step",
        sa.Column("standard_id", UUID, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("taken_on", sa.Date, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("document_sha256", sa.LargeBinary),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("standard_id", "number", name="pk_standard_step"),
        sa.ForeignKeyConstraint(
            ["standard_id"], ["standard.id"], name="fk_standard_step_standard_id_standard"
        ),
        sa.ForeignKeyConstraint(
            ["document_sha256"], ["document.sha256"], name="fk_standard_step_document_sha256_document"
        ),
    )
    op.create_table(
        "standard_vote",
        sa.Column("standard_id", UUID, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("member", sa.Text, nullable=False),
        sa.Column("in_favour", sa.Boolean),
        sa.Column("ground", sa.Text),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("standard_id", "round", "member", name="pk_standard_vote"),
        sa.ForeignKeyConstraint(
            ["standard_id"], ["standard.id"], name="fk_standard_vote_standard_id_standard"
        ),
        sa.CheckConstraint("(in_favour IS NULL) = (ground IS NOT NULL)", name="ck_standard_vote_ground"),
    )
    op.create_table(
        "development_plan",
        sa.Column("year", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("published_on", sa.Date, nullable=False),
        sa.Column("document_sha256", sa.LargeBinary),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_development_plan"),
        sa.ForeignKeyConstraint(
            ["document_sha256"], ["document.sha256"], name="fk_development_plan_document_sha256_document"
        ),
    )


def downgrade() -> None:
    op.drop_table("development_plan")
    op.drop_table("standard_vote")
    op.drop_table("standard_step")
    op.drop_constraint("fk_standard_supersedes_standard", "standard")
    op.execute("DELETE FROM standard WHERE edition_id IS NULL OR valid_from IS NULL")
    op.drop_index("uq_standard_national", "standard")
    op.create_index(
        "uq_standard_national",
        "standard",
        ["item_code"],
        unique=True,
        postgresql_where=sa.text("kind = 'national' AND valid_to IS NULL"),
    )
    op.drop_index("ix_standard_planned_year", "standard")
    for name in ("ck_standard_regulation", "ck_standard_scope", "ck_standard_in_force", "ck_standard_state"):
        op.drop_constraint(name, "standard")
    op.alter_column("standard", "edition_id", nullable=False)
    op.alter_column("standard", "valid_from", nullable=False)
    for name in (
        *("version", "proposed_by", "supersedes", "eligibility", "regulation"),
        *("committee", "scope", "planned_year", "state"),
    ):
        op.drop_column("standard", name)
    op.drop_table("document")
