"""What the queue has said once, and where a rule decides."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from filing.base import Base


class PlanEscalation(Base):
    """A filing of a plan was put before the centre of a region above: said once."""

    __tablename__ = "plan_escalation"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"), primary_key=True)
    filing: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    region: Mapped[str] = mapped_column(Text, primary_key=True)
    escalated_at: Mapped[datetime]


class AutomaticAcceptance(Base):
    """Switching acceptance by rule on or off for an organisation: the newest row counts, none means off (Art. 21)."""

    __tablename__ = "automatic_acceptance"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    enabled: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    set_at: Mapped[datetime]
    set_by: Mapped[UUID]
