"""Trees, proofs, tiles: against public vectors and against an implementation by others (pymerkle)."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion

from common import merkle
from common.merkle_tiles import TileName, TileReader, hashes_of, pack, tiles_of, unpack

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "log" / "merkle_vectors.json").read_text()
)
LEAVES = [bytes.fromhex(leaf) for leaf in VECTORS["leaves"]]


def range_hash_of(entries: list[bytes]) -> merkle.RangeHash:
    def found(low: int, high: int) -> bytes:
        return merkle.root_of([merkle.leaf_hash(entry) for entry in entries[low:high]])

    return found


def decoded(texts: list[str]) -> list[bytes]:
    return [b64decode(text) for text in texts]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_reference_trees_have_their_roots(size: int) -> None:
    assert range_hash_of(LEAVES)(0, size).hex() == VECTORS["roots"][size - 1]


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert merkle.root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("vector", VECTORS["consistency"], ids=lambda vector: vector["file"])
def test_published_consistency_proofs_hold_or_fail_as_told(vector: dict[str, Any]) -> None:
    proof, old, new = decoded(vector["proof"]), b64decode(vector["root1"]), b64decode(vector["root2"])
    assert merkle.is_consistent(vector["size1"], vector["size2"], proof, old, new) is not vector["wantErr"]
    if not vector["wantErr"]:
        assert merkle.consistency(range_hash_of(LEAVES), vector["size1"], vector["size2"]) == proof


@pytest.mark.parametrize("vector", VECTORS["inclusion"], ids=lambda vector: vector["file"])
def test_published_inclusion_proofs_hold(vector: dict[str, Any]) -> None:
    proof, root, leaf = decoded(vector["proof"]), b64decode(vector["root"]), b64decode(vector["leafHash"])
    index, size = vector["leafIdx"], vector["treeSize"]
    assert merkle.is_included(leaf, index, size, proof, root)
    assert merkle.inclusion(range_hash_of(LEAVES), index, size) == proof
    assert not merkle.is_included(leaf, index ^ 2, size, proof, root)
    assert not merkle.is_included(leaf, index, size, [*proof, root], root)
    assert not merkle.is_included(leaf, index, size, proof[:-1], root)


def test_another_implementation_finds_the_same_roots_and_proofs() -> None:
    entries = [b"%d" % number for number in range(70)]
    theirs = InmemoryTree(algorithm="sha256")
    for entry in entries:
        theirs.append_entry(entry)
    ours = range_hash_of(entries)
    for size in (1, 2, 3, 7, 8, 31, 64, 70):
        root = ours(0, size)
        assert theirs.get_root(size) == root
        for index in {0, size // 2, size - 1}:
            leaf, proof = merkle.leaf_hash(entries[index]), theirs.prove_inclusion(index + 1, size)
            verify_inclusion(leaf, root, proof)
            assert {leaf, *merkle.inclusion(ours, index, size)} == set(proof.path)
        for old in {1, max(1, size // 3), max(1, size - 1)}:
            verify_consistency(ours(0, old), root, theirs.prove_consistency(old, size))
            proof = merkle.consistency(ours, old, size)
            assert merkle.is_consistent(old, size, proof, theirs.get_root(old), theirs.get_root(size))


@given(st.integers(1, 600), st.data())
def test_proofs_from_tiles_hold_and_changed_ones_do_not(size: int, data: st.DataObject) -> None:
    entries = [b"%d" % number for number in range(size)]
    reader = TileReader(tiles_in_memory(entries).__getitem__, size)
    root = reader.root()
    assert root == range_hash_of(entries)(0, size)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    leaf, proof = merkle.leaf_hash(entries[index]), merkle.inclusion(reader.range_hash, index, size)
    assert merkle.is_included(leaf, index, size, proof, root)
    assert not merkle.is_included(merkle.leaf_hash(b"other"), index, size, proof, root)
    old_root = range_hash_of(entries)(0, old)
    proof = merkle.consistency(reader.range_hash, old, size)
    assert merkle.is_consistent(old, size, proof, old_root, root)
    assert not merkle.is_consistent(old, size, proof, merkle.leaf_hash(b"other"), root)


def tiles_in_memory(entries: list[bytes]) -> dict[TileName, bytes]:
    found = {}
    ours = range_hash_of(entries)
    for name in tiles_of(0, len(entries)):
        if name.level is not None:
            span = 256**name.level
            starts = range(name.index * 256 * span, (name.index * 256 + name.width) * span, span)
            found[name] = b"".join(ours(start, start + span) for start in starts)
    return found


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (TileName(0, 0), "tile/0/000"),
        (TileName(0, 273, 17), "tile/0/273.p/17"),
        (TileName(1, 1234067), "tile/1/x001/x234/067"),
        (TileName(None, 1000, 1), "tile/entries/x001/000.p/1"),
    ],
)
def test_tiles_have_the_paths_of_the_specification(name: TileName, path: str) -> None:
    assert name.path() == path
    assert TileName.parse(path) == name


@pytest.mark.parametrize(
    "path",
    [
        "tile/x1/2",
        "tile/0/00x",
        "tile/0/-1",
        "tile/0/1e3",
        "tile/0/x000/001",
        "tile/64/000",
        "tile/0/000.p/256",
        "tile/0/000.p/0",
        "tile/0/٠٠٠",
        "tile/00/000",
        "tile/0/../000",
    ],
)
def test_other_paths_are_no_tiles(path: str) -> None:
    with pytest.raises(ValueError, match="not the path of a tile"):
        TileName.parse(path)


def test_only_what_changed_is_written() -> None:
    assert [name.path() for name in tiles_of(255, 257)] == [
        "tile/entries/000",
        "tile/entries/001.p/1",
        "tile/0/000",
        "tile/0/001.p/1",
        "tile/1/000.p/1",
    ]
    assert list(tiles_of(256, 256)) == []


def test_a_bundle_gives_back_its_entries_and_is_refused_when_cut() -> None:
    entries = [b"", b"a", b"x" * 65_535]
    assert unpack(pack(entries)) == entries
    with pytest.raises(ValueError, match="cut"):
        unpack(pack(entries)[:-1])
    with pytest.raises(ValueError, match="at most"):
        pack([b"x" * 65_536])
    with pytest.raises(ValueError, match="does not hold"):
        hashes_of(b"x" * 31, 1)
