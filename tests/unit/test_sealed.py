"""Personal data opens with the person's own key, for its own purpose, and not after a byte was changed."""

import base64
from dataclasses import replace
from uuid import UUID

import pytest

from common.person_keys import pack, unpack
from common.sealed import Keyring, PersonKey, Unreadable, blind_index

ANNA, BERT = UUID("01936f3c-5a2e-7c41-9d3e-000000000001"), UUID("01936f3c-5a2e-7c41-9d3e-000000000002")
IDENTITY = {"name": "买买提·王𬭩", "id_type": "resident_id", "id_number": "11010519491231002X"}
KEY = PersonKey(ANNA, bytes(range(32)))
OLD, NEW = base64.b64encode(b"o" * 32).decode(), base64.b64encode(b"n" * 32).decode()


def test_what_was_sealed_opens_again() -> None:
    assert KEY.open("identity", KEY.seal("identity", IDENTITY)) == IDENTITY


def test_sealed_data_tells_whose_it_is_and_nothing_else() -> None:
    sealed = KEY.seal("identity", IDENTITY)
    raw = base64.urlsafe_b64decode(sealed.ciphertext + "=" * (-len(sealed.ciphertext) % 4))
    assert sealed.person_id == ANNA
    assert IDENTITY["id_number"].encode() not in raw
    assert "买买提".encode() not in raw


def test_the_same_data_never_looks_the_same() -> None:
    assert KEY.seal("identity", IDENTITY).ciphertext != KEY.seal("identity", IDENTITY).ciphertext


def test_data_of_one_purpose_is_not_anothers() -> None:
    with pytest.raises(Unreadable):
        KEY.open("contact", KEY.seal("identity", IDENTITY))


def test_data_of_one_person_is_not_anothers_even_under_the_same_key() -> None:
    with pytest.raises(Unreadable):
        replace(KEY, person_id=BERT).open("identity", KEY.seal("identity", IDENTITY))


@pytest.mark.parametrize("place", [0, 11, 12, -1])
def test_a_changed_byte_does_not_open(place: int) -> None:
    sealed = KEY.seal("identity", IDENTITY)
    raw = bytearray(base64.urlsafe_b64decode(sealed.ciphertext + "=" * (-len(sealed.ciphertext) % 4)))
    raw[place] ^= 1
    changed = sealed.model_copy(update={"ciphertext": base64.urlsafe_b64encode(raw).decode().rstrip("=")})
    with pytest.raises(Unreadable):
        KEY.open("identity", changed)


def test_a_wrapped_key_opens_for_its_person_only() -> None:
    ring = Keyring.parse(f"old:{OLD}")
    wrapped = ring.wrap(KEY.key, ANNA)
    assert ring.unwrap(wrapped, ANNA) == KEY.key
    with pytest.raises(Unreadable):
        ring.unwrap(wrapped, BERT)


def test_after_a_rotation_the_first_key_wraps_and_the_others_unwrap() -> None:
    wrapped_before = Keyring.parse(f"old:{OLD}").wrap(KEY.key, ANNA)
    rotated = Keyring.parse(f"new:{NEW},old:{OLD}")
    assert rotated.unwrap(wrapped_before, ANNA) == KEY.key
    assert rotated.wrap(KEY.key, ANNA).startswith(b"\x03new")


def test_a_key_that_left_the_ring_unwraps_nothing() -> None:
    wrapped = Keyring.parse(f"old:{OLD}").wrap(KEY.key, ANNA)
    with pytest.raises(Unreadable):
        Keyring.parse(f"new:{NEW}").unwrap(wrapped, ANNA)


@pytest.mark.parametrize(
    "text", ["", "one", "one:", "one:AAAA", f":{OLD}", f"one:{OLD}x", f"{'k' * 33}:{OLD}"]
)
def test_a_malformed_keyring_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Keyring.parse(text)


def test_keys_show_in_no_representation() -> None:
    shown = repr(Keyring.parse(f"old:{OLD}")) + repr(KEY)
    assert "ooo" not in shown
    assert "\\x1f" not in shown


def test_a_blind_index_meets_itself_and_nothing_else() -> None:
    index = blind_index(b"k" * 32, "resident_id", "11010519491231002X")
    assert index == blind_index(b"k" * 32, "resident_id", "11010519491231002X")
    assert len({index, *_others()}) == 4


def _others() -> list[bytes]:
    return [
        blind_index(b"l" * 32, "resident_id", "11010519491231002X"),
        blind_index(b"k" * 32, "passport", "11010519491231002X"),
        blind_index(b"k" * 32, "resident_id", "110105194912310021"),
    ]


def test_wrapped_keys_travel_as_text() -> None:
    keys = {ANNA: b"a" * 70, BERT: b"b" * 61}
    assert unpack(pack(keys)) == keys
    assert unpack("") == {}


def test_cut_off_keys_are_noticed() -> None:
    cut = base64.b64encode(base64.b64decode(pack({ANNA: b"a" * 70}))[:17]).decode()
    with pytest.raises(ValueError, match="too early"):
        unpack(cut)
