"""Evaluating bodies by id, with the code that names each of them alone."""

from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from audit.base import Base


class EvaluatingBody(Base):
    """An approved body as filing last told of it. Two may share a name; none share a credit code."""

    __tablename__ = "evaluating_body"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    uscc: Mapped[str] = mapped_column(Text, index=True)
    region: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
