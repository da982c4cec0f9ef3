"""Complaints: what they say is sealed under a key of its own, which can be taken away."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from audit.base import Base
from audit.complaints.domain import Outcome, State, Subject


class Complaint(Base):
    """A complaint. `token_sha256`: whoever has the token may look how it stands; nobody is asked who he is."""

    __tablename__ = "complaint"
    __table_args__ = (
        CheckConstraint("state IN ('received', 'accepted', 'declined', 'answered')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(Text, index=True)
    subject: Mapped[Subject] = mapped_column(Text)
    sealed: Mapped[str] = mapped_column(Text)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[State] = mapped_column(Text)
    received_at: Mapped[datetime]
    acknowledge_by: Mapped[date]
    answer_by: Mapped[date]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None]
    outcome: Mapped[Outcome | None] = mapped_column(Text)
    reply: Mapped[str | None] = mapped_column(Text)


class ComplaintPhoto(Base):
    """A photograph without position, device and comments, sealed with the complaint's key."""

    __tablename__ = "complaint_photo"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.id"), index=True)
    media_type: Mapped[str] = mapped_column(Text)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime]
