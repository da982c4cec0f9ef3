"""Statistics: facts as they stand, the cells that they add up to, months published, files asked for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0008"
down_revision = "0004"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "statistics_cell",
        sa.Column("edition", sa.SmallInteger, nullable=False),
        sa.Column("month", sa.Date, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("track", sa.Text, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("organisation_kind", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("sex", sa.Text, nullable=False),
        sa.Column("age", sa.Text, nullable=False),
        sa.Column("candidates", sa.BigInteger, nullable=False),
        sa.Column("passed", sa.BigInteger, nullable=False),
        sa.Column("failed", sa.BigInteger, nullable=False),
        sa.Column("absent", sa.BigInteger, nullable=False),
        sa.Column("misconduct", sa.BigInteger, nullable=False),
        sa.Column("certificates", sa.BigInteger, nullable=False),
        sa.Column("revoked", sa.BigInteger, nullable=False),
        sa.Column("persons", sa.BigInteger, nullable=False),
        sa.Column("waiting_days", sa.BigInteger, nullable=False),
        sa.Column("plans", sa.BigInteger, nullable=False),
        sa.Column("plans_to_supervise", sa.BigInteger, nullable=False),
        sa.Column("plans_supervised", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint(
            "edition",
            "month",
            "region",
            "item",
            "level",
            "track",
            "mode",
            "organisation_kind",
            "organisation",
            "sex",
            "age",
            name="pk_statistics_cell",
        ),
    )
    op.create_table(
        "statistics_certificate",
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("result_id", UUID, nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("revoked_on", sa.Date),
        sa.PrimaryKeyConstraint("number", name="pk_statistics_certificate"),
        sa.UniqueConstraint("result_id", name="uq_statistics_certificate_result_id"),
    )
    op.create_table(
        "statistics_cursor",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("time", MOMENT),
        sa.PrimaryKeyConstraint("source", name="pk_statistics_cursor"),
    )
    op.create_table(
        "statistics_export",
        sa.Column("id", UUID, nullable=False),
        sa.Column("account_id", UUID, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("question", pg.JSONB, nullable=False),
        sa.Column("regions", pg.ARRAY(sa.Text)),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_statistics_export"),
    )
    op.create_index("ix_statistics_export_asked_at", "statistics_export", ["asked_at"])
    op.create_table(
        "statistics_item",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("successors", pg.ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.PrimaryKeyConstraint("code", name="pk_statistics_item"),
    )
    op.create_table(
        "statistics_month",
        sa.Column("month", sa.Date, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("month", name="pk_statistics_month"),
    )
    op.create_table(
        "statistics_plan",
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("organisation_kind", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("organisation_name", sa.Text, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("always_supervised", sa.Boolean, nullable=False),
        sa.Column("cancelled", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("plan_id", name="pk_statistics_plan"),
    )
    op.create_table(
        "statistics_publication",
        sa.Column("month", sa.Date, nullable=False),
        sa.Column("edition", sa.SmallInteger, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("published_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("month", "edition", name="pk_statistics_publication"),
        sa.UniqueConstraint("position", name="uq_statistics_publication_position"),
    )
    op.create_table(
        "statistics_result",
        sa.Column("result_id", UUID, nullable=False),
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("item_code", sa.Text, nullable=False),
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.Column("track", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("evaluated_on", sa.Date, nullable=False),
        sa.Column("sex", sa.Text, nullable=False),
        sa.Column("birth_year", sa.SmallInteger),
        sa.PrimaryKeyConstraint("result_id", name="pk_statistics_result"),
    )
    op.create_index("ix_statistics_result_plan_id", "statistics_result", ["plan_id"])
    op.create_index("ix_statistics_result_person_id", "statistics_result", ["person_id"])
    op.create_table(
        "statistics_supervision",
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("reported", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("plan_id", name="pk_statistics_supervision"),
    )
    op.create_table(
        "statistics_export_part",
        sa.Column("export_id", UUID, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("export_id", "number", name="pk_statistics_export_part"),
        sa.ForeignKeyConstraint(
            ["export_id"],
            ["statistics_export.id"],
            name="fk_statistics_export_part_export_id_statistics_export",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    op.drop_table("statistics_export_part")
    op.drop_table("statistics_supervision")
    op.drop_table("statistics_result")
    op.drop_table("statistics_publication")
    op.drop_table("statistics_plan")
    op.drop_table("statistics_month")
    op.drop_table("statistics_item")
    op.drop_table("statistics_export")
    op.drop_table("statistics_cursor")
    op.drop_table("statistics_certificate")
    op.drop_table("statistics_cell")
