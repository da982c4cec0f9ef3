"""The area `audit`, the journal as a public log: every entry against audit on real servers."""

import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from audit.log.folder import LogDamaged, LogFolder
from audit.log.witnesses import is_unwitnessed
from audit.main import create_app
from audit.settings import AuditSettings
from client.log_databases import checkpoint_roots, compare, compare_roots
from client.log_reader import read_log
from client.log_tree import open_checkpoint
from common.events.certificate import CertificatesIssued, IssuedCertificate
from common.events.filing import AccountRevoked
from common.ids import uuid7
from common.merkle_notes import COSIGNED, NoteSigner, note_parts
from common.merkle_tiles import unpack
from local.postgres import Postgres
from tests.bad_inputs.harness import Answer, Area, BadInput, Served
from tests.support.public_log import World, account_revoked
from tests.support.service import RunningService, owner_connection, running_service
from tests.support.waiting import eventually

AREA = Area("audit", secrets=[])
ENTRIES = [entry for entry in AREA.entries if entry.op == "journal"]
LOG = "/audit/v1/log"
WITNESS = NoteSigner("witness.example/w1", Ed25519PrivateKey.from_private_bytes(bytes([1] * 32)))
NOTHING = Answer(None, None)
CARD = {
    "name": "王建国",
    "grade": "examiner",
    "item_codes": ["6-18-02-04"],
    "region": "320106",
    "valid_from": "2026-01-01",
    "valid_to": "2028-12-31",
}


@dataclass
class Desk(Served):
    """Audit with a log; what `verify-journal` says of it."""

    world: World

    @property
    def served(self) -> RunningService:
        return self.world.service

    async def verified(self) -> list[str]:
        """Where audit's database is not what the log says."""
        growth = await self.world.growth()
        key = str(growth.signer.key())

        def fetch(path: str) -> bytes:
            return self.world.folder.read(path) or b""

        url = self.served.database_url
        roots = await checkpoint_roots(url)
        signed = open_checkpoint(fetch("checkpoint").decode(), key)
        copy = read_log(fetch, signed, last_seen=None, sizes=frozenset(roots))
        compared = await compare(copy, {"audit": url})
        compare_roots(copy, roots, compared)
        found = [finding.where for finding in (*copy.findings, *compared.findings)]
        copy.close()
        return found

    async def card(self, number: str) -> None:
        """A fact of audit's own, with its event."""
        headers = self.served.as_("authority", idempotency_key="new")
        answer = await self.client.post(
            "/audit/v1/examiners", json=CARD | {"card_number": number}, headers=headers
        )
        assert answer.status_code == 201, answer.text

        async def received() -> bool | None:
            async with owner_connection(self.served.database_url) as connection:
                found = await connection.scalar(
                    text("SELECT count(*) FROM journal_entry WHERE key = :key"), {"key": f"examiner:{number}"}
                )
            return bool(found) or None

        await eventually(received)
        await self.world.grow()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def audit(
    postgres: Postgres, database_names: Iterator[str], new_nats_url: Callable[[], str]
) -> AsyncIterator[RunningService]:
    url = postgres.create_database(next(database_names))
    async with running_service(
        create_app,
        AuditSettings,
        database_url=url,
        nats_url=new_nats_url(),
        log_witnesses=str(WITNESS.key(COSIGNED)),
    ) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(audit: RunningService, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A log of three events."""
    found = World(audit, tmp_path_factory.mktemp("log"))
    await found.say(3)
    await found.grow()
    return found


@pytest_asyncio.fixture(loop_scope="module")
async def desk(world: World, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(world, read=lambda: "".join(capsys.readouterr()))


def entries_of(folder: LogFolder) -> list[dict[str, Any]]:
    """Everything that is published of the events."""
    files: dict[str, Path] = {}
    for file in sorted((folder.folder / "tile/entries").iterdir()):
        if file.is_file():
            files[file.name] = file
        else:
            widest = max(file.iterdir(), key=lambda part: int(part.name))
            files.setdefault(file.name.removesuffix(".p"), widest)
    return [orjson.loads(entry) for file in files.values() for entry in unpack(file.read_bytes())]


@AREA.case("audit-046")
async def say_something_big(entry: BadInput, desk: Desk) -> Answer:
    """More than a bundle's entry may hold, of which the log keeps a hash alone."""
    certificates = tuple(
        IssuedCertificate(
            number=f"Y0000320000172630{number:06d}",
            result_id=uuid7(),
            kind="skill_level",
            item_code="6-31-01-03",
            level=3,
            issued_on="2026-11-23",
            kid="0" * 16,
            payload_sha256="0" * 64,
        )
        for number in range(500)
    )
    event = CertificatesIssued(
        batch_id=uuid7(), plan_id=uuid7(), organisation_id=uuid7(), chunk=1, certificates=certificates
    )
    assert len(event.model_dump_json()) > entry.input["size"]
    await desk.world.others.deliver(event)
    await desk.world.grow()
    [leaf] = [one for one in entries_of(desk.world.folder) if one["type"] == CertificatesIssued.type]
    async with owner_connection(desk.served.database_url) as connection:
        row = (
            await connection.execute(
                text(
                    "SELECT salt, body FROM log_leaf JOIN journal_entry USING (source, position) "
                    "WHERE source = 'certificate'"
                )
            )
        ).one()
    assert hashlib.sha256(row.salt + row.body.encode()).hexdigest() == leaf["commitment"]
    assert await desk.verified() == []
    return NOTHING


@AREA.case("audit-047")
async def delete_a_row(_: BadInput, desk: Desk) -> Answer:
    await desk.card("32KP00000047")
    async with owner_connection(desk.served.database_url) as connection:
        assert not await connection.scalar(text("SELECT has_table_privilege('public', 'journal', 'DELETE')"))
        await connection.execute(text("CREATE TABLE kept AS SELECT * FROM journal WHERE position = 1"))
        await connection.execute(text("DELETE FROM journal WHERE position = 1"))
    assert "audit.journal position 1" in await desk.verified()
    await desk.world.do("INSERT INTO journal SELECT * FROM kept")
    await desk.world.do("DROP TABLE kept")
    assert await desk.verified() == []
    return NOTHING


@AREA.case("audit-048")
async def edit_a_row_and_the_chain_to_the_end(_: BadInput, desk: Desk) -> Answer:
    """The chain holds in itself; the log says that it is another one."""
    await desk.card("32KP00000048")
    url = desk.served.database_url
    columns = "position, body, chain"
    async with owner_connection(url) as connection:
        before = (await connection.execute(text(f"SELECT {columns} FROM journal ORDER BY 1"))).all()
    chain, changed = bytes(32), []
    for row in before:
        body = row.body.replace("1.0", "1.1") if row.position == 1 else row.body
        chain = hashlib.sha256(chain + body.encode()).digest()
        changed.append({"position": row.position, "body": body, "chain": chain})
    put = text("UPDATE journal SET body = :body, chain = :chain WHERE position = :position")
    async with owner_connection(url) as connection:
        await connection.execute(put, changed)
    assert "audit.journal position 1" in await desk.verified()
    async with owner_connection(url) as connection:
        await connection.execute(put, [row._asdict() for row in before])
    return NOTHING


@AREA.case("audit-051")
async def back_date_an_entry(_: BadInput, desk: Desk) -> Answer:
    others = desk.world.others
    envelope = others.envelope
    week_ago = datetime.now(UTC) - timedelta(days=7)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(others, "envelope", lambda event: envelope(event, time=week_ago))
        await others.deliver(account_revoked())
    await desk.world.grow()
    position = max(one["position"] for one in entries_of(desk.world.folder) if one["source"] == "filing")
    assert await desk.verified() == [f"log, filing position {position}"]
    return NOTHING


@AREA.case("audit-052")
async def insert_a_fact_without_an_event(_: BadInput, desk: Desk) -> Answer:
    await desk.card("32KP00000052")
    await desk.world.do(
        "INSERT INTO examiner_card SELECT '32KP99999999' AS card_number, version, name, grade, item_codes, region, "
        "employer_uscc, trains_for_uscc, valid_from, valid_to, withdrawn_on, reason, recorded_at, recorded_by "
        "FROM examiner_card WHERE card_number = '32KP00000052'"
    )
    assert "audit.examiner_card 32KP99999999/1" in await desk.verified()
    await desk.world.do("DELETE FROM examiner_card WHERE card_number = '32KP99999999'")
    return NOTHING


@AREA.case("audit-053")
async def delete_a_fact(_: BadInput, desk: Desk) -> Answer:
    await desk.card("32KP00000053")
    await desk.world.do("DELETE FROM examiner_card WHERE card_number = '32KP00000053'")
    assert "audit.examiner_card 32KP00000053/1" in await desk.verified()
    return NOTHING


@AREA.case("audit-054")
async def flip_a_bit(_: BadInput, desk: Desk) -> Answer:
    before = await desk.world.count("log_checkpoint")
    write = LogFolder.write

    def flipping(self: LogFolder, path: str, content: bytes) -> None:
        write(self, path, bytes([content[-1] ^ 1]) + content[1:] if "tile/0" in path else content)

    await desk.world.say()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LogFolder, "write", flipping)
        with pytest.raises(LogDamaged):
            await (await desk.world.growth()).grow()
    assert await desk.world.count("log_checkpoint") == before
    await desk.world.grow()
    return NOTHING


@AREA.case("audit-055")
async def restore_yesterday(_: BadInput, desk: Desk) -> Answer:
    """Nothing is appended before the tail is back from the tiles."""
    await desk.world.say(2)
    signed = await desk.world.grow()
    await desk.world.do(f"DELETE FROM log_checkpoint WHERE size >= {signed.size - 1}")
    await desk.world.do(f"DELETE FROM log_leaf WHERE leaf_index >= {signed.size - 2}")
    folder = desk.world.folder.folder
    hidden = folder.rename(folder.with_name("hidden"))
    (folder / "tile").mkdir(parents=True)
    (folder / "checkpoint").write_bytes((hidden / "checkpoint").read_bytes())
    await desk.world.say()
    with pytest.raises(LogDamaged):
        await (await desk.world.growth()).grow()
    assert await desk.world.count("log_leaf") == signed.size - 2
    (folder / "tile").rmdir()
    (folder / "checkpoint").unlink()
    folder.rmdir()
    hidden.rename(folder)
    assert await desk.world.grow() == signed
    assert (await desk.world.grow()).size > signed.size
    return NOTHING


@AREA.case("audit-056")
async def ask_beyond_the_size(_: BadInput, desk: Desk) -> Answer:
    size = (await desk.client.get(LOG)).json()["size"]
    return Answer.of(await desk.client.get(f"{LOG}/proofs/inclusion", params={"index": size}))


@AREA.case("audit-057")
async def ask_for_consistency_that_is_none(_: BadInput, desk: Desk) -> Answer:
    size = (await desk.client.get(LOG)).json()["size"]

    async def ask(old: int) -> Answer:
        params = {"from": old, "to": size}
        return Answer.of(await desk.client.get(f"{LOG}/proofs/consistency", params=params))

    equal = await ask(size)
    assert (equal.status, equal.body["proof"]) == (200, [])
    assert (await ask(0)).status == 422
    return await ask(size + 1)


@AREA.case("audit-059")
async def ask_for_bad_paths(_: BadInput, desk: Desk) -> Answer:
    answers = [
        Answer.of(await desk.client.get(f"{LOG}/tile/{path}"))
        for path in ("x1/2", "0/00x", "0/-1", "0/1e3", "0/999", "entries/000.p/256", "0/%2e%2e/000")
    ]
    assert {(one.status, one.problem) for one in answers} == {(404, "not-found")}
    return answers[0]


async def cosigned(desk: Desk, line: Callable[[str], str]) -> Answer:
    note = (await desk.client.get(f"{LOG}/checkpoint")).text
    content = note + line(note_parts(note)[0])
    headers = {"Content-Type": "text/plain"}
    return Answer.of(await desk.client.post(f"{LOG}/cosignatures", content=content, headers=headers))


@AREA.case("audit-060")
async def cosign_as_a_stranger(_: BadInput, desk: Desk) -> Answer:
    stranger = NoteSigner("stranger.example/w", Ed25519PrivateKey.generate())
    answer = await cosigned(desk, lambda body: stranger.cosign(body, at=1))
    assert answer.body == {"taken": []}
    assert await desk.world.count("log_cosignature") == 0
    return NOTHING


@AREA.case("audit-061")
async def cosign_wrongly(_: BadInput, desk: Desk) -> Answer:
    blob = b64encode(WITNESS.key(COSIGNED).ident + bytes(72)).decode()
    answer = await cosigned(desk, lambda _: f"— {WITNESS.name} {blob}\n")
    assert (answer.status, answer.problem) == (422, "cosignature-refused")
    assert await desk.world.count("log_cosignature") == 0
    assert WITNESS.name not in (await desk.client.get(f"{LOG}/checkpoint")).text
    return NOTHING


@AREA.case("audit-062")
async def leave_witnesses_silent(_: BadInput, desk: Desk) -> Answer:
    seen = (await desk.client.get(LOG)).json()["size"]
    assert (await cosigned(desk, lambda body: WITNESS.cosign(body, at=1_795_363_200))).status == 200
    await desk.world.say()
    assert (await desk.world.grow()).size > seen
    told = (await desk.client.get(LOG)).json()
    assert (told["cosigned_size"], told["cosigned_at"]) == (seen, "2026-11-23T00:00:00+08:00")
    async with desk.served.platform.sessions() as session:
        hour = timedelta(hours=1)
        assert await is_unwitnessed(session, desk.served.platform.clock.now() + hour)
        assert not await is_unwitnessed(session, desk.served.platform.clock.now() - hour)
    return NOTHING


@AREA.case("audit-063")
async def look_for_personal_data(_: BadInput, desk: Desk) -> Answer:
    """Neither contents nor whose they are; with the salt erased, nothing opens the commitment any more."""
    account = uuid7()
    event = AccountRevoked(account_id=account, revoked_at=datetime.now(UTC))
    await desk.world.others.deliver(event)
    await desk.world.grow()
    told = entries_of(desk.world.folder)
    assert str(account) not in orjson.dumps(told).decode()
    mine = max((one for one in told if one["source"] == "filing"), key=lambda one: one["position"])
    assert set(mine) == {"chain", "commitment", "id", "key", "position", "source", "time", "type"}
    assert mine["key"] == "account"
    await desk.world.do(f"UPDATE log_leaf SET salt = NULL WHERE event_id = '{UUID(mine['id'])}'")
    assert [where for where in await desk.verified() if "log_leaf" in where] == []
    return NOTHING


@AREA.case("audit-064")
async def guess_a_commitment(_: BadInput, desk: Desk) -> Answer:
    """Without its salt no content can be tried out: each has 16 random bytes of its own."""
    async with owner_connection(desk.served.database_url) as connection:
        found = (
            await connection.execute(
                text(
                    "SELECT salt, body, entry FROM log_leaf JOIN journal_entry USING (source, position) "
                    "WHERE salt IS NOT NULL"
                )
            )
        ).all()
    salts = [row.salt for row in found]
    assert {len(salt) for salt in salts} == {16}
    assert len(set(salts)) == len(salts)
    for row in found:
        assert orjson.loads(row.entry)["commitment"] != hashlib.sha256(row.body.encode()).hexdigest()
    return NOTHING


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("entry", ENTRIES, ids=str)
async def test_bad_input(entry: BadInput, desk: Desk) -> None:
    answer = await AREA.run(entry, desk)
    assert answer.status is None or answer.status >= 400


def test_every_entry_of_the_journal_is_sent() -> None:
    assert {entry.id for entry in ENTRIES} & set(AREA.unmapped()) == set()
    assert len(ENTRIES) == 16
