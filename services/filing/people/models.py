"""Persons behind accounts and what they sign in by."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from filing.base import Base


class Person(Base):
    """Somebody who holds accounts, known by a keyed index of the document; `identity` is sealed."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    id_index: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    identity: Mapped[str] = mapped_column(Text)
    known_at: Mapped[datetime]


class AccountHolder(Base):
    """Whose an account is, and how that person signs in.

    `enrolment_sha256`: of the code that lets the person choose a password, once, until `enrolment_ends`;
    `sealed_totp`: sealed with the person's key; `last_step`: of the last one-time code used.
    """

    __tablename__ = "account_holder"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    bound_at: Mapped[datetime]
    bound_by: Mapped[UUID]
    enrolment_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    enrolment_ends: Mapped[datetime | None]
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    password_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_totp: Mapped[str | None] = mapped_column(Text)
    last_step: Mapped[int | None]
    failures: Mapped[int] = mapped_column(server_default="0")
    locked_until: Mapped[datetime | None]


class OidcIdentity(Base):
    """Who somebody is at another issuer (OpenID Connect): issuer and subject name one account."""

    __tablename__ = "oidc_identity"

    issuer: Mapped[str] = mapped_column(Text, primary_key=True)
    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    bound_at: Mapped[datetime]
    bound_by: Mapped[UUID]
