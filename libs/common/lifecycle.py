"""The life of a service's process: what is opened in which order, what runs beside the requests, what is closed."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from fastapi import APIRouter
from sqlalchemy import MetaData
from starlette.routing import Route

from common import auth, health, idempotency, migrate, receipts
from common.bus import NatsSettings
from common.calendars import Calendars, on_calendar_published, stored_years
from common.clock import Clock, on_clock_moved, stored_offset
from common.db import open_engine, session_factory
from common.events import Event
from common.events.catalog import CalendarPublished, ClockMoved
from common.events.filing import AccountRevoked, OrganisationStandingChanged, TokenKeyPublished
from common.failures import will_pass
from common.inbox import Follower, Handler, Handlers, Witness
from common.measures import on_standing_changed
from common.messaging_metrics import MessagingCollector
from common.metrics import Metrics
from common.pagination import CursorKey
from common.platform import Platform
from common.ratelimit import RateLimit
from common.receipts import Receipts
from common.relay import Relay
from common.sealed import Keyring
from common.service_keys import own_key
from common.settings import ServiceSettings
from common.unit_of_work import UnitOfWork
from common.workers import Worker, keep_running

log = structlog.get_logger("lifecycle")
FRAME_SOURCES = frozenset({"filing", "catalog"})  # token keys, revoked accounts, measures; the clock
PATIENCE_SECONDS = 60  # how long a start waits for its database
REFRESH_SECONDS = 0.5  # how long another replica's news may take to reach this process
PURGE_SECONDS = 3_600.0
HEARING_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What makes one service differ from another.

    `routers` are mounted under `/{name}/v1`; `routes` are bare Starlette routes for hot public reads, at their own
    paths and open to anyone. `on_start` runs once before the first request, `background` for ever beside them.
    `witness` sees every event of every service followed, in the transaction that handles it.
    """

    name: str
    settings: ServiceSettings
    routers: Sequence[APIRouter]
    metadata: MetaData
    migrations: str
    handlers: Sequence[Handlers] = ()
    follows: Sequence[str] = ()
    background: Sequence[Worker] = ()
    on_start: Sequence[Worker] = ()
    routes: Sequence[Route] = ()
    witness: Witness | None = None


@asynccontextmanager
async def running(service: Service, metrics: Metrics) -> AsyncIterator[Platform]:
    """Everything a service needs while it answers requests; closed in reverse."""
    settings = service.settings
    await _migrate(service)
    engine = open_engine(settings.database_url.get_secret_value(), size=settings.database_pool)
    metrics.watch_pool(engine)
    platform = Platform(
        name=service.name,
        settings=settings,
        engine=engine,
        sessions=session_factory(engine),
        clock=Clock(movable=settings.sandbox),
        calendars=Calendars(),
        keyring=Keyring.parse(settings.personal_data_keys.get_secret_value()),
        nats=NatsSettings(url=settings.nats_url.get_secret_value()),
        metrics=metrics,
        tokens=auth.TokenChecker(issuer=settings.issuer),
        cursor_key=CursorKey(settings.index_key()),
        rate_limit=RateLimit(per_second=settings.rate_per_second, burst=settings.rate_burst),
        receipts=Receipts(f"{settings.public_url}/{service.name}"),
    )
    metrics.watch(
        "token_keys", "keys that a token may be signed with", lambda: float(platform.tokens.known_keys)
    )
    platform.checks["database"] = health.database
    platform.checks["migrations"] = partial(health.migrations, package=service.migrations)
    platform.checks["nats"] = health.broker
    try:
        await refresh(platform)
        await _take_receipt_key(platform)
        for start in service.on_start:
            await start(platform)
        async with _beside(service, platform):
            yield platform
    finally:
        await engine.dispose()


async def _migrate(service: Service) -> None:
    """Bring the database up to date, when this process is given its owner's URL; wait for a server that comes up."""
    owner = service.settings.migration_url
    if owner is None:
        return
    role = migrate.role_of(service.settings.database_url.get_secret_value())
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while True:
        try:
            await migrate.upgrade(owner.get_secret_value(), service.migrations, role=role)
        except Exception as error:
            if not will_pass(error) or asyncio.get_running_loop().time() > deadline:
                raise
            log.warning("database not ready", kind=type(error).__name__)
            await asyncio.sleep(0.5)
        else:
            return


async def _take_receipt_key(platform: Platform) -> None:
    async with platform.sessions() as session:
        now = platform.clock.real_now()
        platform.receipts.use(await own_key(session, platform.keyring, receipts.PURPOSE, now=now))


async def refresh(platform: Platform) -> None:
    """Read what other processes of this service may have stored: keys, revocations, measures, clock, calendar."""
    async with platform.sessions() as session:
        await auth.reload(platform.tokens, session, platform.clock.real_now())
        platform.clock.set_offset(await stored_offset(session))
        platform.calendars.take(await stored_years(session))


def frame_handlers(platform: Platform) -> Handlers:
    """What the frame itself takes in: stored for the next start, and in force in this process at once."""

    async def token_key_published(uow: UnitOfWork, event: TokenKeyPublished) -> None:
        await auth.on_token_key_published(uow, event)
        platform.tokens.add(event.kid, event.jwk, event.not_after)

    async def account_revoked(uow: UnitOfWork, event: AccountRevoked) -> None:
        await auth.on_account_revoked(uow, event)
        platform.tokens.revoke(event.account_id)

    async def standing_changed(uow: UnitOfWork, event: OrganisationStandingChanged) -> None:
        platform.tokens.stand(event.organisation_id, await on_standing_changed(uow, event))

    async def clock_moved(uow: UnitOfWork, event: ClockMoved) -> None:
        await on_clock_moved(uow, event)
        platform.clock.set_offset(event.offset_seconds)

    async def calendar_published(uow: UnitOfWork, event: CalendarPublished) -> None:
        await on_calendar_published(uow, event)
        platform.calendars.take(await stored_years(uow.session))

    return {
        TokenKeyPublished: token_key_published,
        AccountRevoked: account_revoked,
        OrganisationStandingChanged: standing_changed,
        ClockMoved: clock_moved,
        CalendarPublished: calendar_published,
    }


def handlers_of(source: str, tables: Iterable[Handlers]) -> Handlers:
    """One handler per event type of a source; where several tables name a type, they run in their order."""
    found: dict[type[Event], list[Handler]] = defaultdict(list)
    for table in tables:
        for kind, handler in table.items():
            if kind.source() == source:
                found[kind].append(handler)
    return {kind: handlers[0] if len(handlers) == 1 else _chain(handlers) for kind, handlers in found.items()}


def _chain(handlers: Sequence[Handler]) -> Handler:
    async def handle(uow: UnitOfWork, event: Any) -> None:
        for handler in handlers:
            await handler(uow, event)

    return handle


@asynccontextmanager
async def _beside(service: Service, platform: Platform) -> AsyncIterator[None]:
    """The relay, the followers and the workers, for as long as the block lasts."""
    tasks = [
        asyncio.create_task(keep_running(worker, platform, name=name), name=name)
        for name, worker in _workers(service, platform).items()
    ]
    try:
        yield
    finally:
        await _end(tasks)


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel until it is heard: a driver may take a cancellation for the end of its connection and go on."""
    remaining = set(tasks)
    while remaining:
        for task in remaining:
            task.cancel()
        _, remaining = await asyncio.wait(remaining, timeout=HEARING_SECONDS)


def _workers(service: Service, platform: Platform) -> dict[str, Worker]:
    relay = Relay(
        source=platform.name,
        database_url=platform.settings.database_url.get_secret_value(),
        nats=platform.nats,
        archive=platform.settings.journal_archive,
    )
    followers = [
        _follower(service, platform, source) for source in sorted(FRAME_SOURCES | set(service.follows))
    ]
    _observe(platform, relay, followers)
    return {
        "relay": lambda _: relay.run(),
        **{f"follow {follower.source}": _endless(follower) for follower in followers},
        "refresh": _keep_fresh,
        "purge": _purge,
        **{worker.__name__: worker for worker in service.background},
    }


def _follower(service: Service, platform: Platform, source: str) -> Follower:
    return Follower(
        service=platform.name,
        source=source,
        sessions=platform.sessions,
        nats=platform.nats,
        clock=platform.clock,
        handlers=handlers_of(source, (frame_handlers(platform), *service.handlers)),
        keyring=platform.keyring,
        witness=service.witness,
    )


def _endless(follower: Follower) -> Worker:
    async def follow(_: Platform) -> None:
        await follower.run()

    return follow


def _observe(platform: Platform, relay: Relay, followers: Sequence[Follower]) -> None:
    """Let `/readyz` name a relay or follower that stands still, and `/metrics` show how far each has come."""
    platform.metrics.registry.register(MessagingCollector(relay, followers))
    roles: list[tuple[str, Relay | Follower]] = [("relay", relay), *(("follower", one) for one in followers)]
    for role, worker in roles:
        platform.checks[f"{role} {worker.source}"] = partial(_stands_still, worker)


async def _stands_still(worker: Relay | Follower, _: Platform) -> str | None:
    return worker.stopped


async def _keep_fresh(platform: Platform) -> None:
    while True:
        await asyncio.sleep(REFRESH_SECONDS)
        await refresh(platform)


async def _purge(platform: Platform) -> None:
    while True:
        async with platform.sessions() as session:
            await idempotency.purge(session, platform.clock.now())
            await session.commit()
        await asyncio.sleep(PURGE_SECONDS)
