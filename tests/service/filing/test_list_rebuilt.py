"""Filing's list, rebuilt from zero out of what the catalog said, is the catalog's: every item, every date of change.

Both services are real; the events are those of the catalog's journal, taken in by filing's own handlers.
"""

from collections.abc import AsyncIterator, Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.items import repository as catalog_items
from catalog.items.models import ItemVersion as CatalogVersion
from catalog.main import create_app
from catalog.settings import CatalogSettings
from common.asyncapi import event_types
from common.events import Event
from filing.listing.consumers import HANDLERS
from filing.listing.models import ItemVersion, StandardFact
from filing.listing.repository import items_on
from tests.service.catalog.conftest import with_both_lists
from tests.service.catalog.world import Catalog, adjustment_body
from tests.service.filing.world import Filing
from tests.support.service import owner_connection, running_service

ONE_DAY = timedelta(days=1)
Standing = dict[str, tuple[Any, ...]]


@pytest.fixture
async def eventful(database: Callable[[], str], nats_url: str) -> AsyncIterator[Catalog]:
    """A catalog whose list was dropped from, adjusted, merged, corrected, withdrawn from and brought back to."""
    async with running_service(
        create_app, CatalogSettings, database_url=database(), nats_url=nats_url
    ) as service:
        catalog = await with_both_lists(Catalog(service))
        await adjust(catalog, 2023, {"name": "甲业"}, {"name": "乙业"}, {"name": "电工", "levels": [5, 4]})
        await adjust(catalog, 2024, {"name": "甲业", "successors": ["丙业"]}, {"name": "丙业"})
        await adjust(catalog, 2025, {"name": "乙业", "track": "withdrawn"})
        await adjust(catalog, 2026, {"name": "乙业", "track": "special_ability", "levels": [5]})
        editions = (await catalog.read("/editions"))["items"]
        first = next(one["id"] for one in editions if one["effective_on"] == "2017-09-12")
        body = {"item_code": "6-31-01-03", "levels": [5, 4, 3], "reason": "勘误"}
        assert (await catalog.post(f"/editions/{first}/corrections", body)).status_code == 201
        yield catalog


async def adjust(catalog: Catalog, year: int, *rows: dict[str, Any]) -> None:
    days = {"published_on": f"{year}-01-01", "effective_on": f"{year}-01-01"}
    answer = await catalog.post("/adjustments", adjustment_body(*rows, name=f"{year}年调整", **days))
    assert answer.status_code == 201, answer.text


async def journal(catalog: Catalog) -> list[Event]:
    """Everything that filing takes in of what the catalog said, in order."""
    kinds = {kind.type: kind for kind in event_types() if kind in HANDLERS}
    query = (
        "SELECT type, data FROM (SELECT body::jsonb ->> 'type' AS type, body::jsonb -> 'data' AS data, position,"
        " 0 AS id FROM journal UNION ALL SELECT type, data, 1e18, id FROM outbox) AS said ORDER BY position, id"
    )
    async with owner_connection(catalog.service.database_url) as connection:
        rows = (await connection.execute(text(query))).all()
    return [kinds[row.type].model_validate(row.data) for row in rows if row.type in kinds]


async def catalog_says(session: AsyncSession, day: date, known_at: datetime | None) -> Standing:
    found = await catalog_items.in_force(session, day, known_at=known_at)
    return {
        span.version.item.code: (
            span.version.item.name,
            span.version.item.track,
            frozenset(span.version.item.levels),
            span.version.edition_id,
        )
        for span in found
    }


async def filing_says(
    session: AsyncSession, codes: list[str], day: date, known_at: datetime | None
) -> Standing:
    found = await items_on(session, codes, day, known_at=known_at)
    return {code: (item.name, item.track, item.levels, item.edition_id) for code, item in found.items()}


async def test_filings_list_rebuilt_from_zero_is_the_catalogs(eventful: Catalog, filing: Filing) -> None:
    async with filing.unit_of_work() as uow:
        await uow.session.execute(delete(ItemVersion))
        await uow.session.execute(delete(StandardFact))
        await uow.commit()
    said = await journal(eventful)
    await filing.hear(*said)
    await filing.hear(*said[-3:])  # heard again, it is the same
    async with (
        eventful.service.platform.sessions() as theirs,
        filing.service.platform.sessions() as ours,
    ):
        rows = (
            await theirs.execute(
                select(CatalogVersion.item_code, CatalogVersion.valid_from, CatalogVersion.recorded_at)
            )
        ).all()
        codes = sorted({row.item_code for row in rows})
        days = {row.valid_from for row in rows} | {row.valid_from - ONE_DAY for row in rows}
        instants = [None, *sorted({row.recorded_at for row in rows})]
        assert (len(codes), len(days), len(instants)) == (213, 12, 8)
        for day in sorted(days):
            for known_at in instants:
                expected = await catalog_says(theirs, day, known_at)
                assert await filing_says(ours, codes, day, known_at) == expected
