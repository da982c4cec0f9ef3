"""Go's own sumdb packages (golang.org/x/mod) read the log as audit writes it, and find the same heads and proofs."""

import os
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.log.folder import CHECKPOINT, LogFolder
from common.merkle import consistency, inclusion, leaf_hash, root_of
from common.merkle_notes import Checkpoint, NoteSigner

PROGRAM = Path(__file__).with_name("log_check.go")
SIGNER = NoteSigner("skills.example/audit/v1/log", Ed25519PrivateKey.from_private_bytes(bytes([7] * 32)))
STEPS = (1, 200, 256, 300, 66_000)  # an even tile, an uneven one, and a second level that is full


@pytest.fixture(scope="module")
def entries() -> list[bytes]:
    return [b'{"position":%d}' % number for number in range(STEPS[-1])]


@pytest.fixture(scope="module")
def log(entries: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> LogFolder:
    """A log that grew in steps, as audit lets it grow."""
    folder, old = LogFolder(tmp_path_factory.mktemp("log")), 0
    for size in STEPS:
        first = old // 256 * 256
        folder.write_tiles(entries[first:size], first=first, old=old, size=size)
        folder.read_back(entries[first:size], first=first, old=old, size=size)
        old = size
    text = Checkpoint(SIGNER.name, old, folder.reader(old).root()).text()
    folder.write(CHECKPOINT, f"{text}\n{SIGNER.sign(text)}".encode())
    return folder


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("go") / "log_check"
    surroundings = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": ""}
    surroundings["GOCACHE"] = str(built.parent / "cache")
    subprocess.run(["go", "build", "-o", str(built), str(PROGRAM)], env=surroundings, check=True)
    return built


def asked(program: Path, log: LogFolder, key: str, old: int, index: int) -> subprocess.CompletedProcess[str]:
    command = [str(program), str(log.folder), key, str(old), str(index)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("old", "index"), [(1, 0), (257, 255), (300, 65_999), (65_536, 40_000)])
def test_go_finds_the_same_heads_and_proofs(
    program: Path, log: LogFolder, entries: list[bytes], old: int, index: int
) -> None:
    size = len(entries)
    reader = log.reader(size)
    done = asked(program, log, str(SIGNER.key()), old, index)
    assert done.returncode == 0, done.stderr
    told, old_hash, leaf, *proofs = done.stdout.split("\n")
    assert int(told) == size
    assert old_hash == root_of([leaf_hash(entry) for entry in entries[:old]]).hex()
    assert leaf == leaf_hash(entries[index]).hex()
    tree = [part.hex() for part in consistency(reader.range_hash, old, size)]
    record = [part.hex() for part in inclusion(reader.range_hash, index, size)]
    assert [line for line in proofs if line] == [f"tree {part}" for part in tree] + [
        f"record {part}" for part in record
    ]


def test_go_refuses_another_key_and_a_changed_tile(program: Path, log: LogFolder) -> None:
    stranger = NoteSigner(SIGNER.name, Ed25519PrivateKey.from_private_bytes(bytes([8] * 32)))
    assert asked(program, log, str(stranger.key()), 1, 0).returncode != 0
    tile = log.folder / "tile/0/000"
    content = tile.read_bytes()
    tile.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    try:
        assert asked(program, log, str(SIGNER.key()), 1, 0).returncode != 0
    finally:
        tile.write_bytes(content)
