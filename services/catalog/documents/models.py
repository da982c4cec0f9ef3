"""Documents: rows are only added."""

from uuid import UUID

from sqlalchemy.orm import Mapped

from catalog.base import Base
from common.documents import DocumentColumns


class Document(DocumentColumns, Base):
    """A draft, the minutes of a committee, a notice: whoever cites it cites this very content."""

    __tablename__ = "document"

    recorded_by: Mapped[UUID]
