"""How many leaves a second verify-journal compares with the databases: a log of LEAVES events, on servers of its own.

LEAVES=100000 python -m pytest -s tests/bench/journal.py
"""

import hashlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg

from audit.main import create_app
from audit.settings import AuditSettings
from client.log_databases import compare
from client.log_reader import read_log
from client.log_tree import open_checkpoint
from common import migrate
from common.events import Envelope
from common.ids import uuid7
from tests.support.public_log import World, account_revoked
from tests.support.service import running_service

LEAVES = int(os.environ.get("LEAVES", "100000"))
BATCH = 5_000


async def test_leaves_per_second(database: Callable[[], str], nats_url: str, tmp_path: Path) -> None:
    filing, url = database(), database()
    await migrate.upgrade(filing, "filing.migrations")
    async with running_service(create_app, AuditSettings, database_url=url, nats_url=nats_url) as service:
        world = World(service, tmp_path / "log")
        await _fill(filing, url, world)
        began = time.monotonic()
        while (signed := await world.grow()).size < LEAVES:
            pass
        say(f"\ngrown: {LEAVES / (time.monotonic() - began):,.0f} leaves/s")
        key = str((await world.growth()).signer.key())
        note = (world.folder.read("checkpoint") or b"").decode()
        opened = open_checkpoint(note, key)
        assert opened.size == signed.size
        began, worked = time.monotonic(), time.process_time()
        copy = read_log(lambda path: world.folder.read(path) or b"", opened, last_seen=None)
        read = time.monotonic()
        compared = await compare(copy, {"filing": filing, "audit": url})
        ended = time.monotonic()
        copy.close()
        assert compared.findings == []
        say(f"log alone: {LEAVES / (read - began):,.0f} leaves/s")
        say(f"with both databases: {LEAVES / (ended - began):,.0f} leaves/s")
        say(f"of the processor: {LEAVES / (time.process_time() - worked):,.0f} leaves/s")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


async def _fill(filing: str, audit: str, world: World) -> None:
    """The same events in filing's journal and in what audit received."""
    own = await asyncpg.connect(filing.replace("+asyncpg", ""))
    other = await asyncpg.connect(audit.replace("+asyncpg", ""))
    chain = bytes(32)
    for start in range(0, LEAVES, BATCH):
        sent: list[tuple[object, ...]] = []
        received: list[tuple[object, ...]] = []
        for position in range(start + 1, start + BATCH + 1):
            told: Envelope = world.others.envelope(account_revoked(), id=uuid7())
            body = told.body()
            chain = hashlib.sha256(chain + body.encode()).digest()
            sent.append((position, told.id, told.subject, told.version, body, chain, []))
            received.append(
                ("filing", position, told.id, told.type, told.subject, told.version, told.time, body, chain)
            )
        await own.copy_records_to_table("journal", records=sent)
        await other.copy_records_to_table("journal_entry", records=received)
    await own.execute("INSERT INTO aggregate (key, version) SELECT key, version FROM journal")
    await own.close()
    await other.close()
