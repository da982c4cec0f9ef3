"""How the log grows: events get leaves, leaves get tiles, and what reads back right gets a signed checkpoint.

Each step can be cut off anywhere and is done again: leaves are given once (in the database), tiles are the same
whoever writes them, a checkpoint is kept before anybody can see it, and of one size there is one.
"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from audit.journal.models import JournalEntry
from audit.log.domain import SALT_BYTES, WITH_PROOF, commitment, entry_of, numbers_in
from audit.log.folder import CHECKPOINT, LogDamaged, LogFolder
from audit.log.models import LogCheckpoint, LogLeaf
from audit.log.recovery import take_back
from common.events import Envelope
from common.events.audit import LogIncluded
from common.merkle import EMPTY, inclusion
from common.merkle_notes import Checkpoint, NoteSigner, open_checkpoint
from common.merkle_tiles import WIDTH
from common.platform import Platform
from common.unit_of_work import UnitOfWork

AT_ONCE: Final = 4_096  # leaves between two checkpoints at most
PAGE: Final = 100  # bodies held in memory
SOURCES: Final = ("audit", "catalog", "certificate", "filing", "registration")
ENDS: Final = """
    SELECT s.source,
        coalesce((SELECT max(position) FROM log_leaf l WHERE l.source = s.source), 0) AS logged,
        coalesce((SELECT max(position) FROM journal_entry j WHERE j.source = s.source), 0) AS received
    FROM unnest(CAST(:sources AS text[])) AS s (source)"""
TURN: Final = "SELECT pg_try_advisory_xact_lock(hashtext('log'))"


@dataclass(frozen=True, slots=True)
class Growth:
    """The one who lets the log grow: among several processes, whoever has the turn."""

    platform: Platform
    folder: LogFolder
    signer: NoteSigner

    async def grow(self) -> bool:
        """One step: whether a checkpoint was signed. Raises LogDamaged when files or tables are not what was signed."""
        async with self.platform.sessions() as turn:
            if not await turn.scalar(text(TURN)):
                return False
            signed = await self._signed()
            note = await asyncio.to_thread(self.folder.read, CHECKPOINT)
            shown = self._shown(note)
            if shown.size > signed.size:  # the database went back in time
                await take_back(self.platform, self.folder, shown, (note or b"").decode(), behind=signed)
                return False
            size = await self._take_in()
            if size == signed.size == shown.size:
                return False
            root = await self._write(shown.size, size, signed)
            if size == signed.size:
                await self._publish(size)  # the files were lost, or the last step was cut off
                return False
            await self._sign(Checkpoint(self.signer.name, size, root), signed)
            await self._publish(size)
            return True

    async def _signed(self) -> Checkpoint:
        """The last checkpoint that was signed."""
        async with self.platform.sessions() as session:
            row = await session.scalar(select(LogCheckpoint).order_by(LogCheckpoint.size.desc()).limit(1))
            leaves = await session.scalar(select(func.max(LogLeaf.leaf_index) + 1))
        if row is None:
            return Checkpoint(self.signer.name, 0, EMPTY)
        if (leaves or 0) < row.size:
            raise LogDamaged(f"{row.size} leaves were signed and {leaves} are here")
        return Checkpoint(self.signer.name, row.size, row.root)

    def _shown(self, note: bytes | None) -> Checkpoint:
        """The checkpoint that is published: the files hold what it says."""
        if note is None:
            return Checkpoint(self.signer.name, 0, EMPTY)
        try:
            return open_checkpoint(note.decode(), self.signer.key())
        except ValueError:
            raise LogDamaged("the checkpoint that is published was not signed by this log") from None

    async def _take_in(self) -> int:
        """Give the next events their leaves, in the order they are found; returns the size of the log then."""
        async with self.platform.sessions() as session:
            size = await session.scalar(select(func.coalesce(func.max(LogLeaf.leaf_index) + 1, 0))) or 0
            ends = (await session.execute(text(ENDS), {"sources": list(SOURCES)})).all()
            limit = size + AT_ONCE
            for source, logged, head in ends:
                position = logged
                while position < head and size < limit:
                    rows = await _next(session, source, position)
                    if not rows:
                        break
                    await session.execute(
                        insert(LogLeaf), [_leaf(row, size + at) for at, row in enumerate(rows)]
                    )
                    size, position = size + len(rows), rows[-1].position
            await session.commit()
        return size

    async def _write(self, written: int, size: int, signed: Checkpoint) -> bytes:
        """Write what the files lack, read it back, and hold it against what was signed; the root of `size`."""
        root = EMPTY
        while written < size:
            first, target = written // WIDTH * WIDTH, min(size, written + AT_ONCE)
            entries = await self._entries(first, target)
            await asyncio.to_thread(self.folder.write_tiles, entries, first=first, old=written, size=target)
            root = await asyncio.to_thread(
                self.folder.read_back, entries, first=first, old=written, size=target
            )
            written = target
        reader = self.folder.reader(size)
        before = await asyncio.to_thread(reader.range_hash, 0, signed.size) if signed.size else EMPTY
        if before != signed.root:
            raise LogDamaged(f"the first {signed.size} leaves are not those that were signed")
        return root

    async def _entries(self, first: int, end: int) -> list[bytes]:
        async with self.platform.sessions() as session:
            rows = await session.scalars(
                select(LogLeaf.entry)
                .where(LogLeaf.leaf_index >= first, LogLeaf.leaf_index < end)
                .order_by(LogLeaf.leaf_index)
            )
            found = [entry.encode() for entry in rows]
        if len(found) != end - first:
            raise LogDamaged(f"of the leaves {first} to {end} some are missing")
        return found

    async def _sign(self, checkpoint: Checkpoint, before: Checkpoint) -> None:
        """Keep the checkpoint and tell what is in it, in one transaction, before anybody sees it."""
        uow = UnitOfWork(self.platform.sessions, self.platform.clock)
        note = f"{checkpoint.text()}\n{self.signer.sign(checkpoint.text())}"
        async with uow:
            uow.session.add(
                LogCheckpoint(
                    size=checkpoint.size, root=checkpoint.root, note=note, signed_at=uow.clock.now()
                )
            )
            for event in await self._included(uow.session, checkpoint, note, before.size):
                uow.say(event)
            await uow.commit()

    async def _included(
        self, session: AsyncSession, checkpoint: Checkpoint, note: str, since: int
    ) -> list[LogIncluded]:
        """For each new leaf that a certificate rests on: its proof."""
        rows = await session.execute(
            select(LogLeaf, JournalEntry.type, JournalEntry.body)
            .join(
                JournalEntry,
                (JournalEntry.source == LogLeaf.source) & (JournalEntry.position == LogLeaf.position),
            )
            .where(
                LogLeaf.leaf_index >= since,
                LogLeaf.leaf_index < checkpoint.size,
                LogLeaf.source == "certificate",
                JournalEntry.type.in_(WITH_PROOF),
            )
            .order_by(LogLeaf.leaf_index)
        )
        reader = self.folder.reader(checkpoint.size)
        told = []
        for leaf, kind, body in rows:
            proof = await asyncio.to_thread(inclusion, reader.range_hash, leaf.leaf_index, checkpoint.size)
            told.append(
                LogIncluded(
                    event_id=leaf.event_id,
                    event_source=leaf.source,
                    position=leaf.position,
                    event_type=kind,
                    numbers=numbers_in(kind, Envelope.parse(body).data),
                    leaf_index=leaf.leaf_index,
                    tree_size=checkpoint.size,
                    entry=leaf.entry,
                    proof=tuple(part.hex() for part in proof),
                    checkpoint=note,
                )
            )
        return told

    async def _publish(self, size: int) -> None:
        """Show the checkpoint that is kept."""
        async with self.platform.sessions() as session:
            note = (await session.get_one(LogCheckpoint, size)).note
        await asyncio.to_thread(self.folder.write, CHECKPOINT, note.encode())


async def _next(session: AsyncSession, source: str, after: int) -> Sequence[JournalEntry]:
    """What follows on without a gap."""
    rows = await session.scalars(
        select(JournalEntry)
        .where(JournalEntry.source == source, JournalEntry.position > after)
        .order_by(JournalEntry.position)
        .limit(PAGE)
    )
    return [row for place, row in enumerate(rows, start=1) if row.position == after + place]


def _leaf(row: JournalEntry, index: int) -> dict[str, object]:
    salt = os.urandom(SALT_BYTES)
    entry = entry_of(
        event_id=row.event_id,
        source=row.source,
        position=row.position,
        kind=row.type,
        key=row.key,
        time=row.time,
        chain=row.chain,
        committed=commitment(salt, row.body),
    )
    return {
        "leaf_index": index,
        "source": row.source,
        "position": row.position,
        "event_id": row.event_id,
        "salt": salt,
        "entry": entry,
    }
