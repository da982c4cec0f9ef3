"""Old journal rows as files: written, read back and checked before the table forgets them; answered like the rest.

A file holds the entries of consecutive positions, one JSON array a line, compressed; its name says which. The head of
the journal always stays in the table. Only the database's owner can do it: the service's own role may not delete.

python -m common.journal_archive FILING --folder /archive/filing --up-to 1000000
"""

import argparse
import asyncio
import gzip
import os
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from uuid import UUID

import asyncpg
import orjson

from common.journal import ZERO, Entry, link, read_after
from common.settings import ServiceSettings

FILE_ENTRIES = 10_000
_NAME = re.compile(r"journal-(\d{16})-(\d{16})\.jsonl\.gz")


class ArchiveRefused(Exception):
    """Rows that must not leave the table: the head, or entries that do not follow on."""


class Archive:
    """The files of one service's journal in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read_after(self, position: int, limit: int) -> list[Entry]:
        """Entries behind a position, from one file; none when the files end at it or before."""
        for first, last, file in self._files():
            if first <= position + 1 <= last:
                skipped = position + 1 - first
                return list(_entries(file)[skipped : skipped + limit])
        return []

    def last(self) -> tuple[int, bytes]:
        """Position and chain where the files end; zero when there are none."""
        files = self._files()
        if not files:
            return 0, ZERO
        entry = _entries(files[-1][2])[-1]
        return entry.position, entry.chain

    def write(self, entries: list[Entry]) -> None:
        """Put entries into a new file that is on the disk, whole and readable, before this returns."""
        name = f"journal-{entries[0].position:016}-{entries[-1].position:016}.jsonl.gz"
        unfinished = self.folder / f"{name}.writing"
        with unfinished.open("wb") as file:
            file.write(gzip.compress(b"\n".join(map(_line, entries)), mtime=0))
            file.flush()
            os.fsync(file.fileno())
        if list(_read(unfinished)) != entries:
            raise ArchiveRefused(f"{unfinished} does not read back as written")
        unfinished.rename(self.folder / name)
        descriptor = os.open(self.folder, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)

    def _files(self) -> list[tuple[int, int, Path]]:
        found = [(_NAME.fullmatch(file.name), file) for file in self.folder.iterdir()]
        return sorted((int(name[1]), int(name[2]), file) for name, file in found if name)


async def archive(owner_dsn: str, archive: Archive, *, up_to: int) -> int:
    """Move journal rows up to a position into files; returns how many. Safe to repeat after a crash.

    Raises ArchiveRefused.
    """
    moved = 0
    db = await asyncpg.connect(owner_dsn)
    try:
        head = await db.fetchval("SELECT coalesce(max(position), 0) FROM journal")
        if up_to >= head:
            raise ArchiveRefused(f"position {head} is the head: it stays in the table")
        while True:
            position, chain = archive.last()
            await _forget(db, position)
            entries = await read_after(db, position, max(0, min(FILE_ENTRIES, up_to - position)))
            if not entries:
                return moved
            _check(entries, position, chain)
            archive.write(entries)
            moved += len(entries)
    finally:
        await db.close()


async def _forget(db: asyncpg.Connection, up_to: int) -> None:
    """Delete rows that are in files by now, remembering each key's last version."""
    async with db.transaction():
        await db.execute(
            "INSERT INTO journal_floor (key, version) SELECT key, max(version) FROM journal WHERE position <= $1 "
            "GROUP BY key ON CONFLICT (key) DO UPDATE SET version = excluded.version",
            up_to,
        )
        await db.execute("DELETE FROM journal WHERE position <= $1", up_to)


def _check(entries: Iterable[Entry], position: int, chain: bytes) -> None:
    for entry in entries:
        position, chain = position + 1, link(chain, entry.body)
        if (entry.position, entry.chain) != (position, chain):
            raise ArchiveRefused(f"position {entry.position} does not follow on: nothing of it was archived")


def _line(entry: Entry) -> bytes:
    return orjson.dumps(
        [
            entry.position,
            entry.body,
            entry.chain.hex(),
            str(entry.event_id),
            [str(one) for one in entry.persons],
        ]
    )


@lru_cache(maxsize=2)
def _entries(file: Path) -> tuple[Entry, ...]:
    """A file's entries; files never change, and readers go through them page by page."""
    return _read(file)


def _read(file: Path) -> tuple[Entry, ...]:
    rows = map(orjson.loads, gzip.decompress(file.read_bytes()).splitlines())
    return tuple(
        Entry(position, body, bytes.fromhex(chain), UUID(event_id), tuple(map(UUID, persons)))
        for position, body, chain, event_id, persons in rows
    )


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Move old journal rows of a service into files.")
    parser.add_argument("prefix", help="the prefix of the service's variables, for example FILING")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--up-to", type=int, required=True, help="the last position to move")
    given = parser.parse_args()
    settings = ServiceSettings(_env_prefix=f"{given.prefix.upper()}_")
    owner = settings.migration_url or settings.database_url
    dsn = owner.get_secret_value().replace("postgresql+asyncpg://", "postgresql://")
    asyncio.run(archive(dsn, Archive(given.folder), up_to=given.up_to))


if __name__ == "__main__":
    main()
