"""What audit's log told of this service's events, and which certificates they are about. Rows are only added."""

from uuid import UUID

from sqlalchemy import BigInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from certificate.base import Base


class LogProof(Base):
    """The proof that one event stands in the log."""

    __tablename__ = "log_proof"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    event_type: Mapped[str] = mapped_column(Text)
    leaf_index: Mapped[int] = mapped_column(BigInteger)
    tree_size: Mapped[int] = mapped_column(BigInteger)
    entry: Mapped[str] = mapped_column(Text)
    proof: Mapped[list[str]]
    checkpoint: Mapped[str] = mapped_column(Text)


class ProvenCertificate(Base):
    """That an event with a proof is about a certificate."""

    __tablename__ = "proven_certificate"

    number: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[UUID]
