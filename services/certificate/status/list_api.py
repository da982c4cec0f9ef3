"""Routes of the signed lists and of the province's bundle: static files, for anyone and any cache (Art. 19)."""

import asyncio
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from certificate.status.lists import CREDENTIAL_JWT, TOKEN_CWT, TOKEN_JWT, TTL, Purpose
from certificate.status.publishing import BUNDLE, StatusFiles
from common.deps import produces, public
from common.errors import Bilingual, NotFound
from common.status_bundle import CONTENT_TYPE

Number = Annotated[int, Path(ge=0, le=4_095, description="of the list: the place divided by 2^20")]
Serial = Annotated[int, Path(ge=0, le=2**53 - 1, description="`serial` of the bundle that is continued")]


class NoSuchList(NotFound):
    """No list has this number, or none was written yet."""

    def __init__(self) -> None:
        super().__init__(
            Bilingual(
                "没有这份状态清单；刚启动时请数秒后重试。",
                "There is no such status list; just after a start, try again in some seconds.",
            )
        )


def router_of(files: StatusFiles) -> APIRouter:
    """The routes on one process's files."""
    router = APIRouter(prefix="/status", tags=["status"])

    async def written(name: str, media_type: str) -> Response:
        content = await asyncio.to_thread(files.read, name)
        return _file(content, media_type)

    @router.get(
        "/lists/{number}",
        response_class=Response,
        responses={200: _described(TOKEN_JWT, TOKEN_CWT)},
        dependencies=[public(), produces(TOKEN_JWT, TOKEN_CWT)],
    )
    async def get_status_list(number: Number, request: Request) -> Response:
        """A Token Status List of the IETF with 4 bits a place, as JWT or, by `Accept`, as CWT."""
        is_cwt = TOKEN_CWT in request.headers.get("accept", "").lower()
        answer = await written(f"{number}.{'cwt' if is_cwt else 'jwt'}", TOKEN_CWT if is_cwt else TOKEN_JWT)
        answer.headers["Vary"] = "Accept"
        return answer

    @router.get(
        "/bitstrings/{purpose}/{number}",
        response_class=Response,
        responses={200: _described(CREDENTIAL_JWT)},
        dependencies=[public(), produces(CREDENTIAL_JWT)],
    )
    async def get_bitstring_list(purpose: Purpose, number: Number) -> Response:
        """A W3C Bitstring Status List as a credential in a JWT: one bit a place, or four for `message`."""
        return await written(f"{number}.{purpose}.jwt", CREDENTIAL_JWT)

    @router.get(
        "/bundle",
        response_class=Response,
        responses={200: _described(CONTENT_TYPE)},
        dependencies=[public(), produces(CONTENT_TYPE)],
    )
    async def get_status_bundle() -> Response:
        """Every certificate of the province that is not valid, in one signed file for phones that are offline."""
        return await written(BUNDLE, CONTENT_TYPE)

    @router.get(
        "/bundle/deltas/{serial}",
        response_class=Response,
        responses={200: _described(CONTENT_TYPE)},
        dependencies=[public(), produces(CONTENT_TYPE)],
    )
    async def get_status_delta(serial: Serial) -> Response:
        """What changed since the bundle of that serial, signed alike."""
        return _file(await asyncio.to_thread(files.delta, serial), CONTENT_TYPE)

    return router


def _file(content: bytes | None, media_type: str) -> Response:
    if content is None:
        raise NoSuchList
    headers = {
        "ETag": f'"{sha256(content).hexdigest()[:32]}"',
        "Cache-Control": f"public, max-age={TTL.total_seconds():.0f}",
    }
    return Response(content, media_type=media_type, headers=headers)


def _described(*media_types: str) -> dict[str, object]:
    return {"description": "the signed file", "content": {kind: {} for kind in media_types}}
