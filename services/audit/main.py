"""create_app(): the only place that wires audit's settings, routers, consumers and workers."""

from fastapi import FastAPI

from audit.base import Base
from audit.bodies import consumers as bodies
from audit.complaints import api as complaints_api
from audit.examiners import api as examiners_api
from audit.journal import api as journal_api
from audit.journal.service import witness
from audit.listings import api as listings_api
from audit.log import api as log_api
from audit.log.worker import keep_log
from audit.plans.consumers import handlers
from audit.recognition import api as recognition_api
from audit.settings import AuditSettings
from audit.statistics import api as statistics_api
from audit.statistics.exports import make_files
from audit.statistics.worker import count_facts
from audit.supervision import api as supervision_api
from audit.supervision.worker import run_draws
from audit.webhooks import api as webhooks_api
from audit.webhooks.sending import Sender
from audit.webhooks.worker import deliver, look_through
from common.platform import Platform
from common.web import Service, create_service

SOURCES = ("catalog", "filing", "registration", "certificate", "audit")


def create_app(settings: AuditSettings | None = None) -> FastAPI:
    """The audit service, ready for a server."""
    settings = settings or AuditSettings()

    async def deliver_webhooks(platform: Platform) -> None:
        if settings.webhooks_enabled:
            await deliver(platform, Sender())

    async def log_events(platform: Platform) -> None:
        await keep_log(platform, settings)

    facts = handlers(spot_check_rate=settings.employer_spot_check_rate)
    return create_service(
        Service(
            name="audit",
            settings=settings,
            routers=[
                supervision_api.router,
                examiners_api.router,
                recognition_api.router,
                journal_api.router,
                log_api.router,
                statistics_api.router,
                listings_api.router,
                complaints_api.router,
                webhooks_api.router,
            ],
            handlers=[facts, bodies.HANDLERS],
            follows=SOURCES,
            witness=witness,
            metadata=Base.metadata,
            migrations="audit.migrations",
            background=[run_draws, count_facts, make_files, log_events, look_through, deliver_webhooks],
        )
    )
