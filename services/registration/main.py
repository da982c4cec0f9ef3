"""create_app(): the only place that wires registration's settings, routers, consumers and jobs."""

from typing import Final

from fastapi import APIRouter, FastAPI

from common.jobs.imports import SheetImport
from common.jobs.routes import job_routes
from common.jobs.runner import Kind, purge_jobs, worker
from common.notices.notifier import Outbox
from common.notices.post import Post
from common.notices.route import notice_routes
from common.sealed import Keyring
from common.web import Service, create_service
from registration.base import Base
from registration.candidate_view import api as candidate_api
from registration.candidate_view import guessed
from registration.candidate_view import pages as candidate_pages
from registration.candidate_view.worker import purge_sessions
from registration.claims.deciding import NOTICES
from registration.corrections import api as corrections_api
from registration.deadlines import api as deadlines_api
from registration.evidence import api as evidence_api
from registration.holdings import consumers as holdings
from registration.plans.consumers import HANDLERS
from registration.publicity import api as publicity_api
from registration.publicity.worker import end_publicity
from registration.results import api as results_api
from registration.results import filed
from registration.results.intake import ResultsIntake
from registration.reveals import api as reveals_api
from registration.reviews import api as reviews_api
from registration.rosters import api as rosters_api
from registration.rosters.intake import RosterIntake
from registration.sessions import api as sessions_api
from registration.sessions import consumers as sessions
from registration.sessions.worker import seat_admitted
from registration.settings import RegistrationSettings
from registration.templates import api as templates_api
from registration.templates.forms import why_dropped
from registration.transitions import consumers as transitions

JOBS: Final[dict[str, Kind]] = {
    "roster": SheetImport(RosterIntake(), why_dropped=why_dropped("roster"), notices=NOTICES),
    "results": SheetImport(ResultsIntake(), why_dropped=why_dropped("results")),
}


def create_app(settings: RegistrationSettings | None = None) -> FastAPI:
    """The registration service, ready for a server. Raises pydantic.ValidationError when a setting is wrong."""
    settings = settings or RegistrationSettings()
    post = Post(settings.notifier())
    keyring = Keyring.parse(settings.personal_data_keys.get_secret_value())
    desk = candidate_api.desk_of(post)
    return create_service(
        Service(
            name="registration",
            settings=settings,
            routers=[
                rosters_api.router,
                reviews_api.router,
                sessions_api.router,
                reveals_api.router,
                results_api.router,
                deadlines_api.router,
                corrections_api.router,
                publicity_api.router,
                templates_api.router,
                evidence_api.router,
                *candidate_api.routers_of(desk),
                *_outbox_of(post),
                job_routes(service="registration", scope="rosters:read", kinds=JOBS),
            ],
            routes=candidate_pages.routes_of(desk),
            handlers=[
                HANDLERS,
                holdings.HANDLERS,
                transitions.HANDLERS,
                filed.HANDLERS,
                sessions.HANDLERS,
                guessed.handlers_of(post, keyring, is_sandbox=settings.sandbox),
            ],
            follows=("catalog", "filing", "certificate"),
            metadata=Base.metadata,
            migrations="registration.migrations",
            background=[
                worker(JOBS),
                purge_jobs,
                seat_admitted,
                end_publicity,
                post.deliver_notices,
                purge_sessions,
            ],
        )
    )


def _outbox_of(post: Post) -> list[APIRouter]:
    """What a sandbox keeps instead of sending it."""
    return [notice_routes(post.notifier, scope="rosters:read")] if isinstance(post.notifier, Outbox) else []
