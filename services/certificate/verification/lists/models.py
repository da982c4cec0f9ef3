"""What stays of a list that was verified: who asked how much on what ground; and, for a week, the answers by row.

Neither what was asked nor whom it concerned is in these tables: an answer is a row of the caller's own file.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from certificate.base import Base
from certificate.verification.lists.domain import Ground


class ListCheck(Base):
    """A list that was handed in. The figures are those of its end; `expires_at`: when its answers are forgotten."""

    __tablename__ = "list_check"
    __table_args__ = (
        CheckConstraint("ground IN ('consent', 'employment', 'statutory_duty')", name="ground"),
        Index("ix_list_check_organisation_id_asked_at", "organisation_id", "asked_at"),
        Index("ix_list_check_expires_at", "expires_at"),
    )

    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    account_id: Mapped[UUID]
    ground: Mapped[Ground] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(Text, comment="consent form, contract or legal provision")
    rows: Mapped[int] = mapped_column(Integer)
    valid: Mapped[int] = mapped_column(Integer)
    not_valid: Mapped[int] = mapped_column(Integer)
    unprovable: Mapped[int] = mapped_column(Integer)
    misses: Mapped[int] = mapped_column(Integer, comment="numbers that were not those of the name")
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]


class ListAnswer(Base):
    """The answers of one chunk of a list, by row; forgotten at `expires_at` of the list."""

    __tablename__ = "list_answer"

    job_id: Mapped[UUID] = mapped_column(
        ForeignKey("list_check.job_id", ondelete="CASCADE"), primary_key=True
    )
    chunk: Mapped[int] = mapped_column(Integer, primary_key=True)
    answers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
