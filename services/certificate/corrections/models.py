"""Versions of certificates, and those that wait to be signed. Version 1 is the certificate's own row."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from certificate.base import Base


class Reissue(Base):
    """A certificate signed again under its number: whom it names was corrected, or its key was compromised.

    Rows are only added.
    """

    __tablename__ = "reissue"
    __table_args__ = (
        UniqueConstraint("correction_id"),
        UniqueConstraint("status_index"),
        CheckConstraint("version >= 2", name="version"),
        CheckConstraint("(correction_id IS NULL) <> (compromise_id IS NULL)", name="one_ground"),
    )

    number: Mapped[str] = mapped_column(ForeignKey("certificate.number"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    correction_id: Mapped[UUID | None]
    compromise_id: Mapped[UUID | None] = mapped_column(ForeignKey("key_compromise.id"))
    kid: Mapped[str] = mapped_column(Text)
    status_index: Mapped[int] = mapped_column(BigInteger)
    code: Mapped[bytes] = mapped_column(LargeBinary)
    person_id: Mapped[UUID]
    identity: Mapped[str] = mapped_column(Text)
    id_index: Mapped[bytes] = mapped_column(LargeBinary)
    name_index: Mapped[bytes] = mapped_column(LargeBinary)
    reissued_at: Mapped[datetime]


class ReissueDue(Base):
    """A certificate whose holder was corrected and that is to be signed again; `refused`: why it could not be."""

    __tablename__ = "reissue_due"

    correction_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(ForeignKey("certificate.number"), index=True)
    person_id: Mapped[UUID]
    identity: Mapped[str] = mapped_column(Text)
    corrected_at: Mapped[datetime]
    refused: Mapped[str | None] = mapped_column(Text)
