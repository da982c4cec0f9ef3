"""An office that keeps standards: the authority, and one enterprise that applies for norms."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

import httpx

from common.ids import uuid7
from tests.service.catalog.conftest import with_both_lists
from tests.service.catalog.world import BASE, OFFICER, Catalog
from tests.support.service import RunningService

ELECTRICIAN = "6-31-01-03"  # dropped from the national list in 2021
WELDER = "6-18-02-04"  # stays on it
YARD, SISTER = "91320100MA1NQ3PF1U", "91320500608196080B"
MEMBERS = ["ZJ-0001", "ZJ-0002", "ZJ-0003", "ZJ-0004", "ZJ-0005"]


def parts(*weights: int) -> list[dict[str, Any]]:
    names = ("theory", "skill", "review")
    return [
        {"part": name, "weight": weight, "pass_mark": 60, "minutes": 90}
        for name, weight in zip(names, weights, strict=False)
    ]


def content(**changes: Any) -> dict[str, Any]:
    return {
        "name": "江苏省职业技能标准·电工",
        "levels": [5, 4],
        "components": {"5": parts(40, 60), "4": parts(30, 70)},
    } | changes


def norm(**changes: Any) -> dict[str, Any]:
    scope = {"posts": ["电工岗"], "enterprises": [YARD], "enterprise_class": "省内船舶制造企业"}
    return (
        content(name="船舶电工评价规范", scope=scope)
        | {"kind": "enterprise_norm", "item_code": ELECTRICIAN, "reason": "省内龙头企业"}
        | changes
    )


@dataclass(frozen=True)
class Office:
    """The catalog with its authority, and one enterprise that applies for norms."""

    catalog: Catalog
    enterprise: UUID

    async def send(
        self, method: str, path: str, body: Any, *, role: str = "authority", **headers: str
    ) -> httpx.Response:
        about: dict[str, Any] = {"account_id": OFFICER}
        if role == "plan_filer":
            about = {"organisation_id": self.enterprise}
        key = "new" if method == "POST" else None
        sent = self.catalog.service.as_(role, idempotency_key=key, **about) | headers
        return await self.catalog.service.client.request(method, f"{BASE}{path}", json=body, headers=sent)

    async def post(self, path: str, body: Any, *, role: str = "authority") -> httpx.Response:
        return await self.send("POST", path, body, role=role)

    async def made(self, path: str, body: Any, *, role: str = "authority") -> Any:
        answer = await self.post(path, body, role=role)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def put(self, path: str, body: Any, *, held: int, role: str = "authority") -> httpx.Response:
        return await self.send("PUT", path, body, role=role, **{"If-Match": f'"v{held}"'})

    async def document(self, text: str = "稿") -> str:
        answer = await self.catalog.upload("/documents", b"%PDF-1.7 " + text.encode(), "application/pdf")
        assert answer.status_code in (200, 201), answer.text
        sha256: str = answer.json()["sha256"]
        return sha256

    async def step(self, standard: str, to: str, *, role: str = "authority", **more: Any) -> httpx.Response:
        needs = to in ("under_review", "approved", "filed", "in_force")
        body = {"to": to, "document_sha256": await self.document(to) if needs else None} | more
        return await self.post(f"/standards/{standard}/steps", body, role=role)

    async def to_review(self, standard: str, *, role: str = "authority") -> None:
        for to in ("drafting", "under_review"):
            answer = await self.step(standard, to, role=role)
            assert answer.status_code == 201, answer.text

    async def appoint(self, standard: str, members: list[str]) -> None:
        version = (await self.catalog.read(f"/standards/{standard}"))["version"]
        answer = await self.put(f"/standards/{standard}/committee", {"members": members}, held=version)
        assert answer.status_code == 200, answer.text

    async def vote(self, standard: str, *members: str, in_favour: bool = True) -> None:
        for member in members:
            await self.made(f"/standards/{standard}/votes", {"member": member, "in_favour": in_favour})

    async def to_filed(self, standard: str) -> None:
        await self.appoint(standard, MEMBERS)
        await self.vote(standard, *MEMBERS[:4])
        for to in ("approved", "filed"):
            answer = await self.step(standard, to)
            assert answer.status_code == 201, answer.text

    async def in_force(self, standard: str, *, role: str = "authority", **more: Any) -> Any:
        await self.to_review(standard, role=role)
        await self.to_filed(standard)
        answer = await self.step(standard, "in_force", **more)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def told(self, type_: str, standard: str) -> list[dict[str, Any]]:
        return [one for one in await self.catalog.said(type_) if one.get("standard_id") == standard]

    @classmethod
    async def opened(cls, service: RunningService) -> Self:
        """With both national lists, and a plan of this year."""
        office = cls(await with_both_lists(Catalog(service)), uuid7())
        entry = {"item_code": ELECTRICIAN, "name": "电工", "levels": [5, 4], "reason": "产业急需"}
        await office.made("/development-plans", {"year": await year_of(office), "entries": [entry]})
        return office


async def today_of(office: Office) -> str:
    day: str = (await office.catalog.read("/clock"))["today"]
    return day


async def year_of(office: Office) -> int:
    return int((await today_of(office))[:4])


async def proposal(office: Office, **changes: Any) -> dict[str, Any]:
    """A provincial standard to be added to this year's plan."""
    frame = {
        "kind": "provincial",
        "item_code": ELECTRICIAN,
        "planned_year": await year_of(office),
        "reason": "新增",
    }
    return content() | frame | changes


async def proposed(office: Office, **changes: Any) -> str:
    made: str = (await office.made("/standards", await proposal(office, **changes)))["id"]
    return made
