"""Routes of verification, for anyone (Art. 16, 19)."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from certificate.verification.domain import Finding
from certificate.verification.schemas import StatementOut, VerificationIn, VerificationOut
from certificate.verification.service import Verification
from certificate.verification.statement import Statements
from common.deps import PlatformDep, UowDep, public
from common.described import problem
from common.mistakes import wrong_parameter
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
OnDay = Annotated[
    date | None,
    Query(
        description="was it valid on that day? Answered from the record of its changes",
        examples=["2026-03-01"],
    ),
]
Answer = Callable[[Request], Awaitable[Response]]


def router_of(verification: Callable[[], Verification], statements: Statements) -> APIRouter:
    """The routes, on a verification that exists once the service has started."""
    router = APIRouter(prefix="/verifications", tags=["verification"])

    @router.post(
        "",
        dependencies=[public()],
        response_model=VerificationOut,
        responses=problem(404, "certificate-not-found"),
    )
    async def post_verification(body: VerificationIn, request: Request) -> Response:
        """Check a certificate by its code, or by number and full name.

        An unknown number and a wrong name are one answer, 404 `certificate-not-found`.
        """
        return _answer(VerificationOut.of(await _found(verification(), body, client_of(request))))

    @router.post(
        "/statements",
        dependencies=[public()],
        response_model_exclude_none=True,
        responses=problem(404, "certificate-not-found"),
    )
    async def post_statement(
        body: VerificationIn, request: Request, uow: UowDep, platform: PlatformDep
    ) -> StatementOut:
        """The same answer as a signed statement (compact JWS) to keep: of now, or of the day `on`.

        It is signed with a key of purpose `answer` of `GET /certificate/v1/platform-keys`, and proves what the platform
        answered at that moment; whoever holds it may check it years later.
        """
        found = VerificationOut.of(await _found(verification(), body, client_of(request)))
        return await statements.signed(uow, found, body.code, issuer=platform.settings.public_url)

    @router.get("/{code}", dependencies=[public()], response_model=VerificationOut)
    async def get_verification(code: CodePath, request: Request, on: OnDay = None) -> Response:
        """Check a certificate by its code."""
        return _answer(VerificationOut.of(await verification().by_code(code, on, client=client_of(request))))

    return router


def hot_route(verification: Callable[[], Verification]) -> Answer:
    """The same answer as `GET /verifications/{code}` gives, without the machinery that a public look-up can spare."""

    async def answer(request: Request) -> Response:
        found = await verification().by_code(
            request.path_params["code"], _day_asked(request), client=client_of(request)
        )
        return _answer(VerificationOut.of(found))

    return answer


async def _found(verification: Verification, body: VerificationIn, client: str) -> Finding:
    if body.code is not None:
        return await verification.by_code(body.code, body.on, client=client)
    return await verification.by_number(body.number or "", body.name or "", body.on, client=client)


def client_of(request: Request) -> str:
    """Who asks: an address, as the frame counts clients without an account."""
    return client_key(request.client.host if request.client else None)


def _day_asked(request: Request) -> date | None:
    text = request.query_params.get("on")
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem("validation", errors=(wrong_parameter("on", "date_from_datetime_parsing"),)) from None


def limit(request: Request) -> None:
    """Take a token from the client's bucket. Raises the problem `rate-limited`."""
    platform: Platform = request.app.state.platform
    verdict = platform.rate_limit.take(client_key(request.client.host if request.client else None))
    if verdict is not None and not verdict.allowed:
        raise Problem("rate-limited", headers=platform.rate_limit.headers(verdict))


def _answer(out: VerificationOut) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(out.model_dump_json(exclude_none=True), headers=headers, media_type="application/json")
