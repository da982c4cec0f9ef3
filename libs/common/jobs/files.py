"""The content that a job works on: its upload and the rows read from it, sealed with a key of the job's own."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from common.jobs.models import JobChunkRow, UploadRow
from common.sealed import KEY_BYTES, NONCE_BYTES, Keyring

PIECE_BYTES = 1024 * 1024
CHUNK_ROWS = 500
_LARGE_FILE = asyncio.Semaphore(1)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class JobKey:
    """Seals what belongs to one job; a piece opens only in its own place."""

    job_id: UUID
    key: bytes = field(repr=False)

    @classmethod
    def new(cls, job_id: UUID) -> "JobKey":
        return cls(job_id, os.urandom(KEY_BYTES))

    @classmethod
    def of(cls, keyring: Keyring, job_id: UUID, wrapped: bytes) -> "JobKey":
        return cls(job_id, keyring.unwrap(wrapped, job_id))

    def wrapped(self, keyring: Keyring) -> bytes:
        return keyring.wrap(self.key, self.job_id)

    def seal(self, kind: Literal["upload", "chunk"], number: int, plain: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, plain, self._place(kind, number))

    def open(self, kind: Literal["upload", "chunk"], number: int, sealed: bytes) -> bytes:
        nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        return AESGCM(self.key).decrypt(nonce, ciphertext, self._place(kind, number))

    def _place(self, kind: str, number: int) -> bytes:
        return b"%s %s %d" % (self.job_id.bytes, kind.encode(), number)


async def store_upload(session: AsyncSession, key: JobKey, stream: AsyncIterator[bytes]) -> int:
    """Keep a file as it comes in, never more than a piece of it in memory; returns its size."""
    waiting, number, size = bytearray(), 0, 0
    async for part in stream:
        waiting += part
        size += len(part)
        while len(waiting) >= PIECE_BYTES:
            await _store_piece(session, key, number, bytes(waiting[:PIECE_BYTES]))
            del waiting[:PIECE_BYTES]
            number += 1
    if waiting:
        await _store_piece(session, key, number, bytes(waiting))
    return size


async def _store_piece(session: AsyncSession, key: JobKey, number: int, plain: bytes) -> None:
    row = {"job_id": key.job_id, "number": number, "content": key.seal("upload", number, plain)}
    await session.execute(insert(UploadRow).values(row))


@asynccontextmanager
async def whole_file(size: int) -> AsyncIterator[None]:
    """While a file is gone through in memory: one large one at a time, small ones do not wait for it."""
    if size < PIECE_BYTES:
        yield
        return
    async with _LARGE_FILE:
        yield


async def read_upload(session: AsyncSession, key: JobKey) -> bytes:
    """The whole file."""
    pieces = await session.stream(
        select(UploadRow.number, UploadRow.content)
        .where(UploadRow.job_id == key.job_id)
        .order_by(UploadRow.number)
        .execution_options(yield_per=4)
    )
    return b"".join([key.open("upload", number, sealed) async for number, sealed in pieces])


async def store_chunk(session: AsyncSession, key: JobKey, number: int, rows: Sequence[Row]) -> None:
    """Keep rows for a later step."""
    sealed = key.seal("chunk", number, orjson.dumps(rows))
    await session.execute(
        insert(JobChunkRow).values({"job_id": key.job_id, "number": number, "content": sealed})
    )


async def read_chunk(session: AsyncSession, key: JobKey, number: int) -> list[Row]:
    sealed = await session.scalar(
        select(JobChunkRow.content).where(JobChunkRow.job_id == key.job_id, JobChunkRow.number == number)
    )
    if sealed is None:
        raise LookupError(f"job {key.job_id} has no chunk {number}")
    rows: list[Row] = orjson.loads(key.open("chunk", number, sealed))
    return rows


async def drop_chunks(session: AsyncSession, job_id: UUID) -> None:
    await session.execute(delete(JobChunkRow).where(JobChunkRow.job_id == job_id))
