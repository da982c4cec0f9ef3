"""Webhooks, what waits for them, and the feed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", UUID, nullable=False),
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("types", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("failing_since", MOMENT),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhook"),
        sa.CheckConstraint("state IN ('active', 'disabled')", name="ck_webhook_state"),
    )
    op.create_index("ix_webhook_organisation_id", "webhook", ["organisation_id"])
    op.create_table(
        "webhook_message",
        sa.Column("id", UUID, nullable=False),
        sa.Column("webhook_id", UUID, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("body", pg.JSONB, nullable=False),
        sa.Column("lane", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("last_answer", sa.Text),
        sa.Column("delivered_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_message"),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name="fk_webhook_message_webhook_id_webhook", ondelete="CASCADE"
        ),
    )
    op.create_index(
        "ix_webhook_message_due",
        "webhook_message",
        ["webhook_id", "lane", "position"],
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "feed_cursor",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_feed_cursor"),
    )
    op.create_table(
        "feed_entry",
        sa.Column("position", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("event_id", UUID, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("body", pg.JSONB, nullable=False),
        sa.Column("time", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_feed_entry"),
    )
    op.create_index("ix_feed_entry_organisation_id_position", "feed_entry", ["organisation_id", "position"])


def downgrade() -> None:
    op.drop_table("feed_entry")
    op.drop_table("feed_cursor")
    op.drop_table("webhook_message")
    op.drop_table("webhook")
