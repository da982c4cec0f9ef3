"""Routes of the sign-in page: the same use cases as the JSON routes, for people without programs.

The token becomes a cookie for the holder's page alone: no script reads it, and no other site's form sends it.
"""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from common.clock import Clock
from common.errors import Bilingual, PolicyError
from common.ids import decode_id, encode_id
from common.platform import Platform
from common.problems import Problem
from common.ratelimit import client_key
from common.unit_of_work import UnitOfWork
from registration.candidate_view import page, service
from registration.candidate_view.page import CODE_PATH, SIGN_IN_PATH
from registration.candidate_view.schemas import CandidateSessionIn, CodeIn
from registration.candidate_view.service import Desk

HOLDER_PATH: Final = "/certificate/v1/my"
COOKIE: Final = "candidate_token"
_INCOMPLETE = Bilingual("请填写证件号码和姓名。", "Enter the ID number and the name.")
_NO_CODE = Bilingual("请填写八位数字验证码。", "Enter the code of eight digits.")


def routes_of(desk: Callable[[Platform], Desk]) -> list[Route]:
    """The form for who somebody is, and the form for the code."""

    async def show(request: Request) -> Response:
        _limit(request)
        return _html(page.sign_in_page())

    async def ask(request: Request) -> Response:
        platform = _limit(request)
        async with request.form(max_files=0, max_fields=4) as form:
            about = {name: _text(form, name) for name in ("id_type", "id_number", "name")}
        try:
            body = CandidateSessionIn.model_validate(about)
            made = await service.ask_for_code(
                _uow(platform), body, client=_client(request), desk=desk(platform)
            )
        except ValidationError:
            return _html(page.sign_in_page(_INCOMPLETE), 422)
        except (PolicyError, Problem) as refusal:
            return _refused(page.sign_in_page(_why(refusal)), refusal)
        return _html(page.code_page(encode_id("visit", made.id)))

    async def enter(request: Request) -> Response:
        platform = _limit(request)
        async with request.form(max_files=0, max_fields=4) as form:
            session, code = _text(form, "session"), _text(form, "code")
        try:
            token = await service.open_with_code(
                _uow(platform),
                _session_id(session),
                CodeIn.model_validate({"code": code}).code,
                client=_client(request),
                desk=desk(platform),
            )
        except ValidationError:
            return _html(page.code_page(session, _NO_CODE), 422)
        except (PolicyError, Problem) as refusal:
            return _refused(page.code_page(session, _why(refusal)), refusal)
        seconds = round((token.expires_at - Clock.real_now()).total_seconds())
        signed_in = RedirectResponse(HOLDER_PATH, 303, headers=dict(page.HEADERS))
        signed_in.set_cookie(
            COOKIE,
            token.token,
            max_age=seconds,
            path=HOLDER_PATH,
            secure=platform.settings.public_url.startswith("https:"),
            httponly=True,
            samesite="strict",
        )
        return signed_in

    return [
        Route(SIGN_IN_PATH, show, methods=["GET"]),
        Route(SIGN_IN_PATH, ask, methods=["POST"]),
        Route(CODE_PATH, enter, methods=["POST"]),
    ]


def _limit(request: Request) -> Platform:
    """The platform, for a client that still has requests. Raises the problem `rate-limited`."""
    platform: Platform = request.app.state.platform
    verdict = platform.rate_limit.take(_client(request))
    if verdict is not None and not verdict.allowed:
        raise Problem("rate-limited", headers=platform.rate_limit.headers(verdict))
    return platform


def _client(request: Request) -> str:
    return client_key(request.client.host if request.client else None)


def _uow(platform: Platform) -> UnitOfWork:
    return UnitOfWork(platform.sessions, platform.clock)


def _text(form: FormData, name: str) -> str:
    return str(form.get(name, "")).strip()[:200]


def _session_id(text: str) -> UUID:
    """What is no id is a session that nobody has: the code is counted as wrong all the same."""
    try:
        return decode_id("visit", text)
    except ValueError:
        return UUID(int=0)


def _why(refusal: PolicyError | Problem) -> Bilingual:
    """The first mistake where there are several: a form has one line for it."""
    errors = refusal.errors if isinstance(refusal, PolicyError) else ()
    return errors[0].detail if errors else refusal.detail


def _refused(text: str, refusal: PolicyError | Problem) -> HTMLResponse:
    if isinstance(refusal, Problem):
        return HTMLResponse(text, refusal.type.status, headers={**page.HEADERS, **refusal.headers})
    return _html(text, 422)


def _html(text: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(text, status, headers=dict(page.HEADERS))
