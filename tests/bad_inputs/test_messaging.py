"""Every bad input of the messaging, made to happen on real servers."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from local.postgres import Postgres
from tests.bad_inputs.harness import Area, BadInput
from tests.bad_inputs.messaging_scenarios import SCENARIOS
from tests.bad_inputs.messaging_world import World

AREA = Area("messaging")


@pytest_asyncio.fixture
async def world(
    postgres: Postgres,
    database: Callable[[], str],
    nats_url: str,
    server_folder: Path,
    request: pytest.FixtureRequest,
) -> AsyncIterator[World]:
    folder = server_folder / request.node.name.replace("[", "-").strip("]")
    folder.mkdir(mode=0o755)
    async with AsyncExitStack() as stack:
        yield World(postgres, database, nats_url, folder, stack)


@pytest.mark.parametrize("entry", AREA.entries, ids=str)
async def test_bad_input(entry: BadInput, world: World) -> None:
    assert await SCENARIOS[entry.id](world) == entry.expect["outcome"]


def test_every_entry_has_a_scenario() -> None:
    assert set(SCENARIOS) == {entry.id for entry in AREA.entries}
