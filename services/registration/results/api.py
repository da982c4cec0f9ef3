"""Routes of results: parse, authorise, call one use case, answer."""

from typing import Annotated, cast

from fastapi import APIRouter, Query, Request

from common.deps import (
    CalendarDep,
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
from common.ids import BatchId, PlanId
from common.jobs.imports import OnInvalid
from common.jobs.routes import media_type_of
from common.jobs.schemas import JobOut
from common.schemas import Listing
from common.tabular.faults import LARGEST_FILE
from common.tabular.reading import MEDIA_TYPES
from registration.results import service
from registration.results.schemas import BatchOut, ResultOut
from registration.settings import RegistrationSettings

router = APIRouter(tags=["results"])


@router.post(
    "/plans/{plan_id}/results",
    status_code=202,
    dependencies=[
        requires("results:record"),
        upload(*MEDIA_TYPES, limit=LARGEST_FILE),
        created("/registration/v1/jobs/{id}"),
    ],
)
async def post_results(
    plan_id: PlanId,
    request: Request,
    uow: CreatingDep,
    caller: CallerDep,
    platform: PlatformDep,
    today: TodayDep,
    calendar: CalendarDep,
    on_invalid: Annotated[
        OnInvalid, Query(description="one bad row rejects the file, or only itself")
    ] = "reject_all",
    dry_run: Annotated[bool, Query(description="check everything, keep nothing")] = False,
) -> JobOut:
    """Enter a batch of results as XLSX, CSV, NDJSON or JSON, with the dedicated account (Art. 18(3)).

    An employer's sheet brings the people; a social or school sheet matches approved candidates by their documents.
    """
    return await service.submit_results(
        uow,
        plan_id,
        caller=caller,
        keyring=platform.keyring,
        today=today,
        calendar=calendar,
        profile=cast(RegistrationSettings, platform.settings).deadline_profile,
        media_type=media_type_of(request),
        stream=request.stream(),
        on_invalid=on_invalid,
        dry_run=dry_run,
    )


@router.get("/plans/{plan_id}/batches", dependencies=[requires("results:read")])
async def get_batches(
    plan_id: PlanId, session: SessionDep, page: PageDep, caller: CallerDep
) -> Listing[BatchOut]:
    """The batches of a plan, in order."""
    return await service.list_batches(session, plan_id, page, caller=caller)


@router.get("/batches/{batch_id}", dependencies=[requires("results:read")])
async def get_batch(batch_id: BatchId, session: SessionDep, caller: CallerDep) -> BatchOut:
    """A batch with its figures."""
    return await service.read_batch(session, batch_id, caller=caller)


@router.get("/batches/{batch_id}/results", dependencies=[requires("results:read")])
async def get_results(
    batch_id: BatchId, session: SessionDep, page: PageDep, caller: CallerDep, platform: PlatformDep
) -> Listing[ResultOut]:
    """A batch's results in the order of its sheet, masked."""
    return await service.list_results(session, batch_id, page, caller=caller, keyring=platform.keyring)
