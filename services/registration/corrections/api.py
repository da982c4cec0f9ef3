"""Routes of corrections: parse, authorise, call one use case, answer."""

from fastapi import APIRouter

from common.deps import (
    CallerDep,
    CreatingDep,
    PageDep,
    PlatformDep,
    SessionDep,
    TodayDep,
    created,
    requires,
)
from common.ids import CorrectionId, PlanId, ResultId
from common.schemas import Listing
from registration.corrections import deciding, service
from registration.corrections.schemas import (
    CorrectionDecisionIn,
    CorrectionIn,
    CorrectionOut,
    ResultVersionOut,
)

router = APIRouter(tags=["corrections"])


@router.post(
    "/results/{result_id}/corrections",
    status_code=202,
    dependencies=[requires("corrections:request"), created("/registration/v1/corrections/{id}")],
)
async def post_correction(
    result_id: ResultId,
    body: CorrectionIn,
    uow: CreatingDep,
    caller: CallerDep,
    platform: PlatformDep,
    today: TodayDep,
) -> CorrectionOut:
    """Ask for the correction of a recorded result: marks, or name and document; another account decides."""
    return await service.request_correction(
        uow,
        result_id,
        body,
        caller=caller,
        keyring=platform.keyring,
        index_key=platform.settings.index_key(),
        today=today,
    )


@router.post(
    "/corrections/{correction_id}/decision", status_code=201, dependencies=[requires("corrections:decide")]
)
async def post_decision(
    correction_id: CorrectionId,
    body: CorrectionDecisionIn,
    uow: CreatingDep,
    caller: CallerDep,
    platform: PlatformDep,
) -> CorrectionOut:
    """Approve or refuse a correction, by the centre in charge; never by the account that asked for it.

    Approved, the result gets a new version, the old one stays, and the certificate follows: reissued or revoked.
    """
    return await deciding.decide_correction(uow, correction_id, body, caller=caller, keyring=platform.keyring)


@router.get("/corrections/{correction_id}", dependencies=[requires("corrections:read")])
async def get_correction(
    correction_id: CorrectionId, session: SessionDep, caller: CallerDep, platform: PlatformDep
) -> CorrectionOut:
    """A request with its decision, for its organisation and the centre in charge."""
    return await service.read_correction(session, correction_id, caller=caller, keyring=platform.keyring)


@router.get("/plans/{plan_id}/corrections", dependencies=[requires("corrections:read")])
async def get_corrections(
    plan_id: PlanId, session: SessionDep, page: PageDep, caller: CallerDep, platform: PlatformDep
) -> Listing[CorrectionOut]:
    """A plan's requests, in the order in which they came."""
    return await service.list_corrections(session, plan_id, page, caller=caller, keyring=platform.keyring)


@router.get("/results/{result_id}/versions", dependencies=[requires("results:read")])
async def get_versions(
    result_id: ResultId, session: SessionDep, caller: CallerDep
) -> tuple[ResultVersionOut, ...]:
    """A result as it was recorded, and as each correction left it."""
    return tuple(await service.list_versions(session, result_id, caller=caller))
