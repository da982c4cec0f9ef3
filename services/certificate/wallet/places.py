"""The places where wallets look for an issuer's keys, outside the service's own paths."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from certificate.wallet import service
from certificate.wallet.api import DID
from common.platform import Platform


async def did(request: Request) -> Response:
    """The document of did:web:<host>:certificate."""
    platform: Platform = request.app.state.platform
    async with platform.sessions() as session:
        document = await service.did_document(session, platform.settings.public_url)
    return JSONResponse(document, media_type=DID)


async def issuer(request: Request) -> Response:
    """The metadata of the issuer <host>/certificate (SD-JWT VC)."""
    platform: Platform = request.app.state.platform
    async with platform.sessions() as session:
        return JSONResponse(await service.issuer_metadata(session, platform.settings.public_url))


ROUTES = (
    Route("/certificate/did.json", did),
    Route("/.well-known/jwt-vc-issuer/certificate", issuer),
)
