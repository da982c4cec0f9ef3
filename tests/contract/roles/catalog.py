"""The catalog's rows, and what their resources are made of."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from catalog.base import Base
from catalog.main import create_app
from catalog.settings import CatalogSettings
from client.sample import uscc
from common.ids import encode_id, uuid7
from tests.contract.roles.frame import table
from tests.contract.roles.matrix import counts
from tests.contract.roles.rows import COUNTY, Made, both, in_charge, public, row
from tests.service.catalog.office import WELDER, Office, content, norm
from tests.service.catalog.world import BASE
from tests.support.service import RunningService, running_service

RNG = Random(4)
PUBLIC_ELSEWHERE = (403, "permission-denied")  # standards are public: a foreign one is no secret
OPINION = {"clause": 0, "stance": "support", "text": "同意。"}
STEP = {"to": "withdrawn", "reason": "企业不再需要。"}
EDITION = encode_id("edition", uuid7())
COMMITTEE = {"members": ["ZJ-0001", "ZJ-0002", "ZJ-0003"]}


def recommendation(_: Made) -> dict[str, Any]:
    return {"uscc": uscc(RNG), "name": "江苏长江机械有限公司", "reason": "已建立内部等级制度。"}


def pick(made: Made) -> dict[str, Any]:
    return {"recommendation_ids": [made["recommendation_id"]], "reason": "覆盖重点行业。"}


ROWS = table(
    "catalog",
    # the list
    public("GET items"),
    public("GET items/find"),
    public("GET items/{code}"),
    public("GET items/{code}/history"),
    public("GET items/{code}/lineage"),
    public("GET editions/{edition_id}/list"),
    public("GET changes"),
    row("POST items/{code}/transitions", "catalog:publish", at={"code": WELDER}),
    public("GET items/{code}/transitions"),
    public("GET items/{code}/track"),
    row("POST editions", "catalog:publish"),
    row("POST adjustments", "catalog:publish"),
    row("POST editions/import", "catalog:publish"),
    public("GET editions/import/template"),
    row("POST editions/{edition_id}/corrections", "catalog:publish", at={"edition_id": EDITION}),
    public("GET editions/{edition_id}/corrections"),
    public("GET editions"),
    public("GET editions/{edition_id}"),
    public("GET editions/{edition_id}/diff"),
    public("GET editions/{edition_id}/diff/{other_id}"),
    public("GET reference-editions/{year}"),
    # standards
    public("GET standards"),
    public("GET standards/choice"),
    row("POST standards", "standards:propose"),
    row("POST standards/national", "catalog:draft"),
    public("GET standards/{standard_id}"),
    row(
        "PUT standards/{standard_id}",
        "standards:propose",
        both,
        "norm",
        body=content(),
        unseen=PUBLIC_ELSEWHERE,
    ),
    row(
        "POST standards/{standard_id}/steps",
        "standards:propose",
        both,
        "norm",
        body=STEP,
        unseen=PUBLIC_ELSEWHERE,
        is_afresh=True,
    ),
    row(
        "PUT standards/{standard_id}/committee",
        "standards:propose",
        both,
        "norm",
        body=COMMITTEE,
        unseen=PUBLIC_ELSEWHERE,
    ),
    row("POST standards/{standard_id}/votes", "catalog:draft", maker="norm"),
    row("GET standards/{standard_id}/votes", "catalog:draft", maker="norm"),
    row("POST standards/{standard_id}/enterprises", "catalog:draft", maker="norm"),
    row("POST development-plans", "catalog:draft"),
    public("GET development-plans"),
    public("GET development-plans/{year}"),
    row("POST documents", "standards:propose"),
    public("GET documents/{sha256}"),
    # the calendar and the clock
    public("GET calendar/last-filing-day"),
    public("GET calendar/earliest-start"),
    public("GET calendar/days/{day}"),
    public("GET calendar/workdays"),
    public("GET calendar/workdays/count"),
    row("POST calendar/years", "catalog:publish"),
    row("POST calendar/years/import", "catalog:publish"),
    public("GET calendar/years/import/template"),
    public("GET calendar/years"),
    row("POST clock", "clock:move"),
    # occupations, regions, eligibility
    public("GET occupations"),
    public("GET occupations/search"),
    public("GET occupations/groups"),
    public("GET occupations/groups/{code}"),
    public("GET regions"),
    public("GET regions/{code}"),
    public("POST eligibility"),
    public("GET eligibility/tables/{regulation}"),
    # drafts before the public
    row("POST consultations", "consultations:answer"),
    public("GET consultations"),
    public("GET consultations/opinions/{receipt}"),
    public("POST consultations/opinions/{receipt}/withdrawal"),
    public("GET consultations/{consultation_id}"),
    row("POST consultations/{consultation_id}/extensions", "consultations:answer", maker="consultation"),
    public("POST consultations/{consultation_id}/opinions"),
    row(
        "POST consultations/{consultation_id}/organisation-opinions",
        "opinions:give",
        maker="consultation",
        body=OPINION,
    ),
    row("GET consultations/{consultation_id}/opinions", "consultations:answer", maker="consultation"),
    row("POST consultations/{consultation_id}/answers", "consultations:answer", maker="consultation"),
    row("POST consultations/{consultation_id}/closure", "consultations:answer", maker="consultation"),
    public("GET consultations/{consultation_id}/summary"),
    # representative enterprises
    row("POST recommendation-calls", "consultations:answer"),
    public("GET recommendation-calls"),
    row(
        "POST recommendation-calls/{call_id}/recommendations",
        "recommendations:make",
        maker="recommendation",
        body=recommendation,
    ),
    row(
        "GET recommendation-calls/{call_id}/recommendations",
        "recommendations:make",
        in_charge,
        "recommendation",
        listed="recommendation_id",
    ),
    row(
        "POST recommendation-calls/{call_id}/recommendations/{recommendation_id}/withdrawal",
        "recommendations:make",
        in_charge,
        "recommendation",
    ),
    row(
        "POST recommendation-calls/{call_id}/picks", "recommendations:make", maker="recommendation", body=pick
    ),
    public("GET recommendation-calls/{call_id}/picks"),
)


@dataclass
class World:
    """The catalog with both national lists, and an enterprise that applies for norms."""

    office: Office
    account: UUID = field(default_factory=uuid7)

    @property
    def service(self) -> RunningService:
        return self.office.catalog.service

    @property
    def organisation(self) -> UUID:
        return self.office.enterprise

    async def rows_kept(self) -> Mapping[str, int]:
        return await counts(self, Base.metadata.tables)

    async def norm(self) -> Made:
        """A norm that the enterprise applied for."""
        made = await self.office.made("/standards", norm(), role="plan_filer")
        return {"standard_id": made["id"]}

    async def consultation(self) -> Made:
        """A draft before the public until tonight."""
        body = {
            "title": "职业技能等级目录(征求意见稿)",
            "subject": "edition",
            "clauses": ["目录按年调整。"],
            "deadline": self.service.platform.clock.today().isoformat(),
        }
        return {"consultation_id": (await self.office.made("/consultations", body))["id"]}

    async def recommendation(self) -> Made:
        """An enterprise that the county recommended."""
        day = self.service.platform.clock.today()
        body = {
            "title": "试点企业推荐",
            "per_county": 2,
            "per_city": 3,
            "deadline": day.isoformat(),
            "pick_deadline": (day + timedelta(1)).isoformat(),
        }
        call = (await self.office.made("/recommendation-calls", body))["id"]
        headers = self.service.as_("centre_reviewer", region=COUNTY, idempotency_key="new")
        path = f"{BASE}/recommendation-calls/{call}/recommendations"
        made = await self.service.client.post(path, json=recommendation({}), headers=headers)
        assert made.status_code == 201, made.text
        return {"call_id": call, "recommendation_id": made.json()["id"]}


@asynccontextmanager
async def started(database_url: str, nats_url: str) -> AsyncIterator[World]:
    async with running_service(
        create_app, CatalogSettings, database_url=database_url, nats_url=nats_url
    ) as service:
        yield World(await Office.opened(service))
