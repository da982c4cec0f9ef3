"""The worker that writes the lists: signed files in a folder, each renewed at once when something in it changed.

A file says how things stood when the board last saw everything; while the board cannot see, nothing is renewed, and
the files run out by themselves. Written beside and renamed: a reader has the old one or the new one, never half.
"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Protocol

from certificate.issuance.status_index import LIST_BITS, LIST_PLACES
from certificate.status import lists
from certificate.status.board import StatusBoard
from certificate.status.domain import WIRE, Status
from certificate.status.lists import PURPOSES, StatusList
from common import status_bundle
from common.platform import Platform
from common.status_bundle import StatusBundle, bundle_of
from common.unit_of_work import UnitOfWork

PAUSE_SECONDS: Final = 1.0
RENEWED_AFTER: Final = timedelta(hours=1)
BEHIND: Final = timedelta(seconds=5)  # a board that has not seen everything for so long renews nothing
DELTAS_KEPT: Final = 64
BUNDLE: Final = "bundle.cose"


class SignerOf(Protocol):
    """Gives the key that lists are signed with (see `certificate.keys`)."""

    async def __call__(self, uow: UnitOfWork) -> lists.Signer: ...


@dataclass(frozen=True, slots=True)
class _Written:
    """What a file holds: changes up to this serial, as of this instant."""

    serial: int
    at: datetime


class StatusFiles:
    """The folder of a process and what lies in it. Without a folder of the operator's, a temporary one."""

    def __init__(self, board: StatusBoard, *, folder: Path | None, signer_of: SignerOf) -> None:
        self._board = board
        self._wanted = folder
        self._folder: Path | None = None
        self._signer_of = signer_of
        self._signer: lists.Signer | None = None
        self._lists: dict[int, _Written] = {}
        self._bundle: _Written | None = None
        self._deltas: dict[tuple[int, int, int], bytes] = {}

    async def take_key(self, platform: Platform) -> None:
        """Have a key to sign with: made and published before the first request, not in the middle of others."""
        async with UnitOfWork(platform.sessions, platform.clock) as uow:
            self._signer = await self._signer_of(uow)
            await uow.commit()

    async def keep_written(self, platform: Platform) -> None:
        """For ever: renew what changed."""
        with self._opened():
            while True:
                await self.renew(platform)
                await asyncio.sleep(PAUSE_SECONDS)

    async def renew(self, platform: Platform) -> None:
        """Write what has changed since it was written, or is old."""
        seen, now = self._board.fresh_at, platform.clock.now()
        if seen is None or now - seen > BEHIND:
            return
        due = [number for number in range(max(self._board.places.lists, 1)) if self._is_due(number, seen)]
        if not due and not self._is_bundle_due(seen):
            return
        await self.take_key(platform)
        for number in due:
            serial = self._board.places.serials.get(number, 0)
            listed = StatusList(number, self._not_valid(number), seen, platform.settings.public_url)
            await asyncio.to_thread(self._write_list, listed)
            self._lists[number] = _Written(serial, seen)
        if self._is_bundle_due(seen):
            bundle = self.bundle(seen)
            await asyncio.to_thread(self._write_bundle, bundle)
            self._bundle = _Written(bundle.serial, seen)

    def read(self, name: str) -> bytes | None:
        """A file as it was last written; None: there is none (yet)."""
        if self._folder is None:
            return None
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def bundle(self, at: datetime) -> StatusBundle:
        """All that is not valid, as the board has it."""
        places = self._board.places
        found = {
            index: WIRE[one.status]
            for number in sorted(places.serials)
            for index, one in places.touched(number).items()
        }
        return bundle_of(found, serial=places.serial, made_at=at, places=self._extent())

    def delta(self, base: int) -> bytes | None:
        """The signed delta from a bundle of this serial on; None: no bundle has that serial yet."""
        places, seen = self._board.places, self._board.fresh_at
        if seen is None or base > places.serial:
            return None
        key = (base, places.serial, self._extent())
        if key not in self._deltas:
            found = {index: WIRE[one.status] for index, one in places.changed_after(base)}
            made = bundle_of(found, serial=places.serial, made_at=seen, places=self._extent(), base=base)
            while len(self._deltas) >= DELTAS_KEPT:
                del self._deltas[next(iter(self._deltas))]
            self._deltas[key] = _sealed(made, self._key)
        return self._deltas[key]

    @property
    def _key(self) -> lists.Signer:
        if self._signer is None:
            raise RuntimeError("no key was taken")
        return self._signer

    def _extent(self) -> int:
        return max(self._board.places.lists, 1) * LIST_PLACES

    def _not_valid(self, number: int) -> dict[int, Status]:
        first = number << LIST_BITS
        touched = self._board.places.touched(number)
        return {index - first: one.status for index, one in touched.items() if one.status != "valid"}

    def _is_due(self, number: int, seen: datetime) -> bool:
        written = self._lists.get(number)
        return _is_old(written, seen, self._board.places.serials.get(number, 0))

    def _is_bundle_due(self, seen: datetime) -> bool:
        return _is_old(self._bundle, seen, self._board.places.serial)

    def _write_bundle(self, bundle: StatusBundle) -> None:
        self._write(BUNDLE, _sealed(bundle, self._key))

    def _write_list(self, listed: StatusList) -> None:
        signer = self._key
        self._write(f"{listed.number}.jwt", lists.token_jwt(listed, signer))
        self._write(f"{listed.number}.cwt", lists.token_cwt(listed, signer))
        for purpose in PURPOSES:
            self._write(f"{listed.number}.{purpose}.jwt", lists.bitstring_jwt(listed, purpose, signer))

    def _write(self, name: str, content: bytes) -> None:
        if self._folder is None:
            raise RuntimeError("no folder is open")
        beside = self._folder / f".{name}.{os.getpid()}"
        beside.write_bytes(content)
        beside.replace(self._folder / name)

    @contextmanager
    def _opened(self) -> Iterator[None]:
        """The folder, for as long as the worker runs."""
        if self._wanted is not None:
            self._wanted.mkdir(parents=True, exist_ok=True)
            self._folder = self._wanted
            yield
            return
        with TemporaryDirectory(prefix="status-lists-") as folder:
            self._folder = Path(folder)
            self._lists.clear()
            self._bundle = None
            try:
                yield
            finally:
                self._folder = None


def _is_old(written: _Written | None, seen: datetime, serial: int) -> bool:
    return written is None or written.serial < serial or seen - written.at >= RENEWED_AFTER


def _sealed(bundle: StatusBundle, signer: lists.Signer) -> bytes:
    return status_bundle.sealed(bundle, kid=bytes.fromhex(signer.kid), sign=signer.sign)
