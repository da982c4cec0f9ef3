"""The log as files that any web server can serve and any cache keep: tiles, bundles of entries, the checkpoint.

Blocking file work: call it in a thread. Every file appears whole or not at all. What was written is read back from the
disk and computed again before a root leaves this module, so that nothing wrong is ever signed.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from common.merkle import leaf_hash, root_of
from common.merkle_tiles import WIDTH, TileName, TileReader, hashes_of, pack, tiles_of, unpack

CHECKPOINT: Final = "checkpoint"
WITNESSED: Final = "checkpoint.witnessed"


class LogDamaged(Exception):
    """The files of the log do not hold what they should; nothing was signed."""


class LogFolder:
    """The files of the log in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, path: str) -> bytes | None:
        """A file's content; None when there is none."""
        try:
            return (self.folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def write(self, path: str, content: bytes) -> None:
        """Put a file in its place, on the disk before it can be seen."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)

    def tile(self, name: TileName) -> bytes:
        """Raises LogDamaged when it is missing."""
        found = self.read(name.path())
        if found is None:
            raise LogDamaged(f"{name.path()} is missing")
        return found

    def reader(self, size: int) -> TileReader:
        """Hashes of a log of this size, from its tiles."""
        return TileReader(self.tile, size)

    def write_tiles(self, entries: Sequence[bytes], *, first: int, old: int, size: int) -> None:
        """Write what a log needs that grows from `old` to `size` leaves.

        `entries`: those from `first`, the beginning of a bundle at or before `old`, up to `size`.
        """
        for name in tiles_of(old, size):
            start = name.index * WIDTH
            if name.level is None:
                content = pack(entries[start - first : start - first + name.width])
            elif name.level == 0:
                hashed = entries[start - first : start - first + name.width]
                content = b"".join(map(leaf_hash, hashed))
            else:
                content = b"".join(self._parents(name.level, name.index, name.width, old=old))
            self.write(name.path(), content)

    def _parents(self, level: int, index: int, width: int, *, old: int) -> list[bytes]:
        """The hashes of a tile above others; those that an older, partial one holds are not made again."""
        start = index * WIDTH
        known = min(max(0, old // WIDTH**level - start), width)
        before = hashes_of(self.tile(TileName(level, index, known)), known) if known else []
        return before + [self._whole(level - 1, start + at) for at in range(known, width)]

    def _whole(self, level: int, index: int) -> bytes:
        """The hash over one full tile, as it stands on the disk."""
        return root_of(hashes_of(self.tile(TileName(level, index)), WIDTH))

    def read_back(self, entries: Sequence[bytes], *, first: int, old: int, size: int) -> bytes:
        """The root of `size` leaves, computed again from the disk for all that was just written.

        Raises LogDamaged when a bundle, a tile, or what stands above it, is not what the entries give.
        """
        try:
            for name in tiles_of(old, size):
                if not self._is_right(name, entries, first=first, old=old):
                    raise LogDamaged(f"{name.path()} does not read back as written")
            return self.reader(size).root()
        except ValueError as error:
            raise LogDamaged(str(error)) from None

    def _is_right(self, name: TileName, entries: Sequence[bytes], *, first: int, old: int) -> bool:
        content = self.tile(name)
        start = name.index * WIDTH
        if name.level is None:
            return unpack(content) == list(entries[start - first : start - first + name.width])
        hashes = hashes_of(content, name.width)
        if name.level == 0:
            bundle = unpack(self.tile(TileName(None, name.index, name.width)))
            return hashes == [leaf_hash(entry) for entry in bundle]
        fresh = range(max(0, old // WIDTH**name.level - start), name.width)
        return all(hashes[at] == self._whole(name.level - 1, start + at) for at in fresh)
