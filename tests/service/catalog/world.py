"""What tests of the catalog do over and over: publish, read, look at what was said."""

from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import text

from common.ids import uuid7
from tests.support.service import RunningService, owner_connection

BASE = "/catalog/v1"
OFFICER = uuid7()


def edition_body(*names: str, **changes: Any) -> dict[str, Any]:
    """A small edition of one licensed item with these occupations."""
    body = {
        "name": "试用目录",
        "kind": "national",
        "published_on": "2024-02-29",
        "effective_on": "2024-02-29",
        "items": [
            {
                "name": "食品人员",
                "category": "准入类",
                "entries": [{"name": name} for name in names or ("焊工",)],
            }
        ],
    }
    return body | changes


def adjustment_body(*rows: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A small edition of the province's own part."""
    return {
        "name": "省级调整",
        "published_on": "2024-03-01",
        "effective_on": "2024-03-01",
        "rows": [{"track": "skill_level"} | row for row in rows],
    } | changes


@dataclass(frozen=True)
class Catalog:
    """A running catalog and its public."""

    service: RunningService

    async def get(self, path: str, **query: Any) -> httpx.Response:
        return await self.service.client.get(f"{BASE}{path}", params=query)

    async def read(self, path: str, **query: Any) -> Any:
        answer = await self.get(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def reference_edition(self, year: int) -> dict[str, Any]:
        body: dict[str, Any] = await self.read(f"/reference-editions/{year}")
        return body

    async def publish(
        self, body: Any, *, role: str = "authority", key: str = "new", **query: Any
    ) -> httpx.Response:
        headers = self.service.as_(role, idempotency_key=key, account_id=OFFICER)
        return await self.service.client.post(f"{BASE}/editions", json=body, headers=headers, params=query)

    async def post(self, path: str, body: Any, *, role: str = "authority", **query: Any) -> httpx.Response:
        headers = self.service.as_(role, idempotency_key="new", region="320000", account_id=OFFICER)
        return await self.service.client.post(f"{BASE}{path}", json=body, headers=headers, params=query)

    async def upload(self, path: str, content: bytes, media_type: str, **query: Any) -> httpx.Response:
        headers = self.service.as_("authority", idempotency_key="new", account_id=OFFICER)
        headers["Content-Type"] = media_type
        return await self.service.client.post(f"{BASE}{path}", content=content, headers=headers, params=query)

    async def move_clock(self, body: Any, *, role: str = "authority", key: str = "new") -> httpx.Response:
        headers = self.service.as_(role, idempotency_key=key, region="320000", account_id=OFFICER)
        return await self.service.client.post(f"{BASE}/clock", json=body, headers=headers)

    async def whole_list(self, **query: Any) -> list[dict[str, Any]]:
        """Every page of the list."""
        found: list[dict[str, Any]] = []
        page: dict[str, Any] = {"next": None}
        while True:
            cursor = {"cursor": page["next"]} if page["next"] else {}
            page = await self.read("/items", **query, **cursor)
            found += page["items"]
            if page["next"] is None:
                return found

    async def said(self, type_: str = "") -> list[dict[str, Any]]:
        """Data of every event said whose type holds this word, whether the relay has taken it on or not, in order."""
        query = (
            "SELECT type, data FROM (SELECT body::jsonb ->> 'type' AS type, body::jsonb -> 'data' AS data, position,"
            " 0 AS id FROM journal UNION ALL SELECT type, data, 1e18, id FROM outbox) AS said ORDER BY position, id"
        )
        async with owner_connection(self.service.database_url) as connection:
            rows = await connection.execute(text(query))
            return [row.data for row in rows if type_ in row.type]

    async def kept(self) -> dict[str, int]:
        """Rows of the tables that a refused request must leave as they were."""
        counts = await self.service.row_counts()
        tables = ("edition", "item_version", "standard", "clock_move", "aggregate", "idempotency")
        return {table: counts[table] for table in tables}
