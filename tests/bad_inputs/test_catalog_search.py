"""The area `catalog`, search and calendar: every entry against a running catalog with both lists."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from catalog.main import create_app
from catalog.settings import CatalogSettings
from local.postgres import Postgres
from tests.bad_inputs.harness import Answer, Area, BadInput, Served, built
from tests.service.catalog.conftest import with_both_lists
from tests.service.catalog.world import Catalog
from tests.support.service import RunningService, running_service

AREA = Area("catalog")
MOST_SENT = 5_000  # characters that httpx takes into an address
ENTRIES = [entry for entry in AREA.entries if entry.op in ("search", "calendar")]


@dataclass
class Reader(Served):
    """A public reader of a catalog, and the log of this test."""

    catalog: Catalog

    @property
    def served(self) -> RunningService:
        return self.catalog.service


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def catalog(
    postgres: Postgres, database_names: Iterator[str], new_nats_url: Callable[[], str]
) -> AsyncIterator[Catalog]:
    name = next(database_names)
    async with running_service(
        create_app, CatalogSettings, database_url=postgres.create_database(name), nats_url=new_nats_url()
    ) as service:
        yield await with_both_lists(Catalog(service))
    postgres.drop_database(name)


@pytest.fixture
def reader(catalog: Catalog, capsys: pytest.CaptureFixture[str]) -> Reader:
    return Reader(catalog, read=lambda: "".join(capsys.readouterr()))


@AREA.case(*(entry.id for entry in ENTRIES if entry.op == "search"))
async def look_up(entry: BadInput, reader: Reader) -> Answer:
    """Patterns find nothing that does not hold them; a refusal changes no table."""
    typed = built(entry.input, reader.values)["q"]
    if len(typed) > MOST_SENT:
        assert (await reader.catalog.get("/occupations/search", q=typed[:65])).status_code == 422
        typed = typed[:MOST_SENT]
    before = await reader.row_counts()
    answer = Answer.of(await reader.catalog.get("/occupations/search", q=typed))
    assert await reader.row_counts() == before
    if answer.status == 200:
        assert all(typed in hit["by"] for hit in answer.body["items"])
    return answer


@AREA.case(*(entry.id for entry in ENTRIES if entry.op == "calendar"))
async def count_days(entry: BadInput, reader: Reader) -> Answer:
    day = entry.input.get("from", "2026-11-23")
    answer = Answer.of(await reader.catalog.get("/calendar/workdays", day=day, add=entry.input["add"]))
    if "flag" in entry.expect:
        assert (answer.body["provisional"], set(answer.body["reason"])) == (True, {"zh", "en"})
    return answer


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("entry", ENTRIES, ids=str)
async def test_bad_question(entry: BadInput, reader: Reader) -> None:
    await AREA.run(entry, reader)
