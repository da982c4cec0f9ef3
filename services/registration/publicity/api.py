"""Routes of publicity: everybody reads and may object, the centre in charge decides."""

from fastapi import APIRouter

from common.deps import (
    CallerDep,
    CreatingDep,
    PageDep,
    PlatformDep,
    SessionDep,
    TodayDep,
    created,
    public,
    requires,
)
from common.ids import BatchId, ObjectionId
from common.schemas import Listing
from registration.publicity import service
from registration.publicity.schemas import (
    ObjectionDecisionIn,
    ObjectionDetail,
    ObjectionIn,
    ObjectionOut,
    PublishedBatchOut,
    PublishedResultOut,
)

router = APIRouter(tags=["publicity"])


@router.get("/publicity", dependencies=[public()])
async def get_publicity(session: SessionDep, page: PageDep, today: TodayDep) -> Listing[PublishedBatchOut]:
    """Batches whose results are before the public (公示), newest first."""
    return await service.list_published(session, page, today=today)


@router.get("/batches/{batch_id}/publicity", dependencies=[public()])
async def get_published_results(
    batch_id: BatchId, session: SessionDep, page: PageDep, platform: PlatformDep, today: TodayDep
) -> Listing[PublishedResultOut]:
    """Who passed, masked; only while the batch is before the public."""
    return await service.list_results(session, batch_id, page, keyring=platform.keyring, today=today)


@router.post(
    "/batches/{batch_id}/objections",
    status_code=201,
    dependencies=[public(), created("/registration/v1/objections/{id}")],
)
async def post_objection(
    batch_id: BatchId, body: ObjectionIn, uow: CreatingDep, platform: PlatformDep, today: TodayDep
) -> ObjectionOut:
    """Object to published results, as anybody; the centre alone reads text and contact."""
    return await service.raise_objection(uow, batch_id, body, keyring=platform.keyring, today=today)


@router.get("/objections/{objection_id}", dependencies=[public()])
async def get_objection(objection_id: ObjectionId, session: SessionDep) -> ObjectionOut:
    """How an objection stands and what was decided, for whoever has its id."""
    return await service.read_objection(session, objection_id)


@router.get("/batches/{batch_id}/objections", dependencies=[requires("objections:decide")])
async def get_objections(
    batch_id: BatchId, session: SessionDep, page: PageDep, caller: CallerDep, platform: PlatformDep
) -> Listing[ObjectionDetail]:
    """A batch's objections with text and contact, for the centre in charge."""
    return await service.list_objections(session, batch_id, page, caller=caller, keyring=platform.keyring)


@router.post(
    "/objections/{objection_id}/acknowledgement",
    status_code=201,
    dependencies=[requires("objections:decide")],
)
async def post_acknowledgement(
    objection_id: ObjectionId, uow: CreatingDep, caller: CallerDep
) -> ObjectionOut:
    """Tell whoever objected that the centre looks into it."""
    return await service.acknowledge(uow, objection_id, caller=caller)


@router.post(
    "/objections/{objection_id}/decision", status_code=201, dependencies=[requires("objections:decide")]
)
async def post_objection_decision(
    objection_id: ObjectionId, body: ObjectionDecisionIn, uow: CreatingDep, caller: CallerDep
) -> ObjectionOut:
    """Uphold or dismiss an objection, with a reason; while one waits, the batch is not recognised."""
    return await service.decide_objection(uow, objection_id, body, caller=caller)
