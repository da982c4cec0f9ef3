"""What registration tells of corrected results. The handler may be applied twice."""

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.certificates.models import Certificate
from certificate.corrections.models import Reissue, ReissueDue
from certificate.issuance.consumers import hold_batch
from certificate.issuance.models import Batch, PassedResult
from certificate.status.changes import Decision, change, say_revoked
from common.events.registration import CHUNK_ROWS, ResultCorrected
from common.ids import encode_id
from common.inbox import Handlers
from common.unit_of_work import UnitOfWork

CORRECTED = "result_corrected"


async def on_result_corrected(uow: UnitOfWork, event: ResultCorrected) -> None:
    """Passed now: issued with its batch, or signed again for whom it names now. Not passed now: revoked.

    The batch is held, so that it is not issued in the same moment.
    """
    await hold_batch(uow.session, event.batch_id, event.plan_id)
    certificate = await uow.session.scalar(
        select(Certificate).where(Certificate.result_id == event.result_id)
    )
    if event.after != "passed":
        await uow.session.execute(delete(PassedResult).where(PassedResult.result_id == event.result_id))
        if certificate is not None:
            await _revoke(uow, certificate, event)
    elif certificate is None:
        await _keep_passed(uow.session, event)
    elif event.about == "identity":
        await _queue(uow.session, certificate, event)


async def _keep_passed(session: AsyncSession, event: ResultCorrected) -> None:
    """Behind all others of its batch; where the batch is recognised and issued, it is taken up once more (Art. 17)."""
    renewed = {"person_id": event.person_id, "identity": event.identity.ciphertext}
    last = await session.scalar(
        select(func.max(PassedResult.position)).where(PassedResult.batch_id == event.batch_id)
    )
    batch = await session.get_one(Batch, event.batch_id)
    row = insert(PassedResult).values(
        result_id=event.result_id,
        batch_id=event.batch_id,
        position=max(last or 0, (batch.chunks or 0) * CHUNK_ROWS, batch.last_position) + 1,
        item_code=event.item_code,
        item_name=event.item_name,
        track=event.track,
        level=event.level,
        **renewed,
    )
    await session.execute(row.on_conflict_do_update(index_elements=["result_id"], set_=renewed))
    await session.execute(
        update(Batch).where(Batch.batch_id == event.batch_id, Batch.state == "done").values(state="ready")
    )


async def _queue(session: AsyncSession, certificate: Certificate, event: ResultCorrected) -> None:
    """Have it signed again, once for each correction."""
    done = select(Reissue.version).where(Reissue.correction_id == event.correction_id)
    if await session.scalar(done) is not None:
        return
    row = insert(ReissueDue).values(
        correction_id=event.correction_id,
        number=certificate.number,
        person_id=event.person_id,
        identity=event.identity.ciphertext,
        corrected_at=event.corrected_at,
    )
    await session.execute(row.on_conflict_do_nothing())


async def _revoke(uow: UnitOfWork, certificate: Certificate, event: ResultCorrected) -> None:
    """Visible to the very next check; said once."""
    await uow.session.execute(delete(ReissueDue).where(ReissueDue.number == certificate.number))
    document = encode_id("correction", event.correction_id)
    decision = Decision(
        id=event.correction_id,
        act="revoke",
        ground=document,
        origin="rule",
        reason_code=CORRECTED,
        decision_document=document,
        decided_by=str(event.approved_by),
        decided_at=uow.clock.now(),
    )
    outcome = await change(uow, decision, [certificate.number])
    if outcome.changed:
        say_revoked(uow, decision, certificate.number)


HANDLERS: Handlers = {ResultCorrected: on_result_corrected}
