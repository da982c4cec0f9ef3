"""Requests of organisations, measures against them, their sites and documents, entrustments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0003"
down_revision = "0001"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)
NEW_TABLES = (
    "entrustment_act",
    "entrustment",
    "site_version",
    "site",
    "organisation_listing",
    "document_announcement",
    "document",
)
REQUEST = "uq_organisation_decision_organisation_id_request_number"
REQUEST_FK = "fk_organisation_decision_scope_request"


def upgrade() -> None:
    _organisations()
    _requests()
    _documents()
    _listings()
    _sites()
    _entrustments()


def _organisations() -> None:
    """One living organisation per credit code, instead of one for ever."""
    op.add_column("organisation", sa.Column("ended_on", sa.Date))
    op.add_column("organisation", sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    op.alter_column("organisation", "version", server_default=None)
    op.drop_constraint("uq_organisation_uscc", "organisation")
    op.create_index(
        "uq_organisation_uscc",
        "organisation",
        ["uscc"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL"),
    )


def _requests() -> None:
    """Applications that are there become the first request of their organisation; the first decision is on it."""
    op.create_table(
        "scope_request",
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scope", pg.JSONB, nullable=False),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_to", sa.Date),
        sa.Column("documents", pg.JSONB, nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("requested_by", UUID),
        sa.PrimaryKeyConstraint("organisation_id", "number", name="pk_scope_request"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_scope_request_organisation_id_organisation"
        ),
    )
    op.execute(
        "INSERT INTO scope_request (organisation_id, number, kind, name, scope, documents, requested_at) "
        "SELECT id, 1, 'application', name, '[]', '[]', applied_at FROM organisation"
    )
    op.add_column("organisation_decision", sa.Column("request_number", sa.Integer))
    op.execute(  # an application that waits again after a refusal has no decision yet
        "UPDATE organisation_decision SET request_number = 1 FROM organisation "
        "WHERE number = 1 AND organisation.id = organisation_id AND organisation.state <> 'applied'"
    )
    op.create_unique_constraint(REQUEST, "organisation_decision", ["organisation_id", "request_number"])
    op.create_foreign_key(
        REQUEST_FK,
        "organisation_decision",
        "scope_request",
        ["organisation_id", "request_number"],
        ["organisation_id", "number"],
    )


def _documents() -> None:
    op.create_table(
        "document",
        sa.Column("sha256", sa.LargeBinary, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_document"),
        sa.CheckConstraint("octet_length(sha256) = 32", name="ck_document_sha256"),
    )
    op.create_table(
        "document_announcement",
        sa.Column("sha256", sa.LargeBinary, nullable=False),
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("announced_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", "organisation_id", name="pk_document_announcement"),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name="fk_document_announcement_organisation_id_organisation",
        ),
        sa.CheckConstraint("octet_length(sha256) = 32", name="ck_document_announcement_sha256"),
    )


def _listings() -> None:
    op.create_table(
        "organisation_listing",
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("case_number", sa.Text, nullable=False),
        sa.Column("measure", sa.Text),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_to", sa.Date),
        sa.Column("freezes_plans", sa.Boolean, nullable=False),
        sa.Column("cleared_on", sa.Date),
        sa.Column("heard_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "case_number", name="pk_organisation_listing"),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name="fk_organisation_listing_organisation_id_organisation",
        ),
        sa.CheckConstraint(
            "(measure IS NULL) = (valid_from IS NULL)", name="ck_organisation_listing_measure"
        ),
    )


def _sites() -> None:
    op.create_table(
        "site",
        sa.Column("id", UUID, nullable=False),
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_site"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_site_organisation_id_organisation"
        ),
    )
    op.create_index("ix_site_organisation_id", "site", ["organisation_id"])
    op.create_table(
        "site_version",
        sa.Column("site_id", UUID, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("capacity", sa.Integer, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "number", name="pk_site_version"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_site_version_site_id_site"),
        sa.CheckConstraint("capacity > 0", name="ck_site_version_capacity"),
        sa.CheckConstraint("valid_to >= valid_from", name="ck_site_version_days"),
    )


def _entrustments() -> None:
    op.create_table(
        "entrustment",
        sa.Column("id", UUID, nullable=False),
        sa.Column("employer_id", UUID, nullable=False),
        sa.Column("agency_id", UUID, nullable=False),
        sa.Column("scope", pg.JSONB, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date, nullable=False),
        sa.Column("contract_sha256", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_entrustment"),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["organisation.id"], name="fk_entrustment_employer_id_organisation"
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["organisation.id"], name="fk_entrustment_agency_id_organisation"
        ),
        sa.CheckConstraint("employer_id <> agency_id", name="ck_entrustment_sides"),
        sa.CheckConstraint("valid_to >= valid_from", name="ck_entrustment_days"),
        sa.CheckConstraint("octet_length(contract_sha256) = 32", name="ck_entrustment_contract"),
    )
    op.create_index("ix_entrustment_employer_id", "entrustment", ["employer_id"])
    op.create_index("ix_entrustment_agency_id", "entrustment", ["agency_id"])
    op.create_table(
        "entrustment_act",
        sa.Column("entrustment_id", UUID, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("acted_on", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date),
        sa.Column("reason", sa.Text),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("entrustment_id", "number", name="pk_entrustment_act"),
        sa.ForeignKeyConstraint(
            ["entrustment_id"], ["entrustment.id"], name="fk_entrustment_act_entrustment_id_entrustment"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_entrustment_act_organisation_id_organisation"
        ),
        sa.CheckConstraint("(act = 'ended') = (last_day IS NOT NULL)", name="ck_entrustment_act_last_day"),
    )


def downgrade() -> None:
    for table in NEW_TABLES:
        op.drop_table(table)
    op.drop_constraint(REQUEST_FK, "organisation_decision", type_="foreignkey")
    op.drop_constraint(REQUEST, "organisation_decision")
    op.drop_column("organisation_decision", "request_number")
    op.drop_table("scope_request")
    op.drop_index("uq_organisation_uscc", "organisation")
    op.create_unique_constraint("uq_organisation_uscc", "organisation", ["uscc"])
    op.drop_column("organisation", "version")
    op.drop_column("organisation", "ended_on")
