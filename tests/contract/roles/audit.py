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
    NOWHERE,
    Made,
    Seat,
    both,
    holder,
    in_charge,
    nobody,
    other_token,
    own,
    public,
    row,
)
from tests.support.events import Publishers
from tests.support.facts import batch_recorded, organisation_approved, plan_accepted, roster_reviewed
from tests.support.service import RunningService, running_service
from tests.support.waiting import eventually

V1 = "/audit/v1"
ORGANISATION = uuid7()
_cards = count(1)
_months = count()
_facts = count(1)
NOT_OF_THE_REGION = (403, "permission-denied")  # the register itself is public
TERM = {"valid_from": "2026-01-01", "valid_to": "2028-12-31"}
CARD = {"name": "王建国", "grade": "examiner", "item_codes": ["6-18-02-04"], "region": COUNTY} | TERM
WITHDRAWAL = {"withdrawn_on": "2026-12-01", "reason": "违规考评"}
REPORT = {
    "verdict": "normal",
    "head_count": 60,
    "checklist": [{"item": "考场与设备符合要求", "result": "pass"}],
}
STATEMENT = {"statement": "逾期系因系统故障。"}
DROPPED = {"outcome": "dropped", "reason": "事实不清，不予列入。"}
COMPLAINT = {
    "subject": "organisation",
    "about": "某机构",
    "region": COUNTY,
    "text": "考试当天没有督导员到场。",
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


def a_case(_: Made) -> dict[str, Any]:
    """Another fact each time."""
    account = "该机构三个月内多次逾期备案，详见附件。"
    fact = f"JS-320106-2026-{next(_facts):06}"
    return {
        "organisation_id": encode_id("organisation", ORGANISATION),
        "ground": "plans_late",
        "fact": fact,
        "account": account,
    }


def month(_: Made) -> dict[str, Any]:
    """A month that is over, another one each time."""
    number = next(_months)
    return {"month": f"{2020 + number // 12}-{number % 12 + 1:02}"}


def assignment(made: Made) -> dict[str, Any]:
    return {"supervisor_id": made["supervisor_id"], "reason": "原督导员因病不能到场"}


def of_a_body(seat: Seat) -> bool:
    """Accounts of any organisation, for what is their own."""
    return seat.place != NOWHERE


WEBHOOK = {"url": "https://hr.example.org/skills", "types": ["results.recognised"]}
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
    # measures against bodies
    public("GET listings"),
    public("GET organisations/{organisation_id}/credit"),
    row("POST listing-cases", "listings:propose", in_charge, body=a_case, unseen=NOT_OF_THE_REGION),
    row("GET listing-cases", "listings:read", both, "case", listed="number"),
    row("GET listing-cases/{number}", "listings:read", both, "case"),
    row("POST listing-cases/{number}/statement", "listings:answer", both, "case", body=STATEMENT),
    row("POST listing-cases/{number}/decision", "listings:decide", in_charge, "case", body=DROPPED),
    row(
        "POST listing-cases/{number}/appeal",
        "listings:answer",
        both,
        "case",
        body={"grounds": "并非本机构所为。"},
    ),
    row(
        "POST listing-cases/{number}/appeal/decision",
        "listings:decide",
        in_charge,
        "case",
        body={"outcome": "dismissed", "reason": "复核无误，维持原决定。"},
    ),
    row(
        "POST listing-cases/{number}/removal",
        "listings:decide",
        in_charge,
        "case",
        body={"reason": "已整改到位。"},
    ),
    # complaints
    public("POST complaints", body=COMPLAINT),
    other_token("GET complaints/{complaint_id}/state", maker="complaint"),
    other_token(
        "POST complaints/{complaint_id}/photos", maker="complaint", body=b"x", media_type="image/png"
    ),
    row("GET complaints", "complaints:handle", in_charge, "complaint", listed="complaint_id"),
    row("GET complaints/{complaint_id}", "complaints:handle", in_charge, "complaint"),
    row("GET complaints/{complaint_id}/photos/{photo_id}", "complaints:handle", nobody, "photo"),
    row(
        "POST complaints/{complaint_id}/acknowledgement",
        "complaints:handle",
        in_charge,
        "complaint",
        body={"accepted": True, "reply": "已受理。"},
    ),
    row(
        "POST complaints/{complaint_id}/answer",
        "complaints:handle",
        in_charge,
        "complaint",
        body={"outcome": "unfounded", "reply": "经查不属实。"},
    ),
    # webhooks
    row("POST webhooks", "webhooks:keep", of_a_body, body=WEBHOOK, unseen=(403, "permission-denied")),
    row("GET webhooks", "webhooks:keep", of_a_body, unseen=(403, "permission-denied")),
    row("GET webhooks/{webhook_id}", "webhooks:keep", own, "webhook"),
    row("POST webhooks/{webhook_id}/secret", "webhooks:keep", own, "webhook"),
    row("POST webhooks/{webhook_id}/enablement", "webhooks:keep", own, "webhook"),
    row("POST webhooks/{webhook_id}/disablement", "webhooks:keep", own, "webhook"),
    row("GET webhooks/{webhook_id}/deliveries", "webhooks:keep", own, "webhook"),
    row(
        "POST webhooks/{webhook_id}/replay",
        "webhooks:keep",
        own,
        "webhook",
        body={"since": "2026-11-01T00:00:00+08:00"},
    ),
    row("GET feed", "webhooks:keep", of_a_body, unseen=(403, "permission-denied")),
    # statistics
    public("GET statistics"),
    public("GET statistics/chart.svg"),
    public("GET statistics/page"),
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
    organisation: UUID = ORGANISATION
    account: UUID = field(default_factory=uuid7)
    made: dict[str, str] = field(default_factory=dict)

    async def rows_kept(self) -> Mapping[str, int]:
        """Rows of its own acts: it hears itself, too, and counts what it hears."""
        tables = {name for name in Base.metadata.tables if not name.startswith("statistics_")}
        published = {"statistics_publication", "statistics_export"}
        return await counts(
            self, (tables | published) - {"journal_entry", "feed_entry", "feed_cursor", "webhook_message"}
        )

    async def card(self) -> Made:
        """An examiner's card of the county."""
        body = new_card({})
        await self._post("/examiners", body)
        return {"card_number": body["card_number"]}

    async def case(self) -> Made:
        """A case against the organisation."""
        made = await self._post("/listing-cases", a_case({}))
        return {"number": made["number"], "unknown number": "LC-2020-99999"}

    async def webhook(self) -> Made:
        headers = self.service.as_(
            "organisation_administrator", organisation_id=self.organisation, idempotency_key="new"
        )
        answer = await self.service.client.post(f"{V1}/webhooks", json=WEBHOOK, headers=headers)
        return {"webhook_id": answer.json()["id"]}

    async def complaint(self) -> Made:
        """A complaint from the county."""
        return {"complaint_id": (await self._post("/complaints", COMPLAINT))["id"]}

    async def photo(self) -> Made:
        return await self.complaint() | {"photo_id": encode_id("evidence", uuid7())}

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
        await others.deliver(
            organisation_approved(self.organisation, region=COUNTY),
            plan_accepted(plan_id=plan_id, organisation_id=self.organisation, region=COUNTY),
        )
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
