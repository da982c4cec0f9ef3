"""What was done with a candidate, act by act; the candidate's row has the state that came of it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from registration.base import Base
from registration.reviews.domain import Act


class ReviewAct(Base):
    """One act: a decision, a question, an answer, an appeal. `evidence`: hashes; `until`: of a question."""

    __tablename__ = "review_act"

    candidate_id: Mapped[UUID] = mapped_column(ForeignKey("candidate.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    act: Mapped[Act] = mapped_column(Text)
    code: Mapped[str | None] = mapped_column(Text)
    words: Mapped[str | None] = mapped_column(Text)
    evidence: Mapped[list[str]] = mapped_column(server_default="{}")
    until: Mapped[date | None]
    acted_at: Mapped[datetime]
    acted_by: Mapped[UUID]
