"""The area `catalog`, consultations: late opinions, and far too many of them."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import pytest_asyncio

from catalog.consultations import api
from catalog.main import create_app
from catalog.settings import CatalogSettings
from common.clock import SHANGHAI
from common.ids import uuid7
from common.ratelimit import RateLimit
from local.postgres import Postgres
from tests.bad_inputs.harness import Answer, Area, BadInput, Served
from tests.service.catalog.world import BASE, Catalog
from tests.support.service import RunningService, running_service

AREA = Area("catalog")
ENTRIES = [entry for entry in AREA.entries if entry.op == "consultations"]
OPINION = {"stance": "support", "text": "同意。"}


@dataclass
class Desk(Served):
    """A catalog with an open consultation, and the log of this test."""

    catalog: Catalog

    @property
    def served(self) -> RunningService:
        return self.catalog.service

    async def opened(self) -> str:
        day: date = self.catalog.service.platform.clock.today()
        body: dict[str, Any] = {
            "title": "草案",
            "subject": "edition",
            "clauses": ["一"],
            "deadline": day.isoformat(),
        }
        headers = self.catalog.service.as_("authority", idempotency_key="new")
        answer = await self.client.post(f"{BASE}/consultations", json=body, headers=headers)
        return f"{BASE}/consultations/{answer.json()['id']}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def catalog(
    postgres: Postgres, database_names: Iterator[str], new_nats_url: Callable[[], str]
) -> AsyncIterator[Catalog]:
    name = next(database_names)
    async with running_service(
        create_app, CatalogSettings, database_url=postgres.create_database(name), nats_url=new_nats_url()
    ) as service:
        yield Catalog(service)
    postgres.drop_database(name)


@pytest.fixture
def desk(catalog: Catalog, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(api, "OPINIONS", RateLimit(per_second=0.5, burst=30))
    logging.getLogger("httpx").setLevel(logging.WARNING)
    return Desk(catalog, read=lambda: "".join(capsys.readouterr()))


@AREA.case("catalog-066")
async def a_second_late(entry: BadInput, desk: Desk) -> Answer:
    """In time through 23:59:59 of the last day in China, by the server's clock; a second later it is another day."""
    place = await desk.opened()
    clock = desk.catalog.service.platform.clock
    now = clock.now().astimezone(SHANGHAI)
    midnight = now.replace(hour=23, minute=59, second=59, microsecond=0)
    to_go = int((midnight - now).total_seconds())
    clock.set_offset(clock.offset_seconds + max(0, to_go - 30))
    in_time = await desk.client.post(
        f"{place}/opinions", json=OPINION, headers={"Idempotency-Key": str(uuid7())}
    )
    assert in_time.status_code == 201, in_time.text
    clock.set_offset(clock.offset_seconds + 60)
    before = await desk.row_counts()
    late = await desk.client.post(
        f"{place}/opinions", json=OPINION, headers={"Idempotency-Key": str(uuid7())}
    )
    assert await desk.row_counts() == before
    return Answer.of(late)


@AREA.case("catalog-067")
async def far_too_many(entry: BadInput, desk: Desk) -> Answer:
    """Thirty at once are taken from an account; whoever sends on is told to wait, and others are not held up."""
    place = await desk.opened()
    account, organisation = uuid7(), uuid7()
    for _ in range(60):
        headers = desk.catalog.service.as_(
            "plan_filer", idempotency_key="new", organisation_id=organisation, account_id=account
        )
        answer = await desk.client.post(f"{place}/organisation-opinions", json=OPINION, headers=headers)
        if answer.status_code == 429:
            break
    assert int(answer.headers["Retry-After"]) >= 1
    before = await desk.row_counts()
    other = desk.catalog.service.as_("plan_filer", idempotency_key="new", organisation_id=organisation)
    assert (
        await desk.client.post(f"{place}/organisation-opinions", json=OPINION, headers=other)
    ).status_code == 201
    assert (await desk.row_counts())["opinion"] == before["opinion"] + 1
    return Answer.of(answer)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("entry", ENTRIES, ids=str)
async def test_bad_opinion(entry: BadInput, desk: Desk) -> None:
    await AREA.run(entry, desk)
