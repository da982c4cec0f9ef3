"""create_app(): the only place that wires filing's settings, routers, consumers and workers."""

import asyncio
from typing import Final

from fastapi import FastAPI

from common.platform import Platform
from common.unit_of_work import UnitOfWork
from common.web import Service, create_service
from filing.accounts import api as accounts_api
from filing.accounts.service import ensure_bootstrap_account
from filing.amendments import api as amendments_api
from filing.base import Base
from filing.deadlines.consumers import HANDLERS as DEADLINE_HANDLERS
from filing.decisions import api as decisions_api
from filing.decisions.workers import tend_queue
from filing.documents import api as documents_api
from filing.drafts import api as drafts_api
from filing.entrustments import api as entrustments_api
from filing.examiners.consumers import HANDLERS as EXAMINER_HANDLERS
from filing.late_admissions import api as late_admissions_api
from filing.listing.consumers import HANDLERS
from filing.organisations import api as organisations_api
from filing.people import api as people_api
from filing.plans import api as plans_api
from filing.scope_requests import api as scope_requests_api
from filing.settings import FilingSettings
from filing.sites import api as sites_api
from filing.standings.consumers import HANDLERS as STANDING_HANDLERS
from filing.tokens import api as tokens_api
from filing.tokens.service import ensure_signing_key

ROTATION_CHECK_SECONDS: Final = 60


def create_app(settings: FilingSettings | None = None) -> FastAPI:
    """The filing service, ready for a server. Raises pydantic.ValidationError when a setting is wrong."""
    settings = settings or FilingSettings()

    async def prepare(platform: Platform) -> None:
        """What has to be there before the first request: a key that signs tokens, the authority's account."""
        await rotate_key(platform)
        if settings.bootstrap_client_id is not None and settings.bootstrap_client_secret is not None:
            await ensure_bootstrap_account(
                UnitOfWork(platform.sessions, platform.clock),
                client_id=settings.bootstrap_client_id,
                secret=settings.bootstrap_client_secret.get_secret_value(),
            )

    async def rotate_key(platform: Platform) -> None:
        await ensure_signing_key(
            UnitOfWork(platform.sessions, platform.clock),
            keyring=platform.keyring,
            now=platform.clock.real_now(),
            lifetime=settings.token_key_lifetime,
        )

    async def rotate_keys(platform: Platform) -> None:
        """Make the next token key when the present one has signed long enough."""
        while True:
            await asyncio.sleep(ROTATION_CHECK_SECONDS)
            await rotate_key(platform)

    return create_service(
        Service(
            name="filing",
            settings=settings,
            routers=[
                tokens_api.router,
                organisations_api.router,
                scope_requests_api.router,
                sites_api.router,
                entrustments_api.router,
                documents_api.router,
                accounts_api.router,
                people_api.router,
                drafts_api.router,
                decisions_api.router,  # before plans: /plans/queue is no plan
                plans_api.router,
                plans_api.direct_router,
                late_admissions_api.router,
                amendments_api.router,
                amendments_api.queue_router,
            ],
            handlers=[HANDLERS, STANDING_HANDLERS, DEADLINE_HANDLERS, EXAMINER_HANDLERS],
            follows=("catalog", "filing", "audit"),
            metadata=Base.metadata,
            migrations="filing.migrations",
            on_start=[prepare],
            background=[rotate_keys, tend_queue],
        )
    )
