"""Where the messaging's bad inputs happen: made-up services, and servers of their own to be harmed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
from nats.aio.client import Client
from nats.js import JetStreamContext, api

from common.bus import NatsSettings, connect, stream_subjects
from common.inbox import Delivery
from common.journal import read_journal
from local.nats import Nats, NatsUser
from local.postgres import DISPOSABLE, Postgres
from tests.support.messaging import SOURCE, Counted, Party, opened, party, plain, sequence_all

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass
class World:
    """Made for one entry; everything it started ends with it."""

    postgres: Postgres
    database: Callable[[], str]
    nats_url: str
    folder: Path
    stack: AsyncExitStack
    _servers: list[Nats] = field(default_factory=list)

    async def party(self, name: str, *, nats: str | None = None) -> Party:
        """A service with tables of its own."""
        return await self.stack.enter_async_context(party(name, self.database(), nats or self.nats_url))

    async def pair(self, *, nats: str | None = None) -> tuple[Party, Party]:
        """One that tells and one that follows it."""
        return await self.party(SOURCE, nats=nats), await self.party("certificate", nats=nats)

    async def reopened(self, known: Party, url: str) -> Party:
        """The same service on another copy of its database."""
        return await self.stack.enter_async_context(opened(known.name, url, known.nats.url))

    def own_nats(self, *, users: Sequence[NatsUser] = ()) -> Nats:
        """A broker that may be killed."""
        server = Nats(self.folder / f"nats-{len(self._servers)}", users=users, sync="1m")
        server.start()
        self._servers.append(server)
        self.stack.callback(server.kill)
        return server

    def own_postgres(self) -> Postgres:
        """A cluster that may be killed."""
        server = Postgres(self.folder / "postgres-own", settings=DISPOSABLE)
        server.create()
        server.start()
        self.stack.callback(server.kill)
        return server

    def copy_of(self, database_url: str) -> str:
        """A database as it stands now, as a back-up would have it; nobody may be connected to it."""
        name = database_url.rpartition("/")[2]
        url = self.postgres.create_database(f"{name}_copy", template=name)
        self.stack.callback(self.postgres.drop_database, f"{name}_copy")
        return url

    async def broker(self, url: str | None = None) -> Client:
        """A client with everybody's rights on the account."""
        client = await connect(NatsSettings(url or self.nats_url))
        self.stack.push_async_callback(client.close)
        return client

    async def stream(self, url: str | None = None) -> JetStreamContext:
        return (await self.broker(url)).jetstream()

    async def frail_stream(self, **limits: int) -> JetStreamContext:
        """The source's stream as a careless hand would make it: messages may be deleted, purged, limited."""
        stream = await self.stream()
        await stream.add_stream(api.StreamConfig(name=SOURCE, subjects=stream_subjects(SOURCE), **limits))
        return stream

    async def admin(self, teller: Party) -> asyncpg.Connection:
        """A database administrator at a service's database."""
        db = await asyncpg.connect(plain(teller.url))
        self.stack.push_async_callback(db.close)
        return db

    def follower_process(self, follower: Party) -> subprocess.Popen[bytes]:
        """A follower of the source in a process of its own."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.node", "ours", "follower", "audit", SOURCE],
            cwd=self.folder,
            env={
                **os.environ,
                "PYTHONPATH": str(CHECKOUT),
                "FAULTS_POSTGRES": "",
                "FAULTS_NATS": follower.nats.url,
                "FAULTS_DATABASE": follower.url,
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.stack.callback(process.wait)
        self.stack.callback(process.kill)
        return process


async def tell(teller: Party, *names: str) -> None:
    """One transaction for each count."""
    for name in names:
        await teller.tell(Counted(counter=name))


async def deliveries(teller: Party, *names: str) -> list[Delivery]:
    """What a follower of the whole journal would get, after counts were told."""
    await tell(teller, *names)
    await sequence_all(teller)
    async with teller.sessions() as session:
        entries = await read_journal(session, after=0, limit=10_000)
    return [Delivery(entry.position, entry.body, entry.chain) for entry in entries]


def damage_blocks(server: Nats, harm: Callable[[bytearray], bytearray]) -> None:
    """Change what a stopped broker has on its disk."""
    blocks = sorted(server.store.rglob("*.blk"))
    assert blocks, "the broker has nothing on its disk"
    for block in blocks:
        if block.stat().st_size:
            block.write_bytes(harm(bytearray(block.read_bytes())))


def keep_store(server: Nats, where: Path) -> None:
    shutil.rmtree(where, ignore_errors=True)
    shutil.copytree(server.store, where)


def put_store_back(server: Nats, kept: Path) -> None:
    shutil.rmtree(server.store)
    shutil.copytree(kept, server.store)
