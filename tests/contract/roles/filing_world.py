"""What the resources of filing's rows are made of."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

from common.ids import encode_id, uuid7
from filing.base import Base
from tests.contract.roles.matrix import counts
from tests.contract.roles.rows import COUNTY, Made
from tests.service.filing.conftest import started as filing_started
from tests.service.filing.world import Filing, application, plan, plan_item, scope_entry
from tests.support.service import RunningService

_numbers = count(1)
SITE = {"name": "一号车间", "region": COUNTY, "address": "南京市鼓楼区中山北路100号", "capacity": 60}
REVIEWER = {"role": "centre_reviewer", "region": COUNTY, "label": "方案备案岗"}
KEY = {
    "jwk": {
        "kty": "EC",
        "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    }
}
SCOPE = {
    "kind": "change",
    "scope": [scope_entry(levels=[5, 4, 3, 2])],
    "valid_from": "2026-01-01",
    "valid_to": "2028-12-31",
}


def new_plan(_: Made) -> dict[str, Any]:
    """A plan in the county, of another name each time."""
    site = {"name": "一号车间", "region": COUNTY, "address": "南京市鼓楼区中山北路100号"}
    return plan(name=f"2025年第{next(_numbers)}批焊工认定", site=site)


def amended(made: Made) -> dict[str, Any]:
    body = new_plan(made) | {"items": [plan_item(), plan_item(level=3)]}
    return {name: value for name, value in body.items() if name != "contact"}


def draft(made: Made) -> dict[str, Any]:
    return {"content": new_plan(made)}


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
