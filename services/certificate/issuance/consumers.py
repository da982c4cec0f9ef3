"""Facts from filing, registration and audit. Each handler may be applied twice, and after any other."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.issuance.models import Batch, IssuingBody, PassedResult, PlanFact, ResultChunk
from certificate.numbers.models import Register
from common.events.audit import ResultsRecognised
from common.events.filing import OrganisationApproved, PlanAccepted, PlanAmended, RegisterAssigned
from common.events.registration import CHUNK_ROWS, BatchRecorded, ResultsRecorded
from common.identifiers.certificate_number import RegisterCode
from common.inbox import Handlers
from common.unit_of_work import UnitOfWork


async def on_organisation_approved(uow: UnitOfWork, event: OrganisationApproved) -> None:
    """Keep who issues, and take a register that is new into use; batches that waited for one go on."""
    code = _register_text(event.register_code)
    row = {
        "name": event.name,
        "kind": event.kind,
        "region": event.region,
        "uscc": event.uscc,
        "register_code": code,
    }
    body = insert(IssuingBody).values(organisation_id=event.organisation_id, **row)
    await uow.session.execute(body.on_conflict_do_update(index_elements=["organisation_id"], set_=row))
    register = insert(Register).values(organisation_id=event.organisation_id, kind="skill_level", code=code)
    added = await uow.session.scalar(register.on_conflict_do_nothing().returning(Register.id))
    if added is not None:
        plans = select(PlanFact.plan_id).where(PlanFact.organisation_id == event.organisation_id)
        await uow.session.execute(
            update(Batch)
            .where(Batch.state == "blocked", Batch.plan_id.in_(plans))
            .values(state="ready", blocked_by=None)
        )


async def on_plan_accepted(uow: UnitOfWork, event: PlanAccepted) -> None:
    """Keep what the certificates under a plan rest on, as accepted or as amended since."""
    names = (
        "plan_id",
        "number",
        "name",
        "organisation_id",
        "organisation_name",
        "region",
        "starts_on",
        "filed_on",
        "last_filing_day",
    )
    row: dict[str, Any] = {name: getattr(event, name) for name in names}
    row["entrusted_by"] = event.entrusted_by.name if event.entrusted_by else None
    row["standards"] = {f"{item.item_code}/{item.level}": item.standard_name for item in event.items}
    statement = insert(PlanFact).values(row)
    await uow.session.execute(statement.on_conflict_do_update(index_elements=["plan_id"], set_=row))


async def on_results_recorded(uow: UnitOfWork, event: ResultsRecorded) -> None:
    """Keep the passed results of a chunk."""
    await hold_batch(uow.session, event.batch_id, event.plan_id)
    rows = [
        {
            "result_id": row.result_id,
            "batch_id": event.batch_id,
            "position": position,
            "person_id": row.person_id,
            "identity": row.identity.ciphertext,
            "item_code": row.item_code,
            "item_name": row.item_name,
            "track": row.track,
            "level": row.level,
        }
        for position, row in enumerate(event.rows, start=(event.chunk - 1) * CHUNK_ROWS + 1)
        if row.outcome == "passed"
    ]
    if rows:
        await uow.session.execute(insert(PassedResult).on_conflict_do_nothing(), rows)
    chunk = insert(ResultChunk).values(batch_id=event.batch_id, chunk=event.chunk)
    await uow.session.execute(chunk.on_conflict_do_nothing())
    await _consider(uow.session, event.batch_id)


async def on_batch_recorded(uow: UnitOfWork, event: BatchRecorded) -> None:
    """Keep how many chunks a batch has."""
    await hold_batch(uow.session, event.batch_id, event.plan_id)
    await uow.session.execute(
        update(Batch).where(Batch.batch_id == event.batch_id).values(chunks=event.chunks)
    )
    await _consider(uow.session, event.batch_id)


async def on_results_recognised(uow: UnitOfWork, event: ResultsRecognised) -> None:
    """Keep that a batch is recognised: only recognised results give certificates (Art. 17)."""
    await hold_batch(uow.session, event.batch_id, event.plan_id)
    await uow.session.execute(
        update(Batch)
        .where(Batch.batch_id == event.batch_id, Batch.recognised_at.is_(None))
        .values(recognised_at=event.decided_at)
    )
    await _consider(uow.session, event.batch_id)


async def hold_batch(session: AsyncSession, batch_id: UUID, plan_id: UUID) -> None:
    """Make the batch's row if need be, and hold it: two sources may tell of one batch at once."""
    row = insert(Batch).values(
        batch_id=batch_id, plan_id=plan_id, state="waiting", last_position=0, recorded_to=0, chunks_issued=0
    )
    await session.execute(row.on_conflict_do_nothing())
    await session.execute(select(Batch.batch_id).where(Batch.batch_id == batch_id).with_for_update())


async def _consider(session: AsyncSession, batch_id: UUID) -> None:
    """Let a batch be issued when it is recognised and complete."""
    arrived = select(func.count()).select_from(ResultChunk).where(ResultChunk.batch_id == batch_id)
    await session.execute(
        update(Batch)
        .where(
            Batch.batch_id == batch_id,
            Batch.state == "waiting",
            Batch.recognised_at.is_not(None),
            Batch.chunks == arrived.scalar_subquery(),
        )
        .values(state="ready")
    )


def _register_text(assigned: RegisterAssigned) -> str:
    """Raises ValueError for a register outside the national rule."""
    register = RegisterCode(
        assigned.category, assigned.organisation_code, assigned.province, assigned.site_serial
    )
    return str(register)


HANDLERS: Handlers = {
    OrganisationApproved: on_organisation_approved,
    PlanAccepted: on_plan_accepted,
    PlanAmended: on_plan_accepted,
    ResultsRecorded: on_results_recorded,
    BatchRecorded: on_batch_recorded,
    ResultsRecognised: on_results_recognised,
}
