"""The frame of a service: `create_service(Service(…))` makes the application that uvicorn runs.

Started, it migrates its database, reads keys and clock, publishes its journal, follows the services it listens to and
runs its workers; stopped, it lets them go. Deny by default: a route that does not say who may call it stops the start.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from common import health, openapi, problem_pages
from common.clock_route import router as clock_router
from common.lifecycle import Service, running
from common.metrics import Metrics
from common.middleware import Frame, Guard, render
from common.receipt_route import router as receipt_router
from common.routing import BareRoute, mount
from common.settings import ServiceSettings

__all__ = ["Service", "create_service"]
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


def create_service(service: Service) -> FastAPI:
    """The application of a service. Raises UndeclaredPermission."""
    metrics = Metrics(service.name)
    settings = service.settings
    app = FastAPI(
        title=f"{service.name.capitalize()} service",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan(service, metrics),
        exception_handlers={HTTPException: _render, RequestValidationError: _render},
        middleware=[
            Middleware(Frame, metrics=metrics),
            Middleware(
                Guard,
                hosts=allowed_hosts(settings),
                body_limit=settings.body_limit,
                body_seconds=settings.body_seconds,
            ),
        ],
    )
    app.state.service = service
    for router in (clock_router, receipt_router, *service.routers):
        mount(app, router, prefix=f"/{service.name}/v1")
    app.router.routes += [*map(_bare, service.routes), *_own_routes(service.name)]
    openapi.install(app, service.name)
    return app


def allowed_hosts(settings: ServiceSettings) -> frozenset[str]:
    """Host header values that are answered: the platform's address, loopback, and what the operator adds."""
    public = urlsplit(settings.public_url)
    named = {host.strip().lower() for host in settings.allowed_hosts.split(",") if host.strip()}
    return LOOPBACK | named | {public.netloc.lower(), (public.hostname or "").lower()}


def _bare(route: Route) -> BareRoute:
    return BareRoute(route.path, route.endpoint, methods=sorted(route.methods or ()), name=route.name)


def _own_routes(name: str) -> list[BareRoute]:
    return [
        BareRoute("/healthz", health.alive),
        BareRoute("/readyz", health.ready),
        BareRoute("/metrics", health.measured),
        BareRoute(f"/{name}/openapi.json", openapi.document),
        BareRoute(f"/{name}/docs", openapi.page),
        BareRoute("/problems", problem_pages.index),
        BareRoute("/problems/{code}", problem_pages.one),
    ]


async def _render(request: Request, error: Exception) -> Response:
    """For what FastAPI and Starlette would answer in their own way; everything else reaches `Frame`."""
    return render(error, request.scope)


def _lifespan(service: Service, metrics: Metrics) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def run(app: FastAPI) -> AsyncIterator[None]:
        async with running(service, metrics) as platform:
            app.state.platform = platform
            yield

    return run
