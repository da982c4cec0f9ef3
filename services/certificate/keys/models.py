"""Published halves of signing keys; the private halves lie in the keystore under the key id."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from certificate.base import Base

Purpose = Literal["status", "names", "answer", "credential", "log"]
Algorithm = Literal["ES256", "EdDSA"]
Measure = Literal["reissue", "revoke"]


class SigningKey(Base):
    """A key of one body for one register and period. Rows are only added: old certificates need old keys."""

    __tablename__ = "signing_key"

    kid: Mapped[str] = mapped_column(Text, primary_key=True)
    organisation_id: Mapped[UUID]
    register: Mapped[str] = mapped_column(Text, index=True)
    issuer: Mapped[str] = mapped_column(Text)
    jwk: Mapped[dict[str, str]] = mapped_column(JSONB)
    sm2: Mapped[dict[str, str] | None] = mapped_column(
        JSONB(none_as_null=True), comment="its companion, if any"
    )
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime]


class PlatformKey(Base):
    """A key of the platform itself for one purpose and period. Rows are only added."""

    __tablename__ = "platform_key"
    __table_args__ = (Index("ix_platform_key_purpose_algorithm", "purpose", "algorithm"),)

    kid: Mapped[str] = mapped_column(Text, primary_key=True)
    purpose: Mapped[Purpose] = mapped_column(Text)
    algorithm: Mapped[Algorithm] = mapped_column(Text)
    jwk: Mapped[dict[str, str]] = mapped_column(JSONB)
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime]


class KeyAlarm(Base):
    """That the coming end of a key was told, once for each number of days before it."""

    __tablename__ = "key_alarm"

    kid: Mapped[str] = mapped_column(Text, primary_key=True)
    days: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    told_at: Mapped[datetime]


class KeyCompromise(Base):
    """A decision that what a key signed in a window proves nothing any more. Rows are only added."""

    __tablename__ = "key_compromise"
    __table_args__ = (
        CheckConstraint("measure IN ('reissue', 'revoke')", name="measure"),
        CheckConstraint("window_from < window_to", name="window"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kid: Mapped[str] = mapped_column(Text, index=True, comment="of a body or of the platform")
    window_from: Mapped[datetime]
    window_to: Mapped[datetime]
    measure: Mapped[Measure] = mapped_column(Text)
    decision_document: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime]
    decided_by: Mapped[UUID]
    total: Mapped[int] = mapped_column(Integer, comment="certificates of the key and window")


class CompromisedCertificate(Base):
    """A certificate whose code a compromise touches, and what became of it; no outcome: still to be done."""

    __tablename__ = "compromised_certificate"
    __table_args__ = (
        Index(
            "ix_compromised_certificate_waiting", "compromise_id", postgresql_where=text("outcome IS NULL")
        ),
    )

    compromise_id: Mapped[UUID] = mapped_column(ForeignKey("key_compromise.id"), primary_key=True)
    number: Mapped[str] = mapped_column(ForeignKey("certificate.number"), primary_key=True)
    outcome: Mapped[str | None] = mapped_column(Text)
