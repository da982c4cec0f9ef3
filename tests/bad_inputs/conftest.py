"""The service that bad inputs of the frame are sent to: the demo, as a process of its own behind real sockets."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from local.postgres import Postgres
from local.service import Service
from tests.support.service import row_counts, service_process, token, trust_test_key


@dataclass
class DemoProcess:
    """The demo service as a process: killed and started again at will, with its log and its switches."""

    service: Service
    database_url: str
    folder: Path
    values: Mapping[str, str] = field(default_factory=dict)
    client: httpx.AsyncClient = field(init=False)

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.service.port

    def as_(self, role: str = "plan_filer") -> dict[str, str]:
        return {"Authorization": f"Bearer {token(role)}"}

    def switch(self, name: str) -> Path:
        """A file whose presence tells the demo what shall go wrong once: `kill` or `fault`."""
        return self.folder / name

    async def row_counts(self) -> Mapping[str, int]:
        return await row_counts(self.database_url)

    def log_size(self) -> int:
        return self.service.log.stat().st_size

    def log_since(self, size: int) -> str:
        return self.service.log.read_bytes()[size:].decode(errors="replace")


Start = Callable[..., DemoProcess]


@asynccontextmanager
async def connected(demo: DemoProcess) -> AsyncIterator[DemoProcess]:
    """The demo with an open client, trusting the test's tokens."""
    await trust_test_key(demo.database_url)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{demo.service.port}", timeout=30) as client:
        demo.client = client
        yield demo


@pytest.fixture(scope="module")
def start_demo(
    postgres: Postgres,
    database_names: Iterator[str],
    new_nats_url: Callable[[], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Start]:
    """Call it, with environment variables, for a running demo process on a database of its own."""
    running: list[DemoProcess] = []
    names: list[str] = []

    def start(**variables: str) -> DemoProcess:
        folder = tmp_path_factory.mktemp("demo")
        names.append(next(database_names))
        url = postgres.create_database(names[-1])
        service = service_process(
            "tests.support.demo",
            prefix="DEMO",
            database_url=url,
            nats_url=new_nats_url(),
            log=folder / "demo.log",
            DEMO_KILL_SWITCH=str(folder / "kill"),
            DEMO_FAULT_SWITCH=str(folder / "fault"),
            **variables,
        )
        service.start()
        running.append(DemoProcess(service, url, folder))
        return running[-1]

    yield start
    for demo in running:
        demo.service.kill()
    for name in names:
        postgres.drop_database(name)


@pytest.fixture(scope="module")
def demo_process(start_demo: Start) -> DemoProcess:
    """One demo for the whole module; it waits a second, no longer, for slow callers."""
    return start_demo(HEADER_SECONDS="1", BODY_SECONDS="1")


@pytest_asyncio.fixture
async def target(demo_process: DemoProcess) -> AsyncIterator[DemoProcess]:
    """The demo with a client of this test's own."""
    async with connected(demo_process) as demo:
        yield demo
