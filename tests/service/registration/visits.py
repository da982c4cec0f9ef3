"""A candidate before the platform: asks for a code, reads it in the sandbox's outbox, looks at the record."""

from dataclasses import dataclass
from typing import Any

import httpx

from client.sample import Person
from common.ids import uuid7
from tests.service.registration.world import Registration
from tests.support.waiting import eventually

BASE = "/registration/v1"


@dataclass(frozen=True)
class Visitor:
    """What somebody without an account may do."""

    registration: Registration

    async def _post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        plain = {"Accept-Language": "en", "Idempotency-Key": str(uuid7())} | headers
        return await self.registration.service.client.post(f"{BASE}{path}", json=body, headers=plain)

    async def ask_code(self, person: Person, **changes: str) -> httpx.Response:
        return await self._post(
            "/candidate-sessions", {"id_number": person.id_number, "name": person.name} | changes
        )

    async def notices(self) -> list[dict[str, Any]]:
        """What the sandbox kept, the newest first."""
        found: list[dict[str, Any]] = (await self.registration.get("/notices")).json()["items"]
        return found

    async def code_at(self, address: str, nth: int = 1) -> str:
        """The code that was sent there first, second, …"""

        async def look() -> str | None:
            texts = [one["text"] for one in reversed(await self.notices()) if one["address"] == address]
            codes = [text.split(" ")[1].split(",")[0] for text in texts if "Code" in text]
            return codes[nth - 1] if len(codes) >= nth else None

        return await eventually(look)

    async def exchange(self, visit: str, code: str) -> httpx.Response:
        return await self._post(f"/candidate-sessions/{visit}/code", {"code": code})

    async def opened(self, person: Person, phone: str | None = None) -> tuple[str, str]:
        """A session and its token; the code went to `phone`, or for want of one to the session's own address."""
        visit: str = (await self.ask_code(person)).json()["id"]
        token: str = (await self.exchange(visit, await self.code_at(phone or visit))).json()["token"]
        return visit, token

    async def me(self, token: str | None) -> httpx.Response:
        headers = {"Accept-Language": "en"} | ({} if token is None else {"Candidate-Token": token})
        return await self.registration.service.client.get(f"{BASE}/me", headers=headers)

    async def ask(self, token: str, **body: Any) -> httpx.Response:
        return await self._post("/me/corrections", body, **{"Candidate-Token": token})
