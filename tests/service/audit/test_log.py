"""The public log: events become leaves, files are read back before anything is signed, and it only ever grows."""

import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from audit.log.folder import CHECKPOINT, LogDamaged, LogFolder
from audit.log.growth import Growth
from audit.main import create_app
from audit.settings import AuditSettings
from common.events.certificate import CertificateRevoked
from common.merkle import is_consistent, is_included, leaf_hash
from common.merkle_notes import COSIGNED, Checkpoint, NoteKey, NoteSigner, note_parts, open_checkpoint
from tests.support.public_log import World
from tests.support.service import owner_connection, running_service

NUMBER = "Y000032000017263000042"
WITNESS = NoteSigner("witness.example/w1", Ed25519PrivateKey.from_private_bytes(bytes([1] * 32)))
LOG = "/audit/v1/log"


@pytest.fixture
async def log(database: Callable[[], str], nats_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """The service's own worker stands still: it is given no folder until it serves one."""
    async with running_service(
        create_app,
        AuditSettings,
        database_url=database(),
        nats_url=nats_url,
        log_witnesses=str(WITNESS.key(COSIGNED)),
    ) as service:
        yield World(service, tmp_path / "log")


async def proof_of(log: World, **query: Any) -> dict[str, Any]:
    answer = await log.client.get(f"{LOG}/proofs/inclusion", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_events_of_all_services_become_leaves_with_proofs_that_anyone_can_check(log: World) -> None:
    await log.say(3)
    first = await log.grow()
    revoked = CertificateRevoked(
        number=NUMBER,
        reason_code="issued_in_error",
        decision_document="苏人社撤〔2026〕1号",
        revoked_at="2026-11-23T01:00:00Z",
        revoked_by="account_x",
    )
    await log.others.deliver(revoked)
    await log.say(300)
    second = await log.grow()
    assert (first.size, second.size) == (3, 304)

    key = NoteKey.parse((await log.client.get(f"{LOG}/key")).json()["key"])
    answer = await log.client.get(f"{LOG}/checkpoint")
    assert open_checkpoint(answer.text, key) == second
    again = await log.client.get(f"{LOG}/checkpoint", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304

    proof = await proof_of(log, source="certificate", position=1)
    entry = orjson.loads(proof["entry"])
    assert entry["key"] == "certificate"  # the number itself is nobody's business
    assert is_included(
        leaf_hash(proof["entry"].encode()),
        proof["leaf_index"],
        proof["tree_size"],
        [bytes.fromhex(part) for part in proof["proof"]],
        open_checkpoint(proof["checkpoint"], key).root,
    )
    assert await proof_of(log, event_id=entry["id"]) == proof
    assert await proof_of(log, index=proof["leaf_index"]) == proof

    answer = await log.client.get(f"{LOG}/proofs/consistency", params={"from": 3, "to": 304})
    parts = [bytes.fromhex(part) for part in answer.json()["proof"]]
    assert is_consistent(3, 304, parts, first.root, second.root)

    tile = await log.client.get(f"{LOG}/tile/0/000")
    assert len(tile.content) == 256 * 32
    assert "immutable" in tile.headers["Cache-Control"]
    assert (await log.client.get(f"{LOG}/tile/entries/001.p/48")).status_code == 200

    headers = log.service.as_("authority")
    salts = (await log.client.get(f"{LOG}/salts", headers=headers, params={"limit": 1000})).json()
    [mine] = [one for one in salts if one["event_id"] == entry["id"]]
    async with owner_connection(log.service.database_url) as connection:
        body = await connection.scalar(
            text("SELECT body FROM journal_entry WHERE source = 'certificate' AND position = 1")
        )
    committed = hashlib.sha256(bytes.fromhex(mine["salt"]) + str(body).encode()).hexdigest()
    assert committed == entry["commitment"]
    async with owner_connection(log.service.database_url) as connection:
        told = await connection.scalar(
            text(
                "SELECT data FROM outbox WHERE type = 'skills.audit.log.included.v1' UNION ALL "
                "SELECT body::jsonb->'data' FROM journal WHERE key = 'log:certificate' LIMIT 1"
            )
        )
    assert told["numbers"] == [NUMBER]
    assert told["proof"] == proof["proof"]


async def test_a_step_cut_off_anywhere_is_done_again_and_never_signs_two_of_one_size(
    log: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log.say(2)
    before = await log.grow()
    for cut in ("_write", "_sign", "_publish"):
        await log.say(5)
        growth = await log.growth()
        with monkeypatch.context() as patch:
            patch.setattr(Growth, cut, killed)
            with pytest.raises(KeyboardInterrupt):
                await growth.grow()
        after = await log.grow()
        assert after.size == before.size + 5
        before = after
    assert await log.count("log_checkpoint") == 4
    assert await log.count("log_leaf") == 17


async def killed(*_: object) -> None:
    raise KeyboardInterrupt


async def test_a_flipped_bit_on_the_disk_is_seen_before_anything_is_signed(
    log: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log.say(3)
    write = LogFolder.write

    def flipping(self: LogFolder, path: str, content: bytes) -> None:
        write(self, path, bytes([content[0] ^ 1]) + content[1:] if path.startswith("tile/0") else content)

    with monkeypatch.context() as patch:
        patch.setattr(LogFolder, "write", flipping)
        with pytest.raises(LogDamaged, match="does not read back"):
            await (await log.growth()).grow()
    assert await log.count("log_checkpoint") == 0
    assert (await log.grow()).size == 3


async def test_lost_files_are_made_again_and_changed_leaves_are_not_signed(log: World) -> None:
    await log.say(300)
    signed = await log.grow()
    for file in sorted(log.folder.folder.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    assert await log.grow() == signed
    await log.do("UPDATE log_leaf SET entry = replace(entry, 'filing', 'failing') WHERE leaf_index = 7")
    (log.folder.folder / CHECKPOINT).unlink()
    await log.say()
    with pytest.raises(LogDamaged, match="not those that were signed"):
        await (await log.growth()).grow()


async def test_a_database_restored_to_yesterday_gets_its_leaves_back_before_it_appends(log: World) -> None:
    await log.say(2)
    await log.grow()
    await log.say(300)
    signed = await log.grow()
    await log.do("DELETE FROM log_checkpoint WHERE size > 2; ".rstrip("; "))
    await log.do("DELETE FROM log_leaf WHERE leaf_index > 4")
    assert await log.grow() == signed
    assert await log.count("log_leaf") == 302
    await log.say()
    assert (await log.grow()).size == 303


async def test_without_its_tiles_a_restored_database_appends_nothing(log: World) -> None:
    await log.say(3)
    await log.grow()
    await log.do("DELETE FROM log_checkpoint")
    await log.do("DELETE FROM log_leaf WHERE leaf_index > 0")
    (log.folder.folder / "tile/entries/000.p/3").unlink()
    with pytest.raises(LogDamaged, match="missing"):
        await (await log.growth()).grow()
    assert await log.count("log_leaf") == 1


async def test_cosignatures_of_registered_witnesses_are_served_and_others_passed_over(log: World) -> None:
    await log.say()
    await log.grow()
    note = (await log.client.get(f"{LOG}/checkpoint")).text
    body, _ = note_parts(note)
    stranger = NoteSigner("stranger.example/w", Ed25519PrivateKey.generate())

    async def send(content: str) -> Any:
        return await log.client.post(
            f"{LOG}/cosignatures", content=content, headers={"Content-Type": "text/plain"}
        )

    assert (await send(note + stranger.cosign(body, at=1))).json() == {"taken": []}
    line = WITNESS.cosign(body, at=1_795_363_200)
    name = WITNESS.name
    wrong = f"— {name} {b64encode(WITNESS.key(COSIGNED).ident + bytes(72)).decode()}\n"
    assert (await send(note + wrong)).status_code == 422
    other = Checkpoint(body.split("\n")[0], 9, bytes(32)).text()
    assert (await send(f"{other}\n{WITNESS.cosign(other, at=1)}")).status_code == 409
    for _ in range(2):
        assert (await send(note + line)).json() == {"taken": [WITNESS.name]}
    assert (await log.client.get(f"{LOG}/checkpoint")).text == note + line
    assert (await log.client.get(f"{LOG}/checkpoint/witnessed")).text == note + line
    assert (await log.client.get(LOG)).json()["cosigned_size"] == 1
