"""Dedicated accounts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from filing.base import Base


class Account(Base):
    """An account with its role, bound to an organisation, to a region, or (the authority) to neither.

    Only the SHA-256 of the secret is kept: the secret has 256 random bits, so a slow hash would add nothing.
    """

    __tablename__ = "account"
    __table_args__ = (CheckConstraint("organisation_id IS NULL OR region IS NULL", name="one_bond"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(Text, unique=True)
    secret_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    role: Mapped[str] = mapped_column(Text)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    region: Mapped[str | None] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    granted_at: Mapped[datetime]
    granted_by: Mapped[UUID | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None]
