"""Routes of documents: what was announced may be sent by anyone who has it; few may read it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from common.deps import CallerDep, CreatingDep, SessionDep, created, produces, public, requires, upload
from common.documents import LARGEST_DOCUMENT, SIGNATURES, DocumentOut, Sha256, to_be_saved
from common.jobs.routes import media_type_of
from filing.documents import service

router = APIRouter(prefix="/documents", tags=["documents"])


@router.post(
    "",
    status_code=201,
    responses={200: {"model": DocumentOut, "description": "kept already"}},
    dependencies=[
        public(),
        upload(*SIGNATURES, limit=LARGEST_DOCUMENT),
        created("/filing/v1/documents/{sha256}"),
    ],
)
async def post_document(
    request: Request,
    response: Response,
    session: SessionDep,
    uow: CreatingDep,
    sha256: Annotated[Sha256, Query(description="as an application, a request or an entrustment names it")],
) -> DocumentOut:
    """Send a document whose hash an application, a request or an entrustment names; any other is refused."""
    await service.expect_document(session, sha256)
    content = b"".join([part async for part in request.stream()])
    answer, is_new = await service.keep_document(
        uow, content, media_type=media_type_of(request), sha256=sha256
    )
    if not is_new:
        response.status_code = 200
    return answer


@router.get("/{sha256}", dependencies=[requires("documents:read"), produces(*SIGNATURES)])
async def get_document(sha256: Annotated[Sha256, Path()], session: SessionDep, caller: CallerDep) -> Response:
    """A document of the caller's organisation or region, to be saved: browsers do not run what is in it."""
    return to_be_saved(await service.read_document(session, sha256, caller=caller))
