"""Routes of documents: whoever drafts standards keeps them, anyone reads them (Art. 20)."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from catalog.documents import service
from common.deps import CallerDep, CreatingDep, SessionDep, created, produces, public, requires, upload
from common.documents import LARGEST_DOCUMENT, SIGNATURES, DocumentOut, Sha256, to_be_saved
from common.fresh import DAY_SECONDS, stamp
from common.jobs.routes import media_type_of

router = APIRouter(prefix="/documents", tags=["documents"])


@router.post(
    "",
    status_code=201,
    responses={200: {"model": DocumentOut, "description": "kept already"}},
    dependencies=[
        requires("standards:propose"),
        upload(*SIGNATURES, limit=LARGEST_DOCUMENT),
        created("/catalog/v1/documents/{sha256}"),
    ],
)
async def post_document(
    request: Request,
    response: Response,
    uow: CreatingDep,
    caller: CallerDep,
    sha256: Annotated[Sha256 | None, Query(description="that the content must have")] = None,
) -> DocumentOut:
    """Keep a draft, minutes or a notice under the hash of its content; everyone can read it."""
    content = b"".join([part async for part in request.stream()])
    answer, is_new = await service.keep_document(
        uow,
        content,
        media_type=media_type_of(request),
        expected_sha256=sha256,
        kept_by=caller.account_id,
    )
    if not is_new:
        response.status_code = 200
    return answer


@router.get("/{sha256}", dependencies=[public(), produces(*SIGNATURES)])
async def get_document(sha256: Annotated[Sha256, Path()], session: SessionDep) -> Response:
    """A document, to be saved: browsers do not run what is in it."""
    document = await service.read_document(session, sha256)
    response = to_be_saved(document)
    stamp(response, document.content, fresh_seconds=DAY_SECONDS)
    return response
