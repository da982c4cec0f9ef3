"""What every request passes before and after its route: identity, trace, guard, problems, log line, measurement.

Plain ASGI: nothing is buffered, streams stay streams.
"""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

import structlog
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from common import context, mistakes, problems
from common.auth import LONGEST_TOKEN
from common.errors import PolicyError
from common.failures import will_pass
from common.idempotency import REPLAYED, Replay
from common.ids import encode_id, uuid7
from common.metrics import Metrics
from common.problems import Answer, Problem, answer_to
from common.requests import RequestBody
from common.trace import continued

log = structlog.get_logger("http")
_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}", re.ASCII)
LONGEST_URL = 8 * 1024
LONGEST_HEADER = 2 * 1024
MOST_HEADERS = 100
LONG_BY_NATURE = frozenset({b"authorization", b"cookie", b"referer"})
LONGEST_AUTHORIZATION = LONGEST_TOKEN + len("Bearer ")
LARGEST_HEAD = 16 * 1024
UNLOGGED = frozenset({"/healthz", "/readyz", "/metrics"})


class Frame:
    """Outermost: gives the request its ids, turns whatever escapes into an answer, logs and measures."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        exchange = _Exchange(scope, send, headers)
        self.metrics.in_flight.inc()
        with (
            _set(context.request_id, exchange.request_id),
            _set(context.traceparent, exchange.traceparent),
            _set(context.actor, None),
        ):
            try:
                await self.app(exchange.scope, receive, exchange.send)
            except Exception as error:  # noqa: BLE001 - the last resort: an answer, whatever happened
                await self._rescue(error, exchange, receive)
            finally:
                self.metrics.in_flight.dec()
                self._note(exchange)

    async def _rescue(self, error: Exception, exchange: "_Exchange", receive: Receive) -> None:
        if exchange.status is not None:
            log.error("answer broken off", exc_info=error)
            raise error
        response = render(error, exchange.scope)
        await response(exchange.scope, receive, exchange.send)

    def _note(self, exchange: "_Exchange") -> None:
        seconds = time.perf_counter() - exchange.began
        route = exchange.route
        status = exchange.status or 499
        self.metrics.requests.labels(exchange.method, route, str(status)).observe(seconds)
        if exchange.problem:
            self.metrics.problems.labels(exchange.problem).inc()
        if route not in UNLOGGED:
            log.info(
                "request",
                method=exchange.method,
                route=route,
                status=status,
                problem=exchange.problem,
                milliseconds=round(seconds * 1000, 1),
                account=exchange.account,
            )


class _Exchange:
    """One request and its answer, as the frame sees them."""

    def __init__(self, scope: Scope, send: Send, headers: Headers) -> None:
        given = headers.get("x-request-id", "")
        self.request_id = given if _REQUEST_ID.fullmatch(given) else uuid7().hex
        self.traceparent = continued(headers.get("traceparent"))
        self.method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self.began = time.perf_counter()
        self.status: int | None = None
        self.scope = {**scope, "state": {**scope.get("state", {}), "answer_headers": {}}}
        self._send = send

    @property
    def route(self) -> str:
        """The template of the route that answered, never the path: paths may name people's certificates."""
        return getattr(self.scope.get("route"), "path_format", None) or "unmatched"

    @property
    def problem(self) -> str | None:
        code: str | None = self.scope["state"].get("problem")
        return code

    @property
    def account(self) -> str | None:
        caller = self.scope["state"].get("caller")
        return encode_id("account", caller.account_id) if caller else None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(raw=list(message.get("headers", [])))
            headers.setdefault("X-Content-Type-Options", "nosniff")
            headers["X-Request-Id"] = self.request_id
            headers["traceparent"] = self.traceparent
            for name, value in self.scope["state"]["answer_headers"].items():
                headers.setdefault(name, value)
            message = {**message, "headers": headers.raw}
        await self._send(message)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})


@contextmanager
def _set(variable: ContextVar[str | None], value: str | None) -> Iterator[None]:
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)


class Guard:
    """Inner: refuses what no route should see, bounds and times the body, answers HEAD by GET."""

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str], body_limit: int, body_seconds: float) -> None:
        self.app = app
        self.hosts = hosts
        self.body_limit = body_limit
        self.body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        _check_head(scope)
        self._check_host(headers)
        body = RequestBody(
            receive,
            limit=self.body_limit,
            silence_seconds=self.body_seconds,
            encoding=headers.get("content-encoding", ""),
            length=_length(headers),
        )
        scope["state"]["body"] = body
        if scope["method"] == "HEAD":
            scope, send = {**scope, "method": "GET"}, _without_body(send)
        await self.app(scope, body.receive, send)

    def _check_host(self, headers: Headers) -> None:
        named = headers.getlist("host")
        if len(named) != 1:
            raise Problem("malformed-request", headers={"Connection": "close"})
        host = named[0].lower()
        if host not in self.hosts and host.rpartition(":")[0] not in self.hosts:
            raise Problem("misdirected")


def _check_head(scope: Scope) -> None:
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LONGEST_URL:
        raise Problem("uri-too-long", headers={"Connection": "close"})
    if any(
        name == b"authorization" and len(value) > LONGEST_AUTHORIZATION for name, value in scope["headers"]
    ):
        raise Problem("token-invalid", headers={"Connection": "close"})  # whatever it is, it is no token
    sizes = [len(name) + len(value) + len(": \r\n") for name, value in scope["headers"]]
    values = [len(value) for name, value in scope["headers"] if name not in LONG_BY_NATURE]
    if len(sizes) > MOST_HEADERS or sum(sizes) > LARGEST_HEAD or max(values, default=0) > LONGEST_HEADER:
        raise Problem("header-too-large", headers={"Connection": "close"})


def _length(headers: Headers) -> int | None:
    value = headers.get("content-length", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_head


def render(error: Exception, scope: Scope) -> Response:
    """The answer to whatever a route raised; what nobody foresaw is logged and told as `internal`."""
    if isinstance(error, Replay):
        return Response(
            error.body, error.status, {**error.headers, REPLAYED: "true"}, media_type="application/json"
        )
    answer = answer_for(error, scope)
    if answer.status >= 500:
        log.error("request failed", problem=answer.code, exc_info=error)
    scope["state"]["problem"] = answer.code
    return problems.response(
        answer,
        language=problems.language_of(Headers(scope=scope).get("accept-language")),
        request_id=context.request_id.get(),
    )


def answer_for(error: Exception, scope: Scope) -> Answer:
    """The problem that an exception stands for."""
    if isinstance(error, Problem):
        return answer_to(error)
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, HTTPException):
        return _http_error(error, scope)
    if isinstance(error, PolicyError):
        return problems.refusal(error)
    return answer_to(Problem("unavailable" if will_pass(error) else "internal"))


def _invalid(error: RequestValidationError) -> Answer:
    """A path that names nothing is unknown; everything else is told entry by entry."""
    found = error.errors()
    if any(entry["loc"][0] == "path" for entry in found):
        return answer_to(Problem("not-found"))
    return answer_to(Problem("validation", errors=mistakes.describe(found)))


def _http_error(error: HTTPException, scope: Scope) -> Answer:
    if error.status_code == 405:
        return answer_to(Problem("method-not-allowed", headers={"Allow": ", ".join(allowed_methods(scope))}))
    codes: Mapping[int, str] = {404: "not-found", 413: "payload-too-large"}
    if error.status_code == 400:
        return answer_to(problems.malformed_body("not-form"))
    return answer_to(Problem(codes.get(error.status_code, "internal")))


def allowed_methods(scope: Scope) -> list[str]:
    """The methods that routes at this path take, over all of them."""
    probe = {**scope, "method": "OTHER"}
    methods: set[str] = set()
    for route in scope["app"].routes:
        if route.matches(dict(probe))[0] is not Match.NONE:
            methods |= set(getattr(route, "methods", None) or ())
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()))
