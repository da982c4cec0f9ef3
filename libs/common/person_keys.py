"""The table of persons' wrapped data keys, and how keys travel: beside an event, never in it (decision record 6)."""

import os
import struct
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import LargeBinary, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Shared
from common.sealed import KEY_BYTES, Keyring, PersonKey

HEADER = "Person-Keys"


class PersonKeyRow(Shared):
    """One person's data key, wrapped by the keyring. Deleting it forgets the person in this service."""

    __tablename__ = "person_key"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class Erased(LookupError):
    """The person's key is gone: the data was erased, or never reached this service."""


async def person_keys(
    session: AsyncSession, keyring: Keyring, person_ids: Iterable[UUID], *, create: bool = False
) -> dict[UUID, PersonKey]:
    """The keys of many persons at once; with `create`, new ones are made for those who have none yet.

    Persons without a key are missing from the answer.
    """
    wanted = list(dict.fromkeys(person_ids))
    found = await _read(session, keyring, wanted)
    missing = [person_id for person_id in wanted if person_id not in found]
    if create and missing:
        made = {person_id: os.urandom(KEY_BYTES) for person_id in missing}
        await store(session, {person_id: keyring.wrap(key, person_id) for person_id, key in made.items()})
        found |= await _read(session, keyring, missing)  # another transaction may have been first
    return found


async def person_key(
    session: AsyncSession, keyring: Keyring, person_id: UUID, *, create: bool = False
) -> PersonKey:
    """One person's key. Raises Erased."""
    found = await person_keys(session, keyring, [person_id], create=create)
    if person_id not in found:
        raise Erased(str(person_id))
    return found[person_id]


async def _read(session: AsyncSession, keyring: Keyring, person_ids: list[UUID]) -> dict[UUID, PersonKey]:
    if not person_ids:
        return {}
    rows = await session.execute(
        select(PersonKeyRow.person_id, PersonKeyRow.wrapped).where(PersonKeyRow.person_id.in_(person_ids))
    )
    return {
        person_id: PersonKey(person_id, keyring.unwrap(wrapped, person_id))
        for person_id, wrapped in rows
    }


async def store(session: AsyncSession, wrapped: Mapping[UUID, bytes]) -> None:
    """Keep wrapped keys; one that is there already stays."""
    if wrapped:
        rows = [{"person_id": person_id, "wrapped": key} for person_id, key in sorted(wrapped.items())]
        await session.execute(insert(PersonKeyRow).on_conflict_do_nothing(), rows)


async def erase(session: AsyncSession, person_id: UUID) -> None:
    """Forget a person in this service."""
    await session.execute(delete(PersonKeyRow).where(PersonKeyRow.person_id == person_id))


def pack(wrapped: Mapping[UUID, bytes]) -> str:
    """Wrapped keys as header text: base64 of (id ‖ length ‖ wrapped) for each."""
    parts = [person_id.bytes + struct.pack(">H", len(key)) + key for person_id, key in wrapped.items()]
    return b64encode(b"".join(parts)).decode()


def unpack(text: str) -> dict[UUID, bytes]:
    raw, at, found = b64decode(text), 0, {}
    while at < len(raw):
        (length,) = struct.unpack_from(">H", raw, at + 16)
        found[UUID(bytes=raw[at : at + 16])] = raw[at + 18 : at + 18 + length]
        at += 18 + length
    return found
