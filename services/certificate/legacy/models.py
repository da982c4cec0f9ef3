"""Imported certificates: rows only added; a correction is another row that names what it replaces."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, LargeBinary, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from certificate.base import Base

Grade = Literal["original_register", "archive_scan", "declared"]


class LegacyCertificate(Base):
    """One certificate as its source has it. Two persons may bear one number: old data do."""

    __tablename__ = "legacy_certificate"
    __table_args__ = (
        UniqueConstraint("number", "name_index", "source"),
        CheckConstraint("evidence IN ('original_register', 'archive_scan', 'declared')", name="evidence"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Text, index=True)
    shape: Mapped[str] = mapped_column(Text)
    item_name: Mapped[str] = mapped_column(Text)
    level: Mapped[int | None] = mapped_column(SmallInteger)
    issuer: Mapped[str] = mapped_column(Text)
    issued_on: Mapped[date]
    source: Mapped[str] = mapped_column(Text)
    document_sha256: Mapped[str | None] = mapped_column(Text)
    evidence: Mapped[Grade] = mapped_column(Text)
    person_id: Mapped[UUID]
    identity: Mapped[str] = mapped_column(Text)
    name_index: Mapped[bytes] = mapped_column(LargeBinary)
    id_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    imported_at: Mapped[datetime]
    imported_by: Mapped[UUID]
