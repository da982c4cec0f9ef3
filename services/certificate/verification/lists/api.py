"""Routes of lists that are verified, for accounts of employers and other bodies (Art. 19)."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from certificate.verification.lists import service
from certificate.verification.lists.domain import LARGEST_BYTES, Ground
from certificate.verification.lists.schemas import ListAnswerOut, ListCheckOut, Reference
from common.deps import (
    CallerDep,
    CreatingDep,
    PageDep,
    PlatformDep,
    SessionDep,
    created,
    produces,
    requires,
    upload,
)
from common.ids import JobId
from common.jobs.routes import media_type_of
from common.jobs.schemas import JobOut
from common.schemas import Listing
from common.tabular.reading import CSV, MEDIA_TYPES
from common.tabular.sheets import csv_sheet

router = APIRouter(prefix="/verification-lists", tags=["verification"])
SCOPE = "certificates:verify_lists"


@router.post(
    "",
    status_code=202,
    dependencies=[
        requires(SCOPE),
        upload(*MEDIA_TYPES, limit=LARGEST_BYTES),
        created("/certificate/v1/jobs/{id}"),
    ],
)
async def post_list(
    request: Request,
    uow: CreatingDep,
    caller: CallerDep,
    platform: PlatformDep,
    ground: Annotated[Ground, Query(description="on what ground of the law holders are asked about")],
    reference: Annotated[Reference, Query(examples=["2026年入职授权书(01-35号)"])],
) -> JobOut:
    """Verify up to 10,000 certificates: a list of codes, or of numbers each with its name (XLSX, CSV, JSON, NDJSON).

    The rows are forgotten when the job has ended; the count, the ground and the reference are kept.
    """
    return await service.submit_list(
        uow,
        caller=caller,
        keyring=platform.keyring,
        media_type=media_type_of(request),
        stream=request.stream(),
        ground=ground,
        reference=reference,
    )


@router.get("/{job_id}", dependencies=[requires(SCOPE)])
async def get_list(job_id: JobId, session: SessionDep, caller: CallerDep) -> ListCheckOut:
    """What is kept of a list, and until when its answers can be fetched."""
    return ListCheckOut.of(await service.read_check(session, job_id, caller))


@router.get("/{job_id}/answers", dependencies=[requires(SCOPE)])
async def get_answers(
    job_id: JobId, session: SessionDep, caller: CallerDep, page: PageDep
) -> Listing[ListAnswerOut]:
    """Valid, not valid or unprovable for each row of the file that was sent; kept for a week."""
    return await service.page_of_answers(session, job_id, page, caller)


@router.get("/{job_id}/answers.csv", dependencies=[requires(SCOPE), produces(CSV)])
async def get_answers_csv(job_id: JobId, session: SessionDep, caller: CallerDep) -> Response:
    """The same as a sheet."""
    answers = await service.all_answers(session, job_id, caller)
    headings = ("行 row", "结论 verdict", "状态 state", "原因 reason", "查验时间 checked_at")
    rows = (
        (str(one.row), one.verdict, one.state or "", one.reason, one.checked_at.isoformat())
        for one in answers
    )
    name = 'attachment; filename="answers.csv"'
    return Response(csv_sheet(headings, rows), media_type=CSV, headers={"Content-Disposition": name})
