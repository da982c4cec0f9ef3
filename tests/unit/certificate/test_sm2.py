"""The second signature: the vector of GB/T 32918, two implementations of others, and what a code does with it."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import gmalg
import pytest
from gmssl import sm2 as gmssl_sm2

from certificate.keys.signer import Es256Signer, code_of
from common import sm2
from common.certificate_code import (
    Claims,
    KeySet,
    Verified,
    assemble,
    code_url,
    public_jwk,
    read_key,
    read_payload,
    sm2_members,
    split,
    to_be_signed,
    verify_code,
)
from tests.unit.certificate.codes import signer

# GM/T 0003.5-2012, annex A.2 (the curve of GB/T 32918.5): identifier 1234567812345678, message "message digest".
VECTOR_KEY = bytes.fromhex(
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
VECTOR_SIGNATURE = bytes.fromhex(
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)
MESSAGES = (b"", b"message digest", "江苏".encode(), bytes(1_000))


def test_the_published_vector_holds_and_no_other_message_does() -> None:
    assert sm2.holds(VECTOR_KEY, b"message digest", VECTOR_SIGNATURE)
    assert not sm2.holds(VECTOR_KEY, b"message digesu", VECTOR_SIGNATURE)
    assert not sm2.holds(VECTOR_KEY, b"message digest", VECTOR_SIGNATURE[:-1] + b"\xab")


def scalar(key: sm2.PrivateKey) -> bytes:
    """The private number in SEC 1: version, then an OCTET STRING of 32 bytes."""
    return key.der[7:39]


@pytest.mark.parametrize("message", MESSAGES, ids=len)
def test_gmalg_and_ours_take_one_anothers_signatures(message: bytes) -> None:
    key = sm2.PrivateKey.generate()
    theirs = gmalg.SM2(scalar(key), sm2.IDENTIFIER, b"\x04" + key.public)
    signature = key.sign(message)
    assert theirs.verify(message, signature[:32], signature[32:])
    r, s = theirs.sign(message)
    assert sm2.holds(key.public, message, r.rjust(32, b"\0") + s.rjust(32, b"\0"))


@pytest.mark.parametrize("message", MESSAGES[1:], ids=len)
def test_gmssl_and_ours_take_one_anothers_signatures(message: bytes) -> None:
    key = sm2.PrivateKey.generate()
    theirs = gmssl_sm2.CryptSM2(private_key=scalar(key).hex(), public_key=key.public.hex())
    assert theirs.verify_with_sm3(key.sign(message).hex(), message)
    assert sm2.holds(key.public, message, bytes.fromhex(theirs.sign_with_sm3(message)))


def test_a_kept_key_is_read_again_and_what_is_none_is_refused() -> None:
    key = sm2.PrivateKey.generate()
    again = sm2.PrivateKey.read(key.der)
    assert again.public == key.public
    assert sm2.holds(key.public, b"one", again.sign(b"one"))
    with pytest.raises(sm2.Refused):
        sm2.PrivateKey.read(b"no key")
    with pytest.raises(sm2.Refused):
        sm2.holds(bytes(64), b"one", key.sign(b"one"))


CLAIMS = Claims("Y000032000017263000042", "6-31-01-03", "王𬭩", date(2026, 11, 20), 2**20 + 7)


def twice() -> tuple[Es256Signer, dict[str, list[dict[str, Any]]]]:
    """A signer with a companion, and its published document."""
    once, companion = signer(), sm2.PrivateKey.generate()
    validity = {"nbf": int(once.key.valid_from.timestamp()), "exp": int(once.key.valid_to.timestamp())}
    jwk = public_jwk(once.key) | validity | {"sm2": sm2_members(companion.public)}
    document = json.loads(json.dumps(jwk))
    return Es256Signer(read_key(document), once.hand, companion), {"keys": [document]}


def test_a_code_with_two_signatures_is_genuine_and_still_fits_a_small_qr_code() -> None:
    by, keys = twice()
    text = code_url("https://skills.jiangsu.example", code_of(CLAIMS.payload(), by))
    proof = verify_code(text, keys)
    assert isinstance(proof, Verified)
    assert replace(proof.claims, second=None) == CLAIMS
    assert len(text) <= 419  # alphanumeric characters of version 12 at level M (ISO/IEC 18004, table 7)


def test_a_companion_that_did_not_sign_is_refused_though_es256_holds() -> None:
    by, keys = twice()
    stranger = Es256Signer(by.key, by.hand, sm2.PrivateKey.generate())
    for code in (
        code_of(CLAIMS.payload(), stranger),
        signed_with(by, bytes(64)),
        signed_with(by, b"\xff" * 64),
    ):
        refusal = verify_code(code_url("https://skills.example", code), keys)
        assert not isinstance(refusal, Verified)
        assert refusal.reason == "signature"


def test_the_second_signature_stands_for_everything_else_in_the_code() -> None:
    by, _ = twice()
    kid, payload, _ = split(code_of(CLAIMS.payload(), by))
    second = read_payload(payload).second
    assert second is not None
    assert by.key.sm2 is not None
    assert sm2.holds(by.key.sm2, to_be_signed(kid, CLAIMS.payload()), second)
    other = replace(CLAIMS, name="张三").payload()
    assert not sm2.holds(by.key.sm2, to_be_signed(kid, other), second)


def test_who_knows_no_companion_checks_es256_alone() -> None:
    by, keys = twice()
    code = code_url("https://skills.example", code_of(CLAIMS.payload(), by))
    (document,) = keys["keys"]
    without = {name: value for name, value in document.items() if name != "sm2"}
    assert isinstance(verify_code(code, KeySet.parse({"keys": [without]})), Verified)


def signed_with(by: Es256Signer, second: bytes) -> bytes:
    payload = replace(CLAIMS, second=second).payload()
    kid = by.key.kid
    return assemble(kid, payload, by.sign(to_be_signed(kid, payload)))
