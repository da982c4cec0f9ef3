"""Tables of batches and results."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from common.events.registration import Outcome
from registration.base import Base

BatchState = Literal["open", "recorded"]


class Batch(Base):
    """Results entered together (批次). Open while its job goes on; it takes effect when it is recorded.

    `number`: the batch's place among those of its plan; `chunks`: events that its results were told in; `rules`: what
    passed under the standards when it was entered, so that every decision can be explained as it was made;
    `timeliness`: when it came, by when it should have, and who admitted it late.
    """

    __tablename__ = "batch"
    __table_args__ = (
        UniqueConstraint("plan_id", "number"),
        CheckConstraint("state IN ('open', 'recorded')", name="state"),
        CheckConstraint("(state = 'recorded') = (recorded_at IS NOT NULL)", name="recorded"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan_fact.plan_id"))
    organisation_id: Mapped[UUID]
    number: Mapped[int]
    job_id: Mapped[UUID] = mapped_column(unique=True)
    state: Mapped[BatchState] = mapped_column(Text)
    chunks: Mapped[int]
    rows: Mapped[int]
    outcomes: Mapped[dict[str, int]] = mapped_column(JSONB)
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    recorded_on: Mapped[date | None]
    recorded_at: Mapped[datetime | None]
    recorded_by: Mapped[UUID]
    timeliness: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    public_until: Mapped[date | None] = mapped_column(index=True)
    publicity_ended_at: Mapped[datetime | None]


class Result(Base):
    """One candidate's result; there is one for a person, item and level of a plan, whatever is sent again.

    `identity`, `remark`: sealed with the person's key; `carried`: of a retake, which marks are of which earlier result.
    """

    __tablename__ = "result"
    __table_args__ = (
        UniqueConstraint("plan_id", "person_id", "item_code", "level"),
        Index("ix_result_batch_id_id", "batch_id", "id"),
        CheckConstraint("outcome IN ('passed', 'failed', 'absent', 'misconduct')", name="outcome"),
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        CheckConstraint(
            "theory BETWEEN 0 AND 100 AND skill BETWEEN 0 AND 100 AND review BETWEEN 0 AND 100", name="marks"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batch.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan_fact.plan_id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    item_code: Mapped[str] = mapped_column(Text)
    level: Mapped[int]
    identity: Mapped[str] = mapped_column(Text)
    theory: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    skill: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    review: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    ethics_passed: Mapped[bool]
    absent: Mapped[bool]
    misconduct: Mapped[bool]
    outcome: Mapped[Outcome] = mapped_column(Text)
    evaluated_on: Mapped[date]
    remark: Mapped[str | None] = mapped_column(Text)
    examiners: Mapped[list[str]] = mapped_column(server_default="{}")
    carried: Mapped[list[str]] = mapped_column(server_default="{}")
