"""Recognised results become certificates while the issuing process is killed: one each, and no gap unexplained.

`make issue-kills` issues 100,000 and kills the process ten times.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from certificate.certificates.models import Certificate
from certificate.issuance.consumers import on_results_recognised
from certificate.issuance.models import Batch, ToBeSigned, UnusedNumber
from certificate.main import create_app
from certificate.numbers.models import SeriesRow
from certificate.settings import CertificateSettings
from common.certificate_code import split
from common.clock import Clock
from common.db import open_engine, session_factory
from common.ids import uuid7
from common.unit_of_work import UnitOfWork
from local.service import Service
from tests.service.certificate.world import (
    NOW,
    PASSPHRASE,
    Certificates,
    Person,
    organisation,
    plan,
    recognised,
    recorded,
)
from tests.support.service import running_service, service_process
from tests.support.waiting import eventually

RESULTS = int(os.environ.get("ISSUE_RESULTS", "2000"))
KILLS = int(os.environ.get("ISSUE_KILLS", "1"))
BATCHES = 2
CHUNK_ROWS = 500
PREFIX = "Y000032000017463"


async def test_each_result_becomes_one_certificate_whatever_is_killed(
    database: Callable[[], str], nats_url: str, tmp_path: Path
) -> None:
    url, folder = database(), tmp_path / "keystore"
    async with _started(url, nats_url, folder) as certificates:
        await certificates.be_at(NOW)
        await certificates.hear(organisation(), plan())
        batches = [await _take_in(certificates, RESULTS // BATCHES) for _ in range(BATCHES)]
    process = service_process(
        "certificate",
        prefix="CERTIFICATE",
        database_url=url,
        nats_url=nats_url,
        log=tmp_path / "log",
        CERTIFICATE_KEYSTORE_DIR=str(folder),
        CERTIFICATE_KEYSTORE_PASSPHRASE=PASSPHRASE,
    )
    engine = open_engine(url, size=1)
    try:
        await asyncio.to_thread(process.start)
        await _issue(Progress(session_factory(engine)), process, batches)
    finally:
        await asyncio.to_thread(process.kill)
        await engine.dispose()
    async with _started(url, nats_url, folder) as certificates:
        await _check(certificates)


@dataclass(frozen=True)
class Progress:
    """How far the issuing has come, as the database says."""

    sessions: async_sessionmaker[AsyncSession]

    async def recognise(self, batch_id: UUID) -> None:
        async with UnitOfWork(self.sessions, Clock()) as uow:
            await on_results_recognised(uow, recognised(batch_id, rows=RESULTS // BATCHES))
            await uow.commit()

    async def positions(self) -> int:
        async with self.sessions() as session:
            return await session.scalar(select(func.sum(Batch.last_position))) or 0

    async def is_done(self) -> bool | None:
        async with self.sessions() as session:
            left = select(func.count()).select_from(Batch).where(Batch.state != "done")
            return not await session.scalar(left) or None


async def _issue(progress: Progress, process: Service, batches: list[UUID]) -> None:
    began = monotonic()
    for batch_id in batches:
        await progress.recognise(batch_id)
    for kill in range(1, KILLS + 1):

        async def is_there(goal: int = RESULTS * kill // (KILLS + 1)) -> bool | None:
            return await progress.positions() >= goal or None

        await eventually(is_there, seconds=1_200)
        await asyncio.to_thread(process.kill)
        await asyncio.to_thread(process.start)
    await eventually(progress.is_done, seconds=1_200)
    print(f"{RESULTS:,} results, {KILLS} kills: {monotonic() - began:.1f} s with the starts")  # noqa: T201


@asynccontextmanager
async def _started(url: str, nats_url: str, folder: Path) -> AsyncIterator[Certificates]:
    async with running_service(
        create_app,
        CertificateSettings,
        database_url=url,
        nats_url=nats_url,
        keystore_dir=folder,
        keystore_passphrase=PASSPHRASE,
    ) as service:
        yield Certificates(service)


async def _take_in(certificates: Certificates, rows: int) -> UUID:
    """A complete batch; of each chunk the first result fails the lint, and its number stays unused."""
    batch_id, chunks = uuid7(), range(1, rows // CHUNK_ROWS + 1)
    for chunk in chunks:
        people = [Person(f"张{number}") for number in range(CHUNK_ROWS)]
        results = await certificates.results(people, batch_id=batch_id, chunk=chunk)
        first = results.rows[0].model_copy(update={"item_code": "电工"})
        await certificates.hear(results.model_copy(update={"rows": (first, *results.rows[1:])}))
    await certificates.hear(recorded(batch_id, rows=rows, chunks=len(chunks)))
    return batch_id


async def _check(certificates: Certificates) -> None:
    """Every serial of the series is a certificate's, or unused with a reason; each result has one; all is told."""
    unfit = RESULTS // CHUNK_ROWS
    async with certificates.unit_of_work() as uow:
        given = (await uow.session.scalars(select(SeriesRow.last_serial))).one()
        certificate = await uow.session.execute(
            select(Certificate.number, Certificate.result_id, Certificate.status_index, Certificate.code)
        )
        issued = {number: (result, place, code) for number, result, place, code in certificate}
        unused = dict((await uow.session.execute(select(UnusedNumber.number, UnusedNumber.reason))).all())
        records = await uow.session.execute(select(ToBeSigned.number, ToBeSigned.payload))
        recorded_payloads = dict(records.all())
    assert given == RESULTS
    assert len(issued) == RESULTS - unfit
    assert len({result for result, _, _ in issued.values()}) == len(issued)
    assert len({place for _, place, _ in issued.values()}) == len(issued)
    assert list(unused.values()) == ["item-code"] * unfit
    assert sorted([*issued, *unused]) == [f"{PREFIX}{serial:06}" for serial in range(1, RESULTS + 1)]
    assert all(split(code)[1] == recorded_payloads[number] for number, (_, _, code) in issued.items())
    assert await eventually(lambda: _told(certificates, len(issued))) == len(issued)


async def _told(certificates: Certificates, wanted: int) -> int | None:
    query = text(
        "SELECT count(DISTINCT one ->> 'number') FROM journal, "
        "jsonb_array_elements(body::jsonb -> 'data' -> 'certificates') one "
        "WHERE body LIKE '%certificates.issued.v1%'"
    )
    async with certificates.unit_of_work() as uow:
        told = await uow.session.scalar(query) or 0
    return told if told >= wanted else None
