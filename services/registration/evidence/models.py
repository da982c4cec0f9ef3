"""The table of evidence. Content is sealed with a key of the file's own: without its row in `person_key` it is gone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Integer, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registration.base import Base


class Evidence(Base):
    """A file that candidates of a plan rely on.

    `sha256` names it: the hash of what was sent, as rosters cite it; `size`: of what is kept, which photographs lose
    something of.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("plan_id", "sha256"),
        CheckConstraint("octet_length(sha256) = 32", name="sha256"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan_fact.plan_id"))
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    media_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(Integer)
    sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    kept_at: Mapped[datetime]
    kept_by: Mapped[UUID]
