"""Filing's rows, and what their resources are made of."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

from common.ids import encode_id, uuid7
from filing.base import Base
from tests.contract.roles.frame import table
from tests.contract.roles.matrix import counts
from tests.contract.roles.rows import COUNTY, Made, Seat, both, in_charge, own, public, row
from tests.service.filing.conftest import started as filing_started
from tests.service.filing.world import (
    Filing,
    application,
    approval,
    plan,
    plan_item,
    scope_entry,
)
from tests.support.service import RunningService

_numbers = count(1)
SITE = {"name": "一号车间", "region": COUNTY, "address": "南京市鼓楼区中山北路100号", "capacity": 60}
ELSEWHERE = (403, "permission-denied")  # the resource named is public, the act is the region's
NO_BODY = (403, "permission-denied")  # the foreign organisation of a token was never approved
REVIEWER = {"role": "centre_reviewer", "region": COUNTY, "label": "方案备案岗"}
KEY = {
    "jwk": {
        "kty": "EC",
        "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    }
}
REASON = {"reason": "生产任务调整,本批次取消。"}
RULE = {"enabled": True, "reason": "连续三年无抽查问题"}
SCOPE = {
    "kind": "change",
    "scope": [scope_entry(levels=[5, 4, 3, 2])],
    "valid_from": "2026-01-01",
    "valid_to": "2028-12-31",
}


def administrator(seat: Seat) -> bool:
    """Who keeps the accounts of the organisation."""
    return seat.role == "authority" or (seat.role == "organisation_administrator" and seat.is_own)


def region_head(seat: Seat) -> bool:
    """Who keeps the accounts of the county's centre."""
    return seat.role in ("authority", "centre_head") and seat.is_in_charge


def new_plan(_: Made) -> dict[str, Any]:
    """A plan in the county, of another name each time."""
    site = {"name": "一号车间", "region": COUNTY, "address": "南京市鼓楼区中山北路100号"}
    return plan(name=f"2025年第{next(_numbers)}批焊工认定", site=site)


def amended(made: Made) -> dict[str, Any]:
    body = new_plan(made) | {"items": [plan_item(), plan_item(level=3)]}
    return {name: value for name, value in body.items() if name != "contact"}


def admission(made: Made) -> dict[str, Any]:
    return {
        "organisation_id": made["organisation_id"],
        "region": COUNTY,
        "starts_on": "2025-10-10",
        "ground": "force_majeure",
        "reason": "台风停工停课,原定考期顺延。",
    }


def draft(made: Made) -> dict[str, Any]:
    return {"content": new_plan(made)}


def register(_: Made) -> dict[str, str]:
    return dict(approval()["register"])


def end(_: Made) -> dict[str, str]:
    return {"last_day": "2026-01-31", "reason": "合同解除"}


ROWS = table(
    "filing",
    # tokens and accounts
    public("POST oauth/token"),
    public("GET oauth/jwks.json"),
    public("GET oauth/metadata"),
    row("POST accounts", "accounts:grant", region_head, body=REVIEWER, unseen=ELSEWHERE),
    row("GET accounts", "accounts:grant", region_head, "reviewer", listed="account_id"),
    row("GET accounts/{account_id}", "accounts:grant", administrator, "granted"),
    row("POST accounts/{account_id}/revocation", "accounts:grant", region_head, "reviewer"),
    row("POST accounts/{account_id}/secrets", "accounts:keep", administrator, "granted"),
    row("GET accounts/{account_id}/secrets/{secret_id}", "accounts:keep", administrator, "granted"),
    row(
        "POST accounts/{account_id}/secrets/{secret_id}/retirement", "accounts:keep", region_head, "reviewer"
    ),
    row("POST accounts/{account_id}/keys", "accounts:keep", administrator, "granted", body=KEY),
    row("POST accounts/{account_id}/keys/{kid}/retirement", "accounts:keep", administrator, "granted"),
    # organisations
    public("POST organisations"),
    public("GET organisations"),
    public("GET organisations/{organisation_id}"),
    row(
        "GET organisation-applications",
        "organisations:decide",
        in_charge,
        "applied",
        listed="organisation_id",
    ),
    row(
        "POST organisations/{organisation_id}/decision",
        "organisations:decide",
        in_charge,
        "applied",
        body=lambda _: approval(),
    ),
    row(
        "POST organisations/{organisation_id}/registers",
        "organisations:decide",
        in_charge,
        "own",
        body=register,
    ),
    row(
        "POST organisations/{organisation_id}/automatic-acceptance",
        "organisations:decide",
        in_charge,
        "own",
        body=RULE,
    ),
    row("POST organisations/{organisation_id}/scope-requests", "organisations:keep", own, "own", body=SCOPE),
    row("GET organisations/{organisation_id}/scope-requests", "documents:read", both, "own"),
    row("GET scope-requests", "organisations:decide", in_charge, "asked", listed="organisation_id"),
    row(
        "POST organisations/{organisation_id}/scope-requests/{number}/decision",
        "organisations:decide",
        in_charge,
        "asked",
        body={"approve": True},
    ),
    # sites and documents
    row("POST organisations/{organisation_id}/sites", "organisations:keep", own, "own", body=SITE),
    public("GET organisations/{organisation_id}/sites"),
    public("GET organisations/{organisation_id}/sites/{site_id}"),
    row("PUT organisations/{organisation_id}/sites/{site_id}", "organisations:keep", own, "site", body=SITE),
    public("POST documents"),
    row("GET documents/{sha256}", "documents:read", both, "document"),
    # entrustments
    row("POST entrustments", "entrustments:confirm"),
    row("GET entrustments", "plans:read", both, "entrustment", listed="entrustment_id"),
    row("GET entrustments/{entrustment_id}", "plans:read", both, "entrustment"),
    row("POST entrustments/{entrustment_id}/confirmation", "entrustments:confirm", own, "proposal"),
    row("POST entrustments/{entrustment_id}/end", "entrustments:confirm", own, "entrustment", body=end),
    # plans
    row("POST plans", "plans:file"),
    row("GET waiting-amendments", "plans:decide", in_charge, "amended", listed="plan_id"),
    row("POST plan-drafts", "plans:file", own, unseen=NO_BODY),
    row("GET plan-drafts", "plans:file", own, "draft", listed="draft_id"),
    row("GET plan-drafts/{draft_id}", "plans:file", own, "draft"),
    row("PUT plan-drafts/{draft_id}", "plans:file", own, "draft", body=draft),
    row("DELETE plan-drafts/{draft_id}", "plans:file", own, "draft", is_afresh=True),
    row("POST plan-drafts/{draft_id}/filing", "plans:file", own, "draft", is_afresh=True),
    row("POST direct-plans", "plans:file_direct"),
    public("GET late-admissions"),
    row("POST late-admissions", "plans:admit_late", in_charge, "own", body=admission, unseen=ELSEWHERE),
    row("GET plans", "plans:read", both, "filed", listed="plan_id"),
    row("GET plans/queue", "plans:decide", in_charge, "filed", listed="plan_id"),
    row("GET plans/{plan_id}", "plans:read", both, "filed"),
    row("PUT plans/{plan_id}", "plans:file", own, "filed", body=new_plan),
    row("POST plans/{plan_id}/decision", "plans:decide", in_charge, "filed", body={"decision": "accept"}),
    row("POST plans/{plan_id}/withdrawal", "plans:file", own, "filed", body=REASON),
    row("POST plans/{plan_id}/cancellation", "plans:decide", in_charge, "filed", body=REASON),
    row("POST plans/{plan_id}/amendments", "plans:file", own, "accepted", body=amended),
    row("GET plans/{plan_id}/amendments", "plans:read", both, "filed"),
    row(
        "POST plans/{plan_id}/amendments/{number}/decision",
        "plans:decide",
        in_charge,
        "amended",
        body={"accept": True},
    ),
)


@dataclass
class World:
    """Filing with an approved employer that has its seat and its site in the county."""

    filing: Filing
    organisation: UUID
    account: UUID = field(default_factory=uuid7)

    @property
    def service(self) -> RunningService:
        return self.filing.service

    async def rows_kept(self) -> Mapping[str, int]:
        return await counts(self, Base.metadata.tables)

    async def granted(self) -> Made:
        """An account of the organisation, with a secret and a key."""
        return await self._account(
            {"role": "plan_filer", "organisation_id": self._own_id(), "label": "人力资源部"}
        )

    async def reviewer(self) -> Made:
        """An account of the county's centre."""
        return await self._account(REVIEWER)

    async def _account(self, body: Mapping[str, str]) -> Made:
        granted = await self.filing.post("/accounts", body)
        assert granted.status_code == 201, granted.text
        found = granted.json()["account_id"]
        key = await self.filing.post(f"/accounts/{found}/keys", KEY)
        assert key.status_code == 201, key.text
        (secret,) = (await self.filing.get(f"/accounts/{found}")).json()["secrets"]
        return {"account_id": found, "secret_id": secret["id"], "kid": key.json()["kid"]}

    async def applied(self) -> Made:
        """An application from the county that waits."""
        answer = await self.filing.post("/organisations", application(region=COUNTY), role=None)
        return {"organisation_id": answer.json()["id"]}

    async def own(self) -> Made:
        """The organisation itself."""
        return {"organisation_id": self._own_id()}

    async def asked(self) -> Made:
        """Another organisation of the county that asks for more."""
        found = encode_id("organisation", await self.filing.approved_organisation(region=COUNTY))
        asked = await self.filing.keep(found, "scope-requests", SCOPE)
        assert asked.status_code == 201, asked.text
        return {"organisation_id": found, "number": "2"}

    async def site(self) -> Made:
        site = SITE | {"name": f"{next(_numbers)}号车间"}
        made = await self.filing.keep(self._own_id(), "sites", site)
        return {"organisation_id": self._own_id(), "site_id": made.json()["id"]}

    async def document(self) -> Made:
        """A document that the organisation announced and sent."""
        content = b"%PDF-1.7 " + str(next(_numbers)).encode()
        sha256 = hashlib.sha256(content).hexdigest()
        documents = [{"kind": "licence", "sha256": sha256}]
        asked = await self.filing.keep(self._own_id(), "scope-requests", SCOPE | {"documents": documents})
        assert asked.status_code == 201, asked.text
        sent = await self.filing.client.post(
            f"/filing/v1/documents?sha256={sha256}",
            content=content,
            headers={"Content-Type": "application/pdf", "Idempotency-Key": str(uuid7())},
        )
        assert sent.status_code == 201, sent.text
        return {"sha256": sha256, "unknown sha256": "0" * 64}

    async def entrustment(self) -> Made:
        """What the organisation proposed to an agency of the same county."""
        agency = await self.filing.approved_agency(seat=COUNTY)
        return {"entrustment_id": await self.filing.entrusted(self.organisation, agency)}

    async def proposal(self) -> Made:
        """What an agency of the county proposed to the organisation."""
        agency = await self.filing.approved_agency(seat=COUNTY)
        return {"entrustment_id": await self.filing.entrusted(agency, self.organisation)}

    async def filed(self) -> Made:
        """A plan that waits for the decision of the county."""
        made = await self.filing.filed(self.organisation, **new_plan({}))
        return {"plan_id": made["id"]}

    async def draft(self) -> Made:
        answer = await self.filing.post(
            "/plan-drafts", draft({}), role="plan_filer", organisation_id=self.organisation
        )
        assert answer.status_code == 201, answer.text
        return {"draft_id": answer.json()["id"]}

    async def accepted(self) -> Made:
        made = await self.filed()
        answer = await self.filing.decided(made["plan_id"], "accept")
        assert answer.status_code == 201, answer.text
        return made

    async def amended(self) -> Made:
        """A plan with an amendment that waits."""
        made = await self.accepted()
        headers = self.service.as_("plan_filer", organisation_id=self.organisation, idempotency_key="new") | {
            "If-Match": '"v2"'
        }
        path = f"/filing/v1/plans/{made['plan_id']}/amendments"
        answer = await self.filing.client.post(path, json=amended({}), headers=headers)
        assert answer.status_code == 201, answer.text
        return {**made, "number": str(answer.json()["number"]), "unknown number": "9"}

    def _own_id(self) -> str:
        return encode_id("organisation", self.organisation)


@asynccontextmanager
async def started(database_url: str, nats_url: str) -> AsyncIterator[World]:
    async with filing_started(database_url, nats_url) as filing:
        yield World(filing, await filing.approved_organisation(region=COUNTY))
