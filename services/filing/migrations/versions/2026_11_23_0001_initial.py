"""Filing's tables: organisations with their decisions and registers, accounts, token keys, plans, and the list."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from common import shared_schema

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)
TABLES = (
    "plan_filing",
    "plan_decision",
    "plan",
    "organisation_decision",
    "certificate_register",
    "account",
    "standard_fact",
    "signing_key",
    "plan_counter",
    "organisation",
    "item_version",
)


def upgrade() -> None:
    shared_schema.create(op)
    op.create_table(
        "item_version",
        sa.Column("item_code", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("track", sa.Text, nullable=False),
        sa.Column("levels", pg.ARRAY(sa.Integer), nullable=False),
        sa.PrimaryKeyConstraint("item_code", "valid_from", name="pk_item_version"),
    )
    op.create_table(
        "organisation",
        sa.Column("id", UUID, nullable=False),
        sa.Column("uscc", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("contact_person_id", UUID, nullable=False),
        sa.Column("sealed_contact", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("applied_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sa.UniqueConstraint("uscc", name="uq_organisation_uscc"),
        sa.CheckConstraint("state IN ('applied', 'approved', 'refused')", name="ck_organisation_state"),
    )
    op.create_index("ix_organisation_region", "organisation", ["region"])
    op.create_table(
        "plan_counter",
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("region", "year", name="pk_plan_counter"),
    )
    op.create_table(
        "signing_key",
        sa.Column("id", UUID, nullable=False),
        sa.Column("kid", sa.Text, nullable=False),
        sa.Column("jwk", pg.JSONB, nullable=False),
        sa.Column("sealed_private", sa.Text, nullable=False),
        sa.Column("signs_from", MOMENT, nullable=False),
        sa.Column("not_after", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_signing_key"),
        sa.UniqueConstraint("kid", name="uq_signing_key_kid"),
    )
    op.create_table(
        "standard_fact",
        sa.Column("standard_id", UUID, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("item_code", sa.Text, nullable=False),
        sa.Column("levels", pg.ARRAY(sa.Integer), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.PrimaryKeyConstraint("standard_id", name="pk_standard_fact"),
    )
    op.create_table(
        "account",
        sa.Column("id", UUID, nullable=False),
        sa.Column("client_id", sa.Text, nullable=False),
        sa.Column("secret_sha256", sa.LargeBinary, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("organisation_id", UUID),
        sa.Column("region", sa.Text),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.Column("granted_by", UUID),
        sa.Column("revoked_at", MOMENT),
        sa.Column("revoked_by", UUID),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_account_organisation_id_organisation"
        ),
        sa.UniqueConstraint("client_id", name="uq_account_client_id"),
        sa.CheckConstraint("organisation_id IS NULL OR region IS NULL", name="ck_account_one_bond"),
    )
    op.create_index("ix_account_organisation_id", "account", ["organisation_id"])
    op.create_table(
        "certificate_register",
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("organisation_code", sa.Text, nullable=False),
        sa.Column("province", sa.Text, nullable=False),
        sa.Column("site_serial", sa.Text, nullable=False),
        sa.Column("assigned_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "number", name="pk_certificate_register"),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name="fk_certificate_register_organisation_id_organisation",
        ),
        sa.UniqueConstraint("province", "site_serial", name="uq_certificate_register_province_site_serial"),
    )
    op.create_table(
        "organisation_decision",
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("approved", sa.Boolean, nullable=False),
        sa.Column("scope", pg.JSONB, nullable=False),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_to", sa.Date),
        sa.Column("reasons", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("decided_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "number", name="pk_organisation_decision"),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name="fk_organisation_decision_organisation_id_organisation",
        ),
        sa.CheckConstraint(
            "approved = (valid_from IS NOT NULL AND valid_to IS NOT NULL)",
            name="ck_organisation_decision_dates",
        ),
    )
    op.create_table(
        "plan",
        sa.Column("id", UUID, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("filing", sa.Integer, nullable=False),
        sa.Column("content", pg.JSONB, nullable=False),
        sa.Column("item_facts", pg.JSONB, nullable=False),
        sa.Column("contact_person_id", UUID, nullable=False),
        sa.Column("sealed_contact", sa.Text, nullable=False),
        sa.Column("filed_on", sa.Date, nullable=False),
        sa.Column("last_filing_day", sa.Date, nullable=False),
        sa.Column("deadline_provisional", sa.Boolean, nullable=False),
        sa.Column("filed_at", MOMENT, nullable=False),
        sa.Column("filed_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plan"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_plan_organisation_id_organisation"
        ),
        sa.UniqueConstraint("number", name="uq_plan_number"),
        sa.UniqueConstraint(
            "organisation_id", "name", "starts_on", name="uq_plan_organisation_id_name_starts_on"
        ),
        sa.CheckConstraint("state IN ('filed', 'returned', 'accepted')", name="ck_plan_state"),
    )
    op.create_index("ix_plan_region", "plan", ["region"])
    op.create_table(
        "plan_decision",
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("filing", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("reasons", pg.JSONB, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("decided_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "filing", name="pk_plan_decision"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_plan_decision_plan_id_plan"),
    )
    op.create_table(
        "plan_filing",
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("filing", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("content", pg.JSONB, nullable=False),
        sa.Column("filed_on", sa.Date, nullable=False),
        sa.Column("filed_at", MOMENT, nullable=False),
        sa.Column("filed_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "filing", name="pk_plan_filing"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_plan_filing_plan_id_plan"),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    shared_schema.drop(op)
