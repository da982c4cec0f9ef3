"""Routes of print."""

from functools import cache
from typing import Any

from fastapi import APIRouter, Response

from certificate.certificates.domain import number_to_find
from certificate.certificates.schemas import NumberPath, problem
from certificate.prints import service
from certificate.prints.printer import Printer
from certificate.prints.schemas import PrintIn
from certificate.verification.domain import CertificateNotFound
from certificate.verification.guesses import Guesses
from common.deps import CallerDep, PlatformDep, SessionDep, produces, public, requires

PDF = "application/pdf"
_DESCRIBED: dict[int | str, dict[str, Any]] = {
    200: {"content": {PDF: {}}, "description": "A4, one page, PDF/A"}
}

router = APIRouter(tags=["print"])
printer = cache(Printer)  # one for all requests, made when the first is printed: the font is large
guesses = Guesses()


@router.get(
    "/certificates/{number}/pdf",
    response_class=Response,
    responses=_DESCRIBED | problem(409, "certificate-not-printable"),
    dependencies=[requires("certificates:read"), produces(PDF)],
)
async def get_pdf(
    number: NumberPath, session: SessionDep, caller: CallerDep, platform: PlatformDep
) -> Response:
    """The printed certificate, for its organisation and the authorities of its region."""
    return _pdf(await service.print_for_reader(session, number, caller, platform=platform, printer=printer()))


@router.post(
    "/prints",
    response_class=Response,
    responses=_DESCRIBED | problem(404, "certificate-not-found") | problem(409, "certificate-not-printable"),
    dependencies=[public(), produces(PDF)],
)
async def post_print(body: PrintIn, session: SessionDep, platform: PlatformDep) -> Response:
    """Print one's own certificate by number, name and document (Art. 19). Any mismatch is the same 404."""
    target = number_to_find(body.number)
    guesses.check(target)
    try:
        made = await service.print_for_holder(
            session, body, platform=platform, printer=printer(), index_key=platform.settings.index_key()
        )
    except CertificateNotFound:
        guesses.miss(target)
        raise
    return _pdf(made)


def _pdf(made: bytes) -> Response:
    headers = {"Content-Disposition": "inline; filename=certificate.pdf", "Cache-Control": "no-store"}
    return Response(made, headers=headers, media_type=PDF)
