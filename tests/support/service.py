"""A service as its tests run it: the real application on real PostgreSQL and NATS, migrated, with tokens for any role.

async with running_service(create_app, FilingSettings, database_url=database(), nats_url=nats_url) as service:
    answer = await service.client.get("/filing/v1/plans", headers=service.as_("plan_filer", organisation_id=…))
"""

import asyncio
import base64
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import httpx
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from common.auth import ALGORITHM, AUDIENCE, with_low_signature
from common.ids import encode_id, uuid7
from common.permissions import scopes_of
from common.platform import Platform
from common.serve import server
from common.settings import ServiceSettings
from local.ports import LOOPBACK, free_port
from local.service import Service

KEY_ID = "test"
KEY = ECKey.generate_key("P-256")
TOKEN_SECONDS = 900
SECRET_KEY = bytes(range(32))
SECRET = base64.b64encode(SECRET_KEY).decode()
ORIGIN = "http://127.0.0.1"
CHECKOUT = Path(__file__).resolve().parents[2]


def token(
    role: str,
    *,
    organisation_id: UUID | None = None,
    region: str | None = None,
    account_id: UUID | None = None,
    scopes: frozenset[str] | None = None,
    key: ECKey = KEY,
    kid: str = KEY_ID,
    header: Mapping[str, Any] | None = None,
    **claims: Any,
) -> str:
    """An access token as the filing service issues it; `claims` replace or add, None leaves one out."""
    now = int(datetime.now(UTC).timestamp())
    account = encode_id("account", account_id or uuid7())
    standard: dict[str, Any] = {
        "iss": f"{ORIGIN}/filing",
        "aud": AUDIENCE,
        "sub": account,
        "client_id": account,
        "role": role,
        "scope": " ".join(sorted(scopes_of(role) if scopes is None else scopes)),
        "org": encode_id("organisation", organisation_id) if organisation_id else None,
        "region": region,
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "jti": str(uuid7()),
    }
    payload = {name: value for name, value in (standard | claims).items() if value is not None}
    protected = {"alg": ALGORITHM, "typ": "at+jwt", "kid": kid, **(header or {})}
    return with_low_signature(jwt.encode(protected, payload, key))


@dataclass(frozen=True)
class RunningService:
    """A service under test: its app, its clients, and a look behind it."""

    app: FastAPI
    settings: ServiceSettings
    client: httpx.AsyncClient
    database_url: str

    @property
    def platform(self) -> Platform:
        found: Platform = self.app.state.platform
        return found

    def token(self, role: str, **about: Any) -> str:
        return token(role, **about)

    def as_(self, role: str, *, idempotency_key: str | None = None, **about: Any) -> dict[str, str]:
        """Headers of a caller; `idempotency_key="new"` adds a fresh key."""
        headers = {"Authorization": f"Bearer {token(role, **about)}"}
        if idempotency_key is not None:
            headers["Idempotency-Key"] = str(uuid7()) if idempotency_key == "new" else idempotency_key
        return headers

    async def row_counts(self) -> dict[str, int]:
        return await row_counts(self.database_url)


async def row_counts(database_url: str) -> dict[str, int]:
    """Rows of every table: what a refused request must leave as it was."""
    async with owner_connection(database_url) as connection:
        tables = await connection.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        )
        return {name: await connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0 for name in tables}


Settings = TypeVar("Settings", bound=ServiceSettings)


def settings_for(kind: type[Settings], *, database_url: str, nats_url: str, **changes: Any) -> Settings:
    """Settings of a sandbox on these servers, with no rate limit; `changes` by field name."""
    standard: dict[str, Any] = {
        "database_url": database_url,
        "migration_url": database_url,
        "database_pool": 5,
        "nats_url": nats_url,
        "public_url": ORIGIN,
        "sandbox": True,
        "personal_data_keys": f"test:{SECRET}",
        "blind_index_key": SECRET,
        "rate_per_second": 0,
    }
    return kind(**(standard | changes))


@asynccontextmanager
async def running_service(
    create_app: Callable[[Any], FastAPI],
    settings_class: type[Settings],
    *,
    database_url: str,
    nats_url: str,
    on_socket: bool = False,
    **changes: Any,
) -> AsyncIterator[RunningService]:
    """A started service; `on_socket`: behind real uvicorn on a free port, else in process."""
    settings = settings_for(settings_class, database_url=database_url, nats_url=nats_url, **changes)
    app = create_app(settings)
    async with _on_socket(app, settings) if on_socket else _in_process(app) as client:
        await trust_test_key(database_url)
        app.state.platform.tokens.add(KEY_ID, public_jwk(), None)
        yield RunningService(app, settings, client, database_url)


@asynccontextmanager
async def _in_process(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client,
    ):
        yield client


@asynccontextmanager
async def _on_socket(app: FastAPI, settings: ServiceSettings) -> AsyncIterator[httpx.AsyncClient]:
    running = server(app, settings)
    serving = asyncio.create_task(running.serve())
    try:
        while not running.started:
            if serving.done():
                raise RuntimeError("the service did not start") from serving.exception()
            await asyncio.sleep(0.01)
        port = running.servers[0].sockets[0].getsockname()[1]
        async with httpx.AsyncClient(base_url=f"{ORIGIN}:{port}") as client:
            yield client
    finally:
        running.should_exit = True
        await serving


def public_jwk() -> dict[str, str]:
    """The public half of the test key."""
    return {name: str(value) for name, value in KEY.as_dict(private=False).items()}


async def trust_test_key(database_url: str) -> None:
    """Put the test key where a service keeps the keys that filing publishes."""
    async with owner_connection(database_url) as connection:
        await connection.execute(
            text(
                "INSERT INTO token_key (kid, jwk) VALUES (:kid, CAST(:jwk AS jsonb)) "
                "ON CONFLICT (kid) DO UPDATE SET jwk = EXCLUDED.jwk"
            ),
            {"kid": KEY_ID, "jwk": json.dumps(public_jwk())},
        )


@asynccontextmanager
async def owner_connection(database_url: str) -> AsyncIterator[AsyncConnection]:
    """A connection of the test's own; what it does is committed."""
    engine = create_async_engine(database_url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            yield connection
    finally:
        await engine.dispose()


def service_process(
    module: str,
    *,
    prefix: str,
    database_url: str,
    nats_url: str,
    log: Path,
    **variables: str,
) -> Service:
    """A service as a process of its own, to be killed: `python -m common.serve MODULE` on a free port of loopback.

    `variables` are added to its environment. `.start()` waits until it is ready; put `trust_test_key` after it.
    """
    port = free_port()
    environment = {
        "PYTHONPATH": os.pathsep.join(
            [str(CHECKOUT), *(str(CHECKOUT / part) for part in ("services", "libs"))]
        ),
        "HOST": LOOPBACK,
        "PORT": str(port),
        "PUBLIC_URL": ORIGIN,
        "SANDBOX": "1",
        "NATS_URL": nats_url,
        "PERSONAL_DATA_KEYS": f"test:{SECRET}",
        "BLIND_INDEX_KEY": SECRET,
        "RATE_PER_SECOND": "0",
        f"{prefix}_DATABASE_URL": database_url,
        f"{prefix}_MIGRATION_URL": database_url,
    }
    command = (sys.executable, "-m", "common.serve", module)
    return Service(module, command=command, variables=environment | variables, port=port, log=log)
