"""Is it alive, is it ready, and if not, why: `/healthz`, `/readyz`, `/metrics` at the service's root."""

import asyncio

from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from common import metrics, migrate
from common.bus import connect
from common.platform import Check, Platform

_PATIENCE_SECONDS = 2.0


async def alive(_: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "alive"})


async def measured(request: Request) -> Response:
    platform: Platform = request.app.state.platform
    return Response(platform.metrics.text(), media_type=metrics.CONTENT_TYPE)


async def ready(request: Request) -> Response:
    """Whether the service can do its work; each thing that is missing is named."""
    platform: Platform | None = getattr(request.app.state, "platform", None)
    if platform is None:
        return JSONResponse({"status": "starting", "reasons": {"start": "not finished"}}, 503)
    found = await asyncio.gather(*(_asked(check, platform) for check in platform.checks.values()))
    reasons = {
        name: reason for name, reason in zip(platform.checks, found, strict=True) if reason is not None
    }
    if reasons:
        return JSONResponse({"status": "not ready", "reasons": reasons}, 503)
    return JSONResponse({"status": "ready"})


async def _asked(check: Check, platform: Platform) -> str | None:
    """A check's reason; a check that breaks or hangs is a reason itself."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await check(platform)
    except Exception as error:  # noqa: BLE001 - readiness must always be told
        return type(error).__name__


async def database(platform: Platform) -> str | None:
    async with platform.sessions() as session:
        await session.execute(text("SELECT 1"))
    return None


async def migrations(platform: Platform, *, package: str) -> str | None:
    async with platform.engine.connect() as connection:
        return await migrate.behind(connection, package)


async def broker(platform: Platform) -> str | None:
    """Events flow only while NATS is there; requests are answered all the same."""
    connection = await connect(platform.nats)
    await connection.close()
    return None
