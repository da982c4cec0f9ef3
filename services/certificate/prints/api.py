"""Routes of print: sheets, their ledger, whole batches."""

from collections.abc import AsyncIterator
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from certificate.certificates.domain import number_to_find
from certificate.certificates.schemas import NumberPath
from certificate.prints import batches, service
from certificate.prints.bundle import files_of, zipped
from certificate.prints.schemas import BatchPrintIn, PrintIn, SheetIn, SheetOut
from certificate.prints.service import Press
from certificate.verification.guesses import Guard
from common.deps import (
    CallerDep,
    CreatingDep,
    PageDep,
    PlatformDep,
    SessionDep,
    UowDep,
    created,
    produces,
    public,
    requires,
)
from common.described import problem
from common.ids import BatchId, JobId, encode_id
from common.jobs.files import JobKey
from common.jobs.schemas import JobOut
from common.ratelimit import client_key
from common.schemas import Listing

PDF: Final = "application/pdf"
DESCRIBED: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {PDF: {}}, "description": "A4, one page, PDF/A-3"},
    **problem(409, "certificate-not-printable"),
}


def router_of(press: Press, guard: Guard) -> APIRouter:
    """The routes, printing on this press; `guard` counts what is tried in vain, here and in verification."""
    router = APIRouter(tags=["print"])
    _sheets(router, press)
    _batches(router)

    @router.post(
        "/prints",
        response_class=Response,
        responses=DESCRIBED | problem(404, "certificate-not-found"),
        dependencies=[public(), produces(PDF)],
    )
    async def post_print(body: PrintIn, request: Request, uow: UowDep, platform: PlatformDep) -> Response:
        """Print one's own certificate by number, name and document (Art. 19). Any mismatch is the same 404.

        With `lost`: another sheet under the same number, with a higher print serial; no newspaper notice is asked for.
        """
        client, target = (
            client_key(request.client.host if request.client else None),
            number_to_find(body.number),
        )
        guard.ask(client, target)
        index_key = platform.settings.index_key()
        made = await service.print_for_holder(uow, body, platform=platform, press=press, index_key=index_key)
        guard.found(client, target)
        return pdf(made)

    return router


def _sheets(router: APIRouter, press: Press) -> None:
    @router.get(
        "/certificates/{number}/pdf",
        response_class=Response,
        responses=DESCRIBED,
        dependencies=[requires("certificates:read"), produces(PDF)],
    )
    async def get_pdf(number: NumberPath, uow: UowDep, caller: CallerDep, platform: PlatformDep) -> Response:
        """The newest printed sheet, for the certificate's organisation and the authorities of its region.

        The first time this makes the first sheet; fetched again, it is the same sheet with the same print serial.
        """
        return pdf(await service.print_for_reader(uow, number, caller, platform=platform, press=press))

    @router.post(
        "/certificates/{number}/prints",
        status_code=201,
        responses=problem(409, "certificate-not-printable"),
        dependencies=[
            requires("certificates:read"),
            created("/certificate/v1/certificates/{number}/prints"),
        ],
    )
    async def post_sheet(
        number: NumberPath, body: SheetIn, uow: CreatingDep, caller: CallerDep, platform: PlatformDep
    ) -> SheetOut:
        """Another sheet under the same number, with a higher print serial; `/pdf` then gives it."""
        return await service.new_sheet(uow, number, body.purpose, caller, platform=platform)

    @router.get("/certificates/{number}/prints", dependencies=[requires("certificates:read")])
    async def get_sheets(
        number: NumberPath, session: SessionDep, page: PageDep, caller: CallerDep
    ) -> Listing[SheetOut]:
        """The ledger of a certificate: every sheet, when, why and by whom."""
        return await service.list_sheets(session, number, page, caller)


def _batches(router: APIRouter) -> None:
    @router.post(
        "/batches/{batch_id}/prints",
        status_code=202,
        dependencies=[requires("certificates:read"), created("/certificate/v1/jobs/{id}")],
    )
    async def post_batch_print(
        batch_id: BatchId, body: BatchPrintIn, uow: CreatingDep, caller: CallerDep, platform: PlatformDep
    ) -> JobOut:
        """Print all certificates of one's own batch, as a job: progress at `/jobs/{id}`, files at `/jobs/{id}/prints`.

        Certificates printed before come with the sheet that they have; `afresh` gives each another one.
        """
        return await batches.print_batch(uow, batch_id, body, caller=caller, keyring=platform.keyring)

    @router.get(
        "/jobs/{job_id}/prints",
        response_class=Response,
        responses={
            200: {"content": {batches.ZIP: {}, PDF: {}}, "description": "the printed certificates"},
            **problem(409, "print-not-ready"),
        },
        dependencies=[requires("certificates:read"), produces(batches.ZIP, PDF)],
    )
    async def get_batch_print(
        job_id: JobId, session: SessionDep, caller: CallerDep, platform: PlatformDep
    ) -> Response:
        """What a job printed: a ZIP of PDFs, or one PDF of up to a hundred pages; kept for thirty days."""
        job = await batches.made_by(session, job_id, caller)
        await session.close()  # the stream opens its own, piece by piece
        key = JobKey.of(platform.keyring, job.id, job.wrapped_key)
        is_zip = job.media_type == batches.ZIP
        name = f"{encode_id('job', job.id)}.{'zip' if is_zip else 'pdf'}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        content = zipped(platform, key, job.created_at) if is_zip else _only(files_of(platform, key))
        return StreamingResponse(content, media_type=job.media_type, headers=headers)


async def _only(files: AsyncIterator[tuple[str, bytes]]) -> AsyncIterator[bytes]:
    async for _, content in files:
        yield content


def pdf(made: bytes) -> Response:
    headers = {"Content-Disposition": "inline; filename=certificate.pdf", "Cache-Control": "no-store"}
    return Response(made, headers=headers, media_type=PDF)
