"""Endpoints, what waits for them, and how far the journals were looked through."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from audit.base import Base


class Webhook(Base):
    """An address of an organisation. Its secrets are sealed under a key of its own."""

    __tablename__ = "webhook"
    __table_args__ = (CheckConstraint("state IN ('active', 'disabled')", name="state"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(index=True)
    url: Mapped[str] = mapped_column(Text)
    types: Mapped[list[str]]
    sealed: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    failing_since: Mapped[datetime | None]
    made_at: Mapped[datetime]


class FeedEntry(Base):
    """Something that concerns an organisation, in the order in which it was found: what feed and webhooks tell."""

    __tablename__ = "feed_entry"
    __table_args__ = (Index("ix_feed_entry_organisation_id_position", "organisation_id", "position"),)

    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    organisation_id: Mapped[UUID]
    event_id: Mapped[UUID]
    type: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    time: Mapped[datetime]


class Message(Base):
    """A feed entry on its way to an endpoint. `lane` 1: a replay, which waits behind what is new."""

    __tablename__ = "webhook_message"
    __table_args__ = (
        Index(
            "ix_webhook_message_due",
            "webhook_id",
            "lane",
            "position",
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(BigInteger)
    key: Mapped[str] = mapped_column(Text)
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    lane: Mapped[int]
    state: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    last_answer: Mapped[str | None] = mapped_column(Text)
    delivered_at: Mapped[datetime | None]


class FeedCursor(Base):
    """How far a source's journal was looked through."""

    __tablename__ = "feed_cursor"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
