"""PURE: a Merkle tree cut into tiles of 256 hashes and bundles of 256 entries (c2sp.org/tlog-tiles).

A tile at level L holds hashes of complete subtrees of 256**L leaves; what is full never changes again, so every cache
may keep it. The right edge stands in partial tiles whose names say how much they hold.
"""

import re
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from common.merkle import EMPTY, HASH_BYTES, node_hash, root_of, split

WIDTH: Final = 256
HEIGHT: Final = 8
LONGEST_ENTRY: Final = 65_535
_PATH = re.compile(
    r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x\d{3}/)*)(\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class TileName:
    """Which tile: its level (None: a bundle of entries), its place in the level, and how many hashes it holds."""

    level: int | None
    index: int
    width: int = WIDTH

    def path(self) -> str:
        """`tile/0/x001/234.p/17`."""
        digits = f"{self.index:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        *outer, last = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        level = "entries" if self.level is None else str(self.level)
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return f"tile/{level}/" + "/".join([*(f"x{part}" for part in outer), last]) + partial

    @classmethod
    def parse(cls, path: str) -> "TileName":
        """Raises ValueError for anything but the one way to write a tile's path."""
        found = _PATH.fullmatch(path)
        if found is None:
            raise ValueError("not the path of a tile")
        level, outer, last, width = found.groups()
        name = cls(
            None if level == "entries" else int(level),
            int(outer.replace("x", "").replace("/", "") + last),
            int(width) if width else WIDTH,
        )
        if name.path() != path:
            raise ValueError("not the path of a tile")
        return name


def tiles_of(old: int, size: int) -> Iterator[TileName]:
    """The tiles of hashes and bundles that a log needs written as it grows from `old` to `size`."""
    for first in range(old // WIDTH, -(-size // WIDTH)):
        yield TileName(None, first, min(WIDTH, size - first * WIDTH))
    level, before, now = 0, old, size
    while now:
        if before != now:
            for first in range(before // WIDTH, -(-now // WIDTH)):
                yield TileName(level, first, min(WIDTH, now - first * WIDTH))
        level, before, now = level + 1, before // WIDTH, now // WIDTH


def pack(entries: Sequence[bytes]) -> bytes:
    """A bundle: each entry behind its length in two bytes. Raises ValueError for an entry that is too long."""
    if any(len(entry) > LONGEST_ENTRY for entry in entries):
        raise ValueError("an entry of a log has at most 65,535 bytes")
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


def unpack(bundle: bytes) -> list[bytes]:
    """The entries of a bundle. Raises ValueError when it is cut."""
    entries, at = [], 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if at + 2 > len(bundle) or end > len(bundle):
            raise ValueError("a bundle of entries that is cut")
        entries.append(bundle[at + 2 : end])
        at = end
    return entries


def hashes_of(tile: bytes, width: int) -> list[bytes]:
    """The hashes of a tile. Raises ValueError when it does not hold what its name says."""
    if len(tile) != width * HASH_BYTES:
        raise ValueError("a tile that does not hold what its name says")
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]


class TileReader:
    """Hashes of any range of a log of `size` leaves, read from tiles alone: for proofs, and for whoever checks."""

    def __init__(self, fetch: Callable[[TileName], bytes], size: int) -> None:
        self._fetch = fetch
        self._size = size
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def root(self) -> bytes:
        return self.range_hash(0, self._size) if self._size else EMPTY

    def range_hash(self, low: int, high: int) -> bytes:
        """The tree hash of a range as proofs need it. Raises ValueError for a tile that is not what it should be."""
        size = high - low
        if size & (size - 1) == 0:
            return self._subtree(size.bit_length() - 1, low // size)
        middle = low + split(size)
        return node_hash(self.range_hash(low, middle), self.range_hash(middle, high))

    def _subtree(self, height: int, index: int) -> bytes:
        """The hash of the index-th complete subtree of 2**height leaves."""
        level, rest = divmod(height, HEIGHT)
        tile, offset = divmod(index << rest, WIDTH)
        return root_of(self._tile(level, tile)[offset : offset + (1 << rest)])

    def _tile(self, level: int, index: int) -> list[bytes]:
        if (level, index) not in self._tiles:
            width = min(WIDTH, self._size // WIDTH**level - index * WIDTH)
            name = TileName(level, index, width)
            self._tiles[level, index] = hashes_of(self._fetch(name), width)
        return self._tiles[level, index]
