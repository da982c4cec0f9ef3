"""The table of persons' wrapped data keys, and how keys travel: beside an event, never in it (decision record 6)."""

import os
import struct
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import LargeBinary, Uuid, any_, delete, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
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


_PAIRS = "unnest(CAST(:persons AS uuid[]), CAST(:keys AS bytea[])) AS given (person_id, wrapped)"
_STORE = text(
    f"INSERT INTO person_key (person_id, wrapped) SELECT person_id, wrapped FROM {_PAIRS} ON CONFLICT DO NOTHING"  # noqa: S608
)
_REPLACE = text(
    f"UPDATE person_key SET wrapped = given.wrapped FROM {_PAIRS} WHERE person_key.person_id = given.person_id"  # noqa: S608
)


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
    wanted = literal(person_ids, ARRAY(Uuid))  # one parameter for any number of persons
    rows = await session.execute(
        select(PersonKeyRow.person_id, PersonKeyRow.wrapped).where(PersonKeyRow.person_id == any_(wanted))
    )
    return {
        person_id: PersonKey(person_id, keyring.unwrap(wrapped, person_id)) for person_id, wrapped in rows
    }


async def store(session: AsyncSession, wrapped: Mapping[UUID, bytes]) -> None:
    """Keep wrapped keys; one that is there already stays."""
    if wrapped:
        persons = sorted(wrapped)  # in one order, so that two transactions never wait for each other
        await session.execute(_STORE, {"persons": persons, "keys": [wrapped[person] for person in persons]})


async def erase(session: AsyncSession, person_id: UUID) -> None:
    """Forget a person in this service."""
    await session.execute(delete(PersonKeyRow).where(PersonKeyRow.person_id == person_id))


async def rewrap(session: AsyncSession, keyring: Keyring, *, limit: int = 1_000) -> int:
    """Wrap keys anew that an older key of the ring wrapped; how many. Call and commit until it returns 0.

    After that the older key may leave the ring: what the data keys sealed is untouched.
    """
    current = keyring.mark()
    rows = await session.execute(
        select(PersonKeyRow.person_id, PersonKeyRow.wrapped)
        .where(func.substr(PersonKeyRow.wrapped, 1, len(current)) != current)
        .order_by(PersonKeyRow.person_id)
        .limit(limit)
        .with_for_update()
    )
    found = {
        person_id: keyring.wrap(keyring.unwrap(wrapped, person_id), person_id) for person_id, wrapped in rows
    }
    if found:
        await session.execute(_REPLACE, {"persons": list(found), "keys": list(found.values())})
    return len(found)


def pack(wrapped: Mapping[UUID, bytes]) -> str:
    """Wrapped keys as header text: base64 of (id ‖ length ‖ wrapped) for each."""
    parts = [person_id.bytes + struct.pack(">H", len(key)) + key for person_id, key in wrapped.items()]
    return b64encode(b"".join(parts)).decode()


def unpack(packed: str) -> dict[UUID, bytes]:
    """What `pack` made. Raises ValueError."""
    raw, at, found = b64decode(packed, validate=True), 0, {}
    while at < len(raw):
        if len(raw) < at + 18:
            raise ValueError("packed keys end too early")
        (length,) = struct.unpack_from(">H", raw, at + 16)
        found[UUID(bytes=raw[at : at + 16])] = raw[at + 18 : at + 18 + length]
        at += 18 + length
    return found
