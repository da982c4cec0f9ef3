"""Use cases for staff: how far a batch has become certificates, and taking up one that stands still."""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.certificates.models import Certificate
from certificate.issuance.models import Batch, IssuanceRefusal, PassedResult, PlanFact
from certificate.issuance.schemas import IssuanceOut
from certificate.measures.service import is_held
from common.auth import Caller
from common.certificate_code import CHINA
from common.errors import Bilingual, NotFound, StateConflict
from common.unit_of_work import UnitOfWork


async def read_issuance(session: AsyncSession, batch_id: UUID, caller: Caller, *, today: date) -> IssuanceOut:
    """Raises NotFound, also for another's."""
    batch, plan = await _visible(session, batch_id, caller)
    return await _progress(session, batch, plan, today)


async def take_up(uow: UnitOfWork, batch_id: UUID, caller: Caller) -> IssuanceOut:
    """Have a blocked batch tried again; only recognised results are issued. Raises NotFound, StateConflict."""
    async with uow:
        batch, plan = await _visible(uow.session, batch_id, caller)
        await uow.session.refresh(batch, with_for_update=True)
        if batch.state == "waiting":
            raise StateConflict(
                Bilingual(
                    "该批次的评价结果尚未认定，或尚未全部到达；只有经认定的结果才能核发证书，认定后自动核发。",
                    "The results of this batch are not recognised, or not complete. Only recognised results become "
                    "certificates; they do so by themselves once they are recognised.",
                )
            )
        if batch.state == "blocked":
            batch.state, batch.blocked_by = "ready", None
        answer = await _progress(uow.session, batch, plan, uow.clock.now().astimezone(CHINA).date())
        await uow.commit(answer)
        return answer


async def _visible(session: AsyncSession, batch_id: UUID, caller: Caller) -> tuple[Batch, PlanFact]:
    found = await session.execute(
        select(Batch, PlanFact)
        .join(PlanFact, PlanFact.plan_id == Batch.plan_id)
        .where(and_(Batch.batch_id == batch_id, _charge_of(caller)))
    )
    row = found.first()
    if row is None:
        raise NotFound.of("batch")
    return row[0], row[1]


def _charge_of(caller: Caller) -> ColumnElement[bool]:
    """The plans that an account may see: its organisation's, or those of its region (Art. 18)."""
    if caller.organisation_id is not None:
        return PlanFact.organisation_id == caller.organisation_id
    if caller.region is None:
        return true() if caller.role == "authority" else false()
    if caller.region.endswith("00"):
        return PlanFact.region.startswith(caller.region.removesuffix("00").removesuffix("00"))
    return PlanFact.region == caller.region


async def _progress(session: AsyncSession, batch: Batch, plan: PlanFact, today: date) -> IssuanceOut:
    stands_still = batch.state == "ready" and await is_held(session, plan.organisation_id, today)
    counts = [
        await session.scalar(select(func.count()).select_from(table).where(table.batch_id == batch.batch_id))
        for table in (PassedResult, Certificate, IssuanceRefusal)
    ]
    passed, issued, refused = (count or 0 for count in counts)
    return IssuanceOut(
        batch_id=batch.batch_id,
        state="held" if stands_still else batch.state,
        blocked_by=batch.blocked_by if batch.state == "blocked" else None,
        passed=passed,
        issued=issued,
        refused=refused,
    )
