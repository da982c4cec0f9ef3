"""Audit's rows, and what their resources are made of."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from audit.base import Base
from audit.main import create_app
from audit.settings import AuditSettings
from common.ids import encode_id, uuid7
from tests.contract.roles.frame import table
from tests.contract.roles.matrix import counts
from tests.contract.roles.rows import (
    COUNTY,
    Made,
    both,
    holder,
    in_charge,
    nobody,
    public,
    row,
)
from tests.support.events import Publishers
from tests.support.facts import batch_recorded, plan_accepted, roster_reviewed
from tests.support.service import RunningService, running_service
from tests.support.waiting import eventually

V1 = "/audit/v1"
_cards = count(1)
_months = count()
NOT_OF_THE_REGION = (403, "permission-denied")  # the register itself is public
TERM = {"valid_from": "2026-01-01", "valid_to": "2028-12-31"}
CARD = {"name": "王建国", "grade": "examiner", "item_codes": ["6-18-02-04"], "region": COUNTY} | TERM
WITHDRAWAL = {"withdrawn_on": "2026-12-01", "reason": "违规考评"}
REPORT = {
    "verdict": "normal",
    "head_count": 60,
    "checklist": [{"item": "考场与设备符合要求", "result": "pass"}],
}
DECISION = {"recognise": True, "reason": "因台风停电延误登记,已附情况说明"}


def supervisor(_: Made) -> dict[str, Any]:
    """A supervisor of the county, another one each time."""
    return {
        "name": "赵敏",
        "card_number": f"R32{next(_cards):09d}",
        "region": COUNTY,
        "valid_to": "2028-12-31",
        "account_id": encode_id("account", uuid7()),
    }


def new_card(_: Made) -> dict[str, Any]:
    return CARD | {"card_number": f"32KP{next(_cards):08}"}


def month(_: Made) -> dict[str, Any]:
    """A month that is over, another one each time."""
    number = next(_months)
    return {"month": f"{2020 + number // 12}-{number % 12 + 1:02}"}


def assignment(made: Made) -> dict[str, Any]:
    return {"supervisor_id": made["supervisor_id"], "reason": "原督导员因病不能到场"}


ROWS = table(
    "audit",
    # supervision
    row(
        "POST supervisors",
        "supervisors:manage",
        in_charge,
        body=supervisor,
        unseen=NOT_OF_THE_REGION,
    ),
    row("GET supervisors", "supervisors:manage", in_charge, "supervision", listed="supervisor_id"),
    row("GET plans/{plan_id}/supervision", "supervision:read", in_charge, "supervision"),
    row(
        "POST plans/{plan_id}/supervision",
        "supervision:assign",
        in_charge,
        "supervision",
        body=assignment,
    ),
    row("GET supervisions", "supervision:report", holder, "supervision", listed="supervision_id"),
    row(
        "POST supervisions/{supervision_id}/report",
        "supervision:report",
        holder,
        "supervision",
        body=REPORT,
    ),
    public("GET draws/{draw_id}"),
    # examiners
    row("POST examiners", "supervisors:manage", in_charge, body=new_card, unseen=NOT_OF_THE_REGION),
    row(
        "POST examiners/{card_number}/renewal",
        "supervisors:manage",
        in_charge,
        "card",
        body=CARD | {"reason": "换证"},
        unseen=NOT_OF_THE_REGION,
    ),
    row(
        "POST examiners/{card_number}/withdrawal",
        "supervisors:manage",
        in_charge,
        "card",
        body=WITHDRAWAL,
        unseen=NOT_OF_THE_REGION,
    ),
    public("GET examiners"),
    public("GET examiners/{card_number}"),
    # recognition
    row("GET batches/{batch_id}/recognition", "results:read", both, "batch"),
    row("GET plans/{plan_id}/recognition", "results:read", both, "batch"),
    row(
        "POST batches/{batch_id}/recognition/decision",
        "recognition:decide",
        in_charge,
        "batch",
        body=DECISION,
    ),
    # statistics
    public("GET statistics"),
    public("GET statistics/chart.svg"),
    public("GET statistics/changes"),
    row("GET statistics/live", "statistics:read"),
    row("POST statistics/publications", "statistics:publish", body=month),
    row("POST statistics/exports", "statistics:read"),
    row("GET statistics/exports/{export_id}", "statistics:read", nobody, "export"),
    row("GET statistics/exports/{export_id}/file", "statistics:read", nobody, "export"),
    # journal
    public("GET journal"),
    public("GET journal/heads"),
    row("GET journal/contents", "journal:read"),
    # log
    public("GET log"),
    public("GET log/key"),
    public("GET log/checkpoint"),
    public("GET log/checkpoint/witnessed"),
    public("GET log/tile/{path:path}"),
    public("GET log/proofs/inclusion"),
    public("GET log/proofs/consistency"),
    row("GET log/salts", "journal:read"),
    public("POST log/cosignatures"),
)


@dataclass
class World:
    """Audit, with one supervisor of the county whose account the matrix holds."""

    service: RunningService
    organisation: UUID = field(default_factory=uuid7)
    account: UUID = field(default_factory=uuid7)
    made: dict[str, str] = field(default_factory=dict)

    async def rows_kept(self) -> Mapping[str, int]:
        """Rows of its own acts: it hears itself, too, and counts what it hears."""
        tables = {name for name in Base.metadata.tables if not name.startswith("statistics_")}
        published = {"statistics_publication", "statistics_export"}
        return await counts(self, (tables | published) - {"journal_entry"})

    async def card(self) -> Made:
        """An examiner's card of the county."""
        body = new_card({})
        await self._post("/examiners", body)
        return {"card_number": body["card_number"]}

    async def export(self) -> Made:
        """A file that an account asked for whom nobody else is."""
        headers = self.service.as_("authority", idempotency_key="new")
        answer = await self.service.client.post(f"{V1}/statistics/exports", headers=headers)
        assert answer.status_code == 202, answer.text
        return {"export_id": answer.json()["id"]}

    async def supervision(self) -> Made:
        """An accepted plan in the county to which the supervisor was sent."""
        return self.made

    async def batch(self) -> Made:
        """A batch of the organisation, of a plan in the county."""
        return self.made

    async def prepare(self) -> None:
        others, plan_id = Publishers(self.service), uuid7()
        sent = supervisor({}) | {"account_id": encode_id("account", self.account)}
        self.made["supervisor_id"] = (await self._post("/supervisors", sent))["id"]
        batch = batch_recorded(plan_id, organisation_id=self.organisation)
        await others.deliver(plan_accepted(plan_id=plan_id, organisation_id=self.organisation, region=COUNTY))
        await others.deliver(roster_reviewed(plan_id), batch)
        self.made |= {"plan_id": encode_id("plan", plan_id), "batch_id": encode_id("batch", batch.batch_id)}
        self.made["supervision_id"] = await eventually(self._assigned)

    async def _assigned(self) -> str | None:
        """The supervision, once the supervisor was drawn."""
        path = f"{V1}/plans/{self.made['plan_id']}/supervision"
        answer = await self.service.client.get(path, headers=self.service.as_("authority"))
        found = answer.json()["supervision"]
        return found["id"] if found and found["state"] == "assigned" else None

    async def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        headers = self.service.as_("authority", idempotency_key="new")
        answer = await self.service.client.post(f"{V1}{path}", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made


@asynccontextmanager
async def started(database_url: str, nats_url: str) -> AsyncIterator[World]:
    async with running_service(
        create_app,
        AuditSettings,
        database_url=database_url,
        nats_url=nats_url,
        employer_spot_check_rate=Decimal(1),
    ) as service:
        world = World(service)
        await world.prepare()
        yield world
