"""Who has signed in, and what holders share. Neither tokens of sessions nor those of links are kept, only hashes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from certificate.base import Base


class HolderSession(Base):
    """A person proved to registration to be the one, and may show the same token here. Times are real ones."""

    __tablename__ = "holder_session"

    token_sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[UUID]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Share(Base):
    """A link by which anybody who has it sees more of one certificate, for a while."""

    __tablename__ = "share"
    __table_args__ = (
        UniqueConstraint("token_sha256"),
        CheckConstraint("expires_at > shared_at", name="expires_at"),
        Index("ix_share_person_id_id", "person_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    number: Mapped[str] = mapped_column(ForeignKey("certificate.number"))
    person_id: Mapped[UUID]
    fields: Mapped[list[str]]
    shared_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    opened: Mapped[int]
    last_opened_at: Mapped[datetime | None]
