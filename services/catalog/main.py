"""create_app(): the only place that wires the catalog's settings and routers."""

from fastapi import FastAPI

from catalog.base import Base
from catalog.calendar import api as calendar_api
from catalog.clock import api as clock_api
from catalog.comparisons import api as comparisons_api
from catalog.consultations import api as consultations_api
from catalog.development_plans import api as development_plans_api
from catalog.documents import api as documents_api
from catalog.editions import api as editions_api
from catalog.eligibility import api as eligibility_api
from catalog.items import api as items_api
from catalog.occupations import api as occupations_api
from catalog.recommendations import api as recommendations_api
from catalog.regions import api as regions_api
from catalog.settings import CatalogSettings
from catalog.standards import api as standards_api
from catalog.transitions import api as transitions_api
from common.web import Service, create_service


def create_app(settings: CatalogSettings | None = None) -> FastAPI:
    """The catalog service, ready for a server. Raises pydantic.ValidationError when a setting is wrong."""
    return create_service(
        Service(
            name="catalog",
            settings=settings or CatalogSettings(),
            routers=[
                items_api.router,
                items_api.changes_router,
                transitions_api.router,
                editions_api.router,
                comparisons_api.router,
                standards_api.router,
                development_plans_api.router,
                documents_api.router,
                calendar_api.router,
                occupations_api.router,
                eligibility_api.router,
                consultations_api.router,
                recommendations_api.router,
                regions_api.router,
                clock_api.router,
            ],
            metadata=Base.metadata,
            migrations="catalog.migrations",
        )
    )
