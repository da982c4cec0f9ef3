"""The log's own tables: leaves in their order, what was signed, and who signed beside us. Rows are only added."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from audit.base import Base


class LogLeaf(Base):
    """One event at its place in the log. `salt` opens the commitment; erased (null), the content is forgotten."""

    __tablename__ = "log_leaf"
    __table_args__ = (UniqueConstraint("source", "position"), Index("ix_log_leaf_event_id", "event_id"))

    leaf_index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(BigInteger)
    event_id: Mapped[UUID]
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    entry: Mapped[str] = mapped_column(Text)


class LogCheckpoint(Base):
    """A signed checkpoint: of one size there is one for ever."""

    __tablename__ = "log_checkpoint"

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    note: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime]


class LogCosignature(Base):
    """A witness's signature under a checkpoint, in the form it is served."""

    __tablename__ = "log_cosignature"

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    witness: Mapped[str] = mapped_column(Text, primary_key=True)
    line: Mapped[str] = mapped_column(Text)
    cosigned_at: Mapped[datetime]
