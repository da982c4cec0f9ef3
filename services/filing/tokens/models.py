"""The keys that access tokens are signed with."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from filing.base import Base


class SigningKey(Base):
    """An ES256 key pair: the public half as a JWK, the private half sealed under a data key of its own.

    That data key stands, wrapped by the platform's keyring, in `person_key` under this id: rotating the keyring
    covers it, and deleting it destroys the private half.
    """

    __tablename__ = "signing_key"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kid: Mapped[str] = mapped_column(Text, unique=True)
    jwk: Mapped[dict[str, Any]]
    sealed_private: Mapped[str] = mapped_column(Text)
    signs_from: Mapped[datetime]
    not_after: Mapped[datetime | None]
