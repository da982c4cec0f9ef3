"""The limits: a bare Starlette route, and one with a bare asyncpg look-up, under the server that the services use."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

BODY = json.dumps({"verdict": "valid", "padding": "x" * 500}).encode()


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["BARE_DSN"], min_size=10, max_size=10) as pool:
        app.state.pool = pool
        yield


async def constant(_: Request) -> Response:
    return Response(BODY, media_type="application/json")


async def lookup(request: Request) -> Response:
    body = await request.json()
    row = await request.app.state.pool.fetchrow("SELECT * FROM bare WHERE number = $1", body["number"])
    return Response(json.dumps(dict(row)).encode(), media_type="application/json")


app = Starlette(
    routes=[Route("/constant", constant), Route("/lookup", lookup, methods=["POST"])], lifespan=lifespan
)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning", access_log=False)
