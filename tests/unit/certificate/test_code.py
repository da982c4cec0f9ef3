"""The code: one byte string for one certificate, and nothing else passes."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import cbor2
import pytest
import segno
from cwt import COSE, COSEKey
from hypothesis import given
from hypothesis import strategies as st

from certificate.prints.qr import qr_of, qr_svg
from common.certificate_code import (
    LONGEST_TEXT,
    KeySet,
    Refusal,
    Verified,
    code_url,
    decode_text,
    encode_text,
    fitted_name,
    kind_of,
    level_of,
    register_of,
    verify_code,
)
from tests.unit.certificate.codes import DAY, NUMBER, REGISTER, claims, code, key_set, signed, signer

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "code_vectors.json").read_text())
KEYS = KeySet.parse(key_set(signer()))
COSE_BYTES = code()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def refused(cose: bytes, keys: KeySet = KEYS) -> str:
    found = verify_code(encode_text(cose), keys)
    assert isinstance(found, Refusal)
    return found.reason


def test_a_code_says_what_was_signed() -> None:
    found = verify_code(encode_text(COSE_BYTES), KEYS)
    assert isinstance(found, Verified)
    assert found.claims == claims()
    assert (found.number, found.kind, found.level) == (NUMBER, "skill_level", 3)
    assert found.issuer == "江苏长江机械有限公司"
    assert found.name_is_cut is False


@pytest.mark.parametrize("vector", VECTORS["valid"], ids=lambda vector: vector["about"])
def test_published_vectors_verify(vector: dict[str, object]) -> None:
    found = verify_code(str(vector["text"]), VECTORS["keys"])
    assert isinstance(found, Verified)
    assert {
        "number": found.number,
        "item_code": found.claims.item_code,
        "name": found.claims.name,
        "issued_on": str(found.claims.issued_on),
        "status_index": found.claims.status_index,
        "kind": found.kind,
        "level": found.level,
    } == vector["says"]


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda vector: vector["about"])
def test_published_vectors_are_refused(vector: dict[str, str]) -> None:
    found = verify_code(vector["text"], VECTORS["keys"])
    assert isinstance(found, Refusal)
    assert found.reason == vector["reason"]
    assert not found


def test_the_same_certificate_has_one_code() -> None:
    assert code() == COSE_BYTES


def test_every_flipped_bit_is_refused() -> None:
    for at in range(len(COSE_BYTES) * 8):
        changed = bytearray(COSE_BYTES)
        changed[at // 8] ^= 1 << at % 8
        assert not verify_code(encode_text(bytes(changed)), KEYS)


@given(st.integers(0, len(COSE_BYTES) - 1), st.binary(max_size=3), st.integers(0, 3))
def test_every_other_splice_is_refused(at: int, inserted: bytes, removed: int) -> None:
    changed = COSE_BYTES[:at] + inserted + COSE_BYTES[at + removed :]
    found = verify_code(encode_text(changed), KEYS)
    assert bool(found) == (changed == COSE_BYTES)


@given(st.text(max_size=400))
def test_any_text_gets_an_answer(text: str) -> None:
    assert not verify_code(text, KEYS)


@given(st.binary(max_size=400))
def test_any_bytes_get_an_answer(raw: bytes) -> None:
    assert not verify_code(encode_text(raw), KEYS)


@pytest.mark.parametrize(
    "text",
    [
        code_url("https://skills.example.org", COSE_BYTES),
        code_url("http://127.0.0.1:8080", COSE_BYTES).lower(),
        f"  {encode_text(COSE_BYTES)}\n",
        "-".join(encode_text(COSE_BYTES)[at : at + 5] for at in range(0, 300, 5)).strip("-"),
    ],
)
def test_spellings_that_scanners_and_people_make_are_read(text: str) -> None:
    assert verify_code(text, KEYS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        encode_text(COSE_BYTES) + "=",
        encode_text(COSE_BYTES) + "A",
        encode_text(COSE_BYTES) * 2,
        f"{code_url('http://h', COSE_BYTES)} {code_url('http://h', COSE_BYTES)}",
        code_url("http://h", COSE_BYTES) + "?x=1",
        code_url("http://h", COSE_BYTES) + "/",
        encode_text(COSE_BYTES).replace("O", "0").replace("I", "1"),
        encode_text(COSE_BYTES).replace("S", "ſ"),
        "A" * (LONGEST_TEXT + 1),
    ],
)
def test_texts_that_are_no_code_are_malformed(text: str) -> None:
    found = verify_code(text, KEYS)
    assert isinstance(found, Refusal)
    assert found.reason in {"malformed", "envelope"}


def test_stray_bits_behind_the_last_byte_are_refused() -> None:
    text = encode_text(COSE_BYTES)
    assert len(text) % 8 == 2  # the last character holds 3 spare bits
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".index(text[-1])
    assert not verify_code(text[:-1] + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[last | 1], KEYS)


def test_the_other_signature_of_the_pair_is_refused() -> None:
    s = int.from_bytes(COSE_BYTES[-32:], "big")
    assert refused(COSE_BYTES[:-32] + (ORDER - s).to_bytes(32, "big")) == "signature"


@pytest.mark.parametrize("scalar", [0, ORDER, 2**256 - 1])
def test_scalars_outside_of_the_group_are_refused(scalar: int) -> None:
    r = COSE_BYTES[:-64] + scalar.to_bytes(32, "big") + COSE_BYTES[-32:]
    s = COSE_BYTES[:-32] + scalar.to_bytes(32, "big")
    assert refused(r) == refused(s) == "signature"


def test_a_signature_of_another_certificate_is_refused() -> None:
    other = code(status_index=123_457)
    assert refused(COSE_BYTES[:-64] + other[-64:]) == "signature"


def test_a_key_that_is_not_published_proves_nothing() -> None:
    assert refused(code(signer(secret=99))) == "unknown-key"


def test_a_key_signs_for_its_own_register_only() -> None:
    thief = signer(secret=99, register="Y000032000018")
    assert refused(code(thief), KeySet.parse(key_set(thief))) == "foreign-register"


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 10, 31), "outside-key-validity"),
        (date(2026, 11, 1), None),
        (date(2027, 11, 1), None),
        (date(2027, 11, 2), "outside-key-validity"),
    ],
)
def test_the_day_of_issue_lies_in_the_validity_of_the_key(day: date, reason: str | None) -> None:
    found = verify_code(encode_text(code(issued_on=day)), KEYS)
    assert (found.reason if isinstance(found, Refusal) else None) == reason


def test_a_day_in_the_future_is_refused_where_a_clock_is_given() -> None:
    text = encode_text(COSE_BYTES)
    assert verify_code(text, KEYS, at=datetime(2026, 11, 22, 16, 0, tzinfo=UTC))
    early = verify_code(text, KEYS, at=datetime(2026, 11, 22, 15, 59, tzinfo=UTC))
    assert isinstance(early, Refusal)
    assert early.reason == "not-yet-issued"


def payload_of(document: object) -> bytes:
    return cbor2.dumps(document)


INNER = {1: 1, 2: "6-31-01-03", 3: "王𬭩", 4: 123_456}
OUTER = {2: NUMBER, 6: 1795363200, -65537: INNER}


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (payload_of(OUTER | {-65537: INNER | {1: 99}}), "newer-version"),
        (payload_of(OUTER | {-65537: {1: 99, 2: "x", 9: "something new"}}), "newer-version"),
        (payload_of(OUTER | {-65537: INNER | {5: "more"}}), "payload"),
        (payload_of(OUTER | {7: b"id"}), "payload"),
        (payload_of({6: 1795363200, 2: NUMBER, -65537: INNER}), "payload"),
        (payload_of(OUTER | {2: "Y000032000017266000042"}), "payload"),
        (payload_of(OUTER | {6: 1795363201}), "payload"),
        (payload_of(OUTER | {6: 2**63}), "payload"),
        (payload_of([NUMBER, "too short for a map"]), "payload"),
        (bytes.fromhex("bf02") + b"x" * 30 + b"\xff", "payload"),
        (claims().payload()[:-4] + b"\x1b" + bytes(4) + claims().payload()[-4:], "payload"),
        (claims().payload() + b"\x00", "payload"),
        (claims().payload().replace(b"\x02\x76", b"\x02\x7b\x7f\xff\xff\xff\xff\xff\xff\xff", 1), "payload"),
    ],
)
def test_even_a_signed_payload_has_only_one_form(payload: bytes, reason: str) -> None:
    assert refused(signed(payload)) == reason


def test_a_foreign_cose_library_verifies_the_same_bytes() -> None:
    numbers = signer().key.public.public_numbers()
    key = COSEKey.new(
        {
            1: 2,
            2: signer().key.kid,
            3: -7,
            -1: 1,
            -2: numbers.x.to_bytes(32, "big"),
            -3: numbers.y.to_bytes(32, "big"),
        }
    )
    payload = COSE.new().decode(COSE_BYTES, key)
    assert cbor2.loads(payload) == OUTER
    assert cbor2.dumps(OUTER, canonical=True) == payload
    tag = cbor2.loads(COSE_BYTES)
    assert (tag.tag, cbor2.loads(tag.value[0]), tag.value[1]) == (18, {1: -7, 4: signer().key.kid}, {})


def test_the_id_number_is_nowhere_in_it() -> None:
    assert set(cbor2.loads(claims().payload())) == {2, 6, -65537}
    assert set(cbor2.loads(claims().payload())[-65537]) == {1, 2, 3, 4}


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("http://127.0.0.1:8080", "王𬭩"),
        ("https://jndj.jiangsu.gov.cn", "买买提·阿不都热依木"),
        ("https://jndj.jiangsu.gov.cn", "王" * 40),
    ],
)
def test_the_qr_code_is_version_10_at_most(host: str, name: str) -> None:
    url = code_url(host, code(name=name, status_index=2**32 - 1))
    qr = qr_of(url)
    assert qr.mode == "alphanumeric"
    assert qr.error == "M"
    assert isinstance(qr.version, int)
    assert qr.version <= 10
    assert url == url.upper()
    assert qr_svg(url).startswith(b"<svg")


@pytest.mark.parametrize("name", ["王𬭩", "买买提·阿不都热依木", "王" * 40])
def test_with_a_second_signature_it_is_version_12_at_most(name: str) -> None:
    url = code_url("https://jndj.jiangsu.gov.cn", code(name=name, status_index=2**32 - 1, second=bytes(64)))
    qr = qr_of(url)
    assert (qr.mode, qr.error) == ("alphanumeric", "M")
    assert isinstance(qr.version, int)
    assert qr.version <= 12


def test_a_usual_code_has_151_bytes_and_266_characters() -> None:
    url = code_url("http://127.0.0.1:8080", COSE_BYTES)
    assert (len(COSE_BYTES), len(url)) == (151, 266)
    assert segno.make_qr(url, error="m", boost_error=False).designator == "10-M"


@pytest.mark.parametrize(
    ("name", "fitted"),
    [
        ("王" * 10, "王" * 10),
        ("王" * 11, "王" * 9 + "…"),
        ("𬭩" * 8, "𬭩" * 6 + "…"),
        ("Bartholomew Featherstonehaugh-S", "Bartholomew Featherstonehau…"),
    ],
)
def test_long_names_are_cut_between_characters(name: str, fitted: str) -> None:
    assert fitted_name(name) == fitted
    assert len(fitted_name(name).encode()) <= 30
    found = verify_code(encode_text(code(name=name)), KEYS)
    assert isinstance(found, Verified)
    assert found.claims.name == fitted
    assert found.name_is_cut == (name != fitted)


@pytest.mark.parametrize(
    ("number", "kind", "register", "level"),
    [
        (NUMBER, "skill_level", REGISTER, 3),
        ("2610014001400001", "national_qualification", "10014001", 4),
        ("261001000001", "special_ability", "1001", None),
    ],
)
def test_kind_register_and_level_are_read_off_the_number(
    number: str, kind: str, register: str, level: int | None
) -> None:
    assert (kind_of(number), register_of(number), level_of(number)) == (kind, register, level)


@pytest.mark.parametrize("number", ["", "261001000000", "26100100000", "RSW32010400126300001", "Y"])
def test_other_numbers_have_no_kind(number: str) -> None:
    with pytest.raises(ValueError, match="not a certificate number"):
        kind_of(number)


def test_a_key_document_must_name_its_own_key() -> None:
    document = key_set(signer())
    document["keys"][0]["kid"] = "0" * 16
    with pytest.raises(ValueError, match="not that of the key"):
        KeySet.parse(document)


@pytest.mark.parametrize("missing", ["x", "nbf", "exp", "register"])
def test_a_key_document_must_be_complete(missing: str) -> None:
    document = key_set(signer())
    del document["keys"][0][missing]
    with pytest.raises(ValueError, match="not a published certificate key"):
        KeySet.parse(document)


def test_keys_of_other_kinds_are_left_out() -> None:
    document = key_set(signer())
    document["keys"].append({"kty": "OKP", "crv": "SM2", "kid": "other"})
    assert len(KeySet.parse(document)) == 1


def test_text_and_bytes_go_both_ways() -> None:
    assert decode_text(encode_text(COSE_BYTES)) == COSE_BYTES
    assert claims().issued_on == DAY
