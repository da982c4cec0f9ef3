"""Acts of other services that certificates rest on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from certificate.base import Base


class TrailAct(Base):
    """What one event tells, once; `by`: the account in office, the rule, or nobody."""

    __tablename__ = "trail_act"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(index=True)
    batch_id: Mapped[UUID | None]
    result_id: Mapped[UUID | None]
    act: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by: Mapped[str | None] = mapped_column(Text)
    office: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
