"""Routes of drafts: parse, authorise, call one use case, answer."""

from fastapi import APIRouter, Request, Response

from common.deps import (
    CalendarDep,
    CallerDep,
    CreatingDep,
    IfMatchDep,
    PageDep,
    PlatformDep,
    SessionDep,
    TodayDep,
    UowDep,
    created,
    requires,
)
from common.ids import PlanDraftId
from common.preconditions import etag
from common.problems import language_of
from common.schemas import Listing
from filing.drafts import service
from filing.drafts.schemas import DraftIn, DraftOut, DraftSummary, NewDraftIn
from filing.plans.schemas import PlanOut

router = APIRouter(prefix="/plan-drafts", tags=["drafts"])


@router.post(
    "", status_code=201, dependencies=[requires("plans:file"), created("/filing/v1/plan-drafts/{id}")]
)
async def post_draft(
    body: NewDraftIn,
    response: Response,
    uow: CreatingDep,
    caller: CallerDep,
    today: TodayDep,
    platform: PlatformDep,
) -> DraftSummary:
    """Keep a draft in any state, or a copy of an earlier plan moved to another first day."""
    answer = await service.keep_draft(uow, body, caller=caller, today=today, keyring=platform.keyring)
    response.headers["ETag"] = etag(1)
    return answer


@router.get("", dependencies=[requires("plans:file")])
async def get_drafts(session: SessionDep, page: PageDep, caller: CallerDep) -> Listing[DraftSummary]:
    """The organisation's drafts, newest first."""
    return await service.list_drafts(session, page, caller=caller)


@router.get("/{draft_id}", dependencies=[requires("plans:file")])
async def get_draft(
    draft_id: PlanDraftId,
    request: Request,
    response: Response,
    session: SessionDep,
    caller: CallerDep,
    today: TodayDep,
    calendar: CalendarDep,
    platform: PlatformDep,
) -> DraftOut:
    """A draft with everything that keeps it from being filed today, and the earliest start of what is filed today."""
    draft, version = await service.read_draft(
        session,
        draft_id,
        caller=caller,
        today=today,
        calendar=calendar,
        keyring=platform.keyring,
        language=language_of(request.headers.get("accept-language")),
    )
    response.headers["ETag"] = etag(version)
    return draft


@router.put("/{draft_id}", status_code=204, dependencies=[requires("plans:file")])
async def put_draft(
    draft_id: PlanDraftId,
    body: DraftIn,
    response: Response,
    held: IfMatchDep,
    uow: UowDep,
    caller: CallerDep,
    platform: PlatformDep,
) -> None:
    """Let a draft say something else."""
    version = await service.change_draft(
        uow, draft_id, body, caller=caller, held=held, keyring=platform.keyring
    )
    response.headers["ETag"] = etag(version)


@router.delete("/{draft_id}", status_code=204, dependencies=[requires("plans:file")])
async def delete_draft(draft_id: PlanDraftId, uow: UowDep, caller: CallerDep) -> None:
    """Throw a draft away: nothing of it is kept."""
    await service.throw_away(uow, draft_id, caller=caller)


@router.post(
    "/{draft_id}/filing",
    status_code=201,
    dependencies=[requires("plans:file"), created("/filing/v1/plans/{id}")],
)
async def post_filing(
    draft_id: PlanDraftId,
    response: Response,
    uow: CreatingDep,
    caller: CallerDep,
    today: TodayDep,
    calendar: CalendarDep,
    platform: PlatformDep,
) -> PlanOut:
    """File what the draft says, 15 working days ahead (Art. 18(1)); the draft is gone then."""
    filed = await service.file_draft(
        uow, draft_id, caller=caller, today=today, calendar=calendar, keyring=platform.keyring
    )
    response.headers["ETag"] = etag(1)
    return filed
