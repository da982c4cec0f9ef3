"""Routes of the holders' pages: plain Starlette, forms without scripts. No path names a person."""

from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from certificate.holders import page, service
from certificate.holders.api import Desks, client_of
from certificate.holders.page import MY_PATH, Said
from certificate.holders.schemas import ShareIn
from certificate.holders.sessions import Holder, holder_of
from certificate.prints.api import pdf
from certificate.verification.api import limit
from certificate.verification.frame import headers
from certificate.verification.guesses import Guesses
from common.errors import Bilingual, NotFound, PolicyError
from common.ids import decode_id
from common.platform import Platform
from common.problems import Problem
from common.unit_of_work import UnitOfWork

COOKIE: Final = "candidate_token"
"""Given by registration's sign-in page for MY_PATH alone; HttpOnly, SameSite=Strict: no other site acts with it."""
_PRINTED = Bilingual(
    "已登记补打，证书编号不变；请下载新的一份。",
    "Another sheet is on record under the same number; download it.",
)
_SHARED = Bilingual(
    "链接已生成，只显示这一次，请复制保存：", "The link is made. It is shown this once; copy it:"
)
_TAKEN_BACK = Bilingual("链接已收回。", "The link has been taken back.")
_NOT_SO = Bilingual(
    "请选择分享内容并填写 1 到 90 的天数。", "Choose what to show, and a number of days from 1 to 90."
)
_FAILED = Bilingual("操作未完成", "This was not done")
_ENDED = Bilingual("登录已结束", "You are signed out")
_AGAIN = Bilingual(
    "请重新登录后再试；一次登录保持三十分钟。", "Sign in again; one sign-in lasts for thirty minutes."
)
_NO_LINK = Bilingual("没有这个分享", "There is no such link")


def routes_of(desk: Desks, guesses: Guesses) -> list[Route]:
    """The page of a link, and one's own page with its forms."""

    async def shared(request: Request) -> Response:
        limit(request)
        platform: Platform = request.app.state.platform
        try:
            shown = await service.open_share(
                UnitOfWork(platform.sessions, platform.clock),
                request.path_params["token"],
                client=client_of(request),
                desk=desk(platform),
                guesses=guesses,
            )
        except PolicyError as refusal:
            status = 404 if isinstance(refusal, NotFound) else 410
            return _html(page.refusal_page(_NO_LINK, refusal.detail), status)
        return _html(page.shared_page(shown))

    return [
        Route("/certificate/v1/shared/{token}", shared),
        *_Mine(desk).routes(),
    ]


class _Mine:
    """One's own page."""

    def __init__(self, desk: Desks) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        return [
            Route(MY_PATH, self.show, methods=["GET"]),
            Route(f"{MY_PATH}/prints", self.reprint, methods=["POST"]),
            Route(f"{MY_PATH}/shares", self.share, methods=["POST"]),
            Route(f"{MY_PATH}/shares/revocation", self.take_back, methods=["POST"]),
            Route(f"{MY_PATH}/sign-out", self.sign_out, methods=["POST"]),
            Route(f"{MY_PATH}/{{number}}/pdf", self.download, methods=["GET"]),
        ]

    async def show(self, request: Request) -> Response:
        limit(request)
        if COOKIE not in request.cookies:
            return _html(page.sign_in_page())
        return await self._answer(request, None)

    async def download(self, request: Request) -> Response:
        limit(request)
        platform: Platform = request.app.state.platform
        try:
            holder = await holder_of(platform, request.cookies.get(COOKIE))
            made = await service.own_pdf(
                _uow(platform), request.path_params["number"], holder, self._desk(platform)
            )
        except Problem as refusal:
            return _signed_out(refusal)
        except PolicyError as refusal:
            status = 404 if isinstance(refusal, NotFound) else 409
            return _html(page.refusal_page(_FAILED, refusal.detail), status)
        return pdf(made)

    async def reprint(self, request: Request) -> Response:
        async def act(platform: Platform, holder: Holder, form: FormData) -> Said:
            await service.own_sheet(_uow(platform), _text(form, "number"), "lost", holder)
            return Said(_PRINTED)

        return await self._answer(request, act)

    async def share(self, request: Request) -> Response:
        async def act(platform: Platform, holder: Holder, form: FormData) -> Said:
            days = _text(form, "days")
            try:
                body = ShareIn.model_validate(
                    {
                        "fields": [str(one) for one in form.getlist("fields")],
                        "days": int(days) if days.isascii() and days.isdecimal() else 0,
                    }
                )
            except ValidationError:
                return Said(_NOT_SO, is_refusal=True)
            public_url = platform.settings.public_url
            made = await service.share(_uow(platform), _text(form, "number"), body, holder, public_url)
            return Said(_SHARED, made.url)

        return await self._answer(request, act)

    async def take_back(self, request: Request) -> Response:
        async def act(platform: Platform, holder: Holder, form: FormData) -> Said:
            await service.take_back(_uow(platform), _share_id(_text(form, "share")), holder)
            return Said(_TAKEN_BACK)

        return await self._answer(request, act)

    async def sign_out(self, request: Request) -> Response:
        limit(request)
        gone = RedirectResponse(MY_PATH, 303, headers=headers())
        gone.delete_cookie(COOKIE, path=MY_PATH)
        return gone

    async def _answer(self, request: Request, act: "Act | None") -> Response:
        """Do what a form asks for, then show the page with what came of it."""
        if act is not None:
            limit(request)
        platform: Platform = request.app.state.platform
        said, status = None, 200
        try:
            holder = await holder_of(platform, request.cookies.get(COOKIE))
        except Problem as refusal:
            return _signed_out(refusal)
        if act is not None:
            async with request.form(max_files=0, max_fields=12) as form:
                try:
                    said = await act(platform, holder, form)
                except PolicyError as refusal:
                    said, status = Said(refusal.detail, is_refusal=True), 409
                except Problem as refusal:
                    said, status = Said(refusal.detail, is_refusal=True), refusal.type.status
            if said.is_refusal and status == 200:
                status = 422
        own = await service.own_certificates(self._desk(platform), holder)
        async with platform.sessions() as session:
            links = await service.shares_of(session, holder)
        return _html(page.my_page(own.certificates, links.shares, said), status)


Act = Callable[[Platform, Holder, FormData], Awaitable[Said]]


def _uow(platform: Platform) -> UnitOfWork:
    return UnitOfWork(platform.sessions, platform.clock)


def _text(form: FormData, name: str) -> str:
    return str(form.get(name, "")).strip()[:100]


def _share_id(text: str) -> UUID:
    """What is no id is an id that nothing has."""
    try:
        return decode_id("share", text)
    except ValueError:
        return UUID(int=0)


def _signed_out(refusal: Problem) -> Response:
    ended = _html(page.refusal_page(_ENDED, _AGAIN, has_sign_in=True), refusal.type.status)
    ended.delete_cookie(COOKIE, path=MY_PATH)
    return ended


def _html(text: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(text, status, headers=headers())
