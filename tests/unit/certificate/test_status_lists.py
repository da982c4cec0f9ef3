"""The lists read as their standards say: the standards' own examples, and implementations of others."""

import gzip
import json
import zlib
from base64 import urlsafe_b64decode
from datetime import UTC, datetime

import cbor2
import cwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jws
from joserfc.jwk import ECKey
from token_status_list import BitArray

from certificate.issuance.status_index import LIST_PLACES
from certificate.status import lists
from certificate.status.domain import Status
from certificate.status.lists import StatusList

AT = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
STATUSES: dict[int, Status] = {
    0: "revoked",
    1: "suspended",
    2: "under_review",
    5: "superseded",
    LIST_PLACES - 1: "suspended",
}
LISTED = StatusList(3, STATUSES, AT, "https://skills.example.org")
PRIVATE = ec.generate_private_key(ec.SECP256R1())
PEM = PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


class Signer:
    kid = "0011223344556677"

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(PRIVATE.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def unpacked(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class TestOrderOfBits:
    def test_one_bit_a_place_as_in_the_example_of_the_ietf(self) -> None:
        # draft-ietf-oauth-status-list, section 4.1: sixteen statuses, 0xB9 0xA3.
        statuses = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]
        content = lists.low_first(dict(enumerate(statuses)), bits=1, places=16)
        assert content == bytes.fromhex("b9a3")
        assert zlib.decompress(unpacked("eNrbuRgAAhcBXQ")) == content

    def test_two_bits_a_place_as_in_the_example_of_the_ietf(self) -> None:
        statuses = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]
        content = lists.low_first(dict(enumerate(statuses)), bits=2, places=12)
        assert content == bytes.fromhex("c944f9")
        assert zlib.decompress(unpacked("eNo76fITAAPfAgc")) == content

    def test_the_w3c_begins_at_the_left(self) -> None:
        # Bitstring Status List 1.0, section 3.3: the first index is the left-most bit.
        assert lists.high_first({0: 1, 9: 1}, bits=1, places=16) == bytes([0b10000000, 0b01000000])
        assert lists.high_first({0: 0xB, 1: 1}, bits=4, places=2) == bytes([0xB1])
        assert lists.low_first({0: 0xB, 1: 1}, bits=4, places=2) == bytes([0x1B])

    def test_an_empty_list_is_the_example_of_the_w3c(self) -> None:
        # The specification's encodedList of 131,072 places, none of which is set.
        example = "H4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
        assert gzip.decompress(unpacked(example)) == lists.high_first({}, bits=1, places=131_072)


class TestTokenStatusList:
    def test_the_jwt_is_read_by_others(self) -> None:
        token = jws.deserialize_compact(
            lists.token_jwt(LISTED, Signer()), ECKey.import_key(PEM), algorithms=["ES256"]
        )
        assert token.headers() == {"alg": "ES256", "kid": Signer.kid, "typ": "statuslist+jwt"}
        claims = json.loads(token.payload)
        assert claims["sub"] == "https://skills.example.org/certificate/v1/status/lists/3"
        assert (claims["exp"] - claims["iat"], claims["ttl"]) == (43_200, 15)
        theirs = BitArray.load(claims["status_list"])
        assert len(theirs) == LIST_PLACES
        assert [theirs[place] for place in (0, 1, 2, 3, 5, LIST_PLACES - 1)] == [1, 2, 3, 0, 0xB, 2]

    def test_the_cwt_is_read_by_others(self) -> None:
        token = lists.token_cwt(LISTED, Signer())
        claims = cwt.COSE.new().decode(token, cwt.COSEKey.from_pem(PEM, kid=bytes.fromhex(Signer.kid)))
        found = cbor2.loads(claims)
        assert found[2] == "https://skills.example.org/certificate/v1/status/lists/3"
        assert (found[4] - found[6], found[65534]) == (43_200, 15)
        theirs = BitArray(found[65533]["bits"], zlib.decompress(found[65533]["lst"]))
        assert [theirs[place] for place in (0, 1, 2, 3, 5)] == [1, 2, 3, 0, 0xB]
        protected = cbor2.loads(cbor2.loads(token).value[0])
        assert protected[16] == "application/statuslist+cwt"

    def test_a_place_says_where_its_status_is(self) -> None:
        assert lists.list_uri("https://skills.example.org", 3 * LIST_PLACES + 5) == (LISTED.uri, 5)


class TestBitstringStatusList:
    def test_a_list_is_a_credential_for_each_purpose(self) -> None:
        token = jws.deserialize_compact(
            lists.bitstring_jwt(LISTED, "revocation", Signer()),
            ECKey.import_key(PEM),
            algorithms=["ES256"],
        )
        assert token.headers()["typ"] == "vc+jwt"
        credential = json.loads(token.payload)
        assert credential["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
        subject = credential["credentialSubject"]
        assert (subject["type"], subject["statusPurpose"]) == ("BitstringStatusList", "revocation")
        bits = gzip.decompress(unpacked(subject["encodedList"].removeprefix("u")))
        assert len(bits) == LIST_PLACES // 8
        assert bits[0] == 0b10000100  # 0 revoked, 5 superseded

    def test_suspension_and_the_whole_status_have_lists_of_their_own(self) -> None:
        assert LISTED.bitstring("suspension")[0] == 0b01000000
        assert LISTED.bitstring("suspension")[-1] == 0b00000001
        assert LISTED.bitstring("message")[:3] == bytes([0x12, 0x30, 0x0B])

    def test_an_entry_names_every_value_that_its_bits_can_hold(self) -> None:
        entries = lists.bitstring_entries("https://skills.example.org", 3 * LIST_PLACES + 5)
        assert [entry["statusPurpose"] for entry in entries] == ["revocation", "suspension", "message"]
        assert {entry["statusListIndex"] for entry in entries} == {"5"}
        assert entries[2]["statusSize"] == 4
        assert len(entries[2]["statusMessage"]) == 16
        assert entries[2]["statusMessage"][11] == {"status": "0xb", "message": "superseded"}
        assert entries[0]["statusListCredential"] == LISTED.bitstring_uri("revocation")
