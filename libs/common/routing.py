"""Routes as the frame runs them: token, permission, rate and form are checked before a body is read.

FastAPI reads a body before it solves dependencies, so a stranger's megabyte would be parsed first and a missing token
told last. `FrameRoute` goes before it: 401, 403, 429, 406, 415, 413, 400, 422, in this order.
"""

from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, FastAPI, Request, params
from fastapi.datastructures import DefaultPlaceholder
from fastapi.dependencies.utils import get_flat_params, get_validation_alias
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from common import context
from common.auth import Caller, TokenRefused, UnknownKey, reload
from common.deps import BEARER, Located, Mark, Produces, Public, Upload
from common.ids import encode_id
from common.mistakes import wrong_parameter
from common.platform import Platform
from common.preconditions import none_match
from common.problems import Problem
from common.ratelimit import client_key
from common.requests import StrictRequest
from common.strict_json import is_clean

_JSON = "application/json"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_KEPT = (  # what a route says of itself, given on when it is mounted
    "response_model",
    "status_code",
    "tags",
    "dependencies",
    "summary",
    "description",
    "response_description",
    "responses",
    "deprecated",
    "methods",
    "operation_id",
    "response_model_include",
    "response_model_exclude",
    "response_model_by_alias",
    "response_model_exclude_unset",
    "response_model_exclude_defaults",
    "response_model_exclude_none",
    "include_in_schema",
    "response_class",
    "name",
    "openapi_extra",
)


class UndeclaredPermission(Exception):
    """Routes that do not say who may call them; the service does not start."""

    def __init__(self, routes: Iterable[str]) -> None:
        super().__init__(
            "each route declares exactly one of requires(scope) and public(): " + ", ".join(sorted(routes))
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """What a route declares: the scope it needs (None: public), what it takes and gives."""

    scope: str | None
    upload: Upload | None
    produces: tuple[str, ...]
    location: str | None
    takes_json: bool
    takes_form: bool
    query_names: frozenset[str]


class FrameRoute(APIRoute):
    """A route of a service, behind the frame's checks."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        rules = self.rules = rules_of(self)

        async def guarded(request: Request) -> Response:
            platform: Platform = request.app.state.platform
            await _admit(request, platform, rules.scope)
            _check_accept(request, rules.produces)
            _check_path(request)
            _check_query(request, rules.query_names)
            if rules.upload is not None:
                request.state.body.limit = rules.upload.limit
                _check_content_type(request, rules.upload.media_types)
            strict = StrictRequest(request.scope, request.receive, locations=rules.location)
            if rules.takes_json:
                await _read_json(strict)
            if rules.takes_form:
                _check_texts((await strict.form()).multi_items())
            response = await handle(strict)
            return _finished(strict, response, is_public=rules.scope is None)

        return guarded


class BareRoute(Route):
    """A Starlette route for hot public reads: no parsing, no dependencies; only the rate limit stands before it."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child = super().matches(scope)
        return match, {**child, "route": self}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        platform: Platform | None = getattr(request.app.state, "platform", None)
        if platform is not None:
            _limit(request, platform, _client(request))
        _check_path(request)
        _check_texts(request.query_params.multi_items())
        await super().handle(scope, receive, send)


def mount(app: FastAPI, router: APIRouter, *, prefix: str) -> None:
    """Put a router's routes under a prefix, each as a FrameRoute. Raises UndeclaredPermission."""
    undeclared = []
    for route in iter_route_contexts(router.routes):
        if route.endpoint is None:
            raise TypeError(f"only operations can be mounted, not {route.path}")
        kept = {name: getattr(route, name) for name in _KEPT}
        path = f"{prefix}{route.path}"
        if len(_permissions(kept["dependencies"])) != 1:
            undeclared.append(f"{'/'.join(sorted(kept['methods']))} {path}")
            continue
        app.router.add_api_route(path, route.endpoint, route_class_override=FrameRoute, **kept)
    if undeclared:
        raise UndeclaredPermission(undeclared)


def rules_of(route: APIRoute) -> Rules:
    """Read the marks of a route. Raises UndeclaredPermission."""
    permissions = _permissions(route.dependencies)
    if len(permissions) != 1:
        raise UndeclaredPermission([route.path])
    marks = {type(mark): mark for mark in _marks(route.dependencies)}
    produces = marks.get(Produces)
    located = marks.get(Located)
    is_form = route.body_field is not None and isinstance(route.body_field.field_info, params.Form)
    return Rules(
        scope=permissions[0],
        upload=marks.get(Upload),  # type: ignore[arg-type]
        produces=produces.media_types if isinstance(produces, Produces) else _media_types(route),
        location=located.template if isinstance(located, Located) else None,
        takes_json=route.body_field is not None and not is_form,
        takes_form=is_form,
        query_names=frozenset(
            get_validation_alias(parameter)
            for parameter in get_flat_params(route.dependant)
            if isinstance(parameter.field_info, params.Query)
        ),
    )


def _permissions(dependencies: Iterable[params.Depends]) -> list[str | None]:
    """The permissions declared: scopes, or None for public."""
    found: list[str | None] = []
    for dependency in dependencies:
        if isinstance(dependency, params.Security) and dependency.dependency is BEARER:
            found += dependency.scopes or []
        elif isinstance(dependency.dependency, Public):
            found.append(None)
    return found


def _marks(dependencies: Iterable[params.Depends]) -> list[Mark]:
    return [mark for dependency in dependencies if isinstance(mark := dependency.dependency, Mark)]


def _media_types(route: APIRoute) -> tuple[str, ...]:
    """JSON, or the one media type of the route's own response class; none when that leaves it open."""
    response_class = route.response_class
    chosen = response_class.value if isinstance(response_class, DefaultPlaceholder) else response_class
    return (chosen.media_type,) if chosen.media_type else ()


async def _admit(request: Request, platform: Platform, scope: str | None) -> None:
    """Take a token from the caller's bucket, and let only those in who may. Sets `request.state.caller`."""
    if scope is None:
        _limit(request, platform, _client(request))
        return
    try:
        caller = await _caller(request, platform)
    except TokenRefused as refused:
        _limit(request, platform, _client(request))
        raise Problem(refused.reason) from None
    request.state.caller = caller
    context.actor.set(encode_id("account", caller.account_id))
    _limit(request, platform, f"account:{caller.account_id}")
    shut = platform.tokens.shut_by(caller, platform.clock.today())
    if shut is not None and request.method not in _SAFE:
        raise Problem("organisation-suspended", facts={"case": shut.case})
    if not caller.may(scope):
        raise Problem("permission-denied", facts={"scope": scope})


async def _caller(request: Request, platform: Platform) -> Caller:
    headers = request.headers.getlist("authorization")
    kind, _, token = headers[0].partition(" ") if len(headers) == 1 else ("", "", "")
    if kind.lower() != "bearer":
        raise TokenRefused("token-missing" if not headers else "token-invalid")
    now = platform.clock.real_now()
    try:
        return platform.tokens.check(token.strip(), now)
    except UnknownKey:
        if not platform.tokens.may_reload():
            raise
        async with platform.sessions() as session:
            await reload(platform.tokens, session, now)
        return platform.tokens.check(token.strip(), now)


def _client(request: Request) -> str:
    return client_key(request.client.host if request.client else None)


def _limit(request: Request, platform: Platform, key: str) -> None:
    verdict = platform.rate_limit.take(key)
    if verdict is None:
        return
    headers = platform.rate_limit.headers(verdict)
    if not verdict.allowed:
        raise Problem("rate-limited", headers=headers)
    request.state.answer_headers.update(headers)


def _check_accept(request: Request, produced: tuple[str, ...]) -> None:
    wanted = request.headers.get("accept")
    if not wanted or not produced:
        return
    offers = (*produced, "application/problem+json")
    if not any(_accepts(entry, offer) for entry in wanted.split(",") for offer in offers):
        raise Problem("not-acceptable", facts={"media_types": list(produced)})


def _accepts(entry: str, offer: str) -> bool:
    media, *parameters = (part.strip().lower() for part in entry.split(";"))
    if any(parameter.replace(" ", "") in ("q=0", "q=0.0", "q=0.00", "q=0.000") for parameter in parameters):
        return False
    return media in ("*/*", offer, f"{offer.partition('/')[0]}/*")


def _check_path(request: Request) -> None:
    """A path with control or invisible characters names nothing; the database could not even be asked."""
    if not all(is_clean(value) for value in request.path_params.values() if isinstance(value, str)):
        raise Problem("not-found")


def _check_query(request: Request, known: frozenset[str]) -> None:
    """Refuse parameters that the route does not have: a mistyped filter must not show everything."""
    unknown = dict.fromkeys(name for name in request.query_params if name not in known)
    if unknown:
        raise Problem(
            "validation", errors=tuple(wrong_parameter(name, "unknown_parameter") for name in unknown)
        )
    _check_texts(request.query_params.multi_items())


def _check_texts(parameters: Iterable[tuple[str, object]]) -> None:
    """Refuse characters in parameters and form fields that cannot be stored or seen, as in JSON."""
    unclean = dict.fromkeys(
        name
        for name, value in parameters
        if not is_clean(name) or (isinstance(value, str) and not is_clean(value))
    )
    if unclean:
        raise Problem("validation", errors=tuple(wrong_parameter(name, "unclean_text") for name in unclean))


def _check_content_type(request: Request, taken: tuple[str, ...]) -> None:
    media, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().replace('"', "").replace(" ", "")
    if media.strip().lower() not in taken or (
        charset.startswith("charset=") and media == _JSON and charset[8:] not in ("utf-8", "utf8")
    ):
        raise Problem(
            "unsupported-media-type", headers={"Accept": ", ".join(taken)}, facts={"media_types": list(taken)}
        )


async def _read_json(request: StrictRequest) -> None:
    """Read and parse the body, so that FastAPI finds it parsed. An empty one is told before its missing type."""
    if request.headers.get("content-type") is not None:
        _check_content_type(request, (_JSON,))
    await request.json()
    _check_content_type(request, (_JSON,))


def _finished(request: StrictRequest, response: Response, *, is_public: bool) -> Response:
    if response.status_code in (201, 202) and (location := getattr(request.state, "location", None)):
        response.headers["Location"] = location
    tag = response.headers.get("etag")
    if (
        request.method == "GET"
        and response.status_code == 200
        and none_match(request.headers.get("if-none-match"), tag)
    ):
        kept = {
            name: value for name in ("etag", "cache-control", "vary") if (value := response.headers.get(name))
        }
        response = Response(status_code=304, headers=kept)
    if not is_public:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
