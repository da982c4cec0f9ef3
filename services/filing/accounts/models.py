"""Dedicated accounts and what they show themselves by."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from filing.base import Base


class Account(Base):
    """An account with its role, bound to an organisation, to a region, or (the authority) to neither.

    `expires_on`: last day; `last_used_at`: when it last got a token, to the minute, by real time.
    """

    __tablename__ = "account"
    __table_args__ = (CheckConstraint("organisation_id IS NULL OR region IS NULL", name="one_bond"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(Text, unique=True)
    role: Mapped[str] = mapped_column(Text)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    region: Mapped[str | None] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    granted_at: Mapped[datetime]
    granted_by: Mapped[UUID | None]
    expires_on: Mapped[date | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None]


class AccountSecret(Base):
    """A secret of an account; two may be valid at a time, so that one is changed without a pause.

    Only the SHA-256 is kept: the secret has 256 random bits, so a slow hash would add nothing.
    """

    __tablename__ = "account_secret"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None]
    expires_on: Mapped[date | None]
    retired_at: Mapped[datetime | None]


class AccountKey(Base):
    """A public key that an account signs assertions with (RFC 7523)."""

    __tablename__ = "account_key"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    kid: Mapped[str] = mapped_column(Text, primary_key=True)
    jwk: Mapped[dict[str, Any]]
    added_at: Mapped[datetime]
    added_by: Mapped[UUID | None]
    retired_at: Mapped[datetime | None]


class UsedAssertion(Base):
    """An assertion that was used; whoever shows it again is refused until it would have expired anyway."""

    __tablename__ = "used_assertion"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    jti_sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
