"""Certificates and their revocations: rows that are only added, which the database itself enforces."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from certificate.base import Base
from certificate.certificates.domain import ReasonCode
from common.certificate_code import Kind


class Certificate(Base):
    """A certificate as it was issued. The holder's identity is sealed; indexes find it by name and document."""

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("result_id"),
        UniqueConstraint("status_index"),
        Index("ix_certificate_batch_id_number", "batch_id", "number"),
        Index("ix_certificate_plan_id_number", "plan_id", "number"),
        Index("ix_certificate_organisation_id_number", "organisation_id", "number"),
        Index("ix_certificate_region_number", "region", "number"),
    )

    number: Mapped[str] = mapped_column(Text, primary_key=True)
    result_id: Mapped[UUID]
    batch_id: Mapped[UUID]
    plan_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    organisation_name: Mapped[str] = mapped_column(Text)
    entrusted_by: Mapped[str | None] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Text)
    kind: Mapped[Kind] = mapped_column(Text)
    level: Mapped[int] = mapped_column(SmallInteger)
    item_code: Mapped[str] = mapped_column(Text)
    item_name: Mapped[str] = mapped_column(Text)
    issued_on: Mapped[date]
    issued_at: Mapped[datetime]
    kid: Mapped[str] = mapped_column(Text)
    status_index: Mapped[int] = mapped_column(BigInteger)
    code: Mapped[bytes] = mapped_column(LargeBinary)
    person_id: Mapped[UUID]
    identity: Mapped[str] = mapped_column(Text)
    id_index: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    name_index: Mapped[bytes] = mapped_column(LargeBinary)


class Revocation(Base):
    """A certificate's revocation: a new fact beside it, final."""

    __tablename__ = "revocation"

    number: Mapped[str] = mapped_column(ForeignKey("certificate.number"), primary_key=True)
    reason_code: Mapped[ReasonCode] = mapped_column(Text)
    decision_document: Mapped[str] = mapped_column(Text)
    revoked_at: Mapped[datetime]
    revoked_by: Mapped[UUID]
