"""COSE as others write it: public test data of the EU's health passes, through our readers and signature checks."""

import io
import json
import subprocess
import zlib
from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import segno
import zxingcpp
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import Certificate, load_der_x509_certificate
from cwt import COSE, COSEKey
from PIL import Image

from common import strict_cbor as cbor
from common.certificate_code import Refusal, encode_text, es256_holds, verify_code
from common.status_bundle import to_be_signed
from tests.unit.certificate.codes import key_set, signer
from tests.unit.certificate.node import ASK, NODE, VERIFIER

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "data" / "dcc" / "cases.json").read_text()
)["cases"]
BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
EXPECTED = {
    "CO3": "verified",
    "CO18": "verified",
    "CO16": "verified",
    "CO5": "signature",
    "CO22": "algorithm",
    "CO19": "algorithm",
}


@dataclass(frozen=True)
class Case:
    about: dict[str, Any]

    @property
    def name(self) -> str:
        return Path(self.about["source"]).stem

    @property
    def message(self) -> bytes:
        return bytes.fromhex(self.about["cose"])

    @cached_property
    def certificate(self) -> Certificate:
        return load_der_x509_certificate(b64decode(self.about["certificate"]))

    @property
    def public(self) -> ec.EllipticCurvePublicKey:
        public = self.certificate.public_key()
        assert isinstance(public, ec.EllipticCurvePublicKey)
        return public

    @property
    def kid(self) -> bytes:
        return sha256(b64decode(self.about["certificate"])).digest()[:8]


ALL = [Case(about) for about in CASES]
KEYS = {case.kid: case.public for case in ALL}


def verdict(message: bytes, keys: dict[bytes, ec.EllipticCurvePublicKey] = KEYS) -> str:
    """A COSE_Sign1 by our strict reader and our signature check; what is not protected does not count."""
    try:
        protected, payload, signature = envelope(message)
        algorithm, kid = protected_of(protected)
    except cbor.NotCanonical:
        return "structure"
    if algorithm != -7:
        return "algorithm"
    if kid not in keys:
        return "unknown-key"
    holds = len(signature) == 64 and es256_holds(keys[kid], to_be_signed(protected, payload), signature)
    return "verified" if holds else "signature"


def envelope(message: bytes) -> tuple[bytes, bytes, bytes]:
    reader = cbor.Reader(message[1:])
    if message[:1] != b"\xd2" or reader.array_size() != 4:
        raise cbor.NotCanonical("not a COSE_Sign1")
    protected = reader.byte_string()
    headers_of(reader)
    payload, signature = reader.byte_string(), reader.byte_string()
    reader.end()
    return protected, payload, signature


def protected_of(protected: bytes) -> tuple[int | None, bytes | None]:
    if not protected:
        return None, None
    reader = cbor.Reader(protected)
    found = headers_of(reader)
    reader.end()
    return found


def headers_of(reader: cbor.Reader) -> tuple[int | None, bytes | None]:
    algorithm: int | None = None
    kid: bytes | None = None
    for _ in range(reader.map_size()):
        if reader.integer() == 1:
            algorithm = reader.integer()
        else:
            kid = reader.byte_string()
    return algorithm, kid


def changed(message: bytes, at: int) -> bytes:
    return message[:at] + bytes([message[at] ^ 1]) + message[at + 1 :]


def in_javascript(messages: list[bytes]) -> list[str]:
    keys = {
        case.kid.hex(): {
            name: urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")
            for name, number in (
                ("x", case.public.public_numbers().x),
                ("y", case.public.public_numbers().y),
            )
        }
        for case in ALL
    }
    done = subprocess.run(
        [NODE, "--no-warnings", ASK.with_name("foreign_cose.mjs"), VERIFIER, VERIFIER.with_name("bundle.js")],
        input=json.dumps({"messages": [message.hex() for message in messages], "keys": keys}),
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[str] = json.loads(done.stdout)
    return found


def test_every_case_gets_its_verdict_in_both_languages() -> None:
    assert {case.name: verdict(case.message) for case in ALL} == EXPECTED
    assert in_javascript([case.message for case in ALL]) == [EXPECTED[case.name] for case in ALL]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_the_published_expectation_holds_where_the_case_is_in_scope(case: Case) -> None:
    expected = case.about["expected"].get("EXPECTEDVERIFY")
    if case.name == "CO19":  # its algorithm is not protected, which our format forbids
        assert expected is True
        assert verdict(case.message) == "algorithm"
    elif expected is not None:
        assert (verdict(case.message) == "verified") == expected


@pytest.mark.parametrize("case", [case for case in ALL if EXPECTED[case.name] == "verified"])
def test_a_changed_message_and_another_key_are_refused(case: Case) -> None:
    length = len(case.message)
    flipped = [changed(case.message, at) for at in (length // 2, length // 3, length - 1, length - 40)]
    assert [verdict(message) for message in flipped] == ["signature"] * 4
    assert in_javascript(flipped) == ["signature"] * 4
    stranger = next(other for other in ALL if other.kid != case.kid)
    assert verdict(case.message, {case.kid: stranger.public}) == "signature"
    assert verdict(case.message, {stranger.kid: stranger.public}) == "unknown-key"


def test_the_time_of_the_key_decides_where_the_signature_holds() -> None:
    within = {}
    for case in ALL:
        clock = datetime.fromisoformat(case.about["clock"])
        begins, ends = case.certificate.not_valid_before_utc, case.certificate.not_valid_after_utc
        within[case.name] = begins <= clock <= ends
    assert within["CO16"] is False
    assert ALL[2].about["expected"] == {"EXPECTEDEXPIRATIONCHECK": False}
    assert within["CO3"] is within["CO18"] is True


def test_the_foreign_library_agrees_on_the_foreign_data() -> None:
    for case in ALL[:3]:
        numbers = case.public.public_numbers()
        key = COSEKey.new(
            {
                1: 2,
                2: case.kid,
                3: -7,
                -1: 1,
                -2: numbers.x.to_bytes(32, "big"),
                -3: numbers.y.to_bytes(32, "big"),
            }
        )
        _, payload, _ = envelope(case.message)
        assert COSE.new().decode(case.message, key) == payload


def test_a_foreign_qr_code_is_read_and_its_message_verified() -> None:
    text = ALL[0].about["prefix"]
    drawn = io.BytesIO()
    segno.make_qr(text, error="m").save(drawn, kind="png", scale=4)
    (read,) = zxingcpp.read_barcodes(Image.open(drawn).convert("L"))
    assert read.text == text
    message = zlib.decompress(base45(read.text.removeprefix("HC1:")))
    assert message == ALL[0].message
    assert verdict(message) == "verified"


def test_what_others_sign_is_no_certificate_of_ours() -> None:
    keys = key_set(signer())
    as_text = verify_code(ALL[0].about["prefix"], keys)
    as_code = verify_code(encode_text(ALL[0].message), keys)
    assert isinstance(as_text, Refusal)
    assert isinstance(as_code, Refusal)
    assert (as_text.reason, as_code.reason) == ("malformed", "envelope")


def base45(text: str) -> bytes:
    """RFC 9285: three characters for two bytes, two for a last one."""
    found = bytearray()
    for at in range(0, len(text), 3):
        digits = [BASE45.index(character) for character in text[at : at + 3]]
        value = sum(digit * 45**power for power, digit in enumerate(digits))
        found += value.to_bytes(2 if len(digits) == 3 else 1, "big")
    return bytes(found)
