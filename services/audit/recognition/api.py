"""Routes of recognition."""

from fastapi import APIRouter
from sqlalchemy import select

from audit.plans.models import BatchFact
from audit.recognition import service
from audit.recognition.schemas import DecisionIn, RecognitionOut
from audit.supervision.repository import plan_in_sight
from common.deps import CallerDep, CreatingDep, SessionDep, requires
from common.ids import BatchId, PlanId

router = APIRouter(tags=["recognition"])


@router.get("/batches/{batch_id}/recognition", dependencies=[requires("results:read")])
async def get_recognition(batch_id: BatchId, session: SessionDep, caller: CallerDep) -> RecognitionOut:
    """The decision on a batch, gate by gate, with the article each gate comes from (Art. 17)."""
    return RecognitionOut.model_validate(await service.batch_in_sight(session, batch_id, caller))


@router.get("/plans/{plan_id}/recognition", dependencies=[requires("results:read")])
async def get_plan_recognition(
    plan_id: PlanId, session: SessionDep, caller: CallerDep
) -> tuple[RecognitionOut, ...]:
    """The decisions on every batch of a plan, oldest first."""
    await plan_in_sight(session, plan_id, caller)
    batches = await session.scalars(
        select(BatchFact)
        .where(BatchFact.plan_id == plan_id)
        .order_by(BatchFact.recorded_at, BatchFact.batch_id)
    )
    return tuple(map(RecognitionOut.model_validate, batches))


@router.post(
    "/batches/{batch_id}/recognition/decision", status_code=201, dependencies=[requires("recognition:decide")]
)
async def post_decision(
    batch_id: BatchId, body: DecisionIn, uow: CreatingDep, caller: CallerDep
) -> RecognitionOut:
    """Decide by a named person, with a reason, where a gate failed (Art. 17)."""
    return await service.decide_by_person(uow, batch_id, body, caller=caller)
