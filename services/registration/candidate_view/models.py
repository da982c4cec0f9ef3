"""Tables of the candidate's own view. Numbers and texts are sealed, codes and tokens are hashes."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from registration.base import Base

Subject = Literal["registration", "result"]
RequestState = Literal["open", "accepted", "declined"]


class Contact(Base):
    """The telephone number that came with a registration; it goes with it."""

    __tablename__ = "contact"

    candidate_id: Mapped[UUID] = mapped_column(
        ForeignKey("candidate.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    phone: Mapped[str] = mapped_column(Text)


class CandidateSession(Base):
    """Somebody asked to see a person's record. All times are real ones.

    `target`: keyed index of the document; without `person_id` there is no such person of that name, and nothing ever
    opens it. `code_index`, `token_hash`: keyed index and SHA-256, for neither code nor token is kept.
    """

    __tablename__ = "candidate_session"
    __table_args__ = (
        Index("ix_candidate_session_target_asked_at", "target", "asked_at"),
        CheckConstraint("(opened_at IS NULL) = (token_hash IS NULL)", name="opened"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    target: Mapped[bytes] = mapped_column(LargeBinary)
    person_id: Mapped[UUID | None]
    code_index: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    tries: Mapped[int]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    opened_at: Mapped[datetime | None]
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)


class CandidateGuess(Base):
    """How often codes were wrong, by person sought and by client, since a real instant. `key` is a keyed index."""

    __tablename__ = "candidate_guess"

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    misses: Mapped[int]
    since: Mapped[datetime]


class CorrectionRequest(Base):
    """A person says that something recorded is wrong, and the centre answers (PIPL Art. 46, 50)."""

    __tablename__ = "correction_request"
    __table_args__ = (
        CheckConstraint("subject IN ('registration', 'result')", name="subject"),
        CheckConstraint("state IN ('open', 'accepted', 'declined')", name="state"),
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered"),
        Index("ix_correction_request_plan_id_id", "plan_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan_fact.plan_id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    subject: Mapped[Subject] = mapped_column(Text)
    subject_id: Mapped[UUID]
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[RequestState] = mapped_column(Text)
    asked_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None]
