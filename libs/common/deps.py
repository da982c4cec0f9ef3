"""What routes ask for: declared permissions, the caller, units of work, the platform's time, pages, preconditions.

Every route declares exactly one of `requires(scope)` and `public()`; `common.web` refuses to start otherwise, and
checks it before it reads a body. The other marks say what a route takes and gives where the signature cannot.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, cast

from fastapi import Depends, Header, Query, Request, Security, params
from fastapi.requests import HTTPConnection
from fastapi.security import OAuth2
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.idempotency import Attempt, CreatingUnitOfWork, checked_key
from common.mistakes import wrong_parameter
from common.pagination import DEFAULT_LIMIT, LARGEST_LIMIT, Page, page_of
from common.permissions import SCOPES
from common.platform import Platform
from common.preconditions import IfMatch, if_match
from common.problems import Problem
from common.requests import StrictRequest
from common.unit_of_work import UnitOfWork
from common.workdays import WorkCalendar


class _Bearer(OAuth2):
    """The OpenAPI side of access tokens; `common.web` has checked the token before a route is entered."""

    def __init__(self) -> None:
        super().__init__(
            flows={"clientCredentials": {"tokenUrl": "/filing/v1/oauth/token", "scopes": SCOPES}},
            scheme_name="access_token",
            auto_error=False,
        )

    async def __call__(self, _: HTTPConnection) -> None:
        return None


BEARER = _Bearer()


class Mark:
    """A declaration on a route, carried as a dependency that does nothing."""

    async def __call__(self) -> None:
        return None


class Public(Mark):
    """Anyone may call this route."""


@dataclass(frozen=True)
class Located(Mark):
    """Where the resource that a 201 speaks of is found; `{names}` are path parameters and members of the answer."""

    template: str

    __call__ = Mark.__call__


@dataclass(frozen=True)
class Upload(Mark):
    """The route reads a raw body of these media types, up to this size, as a stream."""

    media_types: tuple[str, ...]
    limit: int

    __call__ = Mark.__call__


@dataclass(frozen=True)
class Produces(Mark):
    """The route answers in one of these media types, by `Accept`."""

    media_types: tuple[str, ...]

    __call__ = Mark.__call__


def requires(scope: str) -> params.Security:
    """Only accounts with this scope. Unknown scopes are refused here, when the service starts."""
    if scope not in SCOPES:
        raise ValueError(f"no such scope: {scope}")
    return cast(params.Security, Security(BEARER, scopes=[scope]))


def public() -> params.Depends:
    """Anyone, without an account (Art. 20, 21)."""
    return cast(params.Depends, Depends(Public()))


def created(template: str) -> params.Depends:
    """`Location` of what a creating POST made: `created("/filing/v1/plans/{plan_id}")`."""
    return cast(params.Depends, Depends(Located(template)))


def upload(*media_types: str, limit: int) -> params.Depends:
    """A raw body, not parsed by the frame: read it with `request.stream()`."""
    return cast(params.Depends, Depends(Upload(media_types, limit)))


def produces(*media_types: str) -> params.Depends:
    """Answers other than JSON: `produces("application/pdf")`."""
    return cast(params.Depends, Depends(Produces(media_types)))


async def platform(request: Request) -> Platform:
    found: Platform = request.app.state.platform
    return found


PlatformDep = Annotated[Platform, Depends(platform)]


async def caller(request: Request) -> Caller:
    """The account behind the token. Only on routes with `requires(…)`."""
    found: Caller | None = getattr(request.state, "caller", None)
    if found is None:
        raise Problem("token-missing")
    return found


async def unit_of_work(request: StrictRequest, platform: PlatformDep) -> UnitOfWork:
    """A unit of work whose commit leaves a receipt of what was said in the answer's headers."""
    return UnitOfWork(platform.sessions, platform.clock, after_commit=request.leave_receipt)


async def creating_unit_of_work(
    request: StrictRequest,
    platform: PlatformDep,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="required; a UUID of your own making, the same for every repetition of this request",
            examples=["7d9f3c1e-58a7-4a0e-9b0e-2f6f1f3c9a10"],
        ),
    ] = None,
) -> AsyncIterator[UnitOfWork]:
    """A unit of work that has claimed the request's Idempotency-Key; a repetition is answered here."""
    account: Caller | None = getattr(request.state, "caller", None)
    route = request.scope["route"]
    attempt = Attempt(
        account=str(account.account_id) if account else "public",
        route=f"{request.method} {route.path_format}",
        key=checked_key(key),
        status=route.status_code or 200,
        request=request,
    )
    uow = CreatingUnitOfWork(platform.sessions, platform.clock, attempt)
    try:
        await uow.open()
        yield uow
    finally:
        await uow.close()


async def session(platform: PlatformDep) -> AsyncIterator[AsyncSession]:
    """A session for reading; what is done in it is not kept."""
    async with platform.sessions() as opened:
        yield opened


async def now(platform: PlatformDep) -> datetime:
    return platform.clock.now()


async def today(platform: PlatformDep) -> date:
    return platform.clock.today()


async def calendar(platform: PlatformDep) -> WorkCalendar:
    return platform.calendar


async def page(
    request: Request,
    platform: PlatformDep,
    limit: Annotated[int, Query(ge=1, le=LARGEST_LIMIT, description="rows of a page")] = DEFAULT_LIMIT,
    cursor: Annotated[
        str | None, Query(max_length=1_000, description="`next` of the page before, with the same filters")
    ] = None,
) -> Page:
    """The page asked for; its cursor is bound to the path and the filters."""
    filters = sorted(
        (name, value) for name, value in request.query_params.multi_items() if name not in ("limit", "cursor")
    )
    scope = "\0".join((request.scope["path"], *(f"{name}={value}" for name, value in filters)))
    return page_of(platform.cursor_key, scope, limit=limit, cursor=cursor)


async def held_version(
    header: Annotated[
        str | None, Header(alias="If-Match", description="the ETag of the version changed", examples=['"v3"'])
    ] = None,
) -> IfMatch:
    return if_match(header)


@dataclass(frozen=True, slots=True)
class Order:
    """How the caller wants a list sorted: a name that the route offers, and the direction."""

    name: str
    descending: bool


def sorting(*names: str) -> Any:
    """A dependency for `?sort=name` or `?sort=-name`; other names than those offered are refused."""

    async def order(
        sort: Annotated[str, Query(description=f"one of {', '.join(names)}; `-` descends")] = names[0],
    ) -> Order:
        name = sort.removeprefix("-")
        if name not in {offered.removeprefix("-") for offered in names}:
            raise Problem("validation", errors=(wrong_parameter("sort", "sort_not_offered"),))
        return Order(name=name, descending=sort.startswith("-"))

    return Depends(order)


CallerDep = Annotated[Caller, Depends(caller)]
UowDep = Annotated[UnitOfWork, Depends(unit_of_work)]
CreatingDep = Annotated[UnitOfWork, Depends(creating_unit_of_work)]
SessionDep = Annotated[AsyncSession, Depends(session)]
NowDep = Annotated[datetime, Depends(now)]
TodayDep = Annotated[date, Depends(today)]
CalendarDep = Annotated[WorkCalendar, Depends(calendar)]
PageDep = Annotated[Page, Depends(page)]
IfMatchDep = Annotated[IfMatch, Depends(held_version)]
