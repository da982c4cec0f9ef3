"""The table of persons. It holds no name and no number: only keyed indexes of them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from registration.base import Base


class Person(Base):
    """A person of the province. `id_index` finds the document again, `name_index` tells another name apart."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    id_index: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    name_index: Mapped[bytes] = mapped_column(LargeBinary)
    registered_at: Mapped[datetime]
