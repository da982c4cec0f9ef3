"""Routes of the offline files: for anyone and any cache (Art. 19)."""

from fastapi import APIRouter, Response

from certificate.catalogue.service import Catalogue
from common.deps import produces, public
from common.fresh import stamp
from common.offline_bundle import CONTENT_TYPE

JWS = "application/jose"
FRESH_SECONDS = 60


def router_of(catalogue: Catalogue) -> APIRouter:
    """The routes on one process's files."""
    router = APIRouter(tags=["offline"])

    @router.get(
        "/names",
        response_class=Response,
        responses={200: {"description": "a compact JWS", "content": {JWS: {}}}},
        dependencies=[public(), produces(JWS)],
    )
    async def get_names() -> Response:
        """Occupations by item code and bodies by register, signed by the platform key of purpose `names`."""
        return _file(catalogue.names(), JWS)

    @router.get(
        "/bundle",
        response_class=Response,
        responses={200: {"description": "the bundle", "content": {CONTENT_TYPE: {}}}},
        dependencies=[public(), produces(CONTENT_TYPE)],
    )
    async def get_bundle() -> Response:
        """Published keys, statuses and names in one file: all that checking certificates offline needs."""
        return _file(catalogue.bundle(), CONTENT_TYPE)

    return router


def _file(content: bytes, media_type: str) -> Response:
    answer = Response(content, media_type=media_type)
    stamp(answer, content, fresh_seconds=FRESH_SECONDS)
    return answer
