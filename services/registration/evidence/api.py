"""Routes of evidence: parse, authorise, call one use case, answer."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from common.deps import (
    CallerDep,
    CreatingDep,
    PageDep,
    PlatformDep,
    SessionDep,
    UowDep,
    created,
    produces,
    requires,
    upload,
)
from common.documents import SIGNATURES, Sha256, as_attachment
from common.evidence import LARGEST_EVIDENCE
from common.ids import PlanId
from common.jobs.routes import media_type_of
from common.schemas import Listing
from registration.evidence import service
from registration.evidence.schemas import EvidenceOut

router = APIRouter(prefix="/plans/{plan_id}/evidence", tags=["evidence"])


@router.post(
    "",
    status_code=201,
    responses={200: {"model": EvidenceOut, "description": "kept already"}},
    dependencies=[
        requires("evidence:keep"),
        upload(*SIGNATURES, limit=LARGEST_EVIDENCE),
        created("/registration/v1/plans/{plan_id}/evidence/{sha256}"),
    ],
)
async def post_evidence(
    plan_id: PlanId,
    request: Request,
    response: Response,
    session: SessionDep,
    uow: CreatingDep,
    caller: CallerDep,
    platform: PlatformDep,
    sha256: Annotated[Sha256 | None, Query(description="that the content must have")] = None,
) -> EvidenceOut:
    """Keep a file (PDF, JPEG, PNG) that candidates of a plan rely on, under the hash of what is sent."""
    await service.expect_evidence(session, plan_id, caller)
    content = b"".join([part async for part in request.stream()])
    answer, is_new = await service.keep_evidence(
        uow,
        plan_id,
        content,
        media_type=media_type_of(request),
        expected_sha256=sha256,
        caller=caller,
        keyring=platform.keyring,
    )
    if not is_new:
        response.status_code = 200
    return answer


@router.get("", dependencies=[requires("rosters:read")])
async def get_evidence(
    plan_id: PlanId, session: SessionDep, page: PageDep, caller: CallerDep
) -> Listing[EvidenceOut]:
    """What is on record for a plan; for its organisation and the centre in charge."""
    return await service.list_evidence(session, plan_id, page, caller=caller)


@router.get("/{sha256}", dependencies=[requires("rosters:read"), produces(*SIGNATURES)])
async def get_one_evidence(
    plan_id: PlanId,
    sha256: Annotated[Sha256, Path()],
    uow: UowDep,
    caller: CallerDep,
    platform: PlatformDep,
) -> Response:
    """The file, to be saved; browsers do not run what is in it. Every look is told in the journal."""
    opened = await service.read_evidence(uow, plan_id, sha256, caller=caller, keyring=platform.keyring)
    return as_attachment(opened.content, opened.media_type, name=sha256)
