"""The ledger of sheets: rows that are only added, which the database itself enforces."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from certificate.base import Base
from certificate.prints.domain import Purpose

PrintedBy = Literal["body", "office", "holder"]


class Sheet(Base):
    """A printed sheet of a certificate. `serial` stands on it and rises with each sheet of the number.

    `account_id`: who printed it, for a body or an office; `job_id`: with its whole batch.
    """

    __tablename__ = "sheet"
    __table_args__ = (
        CheckConstraint("serial >= 1", name="serial"),
        CheckConstraint("purpose IN ('first', 'reprint', 'lost')", name="purpose"),
        CheckConstraint("printed_by IN ('body', 'office', 'holder')", name="printed_by"),
        CheckConstraint("(printed_by = 'holder') = (account_id IS NULL)", name="account"),
        Index(
            "ix_sheet_first_of_version",
            "number",
            "version",
            unique=True,
            postgresql_where="purpose = 'first'",
        ),
    )

    number: Mapped[str] = mapped_column(ForeignKey("certificate.number"), primary_key=True)
    serial: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    purpose: Mapped[Purpose] = mapped_column(Text)
    printed_at: Mapped[datetime]
    printed_by: Mapped[PrintedBy] = mapped_column(Text)
    account_id: Mapped[UUID | None]
    job_id: Mapped[UUID | None]
