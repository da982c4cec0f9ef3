"""Documents, and who announced which."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from common.documents import DocumentColumns
from filing.base import Base


class Document(DocumentColumns, Base):
    """A licence, a proof of premises, a contract: kept once, however many cite it."""

    __tablename__ = "document"


class Announcement(Base):
    """An organisation's word that a document of this content belongs to what it filed."""

    __tablename__ = "document_announcement"
    __table_args__ = (CheckConstraint("octet_length(sha256) = 32", name="sha256"),)

    sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    announced_at: Mapped[datetime]
