"""What a superuser of the databases may do to them behind the platform's back, and how it is taken back again.

Each kind changes one row straight in a database and says under which name `verify-journal` has to tell of it.
"""

import json
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

Undo = Callable[[], Awaitable[object]]
SERVICES = ("catalog", "filing", "registration", "certificate", "audit")


@dataclass(frozen=True, slots=True)
class Tampering:
    """One change: where it is to be named, and the way back."""

    named: str
    undo: Undo


@dataclass
class Hand:
    """Connections as the superuser of the databases, and the chance that chooses."""

    owners: Mapping[str, asyncpg.Connection]
    chance: random.Random

    def any_service(self) -> str:
        return self.chance.choice(SERVICES)

    async def row(self, service: str, table: str, where: str = "true", *arguments: Any) -> asyncpg.Record:
        rows = await self.owners[service].fetch(f"SELECT * FROM {table} WHERE {where}", *arguments)
        assert rows, f"{service}.{table} has no row to be changed"
        return self.chance.choice(rows)

    async def update(self, service: str, table: str, key: Mapping[str, Any], /, **changes: Any) -> Undo:
        """Change columns of one row; the way back."""
        owner = self.owners[service]
        where = " AND ".join(f"{name} = ${place}" for place, name in enumerate(key, start=1))
        before = await owner.fetchrow(f"SELECT * FROM {table} WHERE {where}", *key.values())
        assert before is not None

        async def put(values: Mapping[str, Any]) -> None:
            sets = ", ".join(f"{name} = ${len(key) + place}" for place, name in enumerate(values, start=1))
            await owner.execute(f"UPDATE {table} SET {sets} WHERE {where}", *key.values(), *values.values())

        await put(changes)
        return lambda: put({name: before[name] for name in changes})

    async def delete(self, service: str, table: str, key: Mapping[str, Any]) -> Undo:
        owner = self.owners[service]
        where = " AND ".join(f"{name} = ${place}" for place, name in enumerate(key, start=1))
        gone = await owner.fetchrow(f"DELETE FROM {table} WHERE {where} RETURNING *", *key.values())
        assert gone is not None
        return lambda: self.insert(service, table, gone)

    async def insert(self, service: str, table: str, row: Mapping[str, Any]) -> None:
        names = ", ".join(row.keys())
        places = ", ".join(f"${place}" for place in range(1, len(row) + 1))
        await self.owners[service].execute(f"INSERT INTO {table} ({names}) VALUES ({places})", *row.values())

    async def journal(self) -> tuple[str, asyncpg.Record]:
        """A row of some service's journal; not the first of the log's latest, which may still be on its way."""
        service = self.any_service()
        return service, await self.row(
            service, "journal", "position <= (SELECT max(position) FROM journal) * 0.9 + 1"
        )


def _other(text: str) -> str:
    """The same text with one digit changed."""
    at = next(place for place, letter in enumerate(text) if letter.isdigit())
    return f"{text[:at]}{(int(text[at]) + 1) % 10}{text[at + 1 :]}"


async def body_updated(hand: Hand) -> Tampering:
    service, row = await hand.journal()
    undo = await hand.update(service, "journal", {"position": row["position"]}, body=_other(row["body"]))
    return Tampering(f"{service}.journal position {row['position']}", undo)


async def row_deleted(hand: Hand) -> Tampering:
    service, row = await hand.journal()
    undo = await hand.delete(service, "journal", {"position": row["position"]})
    return Tampering(f"{service}.journal position {row['position']}", undo)


async def row_inserted(hand: Hand) -> Tampering:
    """Behind the head, with a chain made up."""
    service = hand.any_service()
    row = dict(await hand.row(service, "journal", "position = (SELECT max(position) FROM journal)"))
    row |= {"position": row["position"] + 1, "event_id": _event_id(hand), "version": row["version"] + 1}
    await hand.insert(service, "journal", row)

    async def undo() -> None:
        await hand.owners[service].execute("DELETE FROM journal WHERE position = $1", row["position"])

    return Tampering(f"{service}.journal position {row['position']}", undo)


async def bodies_swapped(hand: Hand) -> Tampering:
    service = hand.any_service()
    first = await hand.row(service, "journal", "position = 1")
    second = await hand.row(service, "journal", "position = 2")
    one = await hand.update(service, "journal", {"position": 1}, body=second["body"])
    two = await hand.update(service, "journal", {"position": 2}, body=first["body"])

    async def undo() -> None:
        await one()
        await two()

    return Tampering(f"{service}.journal position 1", undo)


async def back_dated(hand: Hand) -> Tampering:
    service, row = await hand.journal()
    told = json.loads(row["body"])
    told["time"] = "2020-01-01T00:00:00Z"
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    undo = await hand.update(service, "journal", {"position": row["position"]}, body=body)
    return Tampering(f"{service}.journal position {row['position']}", undo)


async def chain_updated(hand: Hand) -> Tampering:
    service, row = await hand.journal()
    undo = await hand.update(service, "journal", {"position": row["position"]}, chain=bytes(32))
    return Tampering(f"{service}.journal position {row['position']}", undo)


async def event_renamed(hand: Hand) -> Tampering:
    service, row = await hand.journal()
    undo = await hand.update(service, "journal", {"position": row["position"]}, event_id=_event_id(hand))
    return Tampering(f"{service}.journal position {row['position']}", undo)


async def key_changed(hand: Hand) -> Tampering:
    service, row = await hand.journal()
    undo = await hand.update(service, "journal", {"position": row["position"]}, key=f"{row['key']}x")
    return Tampering(f"{service}.journal position {row['position']}", undo)


async def version_changed(hand: Hand) -> Tampering:
    service = hand.any_service()
    row = await hand.row(service, "aggregate")
    undo = await hand.update(service, "aggregate", {"key": row["key"]}, version=row["version"] + 1)
    return Tampering(f"{service}.aggregate {row['key']}", undo)


async def cursor_forged(hand: Hand) -> Tampering:
    """In audit, whose cursors all stand behind what is logged."""
    row = await hand.row("audit", "inbox", "source IN ('catalog', 'filing', 'registration') AND position > 0")
    undo = await hand.update("audit", "inbox", {"source": row["source"]}, chain=bytes(32))
    return Tampering(f"audit.inbox {row['source']}", undo)


async def _received(hand: Hand) -> tuple[asyncpg.Record, dict[str, Any], str]:
    row = await hand.row("audit", "journal_entry", "source <> 'audit'")
    place = f"{row['source']} position {row['position']}"
    return row, {"source": row["source"], "position": row["position"]}, place


async def received_body_updated(hand: Hand) -> Tampering:
    row, key, place = await _received(hand)
    undo = await hand.update("audit", "journal_entry", key, body=_other(row["body"]))
    return Tampering(f"audit.journal_entry {place}", undo)


async def received_deleted(hand: Hand) -> Tampering:
    _, key, place = await _received(hand)
    return Tampering(f"audit.journal_entry {place}", await hand.delete("audit", "journal_entry", key))


async def received_back_dated(hand: Hand) -> Tampering:
    row, key, place = await _received(hand)
    undo = await hand.update("audit", "journal_entry", key, time=row["time"].replace(year=2020))
    return Tampering(f"audit.journal_entry {place}", undo)


async def received_retyped(hand: Hand) -> Tampering:
    row, key, place = await _received(hand)
    undo = await hand.update("audit", "journal_entry", key, type=f"{row['type']}0")
    return Tampering(f"audit.journal_entry {place}", undo)


async def leaf_changed(hand: Hand) -> Tampering:
    row = await hand.row("audit", "log_leaf")
    undo = await hand.update(
        "audit", "log_leaf", {"leaf_index": row["leaf_index"]}, entry=_other(row["entry"])
    )
    return Tampering(f"audit.log_leaf {row['source']} position {row['position']}", undo)


async def salt_changed(hand: Hand) -> Tampering:
    row = await hand.row("audit", "log_leaf", "source <> 'audit'")
    undo = await hand.update("audit", "log_leaf", {"leaf_index": row["leaf_index"]}, salt=bytes(16))
    return Tampering(f"audit.log_leaf {row['source']} position {row['position']}", undo)


async def root_changed(hand: Hand) -> Tampering:
    row = await hand.row("audit", "log_checkpoint", "size < (SELECT max(size) FROM log_checkpoint)")
    undo = await hand.update("audit", "log_checkpoint", {"size": row["size"]}, root=bytes(32))
    return Tampering(f"audit.log_checkpoint size {row['size']}", undo)


async def certificate_raised(hand: Hand) -> Tampering:
    row = await hand.row("certificate", "certificate")
    undo = await hand.update("certificate", "certificate", {"number": row["number"]}, level=row["level"] - 1)
    return Tampering(f"certificate.certificate {row['number']}", undo)


async def certificate_inserted(hand: Hand) -> Tampering:
    """Nobody said that it was issued."""
    row = dict(await hand.row("certificate", "certificate"))
    row |= {"number": f"{row['number'][:-3]}999", "result_id": _event_id(hand), "status_index": 2**40}
    await hand.insert("certificate", "certificate", row)

    async def undo() -> None:
        await hand.owners["certificate"].execute("DELETE FROM certificate WHERE number = $1", row["number"])

    return Tampering(f"certificate.certificate {row['number']}", undo)


async def revocation_back_dated(hand: Hand) -> Tampering:
    row = await hand.row("certificate", "status_change")
    undo = await hand.update(
        "certificate", "status_change", {"serial": row["serial"]}, since=row["since"].replace(year=2020)
    )
    return Tampering(f"certificate.status_change {row['serial']}", undo)


async def plan_moved(hand: Hand) -> Tampering:
    row = await hand.row("audit", "plan_fact")
    undo = await hand.update(
        "audit", "plan_fact", {"plan_id": row["plan_id"]}, starts_on=row["starts_on"].replace(day=1, month=1)
    )
    return Tampering(f"audit.plan_fact {row['plan_id']}", undo)


async def batch_deleted(hand: Hand) -> Tampering:
    row = await hand.row("audit", "batch_fact")
    return Tampering(
        f"audit.batch_fact {row['batch_id']}",
        await hand.delete("audit", "batch_fact", {"batch_id": row["batch_id"]}),
    )


async def body_renamed(hand: Hand) -> Tampering:
    row = await hand.row("certificate", "issuing_body")
    key = {"organisation_id": row["organisation_id"]}
    undo = await hand.update("certificate", "issuing_body", key, name="别的机构")
    return Tampering(f"certificate.issuing_body {row['organisation_id']}", undo)


async def credit_code_changed(hand: Hand) -> Tampering:
    row = await hand.row("filing", "organisation", "state = 'approved'")
    undo = await hand.update("filing", "organisation", {"id": row["id"]}, uscc="0" * 18)
    return Tampering(f"filing.organisation {row['id']}", undo)


def _event_id(hand: Hand) -> str:
    return f"{hand.chance.getrandbits(32):08x}-0000-7000-8000-{hand.chance.getrandbits(48):012x}"


KINDS: tuple[Callable[[Hand], Awaitable[Tampering]], ...] = (
    body_updated,
    row_deleted,
    row_inserted,
    bodies_swapped,
    back_dated,
    chain_updated,
    event_renamed,
    key_changed,
    version_changed,
    cursor_forged,
    received_body_updated,
    received_deleted,
    received_back_dated,
    received_retyped,
    leaf_changed,
    salt_changed,
    root_changed,
    certificate_raised,
    certificate_inserted,
    revocation_back_dated,
    plan_moved,
    batch_deleted,
    body_renamed,
    credit_code_changed,
)
