"""Published halves of signing keys; the private halves lie in the keystore under the key id."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from certificate.base import Base


class SigningKey(Base):
    """A key of one body for one register and period. Rows are only added: old certificates need old keys."""

    __tablename__ = "signing_key"

    kid: Mapped[str] = mapped_column(Text, primary_key=True)
    organisation_id: Mapped[UUID]
    register: Mapped[str] = mapped_column(Text, index=True)
    issuer: Mapped[str] = mapped_column(Text)
    jwk: Mapped[dict[str, str]] = mapped_column(JSONB)
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime]
