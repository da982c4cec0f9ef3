"""What filing's service tests say and see: one running service, and the smallest valid bodies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text

from common.clock import Clock, on_clock_moved
from common.events import Event
from common.events.catalog import ClockMoved
from common.identifiers.uscc import ALPHABET, check_character, organisation_check
from common.ids import decode_id, encode_id, uuid7
from common.lifecycle import frame_handlers, handlers_of
from common.unit_of_work import UnitOfWork
from filing.base import Base
from filing.deadlines.consumers import HANDLERS as DEADLINE_HANDLERS
from filing.examiners.consumers import HANDLERS as EXAMINER_HANDLERS
from filing.listing.consumers import HANDLERS
from filing.standings.consumers import HANDLERS as STANDING_HANDLERS
from tests.support.service import RunningService, owner_connection

WELDER = "6-18-02-04"
STANDARD = UUID("01936f3c-5a2e-7c41-9d3e-000000000001")
LIST_EDITION = UUID("01936f3c-5a2e-7c41-9d3e-000000000002")
BOOTSTRAP_ID = "authority"
BOOTSTRAP_SECRET = "a bootstrap secret of a test, long enough"
CONTACT = {"name": "李静姝", "phone": "025-83230017"}
_serials = count(1)


def uscc() -> str:
    """A synthetic unified social credit code with right check characters, another one each time."""
    body = f"{next(_serials):08}"
    first = f"91320100{body}{organisation_check(body)}"
    code = first + check_character(first)
    assert all(character in ALPHABET for character in code)
    return code


def application(**changes: Any) -> dict[str, Any]:
    return {
        "uscc": uscc(),
        "name": "江苏长江机械有限公司",
        "kind": "employer",
        "region": "320104",
        "contact": CONTACT,
    } | changes


def scope_entry(**changes: Any) -> dict[str, Any]:
    return {
        "item_codes": [WELDER],
        "levels": [5, 4, 3],
        "regions": ["320100"],
        "modes": ["enterprise"],
    } | changes


def approval(**changes: Any) -> dict[str, Any]:
    return {
        "approve": True,
        "scope": [scope_entry()],
        "register": {"category": "Y", "organisation_code": "0000", "site_serial": f"{next(_serials):06}"},
        "valid_from": "2025-01-01",
        "valid_to": "2027-12-31",
    } | changes


def team(size: int = 3) -> list[dict[str, Any]]:
    return [
        {"card_number": f"32KP{number:04}", "name": "王建国", "is_leader": number == 0}
        for number in range(size)
    ]


def plan(**changes: Any) -> dict[str, Any]:
    """An employer's plan that may be filed on 2025-09-29 at the latest."""
    return {
        "name": "2025年第3批焊工认定",
        "kind": "employer",
        "mode": "enterprise",
        "items": [plan_item()],
        "methods": ["production_observation", "skill_exam"],
        "weights": {"ethics": "gate", "ability": 40, "performance": 40, "contribution": 20},
        "site": {"name": "一号车间", "region": "320104", "address": "南京市秦淮区光华路1号"},
        "starts_on": "2025-10-25",
        "ends_on": "2025-10-26",
        "examiners": team(),
        "contact": CONTACT,
    } | changes


def sitting(day: str, *, starts: str = "09:00", ends: str = "11:30", **changes: Any) -> dict[str, Any]:
    """One sitting of the plan's item in the first room, times in China."""
    return {
        "item_code": WELDER,
        "level": 4,
        "room": "一号考场",
        "starts_at": f"{day}T{starts}:00+08:00",
        "ends_at": f"{day}T{ends}:00+08:00",
        "seats": 40,
    } | changes


def examined(kind: str, **changes: Any) -> dict[str, Any]:
    """A plan of a kind that has candidates sit in rooms, to be filed on 2025-09-29 at the latest."""
    mode = kind if kind in ("school", "competition") else "social"
    body = plan(
        name="2025年第3批社会化评价",
        kind=kind,
        mode=mode,
        methods=["theory_exam", "skill_exam"],
        weights={"ethics": "gate", "ability": 80, "performance": 10, "contribution": 10},
        sessions=[sitting("2025-10-25")],
    )
    if kind in ("social", "school"):
        body["roster"] = {"sha256": "9f" * 32, "candidates": 40}
    return body | changes


def plan_item(**changes: Any) -> dict[str, Any]:
    return {
        "item_code": WELDER,
        "level": 4,
        "standard_id": encode_id("standard", STANDARD),
        "headcount": 40,
    } | changes


def entrustment(partner: UUID, **changes: Any) -> dict[str, Any]:
    return {
        "partner_id": encode_id("organisation", partner),
        "scope": [{"item_codes": [WELDER], "levels": [5, 4]}],
        "valid_from": "2025-10-01",
        "valid_to": "2026-09-30",
        "contract_sha256": "9f" * 32,
    } | changes


def codes(answer: httpx.Response) -> list[tuple[str | None, str]]:
    """Pointer and code of each entry of a problem."""
    return [(error.get("pointer"), error["code"]) for error in answer.json()["errors"]]


@dataclass(frozen=True)
class Filing:
    """A running filing service and the ways in which tests speak to it."""

    service: RunningService

    @property
    def client(self) -> httpx.AsyncClient:
        return self.service.client

    async def be_at(self, instant: str) -> None:
        """Let the platform's clock stand at this instant, later than any before it in the test.

        The sandbox clock only goes forward from real time; the calendar's borders lie in years that have passed.
        """
        offset = round((datetime.fromisoformat(instant) - Clock.real_now()).total_seconds())
        uow = self.unit_of_work()
        async with uow:
            await on_clock_moved(uow, ClockMoved(offset_seconds=offset))
            await uow.commit()
        self.service.platform.clock._offset = timedelta(seconds=offset)

    async def hear(self, *events: Event) -> None:
        """Take in events of the catalog and of audit."""
        tables = (
            frame_handlers(self.service.platform),
            HANDLERS,
            STANDING_HANDLERS,
            DEADLINE_HANDLERS,
            EXAMINER_HANDLERS,
        )
        uow = self.unit_of_work()
        async with uow:
            for event in events:
                await handlers_of(event.source(), tables)[type(event)](uow, event)
            await uow.commit()

    def unit_of_work(self) -> UnitOfWork:
        return UnitOfWork(self.service.platform.sessions, self.service.platform.clock)

    async def post(
        self, path: str, body: Any, *, role: str | None = "authority", key: str = "new", **about: Any
    ) -> httpx.Response:
        """POST as a role (none: anonymously) with a fresh Idempotency-Key, or with this one."""
        headers = {"Idempotency-Key": str(uuid7()) if key == "new" else key, "Accept-Language": "en"}
        if role is not None:
            headers |= self.service.as_(role, **about)
        return await self.client.post(f"/filing/v1{path}", json=body, headers=headers)

    async def get(self, path: str, *, role: str | None = "authority", **about: Any) -> httpx.Response:
        headers = {} if role is None else self.service.as_(role, **about)
        return await self.client.get(f"/filing/v1{path}", headers=headers)

    async def put(self, path: str, body: Any, *, role: str, tag: str | None, **about: Any) -> httpx.Response:
        headers = self.service.as_(role, **about) | ({} if tag is None else {"If-Match": tag})
        return await self.client.put(f"/filing/v1{path}", json=body, headers=headers)

    async def keep(self, organisation: str, path: str, body: Any) -> httpx.Response:
        """POST below an organisation, by its own administrator."""
        return await self.post(
            f"/organisations/{organisation}/{path}",
            body,
            role="organisation_administrator",
            organisation_id=decode_id("organisation", organisation),
        )

    async def approved_organisation(self, decision: dict[str, Any] | None = None, **applied: Any) -> UUID:
        """An organisation that applied and was approved."""
        asked = await self.post("/organisations", application(**applied), role=None)
        assert asked.status_code == 201, asked.text
        decided = await self.post(f"/organisations/{asked.json()['id']}/decision", decision or approval())
        assert decided.status_code == 201, decided.text
        return decode_id("organisation", asked.json()["id"])

    async def approved_agency(self, *, seat: str = "320106") -> UUID:
        """A third-party agency that may evaluate welding, levels 5 to 3, in the whole province."""
        decision = approval()
        decision |= {
            "scope": [scope_entry(modes=["social"], regions=["320000"])],
            "register": decision["register"] | {"category": "S"},
        }
        return await self.approved_organisation(
            decision, kind="third_party_agency", name="南京求精技能评价服务有限公司", region=seat
        )

    async def entrusted(self, employer: UUID, agency: UUID, **changes: Any) -> str:
        """What the employer proposed to the agency: welding at levels 5 and 4 for a year from October on."""
        answer = await self.post(
            "/entrustments",
            entrustment(agency, **changes),
            role="plan_filer",
            organisation_id=employer,
        )
        assert answer.status_code == 201, answer.text
        found: str = answer.json()["id"]
        return found

    async def entrustment_act(self, found: str, act: str, own: UUID, **body: Any) -> httpx.Response:
        """`confirmation` or `end` by one side."""
        return await self.post(f"/entrustments/{found}/{act}", body, role="plan_filer", organisation_id=own)

    async def filed(self, organisation_id: UUID, **changes: Any) -> dict[str, Any]:
        """A plan on record."""
        answer = await self.post(
            "/plans", plan(**changes), role="plan_filer", organisation_id=organisation_id
        )
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def decided(self, plan_id: str, decision: str, *reasons: dict[str, str]) -> httpx.Response:
        """The decision of the centre of Nanjing."""
        body = {"decision": decision, "reasons": list(reasons)}
        return await self.post(f"/plans/{plan_id}/decision", body, role="centre_reviewer", region="320100")

    async def token(self, client_id: str, client_secret: str, **form: str) -> httpx.Response:
        asked = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
        return await self.client.post("/filing/v1/oauth/token", data=asked | form)

    async def signed_token(self, **form: str) -> httpx.Response:
        """What the token endpoint says to a form without a secret of its own."""
        asked = {"grant_type": "client_credentials"} | form
        return await self.client.post("/filing/v1/oauth/token", data=asked)

    async def said(self, kind: type[Event]) -> list[Event]:
        """Every event of a type that was said, whether the relay has taken it on or not, in its order."""
        query = text(
            "SELECT data FROM (SELECT body::jsonb -> 'data' AS data, body::jsonb ->> 'type' AS type,"
            " position, 0 AS id FROM journal UNION ALL SELECT data, type, 1e18, id FROM outbox) AS said"
            " WHERE type = :type ORDER BY position, id"
        )
        async with owner_connection(self.service.database_url) as connection:
            rows: Sequence[Any] = (await connection.scalars(query, {"type": kind.type})).all()
        return [kind.model_validate(row) for row in rows]

    async def rows(self) -> dict[str, int]:
        """Rows of filing's own tables, keys and answers; not of those that the relay moves meanwhile."""
        own = {*Base.metadata.tables, "aggregate", "idempotency", "person_key"}
        return {name: rows for name, rows in (await self.service.row_counts()).items() if name in own}

    async def everything_stored(self) -> str:
        """The text of every row of every table."""
        parts = []
        async with owner_connection(self.service.database_url) as connection:
            tables = await connection.scalars(
                text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            )
            for table in tables.all():
                parts += (await connection.scalars(text(f'SELECT t::text FROM "{table}" AS t'))).all()
        return "\n".join(parts)
