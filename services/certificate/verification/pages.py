"""Routes of the verification page: plain Starlette, open to anyone, never logging a path that names a certificate."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from certificate.verification import offline_form, page
from certificate.verification.api import client_of, hot_route
from certificate.verification.domain import CertificateNotFound
from certificate.verification.frame import FORM_PATH, OFFLINE_PATH, Script, headers
from certificate.verification.proof import SCRIPT
from certificate.verification.service import Verification
from common.errors import Bilingual
from common.platform import Platform
from common.workdays import WorkCalendar

INCOMPLETE = Bilingual("请填写证书编号和姓名。", "Enter the number and the name.")
LONGEST_NUMBER, LONGEST_NAME = 64, 100


def routes_of(verification: Callable[[], Verification]) -> list[Route]:
    """The page of a code under both spellings of its path, the form, and the quick look-up."""

    async def code_page(request: Request) -> Response:
        text = request.path_params["code"]
        found = await verification().by_code(text, client=client_of(request))
        return _html(
            page.code_page(found, text, verification().memory.keys, calendar_of(request)), script=SCRIPT
        )

    async def offline_page(_: Request) -> Response:
        return _html(offline_form.PAGE, script=offline_form.SCRIPT)

    async def show_form(_: Request) -> Response:
        return _html(page.form_page())

    async def submit_form(request: Request) -> Response:
        async with request.form(max_files=0, max_fields=4) as form:
            number, name = (str(form.get(field, "")).strip() for field in ("number", "name"))
        if not number or not name or len(number) > LONGEST_NUMBER or len(name) > LONGEST_NAME:
            return _html(page.form_page(INCOMPLETE), 422)
        try:
            found = await verification().by_number(number, name, client=client_of(request))
        except CertificateNotFound as missing:
            return _html(page.form_page(missing.detail), 404)
        return _html(page.finding_page(found, calendar_of(request)))

    return [
        Route("/V/{code}", code_page),
        Route("/v/{code}", code_page),
        Route(OFFLINE_PATH, offline_page, methods=["GET"]),
        Route(FORM_PATH, show_form, methods=["GET"]),
        Route(FORM_PATH, submit_form, methods=["POST"]),
        Route("/certificate/v1/verifications/{code}", hot_route(verification)),
    ]


def calendar_of(request: Request) -> WorkCalendar:
    platform: Platform = request.app.state.platform
    return platform.calendar


def _html(text: str, status: int = 200, script: Script | None = None) -> HTMLResponse:
    return HTMLResponse(text, status, headers=headers(script))
