"""Signed notes, checkpoints and cosignatures."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from common.merkle import EMPTY
from common.merkle_notes import (
    COSIGNED,
    BadNote,
    Checkpoint,
    NoteKey,
    NoteSigner,
    note_parts,
    open_checkpoint,
    signatures,
)

LOG = NoteSigner("skills.example/log", Ed25519PrivateKey.from_private_bytes(bytes(32)))
WITNESS = NoteSigner("witness.example/w1", Ed25519PrivateKey.from_private_bytes(bytes([1] * 32)))
CHECKPOINT = Checkpoint(LOG.name, 7, EMPTY)
NOTE = CHECKPOINT.text() + "\n" + LOG.sign(CHECKPOINT.text())


def test_the_published_example_of_go_is_read() -> None:
    """The note and the key of the documentation of golang.org/x/mod/sumdb/note."""
    key = NoteKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    note = (
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    text, lines = note_parts(note)
    assert [found.key for found in signatures(text, lines, [key])] == [key]
    with pytest.raises(BadNote):
        signatures(text.replace("problem", "Problem"), lines, [key])


def test_a_checkpoint_is_opened_with_the_key_of_its_log() -> None:
    assert open_checkpoint(NOTE, LOG.key()) == CHECKPOINT
    assert NoteKey.parse(str(LOG.key())) == LOG.key()


def test_a_cosignature_says_when() -> None:
    note = NOTE + WITNESS.cosign(CHECKPOINT.text(), at=1_795_363_200)
    text, lines = note_parts(note)
    assert [found.at for found in signatures(text, lines, [WITNESS.key(COSIGNED)])] == [1_795_363_200]
    assert open_checkpoint(note, LOG.key()) == CHECKPOINT


def test_strangers_are_passed_over_and_wrong_signatures_are_not() -> None:
    text, lines = note_parts(NOTE)
    assert signatures(text, lines, [WITNESS.key(COSIGNED)]) == []
    with pytest.raises(BadNote, match="not signed by this log"):
        open_checkpoint(NOTE, WITNESS.key())
    with pytest.raises(BadNote, match="wrong signature"):
        open_checkpoint(NOTE.replace("\n7\n", "\n8\n"), LOG.key())


@pytest.mark.parametrize(
    "text", ["", "origin\n", "origin\n07\nx\n", "origin\n7\n!\n", "origin\n7\nAAAA\n", "\n7\nAAAA\n"]
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        Checkpoint.parse(text)


@pytest.mark.parametrize("text", ["", "text\n", "text\n\nno dash\n", "text\n\n— a b c\n", NOTE[:-1]])
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        note_parts(text)


@pytest.mark.parametrize("text", ["", "a+b", "a+00000000+AAAA", str(LOG.key()).replace("+A", "+B")])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        NoteKey.parse(text)
