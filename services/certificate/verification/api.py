"""Routes of verification, for anyone (Art. 16, 19)."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from certificate.certificates.schemas import problem
from certificate.verification.schemas import VerificationIn, VerificationOut
from certificate.verification.service import Verification
from common.deps import public
from common.platform import Platform
from common.problems import Problem
from common.ratelimit import client_key

CodePath = Annotated[
    str,
    Path(
        description="the last part of the QR code's URL",
        examples=["2KCE3IQBEYCERMDRLZTJGSIGZSQFQQVDAJ3FSMBQ"],
    ),
]
Answer = Callable[[Request], Awaitable[Response]]


def router_of(verification: Callable[[], Verification]) -> APIRouter:
    """The routes, on a verification that exists once the service has started."""
    router = APIRouter(prefix="/verifications", tags=["verification"])

    @router.post(
        "",
        dependencies=[public()],
        response_model=VerificationOut,
        responses=problem(404, "certificate-not-found"),
    )
    async def post_verification(body: VerificationIn) -> Response:
        """Check a certificate by its code, or by number and full name.

        An unknown number and a wrong name are one answer, 404 `certificate-not-found`.
        """
        if body.code is not None:
            found = await verification().by_code(body.code)
        else:
            found = await verification().by_number(body.number or "", body.name or "")
        return _answer(VerificationOut.of(found))

    @router.get("/{code}", dependencies=[public()], response_model=VerificationOut)
    async def get_verification(code: CodePath) -> Response:
        """Check a certificate by its code."""
        return _answer(VerificationOut.of(await verification().by_code(code)))

    return router


def hot_route(verification: Callable[[], Verification]) -> Answer:
    """The same answer as `GET /verifications/{code}` gives, without the machinery that a public look-up can spare."""

    async def answer(request: Request) -> Response:
        limit(request)
        return _answer(VerificationOut.of(await verification().by_code(request.path_params["code"])))

    return answer


def limit(request: Request) -> None:
    """Take a token from the client's bucket. Raises the problem `rate-limited`."""
    platform: Platform = request.app.state.platform
    verdict = platform.rate_limit.take(client_key(request.client.host if request.client else None))
    if verdict is not None and not verdict.allowed:
        raise Problem("rate-limited", headers=platform.rate_limit.headers(verdict))


def _answer(out: VerificationOut) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(out.model_dump_json(exclude_none=True), headers=headers, media_type="application/json")
