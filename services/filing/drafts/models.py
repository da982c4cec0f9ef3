"""The table of drafts; what a draft says is sealed, for it may name a person to ask."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from filing.base import Base


class PlanDraft(Base):
    """What somebody has written of a plan so far; it is nobody's fact, so it may be changed and thrown away."""

    __tablename__ = "plan_draft"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    sealed: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by: Mapped[UUID]
