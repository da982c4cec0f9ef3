"""Wallet formats: the standards' own vectors, two readers that we did not write, and nothing told that is not to be."""

import copy
import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519
from jwcrypto.jwk import JWK
from openvc.proof.di_jcs import EddsaJcsProofSuite
from openvc.proof.errors import ProofError
from openvc.proof.sd_jwt import SdJwtVcProofSuite
from sd_jwt.verifier import SDJWTVerifier

from certificate.wallet import domain
from certificate.wallet.multibase import base58btc, multikey
from common.jcs import canonical
from tests.unit.certificate.wallets import (
    CREDENTIAL,
    ID_NUMBER,
    URL,
    did,
    disclosed,
    jwk,
    shown,
    signed_badge,
    signed_token,
)

# W3C Data Integrity EdDSA Cryptosuites 1.0, test vectors of eddsa-jcs-2022.
PUBLIC = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
ALUMNI: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
PROOF = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-jcs-2022",
    "created": "2023-02-24T23:36:38Z",
    "verificationMethod": f"https://vc.example/issuers/5678#{PUBLIC}",
    "proofPurpose": "assertionMethod",
    "@context": ALUMNI["@context"],
}
VALUE = "z63t83Y53KfzJ5ZosfKTnqfMcKB2dmTrfjSaQjeNNjAD5srBowQfmWqeRb8rRjmeEuCBEsddF9LsVogtuTsijJKh4"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def unbase58(text: str) -> bytes:
    number = 0
    for digit in text.removeprefix("z"):
        number = number * 58 + BASE58.index(digit)
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def test_the_standard_s_own_vector_is_signed_as_it_says() -> None:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(unbase58(SECRET)[2:])
    assert base58btc(key.sign(domain.proof_hash(ALUMNI, PROOF))) == VALUE
    assert multikey(unbase58(PUBLIC)[2:]) == PUBLIC


@pytest.mark.parametrize(
    ("value", "text"),
    [
        # RFC 8785 section 3.2.3: members by the code units of UTF-16.
        (
            {"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
             "\U0001f600": "Emoji: Grinning Face", "\u0080": "Control",
             "\u00f6": "Latin Small Letter O With Diaeresis"},
            (
                '{"\\r":"Carriage Return","1":"One","\u0080":"Control",'
                '"\u00f6":"Latin Small Letter O With Diaeresis","\u20ac":"Euro Sign",'
                '"\U0001f600":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}'
            ),
        ),
        # Section 3.2.2: literals and the escapes that must be, no others.
        ({"string": "\u20ac$\u000f\nA'B\"\\\\\"/", "literals": [None, True, False]},
         '{"literals":[null,true,false],"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'),
    ],
)  # fmt: skip
def test_canonical_json_is_that_of_rfc_8785(value: Any, text: str) -> None:
    assert canonical(value) == text.encode()


@pytest.mark.parametrize("value", [1.5, 2**53, {"a": float("nan")}])
def test_numbers_that_we_do_not_sign_are_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="are signed"):
        canonical(value)


def test_a_badge_is_proved_as_openvc_reads_it_and_no_byte_of_it_may_change() -> None:
    document = signed_badge()
    suite = EddsaJcsProofSuite()
    key = {"kty": "OKP", "crv": "Ed25519", "x": _x(did()["verificationMethod"][0]["publicKeyMultibase"])}
    assert suite.verify(document, public_key_jwk=key)
    changed = copy.deepcopy(document)
    changed["credentialSubject"]["achievement"]["name"] = "焊工 一级/高级技师"
    with pytest.raises((ProofError, InvalidSignature)):
        suite.verify(changed, public_key_jwk=key)


def _x(multibase: str) -> str:
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(unbase58(multibase)[2:]).decode().rstrip("=")


def test_a_badge_never_holds_the_document_number() -> None:
    assert ID_NUMBER not in json.dumps(signed_badge(), ensure_ascii=False)


def test_an_sd_jwt_tells_what_its_holder_discloses_and_no_more() -> None:
    token = signed_token()
    read = SDJWTVerifier(shown(token, "name"), lambda issuer, header: JWK(**jwk()))
    payload = read.get_verified_payload()
    assert (payload["name"], payload["item_name"], payload["level"]) == ("张𬭩", "电工", 3)
    assert "id_number" not in payload
    assert ID_NUMBER not in token.split("~")[0]
    whole = SDJWTVerifier(token, lambda issuer, header: JWK(**jwk())).get_verified_payload()
    assert (whole["id_number"], whole["number"]) == (ID_NUMBER, CREDENTIAL.number)
    assert whole["status"] == {"status_list": {"uri": f"{URL}/certificate/v1/status/lists/1", "idx": 7}}


def test_openvc_reads_the_sd_jwt_as_well_and_refuses_a_changed_one() -> None:
    token = signed_token()
    suite = SdJwtVcProofSuite()
    assert suite.verify(token, public_key_jwk=jwk())
    head, payload, signature = token.split("~")[0].split(".")
    other = "~".join([f"{head}.{payload[:-2]}AA.{signature}", *token.split("~")[1:]])
    with pytest.raises((ProofError, ValueError)):
        suite.verify(other, public_key_jwk=jwk())


def test_every_fact_of_the_holder_has_a_salt_of_its_own() -> None:
    told = [disclosed(one) for one in signed_token().split("~")[1:-1]]
    assert len({salt for salt, _, _ in told}) == len(told) == 6
    assert {name for _, name, _ in told} == {
        "name",
        "id_type",
        "id_number",
        "number",
        "organisation",
        "issued_on",
    }


def test_a_holder_s_key_is_bound_where_it_was_given() -> None:
    payload = SDJWTVerifier(signed_token(jwk()), lambda issuer, header: JWK(**jwk())).get_verified_payload()
    assert payload["cnf"] == {"jwk": jwk()}


def test_the_platform_is_a_did_whose_document_names_its_keys() -> None:
    assert domain.did_of("https://skills.example.org") == "did:web:skills.example.org:certificate"
    assert domain.did_of("http://127.0.0.1:8080") == "did:web:127.0.0.1%3A8080:certificate"
    document = did()
    assert document["assertionMethod"] == [f"{document['id']}#key-1"]
