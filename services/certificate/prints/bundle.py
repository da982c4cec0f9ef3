"""The files that a job made, sealed with its key in pieces of at most 1 MiB, and given out as a stream.

Never more than one file is in memory. The pieces go when the job is purged, and with its key whatever back-ups hold.
"""

import io
import zipfile
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from common.clock import SHANGHAI
from common.jobs.files import PIECE_BYTES, JobKey
from common.jobs.models import UploadRow
from common.platform import Platform

LOOKED_AT: Final = 4  # pieces of one look: a slow reader holds no transaction open


async def keep_file(session: AsyncSession, key: JobKey, *, piece: int, name: str, content: bytes) -> int:
    """Keep a file behind the pieces there are; returns the number of the piece after it."""
    for start in range(0, len(content), PIECE_BYTES):
        plain = b"%s\n%s" % (name.encode(), content[start : start + PIECE_BYTES])
        row = {"job_id": key.job_id, "number": piece, "content": key.seal("upload", piece, plain)}
        await session.execute(insert(UploadRow).values(row))
        piece += 1
    return piece


async def drop_files(session: AsyncSession, job_id: UUID) -> None:
    await session.execute(delete(UploadRow).where(UploadRow.job_id == job_id))


async def files_of(platform: Platform, key: JobKey) -> AsyncIterator[tuple[str, bytes]]:
    """Name and content, in the order in which they were kept."""
    name, content = "", bytearray()
    async for plain in _pieces(platform, key):
        of, _, part = plain.partition(b"\n")
        if of.decode() != name and name:
            yield name, bytes(content)
            content.clear()
        name = of.decode()
        content += part
    if name:
        yield name, bytes(content)


async def zipped(platform: Platform, key: JobKey, at: datetime) -> AsyncIterator[bytes]:
    """The files as a ZIP, stored as they are: PDFs are compressed already."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        async for name, content in files_of(platform, key):
            archive.writestr(zipfile.ZipInfo(name, at.astimezone(SHANGHAI).timetuple()[:6]), content)
            yield sink.taken()
    yield sink.taken()


async def _pieces(platform: Platform, key: JobKey) -> AsyncIterator[bytes]:
    after = -1
    while True:
        async with platform.sessions() as session:
            rows = (
                await session.execute(
                    select(UploadRow.number, UploadRow.content)
                    .where(UploadRow.job_id == key.job_id, UploadRow.number > after)
                    .order_by(UploadRow.number)
                    .limit(LOOKED_AT)
                )
            ).all()
        if not rows:
            return
        for number, sealed in rows:
            yield key.open("upload", number, sealed)
            after = number


class _Sink(io.RawIOBase):
    """What was written and not yet taken; it cannot seek, so that the ZIP is made in one pass."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        part = bytes(memoryview(data))  # type: ignore[arg-type]  # whatever holds bytes
        self._waiting += part
        return len(part)

    def taken(self) -> bytes:
        part = bytes(self._waiting)
        self._waiting.clear()
        return part
