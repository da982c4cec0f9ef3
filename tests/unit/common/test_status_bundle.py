"""The statuses of a whole province in one small file: what is put in comes out, and it is small."""

import random
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from common.status_bundle import (
    NotABundle,
    StatusBundle,
    bundle_of,
    decode,
    encode,
    opened,
    rice,
    sealed,
    unrice,
)

AT = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
PLACES = 1 << 20
REVOKED, SUSPENDED, UNDER_REVIEW, SUPERSEDED = 1, 2, 3, 11
statuses = st.dictionaries(
    st.integers(0, PLACES - 1), st.sampled_from([0, REVOKED, SUSPENDED, UNDER_REVIEW, SUPERSEDED])
)
KEY = ec.generate_private_key(ec.SECP256R1())


def sign(message: bytes) -> bytes:
    r, s = decode_dss_signature(KEY.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def holds(kid: bytes, message: bytes, signature: bytes) -> bool:
    pair = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    try:
        KEY.public_key().verify(pair, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return kid == b"12345678"


def test_gaps_are_written_as_golomb_and_rice_say() -> None:
    # Parameter 2: 5 = 1·4 + 1 is 10 01, 9 = 2·4 + 1 is 110 01, 0 is 0 00; together 1001 1100 1000, padded.
    assert rice([5, 9, 0], 2) == bytes([0b10011100, 0b10000000])
    assert unrice(rice([5, 9, 0], 2), 3, 2, 100) == (5, 15, 16)


def test_the_vector_of_the_document_is_written_and_read() -> None:
    # docs/status-lists.md. Parameter 3 in both: 5 is 0 101; 6 is 0 110, 33 = 4·8 + 1 is 11110 001.
    payload = bytes.fromhex("85018203201a6b039f4c18408284010103415084020203426f10")
    bundle = bundle_of({5: REVOKED, 6: SUSPENDED, 40: SUSPENDED}, serial=3, made_at=AT, places=64)
    assert (encode(bundle), decode(payload)) == (payload, bundle)


@given(statuses)
def test_what_is_put_in_comes_out(given_statuses: dict[int, int]) -> None:
    bundle = bundle_of(given_statuses, serial=7, made_at=AT, places=PLACES)
    assert decode(encode(bundle)) == bundle
    for place, value in given_statuses.items():
        assert bundle.status_at(place) == value
    assert bundle.status_at(PLACES) is None


@given(statuses, statuses)
def test_a_delta_carries_a_bundle_on(before: dict[int, int], changes: dict[int, int]) -> None:
    older = bundle_of(before, serial=3, made_at=AT, places=PLACES)
    delta = decode(encode(bundle_of(changes, serial=9, made_at=AT, places=2 * PLACES, base=3)))
    assert older.continued(delta) == bundle_of({**before, **changes}, serial=9, made_at=AT, places=2 * PLACES)


@pytest.mark.parametrize(
    ("base", "serial"),
    [(None, 9), (4, 9), (1, 2)],
    ids=["no delta", "a later one's delta", "an old delta"],
)
def test_another_delta_is_refused(base: int | None, serial: int) -> None:
    older = bundle_of({}, serial=3, made_at=AT, places=PLACES)
    with pytest.raises(ValueError, match="continue"):
        older.continued(bundle_of({}, serial=serial, made_at=AT, places=PLACES, base=base))


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_refused_or_are_a_bundle(data: bytes) -> None:
    for text in (data, encode(bundle_of({5: 1}, serial=1, made_at=AT, places=64))[: len(data)] + data):
        try:
            assert isinstance(decode(text), StatusBundle)
        except NotABundle:
            continue


def test_a_file_is_genuine_to_the_last_bit() -> None:
    bundle = bundle_of({5: REVOKED, 6: SUSPENDED}, serial=1, made_at=AT, places=64)
    file = sealed(bundle, kid=b"12345678", sign=sign)
    assert opened(file, holds=holds) == bundle
    for at in range(len(file)):
        changed = bytearray(file)
        changed[at] ^= 1
        with pytest.raises(NotABundle):
            opened(bytes(changed), holds=holds)


@pytest.mark.parametrize(
    "shares",
    [{REVOKED: 1.0}, {REVOKED: 0.4, SUSPENDED: 0.3, UNDER_REVIEW: 0.2, SUPERSEDED: 0.1}],
    ids=["all revoked", "mixed"],
)
def test_ten_million_certificates_of_which_one_in_two_hundred_is_not_valid_fit_into_100_kib(
    shares: dict[int, float],
) -> None:
    chance = random.Random(20261123)
    places = chance.sample(range(10_000_000), 50_000)
    values = chance.choices(list(shares), weights=list(shares.values()), k=len(places))
    bundle = bundle_of(dict(zip(places, values, strict=True)), serial=50_000, made_at=AT, places=10_000_000)
    file = sealed(bundle, kid=b"12345678", sign=sign)
    assert len(file) <= 100 * 1024
    assert opened(file, holds=holds) == bundle
