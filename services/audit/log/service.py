"""Use cases of readers: checkpoints, tiles, proofs, salts."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from audit.log import witnesses
from audit.log.folder import CHECKPOINT, LogFolder
from audit.log.models import LogCheckpoint, LogLeaf
from audit.log.schemas import ConsistencyOut, InclusionOut, LogOut, SaltOut
from common.errors import Bilingual, FieldError, Violations
from common.merkle import consistency, inclusion
from common.merkle_notes import Checkpoint, note_parts
from common.merkle_tiles import TileName
from common.problems import Problem


@dataclass(frozen=True, slots=True)
class Place:
    """Which leaf is asked for: by its event, by its place in its source's journal, or by its index."""

    event_id: UUID | None = None
    source: str | None = None
    position: int | None = None
    index: int | None = None


async def checkpoint(session: AsyncSession, folder: LogFolder) -> bytes:
    """The newest checkpoint, with the cosignatures that came for it."""
    note = await _shown(folder)
    size = Checkpoint.parse(note_parts(note.decode())[0]).size
    return note + "".join(row.line for row in await witnesses.cosignatures(session, size)).encode()


async def witnessed(session: AsyncSession) -> bytes:
    """The newest checkpoint that a witness cosigned."""
    found = await witnesses.witnessed(session)
    if found is None:
        raise Problem("not-found")
    row, lines = found
    return (row.note + "".join(line.line for line in lines)).encode()


async def tile(folder: LogFolder, path: str) -> bytes:
    """A tile or a bundle of entries. Once the tile is full, its partial forms are cut from it."""
    try:
        name = TileName.parse(f"tile/{path}")
    except ValueError:
        raise Problem("not-found") from None
    content = await asyncio.to_thread(folder.read, name.path())
    if content is None:
        raise Problem("not-found")
    return content


async def prove_inclusion(session: AsyncSession, folder: LogFolder, place: Place) -> InclusionOut:
    """That an event stands in the log, under the newest checkpoint."""
    note = (await _shown(folder)).decode()
    size = Checkpoint.parse(note_parts(note)[0]).size
    leaf = await session.scalar(_sought(place))
    if leaf is None or leaf.leaf_index >= size:
        raise Problem("not-found")
    reader = folder.reader(size)
    proof = await asyncio.to_thread(inclusion, reader.range_hash, leaf.leaf_index, size)
    return InclusionOut(
        leaf_index=leaf.leaf_index,
        tree_size=size,
        entry=leaf.entry,
        proof=[part.hex() for part in proof],
        checkpoint=note,
    )


def _sought(place: Place) -> Select[LogLeaf]:
    """The leaf that is asked for in exactly one way. Raises Violations."""
    leaf = select(LogLeaf)
    by_position = place.source is not None and place.position is not None
    half = (place.source is None) != (place.position is None)
    if half or [place.event_id is not None, by_position, place.index is not None].count(True) != 1:
        raise Violations([_ONE_WAY])
    if place.event_id is not None:
        return leaf.where(LogLeaf.event_id == place.event_id)
    if place.index is not None:
        return leaf.where(LogLeaf.leaf_index == place.index)
    return leaf.where(LogLeaf.source == place.source, LogLeaf.position == place.position)


async def prove_consistency(folder: LogFolder, *, old: int, size: int) -> ConsistencyOut:
    """That the log of `size` leaves begins with that of `old`."""
    shown = Checkpoint.parse(note_parts((await _shown(folder)).decode())[0]).size
    wrong = [
        name for name, is_wrong in (("from", not 0 < old <= size), ("to", not 0 < size <= shown)) if is_wrong
    ]
    if wrong:
        raise Violations([_not_a_size(name, shown) for name in wrong])
    reader = folder.reader(shown)
    proof = await asyncio.to_thread(consistency, reader.range_hash, old, size)
    return ConsistencyOut(from_size=old, to_size=size, proof=[part.hex() for part in proof])


async def state(session: AsyncSession) -> LogOut:
    """How far the log is, and how long ago a witness last saw it grow."""
    last = await session.scalar(select(LogCheckpoint).order_by(LogCheckpoint.size.desc()).limit(1))
    seen = await witnesses.witnessed(session)
    return LogOut(
        size=last.size if last else 0,
        signed_at=last.signed_at if last else None,
        cosigned_size=seen[0].size if seen else None,
        cosigned_at=max(row.cosigned_at for row in seen[1]) if seen else None,
    )


async def salts(session: AsyncSession, *, after: int, limit: int) -> tuple[SaltOut, ...]:
    """What opens the commitments of leaves behind an index; none where a content was forgotten."""
    rows = await session.execute(
        select(LogLeaf.leaf_index, LogLeaf.source, LogLeaf.position, LogLeaf.event_id, LogLeaf.salt)
        .where(LogLeaf.leaf_index > after)
        .order_by(LogLeaf.leaf_index)
        .limit(limit)
    )
    return tuple(
        SaltOut(
            leaf_index=index,
            source=source,
            position=position,
            event_id=event_id,
            salt=salt.hex() if salt is not None else None,
        )
        for index, source, position, event_id, salt in rows
    )


async def _shown(folder: LogFolder) -> bytes:
    note = await asyncio.to_thread(folder.read, CHECKPOINT)
    if note is None:
        raise Problem("not-found")
    return note


_ONE_WAY = FieldError(
    code="one-way-to-ask",
    detail=Bilingual("须且只能用一种方式指明事件。", "Name the event in exactly one way."),
    remedy=Bilingual(
        "请只填 event_id,或只填 index,或同时填 source 与 position。",
        "Give event_id, or index, or source and position together.",
    ),
)


def _not_a_size(name: str, size: int) -> FieldError:
    return FieldError(
        code="not-a-size-of-the-log",
        detail=Bilingual(
            f"{name} 须为 1 至 {size} 之间的规模,且 from 不大于 to。",
            f"{name} is a size of the log between 1 and {size}, and from is not above to.",
        ),
        remedy=Bilingual("请用已签署检查点的规模。", "Take the sizes of signed checkpoints."),
        pointer=f"/{name}",
    )
