"""Sessions' bookings, examiners' cards, late admissions, joint programmes, and whose employer a plan is for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")  # a trusted extension: the database's owner may
    op.create_table(
        "examiner_card",
        sa.Column("card_number", sa.Text, nullable=False),
        sa.Column("grade", sa.Text, nullable=False),
        sa.Column("item_codes", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("employer_uscc", sa.Text),
        sa.Column("trains_for_uscc", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("card_number", name="pk_examiner_card"),
    )
    op.create_table(
        "plan_booking",
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("resource", sa.Text, nullable=False),
        sa.Column("during", pg.TSTZRANGE, nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "number", name="pk_plan_booking"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_plan_booking_plan_id_plan"),
        pg.ExcludeConstraint(
            (sa.column("resource"), "="),
            (sa.column("during"), "&&"),
            name="ex_plan_booking_resource",
            using="gist",
        ),
    )
    op.create_table(
        "late_admission",
        sa.Column("id", UUID, nullable=False),
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ground", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("admitted_on", sa.Date, nullable=False),
        sa.Column("admitted_at", MOMENT, nullable=False),
        sa.Column("admitted_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_late_admission"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_late_admission_organisation_id_organisation"
        ),
        sa.CheckConstraint(
            "ground IN ('force_majeure', 'state_order', 'calendar_changed', 'public_emergency')",
            name="ck_late_admission_ground",
        ),
    )
    op.create_index("ix_late_admission_organisation_id", "late_admission", ["organisation_id"])
    op.add_column("plan", sa.Column("late_admission_id", UUID))
    op.create_unique_constraint("uq_plan_late_admission_id", "plan", ["late_admission_id"])
    op.create_foreign_key(
        "fk_plan_late_admission_id_late_admission", "plan", "late_admission", ["late_admission_id"], ["id"]
    )
    op.add_column("plan", sa.Column("employer_id", UUID))
    op.create_index("ix_plan_employer_id", "plan", ["employer_id"])
    op.create_foreign_key("fk_plan_employer_id_organisation", "plan", "organisation", ["employer_id"], ["id"])
    op.add_column("entrustment", sa.Column("purpose", sa.Text, nullable=False, server_default="evaluation"))
    op.add_column("entrustment", sa.Column("cohort_year", sa.Integer))
    op.create_check_constraint(
        "ck_entrustment_purpose",
        "entrustment",
        "purpose = 'evaluation' AND cohort_year IS NULL OR purpose = 'joint_training' AND cohort_year IS NOT NULL",
    )


def downgrade() -> None:
    op.drop_constraint("ck_entrustment_purpose", "entrustment")
    op.drop_column("entrustment", "cohort_year")
    op.drop_column("entrustment", "purpose")
    op.drop_column("plan", "employer_id")
    op.drop_column("plan", "late_admission_id")
    for table in ("late_admission", "plan_booking", "examiner_card"):
        op.drop_table(table)
