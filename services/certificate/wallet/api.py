"""Routes of wallets."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from certificate.certificates.domain import number_to_find
from certificate.certificates.schemas import NumberPath
from certificate.keys.service import Signers
from certificate.verification.guesses import Guard
from certificate.wallet import service
from certificate.wallet.schemas import WalletIn
from common.deps import CallerDep, PlatformDep, SessionDep, UowDep, produces, public, requires
from common.described import problem
from common.ratelimit import client_key

BADGE: Final = "application/vc"
SD_JWT: Final = "application/dc+sd-jwt"
DID: Final = "application/did+json"
_NO_STORE: Final = {"Cache-Control": "no-store"}
_DESCRIBED: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {BADGE: {}, SD_JWT: {}}, "description": "the credential"},
    **problem(409, "certificate-not-printable"),
}


def router_of(signers: Signers, guard: Guard) -> APIRouter:
    """The routes, signing with these keys; `guard` counts what is tried in vain, here and in verification."""
    router = APIRouter(tags=["wallet"])

    @router.get(
        "/certificates/{number}/badge",
        response_class=Response,
        responses=_DESCRIBED,
        dependencies=[requires("certificates:read"), produces(BADGE)],
    )
    async def get_badge(
        number: NumberPath, uow: UowDep, caller: CallerDep, platform: PlatformDep
    ) -> Response:
        """The certificate as an Open Badge 3.0, proved with eddsa-jcs-2022; it has no document number."""
        made = await service.for_reader(
            uow, number, "open_badge", caller=caller, platform=platform, signers=signers
        )
        return _handed(made)

    @router.get(
        "/certificates/{number}/sd-jwt",
        response_class=Response,
        responses=_DESCRIBED,
        dependencies=[requires("certificates:read"), produces(SD_JWT)],
    )
    async def get_sd_jwt(
        number: NumberPath, uow: UowDep, caller: CallerDep, platform: PlatformDep
    ) -> Response:
        """The certificate as an SD-JWT VC with all its disclosures, to be handed to the holder."""
        made = await service.for_reader(
            uow, number, "sd_jwt_vc", caller=caller, platform=platform, signers=signers
        )
        return _handed(made)

    @router.post(
        "/wallet",
        response_class=Response,
        responses=_DESCRIBED | problem(404, "certificate-not-found"),
        dependencies=[public(), produces(BADGE, SD_JWT)],
    )
    async def post_wallet(body: WalletIn, request: Request, uow: UowDep, platform: PlatformDep) -> Response:
        """One's own certificate for a wallet, by number, name and document. Any mismatch is the same 404."""
        client = client_key(request.client.host if request.client else None)
        target = number_to_find(body.number)
        guard.ask(client, target)
        made = await service.for_holder(
            uow, body, platform=platform, signers=signers, index_key=platform.settings.index_key()
        )
        guard.found(client, target)
        return _handed(made)

    @router.get("/wallet/types/{kind}", dependencies=[public()], response_class=JSONResponse)
    async def get_type(kind: str, platform: PlatformDep) -> JSONResponse:
        """What an SD-JWT VC of a kind holds."""
        return JSONResponse(service.type_metadata(kind, platform.settings.public_url))

    @router.get(
        "/wallet/did.json",
        response_class=Response,
        responses={200: {"content": {DID: {}}, "description": "the DID document"}},
        dependencies=[public(), produces(DID)],
    )
    async def get_did(session: SessionDep, platform: PlatformDep) -> JSONResponse:
        """The keys that badges are signed with; also at /certificate/did.json, where did:web looks."""
        document = await service.did_document(session, platform.settings.public_url)
        return JSONResponse(document, media_type=DID)

    @router.get("/wallet/issuer", dependencies=[public()], response_class=JSONResponse)
    async def get_issuer(session: SessionDep, platform: PlatformDep) -> JSONResponse:
        """The keys that SD-JWT VCs are signed with; also at /.well-known/jwt-vc-issuer/certificate."""
        return JSONResponse(await service.issuer_metadata(session, platform.settings.public_url))

    return router


def _handed(made: dict[str, Any] | str) -> Response:
    if isinstance(made, str):
        return Response(made, media_type=SD_JWT, headers=_NO_STORE)
    return JSONResponse(made, media_type=BADGE, headers=_NO_STORE)
