"""Real servers for the tests that ask for them: one PostgreSQL and one NATS per run, fresh databases."""

import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

from local.nats import Nats, NatsUser
from local.postgres import DISPOSABLE, Postgres

BROKER_ACCOUNTS = 1_000

# Properties are judged by what holds, never by how long a busy machine takes.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder for servers that run as another user: everyone may pass through it, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="skills-test-", ignore_cleanup_errors=True) as folder:
        path = Path(folder)
        path.chmod(0o755)
        yield path


@pytest.fixture(scope="session")
def postgres(server_folder: Path) -> Iterator[Postgres]:
    """The run's PostgreSQL: `.admin_dsn`, `.create_database(name)`, `.drop_database(name)`."""
    server = Postgres(server_folder / "postgres", settings=DISPOSABLE)
    server.create()
    server.start()
    try:
        yield server
    finally:
        server.kill()


@pytest.fixture(scope="session")
def database_names() -> Iterator[str]:
    return (f"test_{number}" for number in count(1))


@pytest.fixture
def database(postgres: Postgres, database_names: Iterator[str]) -> Iterator[Callable[[], str]]:
    """Call it for the URL (postgresql+asyncpg://…) of a new, empty database; dropped after the test."""
    made: list[str] = []

    def make() -> str:
        made.append(next(database_names))
        return postgres.create_database(made[-1])

    yield make
    for name in made:
        postgres.drop_database(name)


@pytest.fixture(scope="session")
def nats(server_folder: Path) -> Iterator[Nats]:
    """The run's NATS with JetStream, with many accounts that know nothing of one another's streams."""
    names = [f"t{number}" for number in range(BROKER_ACCOUNTS)]
    users = [NatsUser(name=name, password="test", account=name) for name in names]
    server = Nats(server_folder / "nats", users=users, sync="1m")
    server.start()
    try:
        yield server
    finally:
        server.kill()


@pytest.fixture(scope="session")
def new_nats_url(nats: Nats) -> Callable[[], str]:
    """Call it for the URL of an account without streams; for fixtures that outlive one test."""
    unused = iter(nats.users)
    return lambda: nats.url_of(next(unused).name)


@pytest.fixture
def nats_url(new_nats_url: Callable[[], str]) -> str:
    """The URL of a NATS account of this test's own: it has no streams, and nobody else sees what it makes."""
    return new_nats_url()
