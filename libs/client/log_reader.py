"""Reading the whole public log: every tile and entry recomputed, every source's positions followed one by one.

What is found wrong with a leaf is a `Finding`; what makes the log as a whole unbelievable raises `NotTheLog`.
"""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import orjson

from client.log_tree import WIDTH, NotTheLog, Signed, Tree, entries_in, leaf, open_checkpoint, tile_path

Fetch = Callable[[str], bytes]
BACK_DATED = timedelta(days=1)  # a bulk write may wait behind others for hours, never for days
CLOCK_MOVED = "skills.catalog.clock.moved.v1"
AHEAD = 8


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was signed: where, and what."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass
class LogCopy:
    """The log as it was read: each source's entries in the order of their positions, in temporary files."""

    signed: Signed
    counts: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    roots: dict[int, bytes] = field(default_factory=dict)
    is_clock_moved: bool = False
    _files: dict[str, IO[bytes]] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)

    def entries(self, source: str) -> Iterator[dict[str, Any]]:
        """The leaves of a source, by position; `_raw`: as they were hashed."""
        file = self._files.get(source)
        if file is None:
            return
        file.seek(0)
        for line in file:
            yield orjson.loads(line) | {"_raw": line[:-1].decode()}

    def keep(self, source: str, line: bytes) -> None:
        file = self._files.get(source)
        if file is None:
            file = self._files[source] = self._stack.enter_context(TemporaryFile())  # noqa: SIM115
        file.write(line + b"\n")

    def close(self) -> None:
        self._stack.close()


def read_log(
    fetch: Fetch, signed: Signed, *, last_seen: Signed | None, sizes: frozenset[int] = frozenset()
) -> LogCopy:
    """Download and recompute everything under a checkpoint; `sizes`: of which the root is wanted, too.

    Raises NotTheLog.
    """
    if last_seen is not None and last_seen.size > signed.size:
        raise NotTheLog(f"the log went back from {last_seen.size} to {signed.size} leaves")
    copy = LogCopy(signed)
    try:
        _read(copy, fetch, last_seen, sizes | ({last_seen.size} if last_seen else set()))
    except BaseException:
        copy.close()
        raise
    return copy


def _read(copy: LogCopy, fetch: Fetch, last_seen: Signed | None, wanted: frozenset[int]) -> None:
    signed = copy.signed
    tree, times, uppers = Tree(), _Times(), _Uppers(fetch, signed.size)
    for number, (bundle, tile) in enumerate(_bundles(fetch, signed.size)):
        for entry, hashed in _hashed(bundle, tile, number):
            if tree.size in wanted:
                copy.roots[tree.size] = tree.root()
            _take(copy, tree.size, entry, times)
            tree.add(hashed)
        uppers.add(0, number, tile)
    copy.roots[tree.size] = tree.root()
    _check_roots(copy, tree.root(), last_seen)
    if not copy.is_clock_moved:
        copy.findings += times.found


def _hashed(bundle: bytes, tile: bytes, number: int) -> Iterator[tuple[bytes, bytes]]:
    """The entries of a bundle with their hashes, which must be those of the tile."""
    entries = entries_in(bundle)
    hashes = [leaf(entry) for entry in entries]
    if b"".join(hashes) != tile:
        raise NotTheLog(f"bundle {number} of entries is not what its tile says")
    return zip(entries, hashes, strict=True)


def _check_roots(copy: LogCopy, root: bytes, last_seen: Signed | None) -> None:
    if root != copy.signed.root:
        raise NotTheLog("the entries do not have the root that was signed")
    if last_seen is not None and copy.roots[last_seen.size] != last_seen.root:
        raise NotTheLog(f"the first {last_seen.size} leaves are not those of the checkpoint seen before")


class _Times:
    """The latest time of each source so far, and the entries that lie far before it."""

    def __init__(self) -> None:
        self._latest: dict[str, datetime] = {}
        self.found: list[Finding] = []

    def see(self, source: str, position: int, told: str) -> None:
        time = datetime.fromisoformat(told)
        latest = self._latest.get(source, time)
        if time < latest - BACK_DATED:
            self.found.append(
                Finding(f"log, {source} position {position}", "its time is before its neighbours'")
            )
        self._latest[source] = max(time, latest)


def _take(copy: LogCopy, index: int, entry: bytes, times: _Times) -> None:
    told = orjson.loads(entry)
    source, position = told["source"], told["position"]
    expected = copy.counts.get(source, 0) + 1
    if position != expected:
        copy.findings.append(
            Finding(f"log, leaf {index}", f"{source} position {position} where {expected} belongs")
        )
    copy.counts[source] = position
    copy.is_clock_moved = copy.is_clock_moved or told["type"] == CLOCK_MOVED
    times.see(source, position, told["time"])
    copy.keep(source, entry)


class _Uppers:
    """Recomputes the tiles above the lowest level as they become full, and holds them against what is served."""

    def __init__(self, fetch: Fetch, size: int) -> None:
        self._fetch, self._size = fetch, size
        self._open: dict[int, list[bytes]] = {}

    def add(self, level: int, index: int, tile: bytes) -> None:
        if len(tile) < WIDTH * 32:
            return
        tree = Tree()
        for at in range(0, len(tile), 32):
            tree.add(tile[at : at + 32])
        above = self._open.setdefault(level + 1, [])
        above.append(tree.root())
        count = index + 1
        if count % WIDTH == 0 or count == self._size // WIDTH ** (level + 1):
            place = (count - 1) // WIDTH
            whole = b"".join(above)
            if self._fetch(tile_path(level + 1, place, len(above))) != whole:
                raise NotTheLog(f"tile {level + 1}/{place} is not what the tiles below it give")
            above.clear()
            self.add(level + 1, place, whole)


def _bundles(fetch: Fetch, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Each bundle of entries with the tile of its hashes, fetched a little ahead."""

    def both(number: int) -> tuple[bytes, bytes]:
        width = min(WIDTH, size - number * WIDTH)
        return fetch(tile_path("entries", number, width)), fetch(tile_path(0, number, width))

    count = -(-size // WIDTH)
    with ThreadPoolExecutor(AHEAD // 2) as pool:
        waiting = [pool.submit(both, number) for number in range(min(AHEAD, count))]
        for number in range(count):
            yield waiting.pop(0).result()
            if number + AHEAD < count:
                waiting.append(pool.submit(both, number + AHEAD))


@dataclass(frozen=True, slots=True)
class Memory:
    """What the verifier remembers between two runs: the log's key and the last checkpoint, in a file."""

    file: Path

    def read(self) -> tuple[str, Signed] | None:
        """Raises NotTheLog when the file was changed."""
        try:
            kept = json.loads(self.file.read_text())
        except FileNotFoundError:
            return None
        return kept["key"], open_checkpoint(kept["checkpoint"], kept["key"])

    def write(self, key: str, signed: Signed) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        draft = self.file.with_suffix(".new")
        draft.write_text(json.dumps({"key": key, "checkpoint": signed.note}, ensure_ascii=False))
        draft.replace(self.file)
