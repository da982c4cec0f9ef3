"""Routes of holders, with the token that registration gives for a code; and of links, for whoever has one."""

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Request, Response

from certificate.certificates.schemas import NumberPath
from certificate.holders import service
from certificate.holders.schemas import (
    OwnCertificatesOut,
    SharedOut,
    ShareIn,
    ShareMadeOut,
    ShareOut,
    SharesOut,
    ShareToken,
)
from certificate.holders.service import Desk
from certificate.holders.sessions import holder_of
from certificate.prints.api import DESCRIBED, PDF, pdf
from certificate.prints.schemas import SheetIn, SheetOut
from certificate.verification.guesses import Guesses
from common.deps import (
    CreatingDep,
    PageDep,
    PlatformDep,
    SessionDep,
    UowDep,
    created,
    produces,
    public,
)
from common.described import problem
from common.ids import ShareId
from common.platform import Platform
from common.ratelimit import client_key
from common.schemas import Listing

Desks = Callable[[Platform], Desk]
Token = Annotated[
    str | None,
    Header(
        alias="Candidate-Token", max_length=100, description="as registration gave it", examples=["q7Xn…"]
    ),
]
_OWN: Final[dict[int | str, dict[str, Any]]] = {
    401: {"description": "token-missing, token-invalid, token-expired: of the header Candidate-Token"},
}


def router_of(desk: Desks, guesses: Guesses) -> APIRouter:
    """The routes; `guesses` counts clients that try addresses of links."""
    router = APIRouter(tags=["holders"])
    _certificates(router, desk)
    _shares(router)
    _links(router, desk, guesses)
    return router


def _certificates(router: APIRouter, desk: Desks) -> None:
    @router.get("/me/certificates", responses=_OWN, dependencies=[public()])
    async def get_own_certificates(
        platform: PlatformDep, candidate_token: Token = None
    ) -> OwnCertificatesOut:
        """All certificates of the person who signed in, valid or not, with the reasons."""
        return await service.own_certificates(desk(platform), await holder_of(platform, candidate_token))

    @router.get(
        "/me/certificates/{number}/pdf",
        response_class=Response,
        responses=_OWN | DESCRIBED,
        dependencies=[public(), produces(PDF)],
    )
    async def get_own_pdf(
        number: NumberPath, uow: UowDep, platform: PlatformDep, candidate_token: Token = None
    ) -> Response:
        """The newest printed sheet of one's own certificate; the first time this makes the first one."""
        holder = await holder_of(platform, candidate_token)
        return pdf(await service.own_pdf(uow, number, holder, desk(platform)))

    @router.get("/me/certificates/{number}/prints", responses=_OWN, dependencies=[public()])
    async def get_own_sheets(
        number: NumberPath,
        session: SessionDep,
        page: PageDep,
        platform: PlatformDep,
        candidate_token: Token = None,
    ) -> Listing[SheetOut]:
        """Every sheet of one's own certificate: when, why and by whom it was printed."""
        holder = await holder_of(platform, candidate_token)
        return await service.own_sheets(session, number, page, holder)

    @router.post(
        "/me/certificates/{number}/prints",
        status_code=201,
        responses=_OWN | problem(409, "certificate-not-printable"),
        dependencies=[public(), created("/certificate/v1/me/certificates/{number}/prints")],
    )
    async def post_own_sheet(
        number: NumberPath,
        body: SheetIn,
        uow: CreatingDep,
        platform: PlatformDep,
        candidate_token: Token = None,
    ) -> SheetOut:
        """Another sheet under the same number; a lost one needs no newspaper notice. `/pdf` then gives it."""
        holder = await holder_of(platform, candidate_token)
        return await service.own_sheet(uow, number, body.purpose, holder)


def _shares(router: APIRouter) -> None:
    @router.post(
        "/me/certificates/{number}/shares",
        status_code=201,
        responses=_OWN | problem(409, "too-many-shares"),
        dependencies=[public(), created("/certificate/v1/me/shares")],
    )
    async def post_share(
        number: NumberPath, body: ShareIn, uow: UowDep, platform: PlatformDep, candidate_token: Token = None
    ) -> ShareMadeOut:
        """A link that shows chosen fields of one certificate for some days. Its address is told once."""
        holder = await holder_of(platform, candidate_token)
        return await service.share(uow, number, body, holder, platform.settings.public_url)

    @router.get("/me/shares", responses=_OWN, dependencies=[public()])
    async def get_own_shares(
        session: SessionDep, platform: PlatformDep, candidate_token: Token = None
    ) -> SharesOut:
        """All links of the person who signed in: what they show, until when, how often they were opened."""
        return await service.shares_of(session, await holder_of(platform, candidate_token))

    @router.post("/me/shares/{share_id}/revocation", responses=_OWN, dependencies=[public()])
    async def post_share_revocation(
        share_id: ShareId, uow: UowDep, platform: PlatformDep, candidate_token: Token = None
    ) -> ShareOut:
        """Take a link back at once; it may be said again."""
        return await service.take_back(uow, share_id, await holder_of(platform, candidate_token))


def _links(router: APIRouter, desk: Desks, guesses: Guesses) -> None:
    @router.get(
        "/shares/{token}",
        responses=problem(404, "not-found") | problem(410, "share-ended"),
        dependencies=[public()],
    )
    async def get_share(token: ShareToken, request: Request, uow: UowDep, platform: PlatformDep) -> SharedOut:
        """What a holder shares by this link, and whether the certificate is valid now. Opening is counted."""
        return await service.open_share(
            uow, token, client=client_of(request), desk=desk(platform), guesses=guesses
        )


def client_of(request: Request) -> str:
    return client_key(request.client.host if request.client else None)
