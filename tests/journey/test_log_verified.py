"""`skills verify-journal`: silent on a platform that nobody touched, and naming the row in each change behind its back.

TAMPERINGS=200 makes as many changes at random (make tamper); without it each kind is tried once.
"""

import asyncio
import json
import os
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from client import audit
from client.log_databases import checkpoint_roots, compare, compare_roots
from client.log_reader import LogCopy, read_log
from client.log_tree import open_checkpoint
from local.keys import Keys
from local.postgres import ADMIN
from tests.support.stack import Stack
from tests.support.tampering import KINDS, SERVICES, Hand
from tests.support.waiting import until

TAMPERINGS = int(os.environ.get("TAMPERINGS", "0"))
SEED = int(os.environ.get("SEED", "7"))


def database_urls(stack: Stack, *, superuser: bool = False) -> dict[str, str]:
    keys, port = Keys(stack.data), stack.part("postgres")["port"]
    logins = {name: f"{name}:{keys.password(f'database:{name}')}" for name in SERVICES}
    if superuser:
        logins = dict.fromkeys(SERVICES, f"{ADMIN}:{keys.password('postgres')}")
    return {name: f"postgresql://{login}@127.0.0.1:{port}/{name}" for name, login in logins.items()}


def log_size(stack: Stack) -> int:
    found = stack.public.send(audit.log_state())["size"]
    assert isinstance(found, int)
    return found


@pytest.fixture(scope="module")
def used(stack: Stack) -> Stack:
    """After a demo, once everything that it said is in the log."""
    with stack.run("-m", "client.demo", SEED="31", WORKERS="300", CANDIDATES="20") as process:
        output, _ = process.communicate()
    assert process.returncode == 0, output
    number = json.loads(output.strip().rpartition("\n")[2])["certificate_number"]
    until(lambda: _is_settled(stack))
    assert number
    return stack


def _is_settled(stack: Stack) -> bool:
    """Whether nothing waits to be logged any more."""
    heads = sum(head["position"] for head in stack.public.send(audit.journal_heads()))
    return bool(heads == log_size(stack))


def test_a_platform_that_nobody_touched_raises_no_alarm(used: Stack, tmp_path: Path) -> None:
    given = [part for name, url in database_urls(used).items() for part in ("--databases", f"{name}={url}")]
    state = str(tmp_path / "seen.json")
    for _ in range(2):  # the second time it also holds the log against what it saw the first time
        done = used.skills("verify-journal", "--state", state, *given)
        assert (done.returncode, done.stderr) == (0, "")
        assert "the databases hold what it says" in done.stdout


def test_a_witness_sees_the_log_grow_and_receipts_are_looked_up(used: Stack, tmp_path: Path) -> None:
    key_file = str(tmp_path / "witness.key")
    for _ in range(2):
        done = used.skills("log", "witness", "--name", "w.example/1", "--key-file", key_file)
        assert (done.returncode, done.stderr) == (0, "")
        assert "not registered: w.example/1+" in done.stdout
    done = used.skills("log", "receipts", "check", str(tmp_path))
    assert (done.returncode, done.stdout) == (0, "no receipts\n")


def test_a_certificate_shows_its_proof_within_seconds_of_issue(used: Stack) -> None:
    """The demo waits for its certificates; the proof is there as soon as the log is settled."""
    urls = database_urls(used)

    async def unproven() -> int:
        connection = await asyncpg.connect(urls["certificate"])
        try:
            found = await connection.fetchval(
                "SELECT count(*) FROM certificate c WHERE NOT EXISTS "
                "(SELECT FROM proven_certificate p WHERE p.number = c.number)"
            )
        finally:
            await connection.close()
        assert isinstance(found, int)
        return found

    until(lambda: asyncio.run(unproven()) == 0)


@pytest.fixture(scope="module")
def copy(used: Stack) -> Iterator[LogCopy]:
    """The log, read once: tampering with the databases does not change it."""
    urls = database_urls(used)
    key = str(used.public.send(audit.log_key())["key"])

    def fetch(path: str) -> bytes:
        return used.public.send(audit.log_checkpoint() if path == "checkpoint" else audit.log_tile(path))

    signed = open_checkpoint(fetch("checkpoint").decode(), key)
    sizes = frozenset(asyncio.run(checkpoint_roots(urls["audit"])))
    found = read_log(fetch, signed, last_seen=None, sizes=sizes)
    yield found
    found.close()


@pytest_asyncio.fixture
async def hand(used: Stack) -> AsyncIterator[Hand]:
    async with AsyncExitStack() as stack:
        owners = {}
        for name, url in database_urls(used, superuser=True).items():
            # No trigger and no foreign key stands in a superuser's way.
            settings = {"session_replication_role": "replica"}
            owners[name] = await asyncpg.connect(url, server_settings=settings)
            stack.push_async_callback(owners[name].close)
        yield Hand(owners, random.Random(SEED))


async def test_every_change_behind_the_platforms_back_is_named(
    used: Stack, copy: LogCopy, hand: Hand
) -> None:
    urls = database_urls(used)
    kinds = [hand.chance.choice(KINDS) for _ in range(TAMPERINGS)] or list(KINDS)
    for kind in kinds:
        tampering = await kind(hand)
        try:
            compared = await compare(copy, urls)
            compare_roots(copy, await checkpoint_roots(urls["audit"]), compared)
        finally:
            await tampering.undo()
        told = [finding.where for finding in compared.findings]
        assert tampering.named in told, f"{kind.__name__}: {tampering.named} is not among {told}"
    compared = await compare(copy, urls)
    assert compared.findings == []
