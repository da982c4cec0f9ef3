"""After a database was restored to an earlier moment: take back into its journal what the stream still tells.

The relay stands still then, because the stream is ahead of the journal; nothing may be told at positions that others
have applied already. First restore what is missing by PostgreSQL's own means (write-ahead log, replica). What is lost
for good is at least not lost to the journal: this command copies the stream's tail into it, checked link by link.
The tables of the service are not touched: whoever runs it compares them with the recovered events (docs/messaging.md).

python -m common.recover_tail FILING
"""

import argparse
import asyncio
import sys
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from nats.aio.client import Client
from nats.js import JetStreamContext, api

from common import person_keys
from common.bus import NatsSettings, connect
from common.events import Envelope
from common.journal import ZERO, link
from common.settings import ServiceSettings


class RecoveryRefused(Exception):
    """The tail cannot be taken back: it does not follow on, or new events took its place."""


@dataclass(frozen=True, slots=True)
class Told:
    """One message of the stream, as the journal will hold it again."""

    position: int
    envelope: Envelope
    body: str
    chain: bytes
    keys: dict[UUID, bytes]


async def recover_tail(*, source: str, dsn: str, nats: NatsSettings) -> int:
    """Copy what the stream tells beyond the journal's head into the journal; how many events. Raises RecoveryRefused.

    All or nothing. Needs the relay's lock: every relay of the service has to be stopped before.
    """
    db = await asyncpg.connect(dsn, timeout=5)
    broker: Client | None = None
    try:
        if not await db.fetchval("SELECT pg_try_advisory_lock(hashtext('relay'))"):
            raise RecoveryRefused(
                "a relay of this service is running: stop every process of the service first"
            )
        broker = await connect(nats)
        tail = await _tail(db, broker.jetstream(timeout=nats.answer_seconds), source)
        async with db.transaction():
            for told in tail:
                await _take_back(db, told)
            await _refuse_successors(db, [told.envelope.subject for told in tail])
        return len(tail)
    finally:
        db.terminate()
        if broker:
            await broker.close()


async def _tail(db: asyncpg.Connection, stream: JetStreamContext, source: str) -> list[Told]:
    """What the stream holds behind the journal's head, each linked to the one before."""
    head = await db.fetchrow("SELECT position, chain FROM journal ORDER BY position DESC LIMIT 1")
    position, chain = (head["position"], head["chain"]) if head else (0, ZERO)
    last = (await stream.stream_info(source)).state.last_seq
    found = []
    for number in range(position + 1, last + 1):
        told = _told(number, await stream.get_msg(source, seq=number))
        chain = link(chain, told.body)
        if chain != told.chain:
            raise RecoveryRefused(
                f"position {number} does not follow on from the journal: it went another way since"
            )
        found.append(told)
    return found


def _told(position: int, message: api.RawStreamMsg) -> Told:
    headers = message.headers or {}
    body = (message.data or b"").decode()
    return Told(
        position=position,
        envelope=Envelope.parse(body),
        body=body,
        chain=bytes.fromhex(headers.get("Chain", "")),
        keys=person_keys.unpack(headers.get(person_keys.HEADER, "")),
    )


async def _take_back(db: asyncpg.Connection, told: Told) -> None:
    envelope = told.envelope
    await db.execute(
        "INSERT INTO journal (position, event_id, key, version, body, chain, persons) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7)",
        *(
            told.position,
            envelope.id,
            envelope.subject,
            envelope.version,
            told.body,
            told.chain,
            list(told.keys),
        ),
    )
    await db.execute("DELETE FROM outbox WHERE event_id = $1", envelope.id)
    await db.execute(
        "INSERT INTO aggregate AS a (key, version) VALUES ($1, $2) "
        "ON CONFLICT (key) DO UPDATE SET version = greatest(a.version, excluded.version)",
        *(envelope.subject, envelope.version),
    )
    for person, wrapped in told.keys.items():
        await db.execute(
            "INSERT INTO person_key (person_id, wrapped) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            person,
            wrapped,
        )


async def _refuse_successors(db: asyncpg.Connection, keys: list[str]) -> None:
    """Events said after the restore, of keys that the tail tells of, carry versions that are taken."""
    waiting = await db.fetchval("SELECT count(*) FROM outbox WHERE key = ANY($1)", keys)
    if waiting:
        raise RecoveryRefused(
            f"{waiting} events were said since the restore, of keys that the stream tells of"
        )


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description="Take back into a restored journal what the stream still tells."
    )
    parser.add_argument("prefix", help="the prefix of the service's variables, for example FILING")
    prefix = parser.parse_args().prefix
    settings = ServiceSettings(_env_prefix=f"{prefix.upper()}_")
    dsn = settings.database_url.get_secret_value().replace("postgresql+asyncpg://", "postgresql://")
    nats = NatsSettings(settings.nats_url.get_secret_value())
    try:
        count = asyncio.run(recover_tail(source=prefix.lower(), dsn=dsn, nats=nats))
    except RecoveryRefused as refusal:
        sys.exit(f"nothing was changed: {refusal}")
    sys.stdout.write(f"{count} events taken back\n")


if __name__ == "__main__":
    main()
