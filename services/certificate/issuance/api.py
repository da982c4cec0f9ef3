"""Routes of issuing. Nothing is issued by a request: recognised results are, by themselves (Art. 17)."""

from fastapi import APIRouter

from certificate.issuance import progress
from certificate.issuance.schemas import IssuanceOut
from common.deps import CallerDep, CreatingDep, SessionDep, TodayDep, created, requires
from common.ids import BatchId

router = APIRouter(prefix="/batches", tags=["issuing"])


@router.get("/{batch_id}/issuance", dependencies=[requires("certificates:read")])
async def get_issuance(
    batch_id: BatchId, session: SessionDep, today: TodayDep, caller: CallerDep
) -> IssuanceOut:
    """How far a batch has become certificates."""
    return await progress.read_issuance(session, batch_id, caller, today=today)


@router.post(
    "/{batch_id}/issuance",
    status_code=201,
    dependencies=[requires("certificates:take_up"), created("/certificate/v1/batches/{batch_id}/issuance")],
)
async def post_issuance(batch_id: BatchId, uow: CreatingDep, caller: CallerDep) -> IssuanceOut:
    """Have a batch that is blocked tried again; one that is not recognised is refused."""
    return await progress.take_up(uow, batch_id, caller)
