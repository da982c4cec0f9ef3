"""The verifier's own code: public vectors, and a log in a folder that somebody damaged."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.log.folder import CHECKPOINT, LogFolder
from client.log_reader import LogCopy, Memory, read_log
from client.log_tree import (
    NotTheLog,
    Signed,
    Tree,
    cosignature,
    follows,
    is_in,
    leaf,
    open_checkpoint,
    witness_key,
)
from common.merkle_notes import Checkpoint, NoteKey, NoteSigner, note_parts, signatures

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "data/log/merkle_vectors.json").read_text())
SIGNER = NoteSigner("skills.example/audit/v1/log", Ed25519PrivateKey.from_private_bytes(bytes([7] * 32)))
KEY = str(SIGNER.key())
SIZE = 66_000


def signed(size: int, root: str) -> Signed:
    return Signed("log", size, b64decode(root), "")


@pytest.mark.parametrize("vector", VECTORS["consistency"], ids=lambda vector: vector["file"])
def test_published_consistency_proofs(vector: dict[str, Any]) -> None:
    old, new = signed(vector["size1"], vector["root1"]), signed(vector["size2"], vector["root2"])
    assert follows(old, new, [b64decode(part) for part in vector["proof"]]) is not vector["wantErr"]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_reference_trees(size: int) -> None:
    tree = Tree()
    for entry in VECTORS["leaves"][:size]:
        tree.add(leaf(bytes.fromhex(entry)))
    assert tree.root().hex() == VECTORS["roots"][size - 1]


@pytest.mark.parametrize("vector", VECTORS["inclusion"], ids=lambda vector: vector["file"])
def test_published_inclusion_proofs(vector: dict[str, Any]) -> None:
    entry = next(
        bytes.fromhex(one)
        for one in VECTORS["leaves"]
        if leaf(bytes.fromhex(one)) == b64decode(vector["leafHash"])
    )
    proof = [b64decode(part) for part in vector["proof"]]
    tree = signed(vector["treeSize"], vector["root"])
    assert is_in(entry, vector["leafIdx"], tree, proof)
    assert not is_in(entry + b"x", vector["leafIdx"], tree, proof)
    assert not is_in(entry, vector["treeSize"], tree, proof)


def test_a_cosignature_is_read_by_the_platform() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes([1] * 32))
    text = Checkpoint(SIGNER.name, 7, bytes(32)).text()
    found = open_checkpoint(f"{text}\n{SIGNER.sign(text)}", KEY)
    note = f"{text}\n{cosignature(found, 'witness.example/w', private, at=9)}"
    key = NoteKey.parse(witness_key("witness.example/w", private))
    assert [one.at for one in signatures(*note_parts(note), [key])] == [9]


def entry_of(number: int, **changes: Any) -> bytes:
    about = {
        "id": str(number),
        "source": "filing",
        "position": number + 1,
        "type": "skills.filing.account.revoked.v1",
        "time": f"2026-11-{1 + number // 3_000:02d}T00:00:00Z",
    }
    return orjson.dumps(about | changes, option=orjson.OPT_SORT_KEYS)


def write(folder: LogFolder, entries: list[bytes], steps: tuple[int, ...]) -> None:
    old = 0
    for size in steps:
        first = old // 256 * 256
        folder.write_tiles(entries[first:size], first=first, old=old, size=size)
        old = size
    text = Checkpoint(SIGNER.name, old, folder.reader(old).root()).text()
    folder.write(CHECKPOINT, f"{text}\n{SIGNER.sign(text)}".encode())


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> LogFolder:
    folder = LogFolder(tmp_path_factory.mktemp("log"))
    write(folder, [entry_of(number) for number in range(SIZE)], (300, SIZE))
    return folder


def read(folder: LogFolder, last_seen: Signed | None = None) -> LogCopy:
    checkpoint = open_checkpoint((folder.folder / CHECKPOINT).read_text(), KEY)
    return read_log(lambda path: (folder.folder / path).read_bytes(), checkpoint, last_seen=last_seen)


def test_a_whole_log_raises_nothing_and_is_remembered(big: LogFolder, tmp_path: Path) -> None:
    memory = Memory(tmp_path / "seen" / "log.json")
    assert memory.read() is None
    copy = read(big)
    assert copy.findings == []
    assert copy.counts == {"filing": SIZE}
    assert [one["position"] for one in copy.entries("filing")][-1] == SIZE
    copy.close()
    memory.write(KEY, copy.signed)
    assert memory.read() == (KEY, copy.signed)
    read(big, last_seen=copy.signed).close()


@pytest.mark.parametrize("path", ["tile/0/000", "tile/entries/007", "tile/1/000", "tile/2/000.p/1"])
def test_one_changed_bit_is_found(big: LogFolder, path: str) -> None:
    file = big.folder / path
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    try:
        with pytest.raises(NotTheLog):
            read(big)
    finally:
        file.write_bytes(content)


@pytest.fixture
def small(tmp_path: Path) -> LogFolder:
    return LogFolder(tmp_path / "log")


def test_a_log_that_went_back_or_forked_is_refused(small: LogFolder) -> None:
    write(small, [entry_of(number) for number in range(10)], (10,))
    copy = read(small)
    copy.close()
    first = copy.signed
    write(small, [entry_of(number, id="x" if number == 3 else str(number)) for number in range(12)], (12,))
    with pytest.raises(NotTheLog, match="seen before"):
        read(small, last_seen=first)
    write(small, [entry_of(number) for number in range(9)], (9,))
    with pytest.raises(NotTheLog, match="went back"):
        read(small, last_seen=first)


def test_a_gap_and_a_back_dated_entry_are_named(small: LogFolder) -> None:
    entries = [entry_of(number) for number in range(4)]
    entries[2] = entry_of(2, time="2026-10-20T00:00:00Z")
    entries[3] = entry_of(3, position=9)
    write(small, entries, (4,))
    copy = read(small)
    copy.close()
    assert [str(finding) for finding in copy.findings] == [
        "log, leaf 3: filing position 9 where 4 belongs",
        "log, filing position 3: its time is before its neighbours'",
    ]


@pytest.mark.parametrize(
    "change",
    [("\n10\n", "\n11\n"), ("skills.example", "other.example"), ("\n\n—", "\n\n-"), ("\n\n", "\n")],
)
def test_a_checkpoint_that_is_not_the_logs_is_refused(small: LogFolder, change: tuple[str, str]) -> None:
    write(small, [entry_of(number) for number in range(10)], (10,))
    note = (small.folder / CHECKPOINT).read_text()
    with pytest.raises(NotTheLog):
        open_checkpoint(note.replace(*change), KEY)
