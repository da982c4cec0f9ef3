"""A service's own Ed25519 keys, one for each purpose: made at the first need, kept sealed by the platform's keyring.

They sign what the service tells of itself (receipts, the log's checkpoints); certificates have keys of their own.
"""

from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import LargeBinary, Text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Shared
from common.sealed import Keyring


class ServiceKeyRow(Shared):
    """One key: its public half, and its private half wrapped by the keyring. Never replaced: what it signed stays."""

    __tablename__ = "service_key"

    purpose: Mapped[str] = mapped_column(Text, primary_key=True)
    public: Mapped[bytes] = mapped_column(LargeBinary)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]


async def own_key(
    session: AsyncSession, keyring: Keyring, purpose: str, *, now: datetime
) -> Ed25519PrivateKey:
    """The service's key for a purpose. Of several processes that make it at once, all get the same; commits.

    A key wrapped by an older key of the ring is wrapped again by the current one. Raises Unreadable.
    """
    row = await session.get(ServiceKeyRow, purpose)
    if row is None:
        private = Ed25519PrivateKey.generate()
        fresh = {
            "purpose": purpose,
            "public": private.public_key().public_bytes_raw(),
            "wrapped": keyring.wrap(private.private_bytes_raw(), _bound_to(purpose)),
            "made_at": now,
        }
        await session.execute(insert(ServiceKeyRow).values(fresh).on_conflict_do_nothing())
        await session.commit()
        row = await session.get_one(ServiceKeyRow, purpose)
    private = Ed25519PrivateKey.from_private_bytes(keyring.unwrap(row.wrapped, _bound_to(purpose)))
    if not row.wrapped.startswith(keyring.mark()):
        row.wrapped = keyring.wrap(private.private_bytes_raw(), _bound_to(purpose))
        await session.commit()
    return private


async def published_key(session: AsyncSession, purpose: str) -> bytes | None:
    """The public half of a key; None: it has not been made yet."""
    row = await session.get(ServiceKeyRow, purpose)
    return row.public if row else None


def _bound_to(purpose: str) -> UUID:
    """What a wrapped key is bound to, so that one cannot be passed off as another's."""
    return uuid5(NAMESPACE_URL, f"service-key:{purpose}")
