"""Certificates: rows that are only added, which the database itself enforces; and which of them are revoked."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, SmallInteger, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from certificate.base import Base
from certificate.status.models import CertificateStatus
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
        Index("ix_certificate_item_code_number", "item_code", "number"),
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


_NOW = CertificateStatus.__table__
_REVOKED = (
    select(
        _NOW.c.number,
        _NOW.c.reason_code,
        _NOW.c.decision_document,
        _NOW.c.since.label("revoked_at"),
        _NOW.c.decided_by.label("revoked_by"),
    )
    .where(_NOW.c.status == "revoked")
    .subquery("revoked")
)


class Revocation(Base):
    """For reading only: the certificates that are revoked. What is kept is `status_change`."""

    __table__ = _REVOKED
    __mapper_args__ = {"primary_key": [_REVOKED.c.number]}  # noqa: RUF012  # SQLAlchemy's own word

    if TYPE_CHECKING:
        number: Mapped[str]
        reason_code: Mapped[str]
        decision_document: Mapped[str]
        revoked_at: Mapped[datetime]
        revoked_by: Mapped[str]
