"""A large batch is printed in bounded memory while others are served. `make prints` does it with 2,000 certificates."""

import asyncio
import io
import os
import resource
import time
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import psutil
import pypdfium2
import pytest

from certificate.prints.printer import PAGES
from common.ids import uuid7
from tests.service.certificate.world import (
    BODY,
    Certificates,
    Person,
    organisation,
    plan,
    recognised,
    recorded,
)
from tests.support.waiting import eventually

SHORT = {"single": "30", "pages": "105"}  # more than one step of each
CHUNK = 500
ASK_SECONDS = 0.1


async def issued(certificates: Certificates, count: int) -> UUID:
    """A batch of as many certificates."""
    batch = uuid7()
    chunks = range(0, count, CHUNK)
    await certificates.hear(organisation(), plan())
    for chunk, start in enumerate(chunks, start=1):
        people = [Person(f"王𬭩{number}") for number in range(start, min(start + CHUNK, count))]
        await certificates.hear(await certificates.results(people, batch_id=batch, chunk=chunk))
    await certificates.hear(recorded(batch, rows=count, chunks=len(chunks)), recognised(batch, rows=count))

    async def look() -> bool | None:
        counts = await certificates.service.row_counts()
        return True if counts["certificate"] >= count else None

    await eventually(look)
    return batch


@asynccontextmanager
async def others(certificates: Certificates) -> AsyncIterator[list[float]]:
    """Somebody verifies a certificate again and again; how long each answer took."""
    (one, *_) = await certificates.listed()
    code, waited = one.code.rsplit("/", 1)[1], []

    async def ask() -> None:
        while True:
            began = time.perf_counter()
            answer = await certificates.client.get(f"/certificate/v1/verifications/{code}")
            assert answer.json()["verdict"] == "valid"
            waited.append(time.perf_counter() - began)
            await asyncio.sleep(ASK_SECONDS)

    asking = asyncio.create_task(ask())
    try:
        yield waited
    finally:
        asking.cancel()


@pytest.mark.parametrize("form", ["single", "pages"])
async def test_every_certificate_of_a_large_batch_is_in_the_file(
    certificates: Certificates, form: str
) -> None:
    count = int(os.environ.get("PRINT_CERTIFICATES", SHORT[form]))
    batch = await issued(certificates, count)
    idle = psutil.Process().memory_info().rss
    async with others(certificates) as waited:
        began = time.perf_counter()
        job = await certificates.printed(batch, form=form)
        seconds = time.perf_counter() - began
    answer = await certificates.client.get(
        f"/certificate/v1/jobs/{job}/prints",
        headers=certificates.service.as_("organisation_reader", organisation_id=BODY),
    )
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = archive.namelist()
        pages = [len(pypdfium2.PdfDocument(archive.read(name))) for name in names]
    assert sum(pages) == count
    assert len(names) == (count if form == "single" else -(-count // PAGES))
    assert (await certificates.service.row_counts())["sheet"] == count
    waited.sort()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(  # noqa: T201 - figures, for make prints
        f"\n{form}: {count} certificates in {seconds:.1f} s ({count / seconds:.0f} a second), "
        f"{len(answer.content) / 2**20:.0f} MiB; memory {idle / 2**20:.0f} MiB before, peak {peak / 2**20:.0f} MiB; "
        f"others' answers: median {waited[len(waited) // 2] * 1000:.1f} ms, "
        f"99th percentile {waited[int(len(waited) * 0.99)] * 1000:.1f} ms, longest {waited[-1] * 1000:.1f} ms"
    )
