"""Routes of rosters: parse, authorise, call one use case, answer."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request

from common.deps import (
    CallerDep,
    CreatingDep,
    PageDep,
    PlatformDep,
    SessionDep,
    TodayDep,
    created,
    requires,
    upload,
)
from common.ids import PlanId
from common.jobs.imports import OnInvalid
from common.jobs.routes import media_type_of
from common.jobs.schemas import JobOut
from common.schemas import Listing
from common.tabular.faults import LARGEST_FILE
from common.tabular.reading import MEDIA_TYPES
from registration.reveals.domain import PurposeRequired
from registration.rosters import service
from registration.rosters.domain import CandidateState
from registration.rosters.schemas import CandidateOut

router = APIRouter(prefix="/plans/{plan_id}", tags=["rosters"])


@router.post(
    "/roster",
    status_code=202,
    dependencies=[
        requires("rosters:submit"),
        upload(*MEDIA_TYPES, limit=LARGEST_FILE),
        created("/registration/v1/jobs/{id}"),
    ],
)
async def post_roster(
    plan_id: PlanId,
    request: Request,
    uow: CreatingDep,
    caller: CallerDep,
    platform: PlatformDep,
    today: TodayDep,
    on_invalid: Annotated[
        OnInvalid, Query(description="one bad row rejects the file, or only itself")
    ] = "reject_all",
    dry_run: Annotated[bool, Query(description="check everything, keep nothing")] = False,
) -> JobOut:
    """Hand in a roster (申报人员花名册) as XLSX, CSV, NDJSON or JSON; the job tells what is wrong with each row."""
    return await service.submit_roster(
        uow,
        plan_id,
        caller=caller,
        keyring=platform.keyring,
        today=today,
        media_type=media_type_of(request),
        stream=request.stream(),
        on_invalid=on_invalid,
        dry_run=dry_run,
    )


@router.get("/candidates", dependencies=[requires("rosters:read")])
async def get_candidates(
    plan_id: PlanId,
    session: SessionDep,
    page: PageDep,
    caller: CallerDep,
    platform: PlatformDep,
    state: Annotated[CandidateState | None, Query(description="only candidates in this state")] = None,
    reveal: Annotated[
        Literal["id"] | None, Query(description="refused here: `GET …/identities` shows documents in clear")
    ] = None,
) -> Listing[CandidateOut]:
    """Candidates of a plan in order of arrival, masked; for its organisation and the centre in charge."""
    if reveal is not None:
        raise PurposeRequired.told()
    return await service.list_candidates(
        session, plan_id, page, caller=caller, keyring=platform.keyring, state=state
    )
