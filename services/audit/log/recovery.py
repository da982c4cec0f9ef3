"""After audit's database was restored to an earlier moment: the leaves that were signed since come back from the tiles.

Nothing new is appended before; what the tiles tell is held against the signed checkpoint, so a forged file brings
nothing in. Salts are not published: for these leaves they are lost, and only the chain still proves the content.
"""

import asyncio
from uuid import UUID

import orjson
import structlog
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from audit.log.folder import LogDamaged, LogFolder
from audit.log.models import LogCheckpoint, LogLeaf
from common.merkle import EMPTY, leaf_hash
from common.merkle_notes import Checkpoint
from common.merkle_tiles import WIDTH, TileName, hashes_of, unpack
from common.platform import Platform

log = structlog.get_logger("log")


async def take_back(
    platform: Platform, folder: LogFolder, shown: Checkpoint, note: str, *, behind: Checkpoint
) -> None:
    """Bring back the leaves between what the database has signed and what is published. Raises LogDamaged."""
    async with platform.sessions() as session:
        for number in range(behind.size // WIDTH, -(-shown.size // WIDTH)):
            entries = await asyncio.to_thread(_bundle, folder, number, shown.size)
            await _keep(session, number * WIDTH, entries)
        await asyncio.to_thread(_check, folder, shown, behind)
        row = LogCheckpoint(size=shown.size, root=shown.root, note=note, signed_at=platform.clock.now())
        session.add(row)
        await session.commit()
    log.error("leaves of the log taken back from its tiles", size=shown.size, behind=behind.size)


def _check(folder: LogFolder, shown: Checkpoint, behind: Checkpoint) -> None:
    reader = folder.reader(shown.size)
    before = reader.range_hash(0, behind.size) if behind.size else EMPTY
    if reader.root() != shown.root or before != behind.root:
        raise LogDamaged(
            "the tiles are not those of the checkpoint: bring them back before anything is appended"
        )


def _bundle(folder: LogFolder, number: int, size: int) -> list[bytes]:
    """A bundle's entries, each of them hashed in the tile."""
    width = min(WIDTH, size - number * WIDTH)
    entries = unpack(folder.tile(TileName(None, number, width)))
    if [leaf_hash(entry) for entry in entries] != hashes_of(folder.tile(TileName(0, number, width)), width):
        raise LogDamaged(f"the entries of bundle {number} are not those of its tile")
    return entries


async def _keep(session: AsyncSession, first: int, entries: list[bytes]) -> None:
    """Add the leaves that are missing; those that are here must be the same."""
    rows = await session.execute(
        select(LogLeaf.leaf_index, LogLeaf.entry).where(
            LogLeaf.leaf_index >= first, LogLeaf.leaf_index < first + len(entries)
        )
    )
    here: dict[int, str] = {row.leaf_index: row.entry for row in rows}
    missing = []
    for index, entry in enumerate(entries, start=first):
        if here.get(index, entry.decode()) != entry.decode():
            raise LogDamaged(f"leaf {index} is not what was signed")
        if index not in here:
            missing.append(_row(index, entry))
    if missing:
        await session.execute(insert(LogLeaf), missing)


def _row(index: int, entry: bytes) -> dict[str, object]:
    told = orjson.loads(entry)
    return {
        "leaf_index": index,
        "source": told["source"],
        "position": told["position"],
        "event_id": UUID(told["id"]),
        "salt": None,
        "entry": entry.decode(),
    }
