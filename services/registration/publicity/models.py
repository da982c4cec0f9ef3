"""The table of objections. Text and contact are sealed with a key of the objection's own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from registration.base import Base
from registration.publicity.domain import ObjectionState


class Objection(Base):
    """What somebody says against published results; `decision` is public."""

    __tablename__ = "objection"
    __table_args__ = (
        CheckConstraint("state IN ('raised', 'acknowledged', 'upheld', 'dismissed')", name="state"),
        CheckConstraint("(state IN ('upheld', 'dismissed')) = (decided_at IS NOT NULL)", name="decided"),
        Index("ix_objection_batch_id_id", "batch_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batch.id"))
    state: Mapped[ObjectionState] = mapped_column(Text)
    sealed: Mapped[str] = mapped_column(Text)
    raised_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decision: Mapped[str | None] = mapped_column(Text)
