"""A fixed key and its codes, for tests that look at every byte."""

from datetime import UTC, date, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from certificate.keys.signer import Es256Signer
from certificate.keys.vault import FileHand
from common.certificate_code import Claims, PublishedKey, assemble, key_id, public_jwk, to_be_signed

REGISTER = "Y000032000017"
NUMBER = f"{REGISTER}263000042"
DAY = date(2026, 11, 23)


def signer(secret: int = 1234567890, register: str = REGISTER) -> Es256Signer:
    private = ec.derive_private_key(secret, ec.SECP256R1())
    public = private.public_key()
    key = PublishedKey(
        key_id(public),
        public,
        register,
        datetime(2026, 11, 1, tzinfo=UTC),
        datetime(2027, 11, 1, tzinfo=UTC),
        "江苏长江机械有限公司",
    )
    return Es256Signer(key, FileHand(private))


def key_set(*signers: Es256Signer) -> dict[str, Any]:
    """The JWK set as it is published."""
    return {
        "keys": [
            public_jwk(one.key)
            | {
                "nbf": int(one.key.valid_from.timestamp()),
                "exp": int(one.key.valid_to.timestamp()),
                "issuer": one.key.issuer,
            }
            for one in signers
        ]
    }


def claims(**changes: Any) -> Claims:
    standard: dict[str, Any] = {
        "number": NUMBER,
        "item_code": "6-31-01-03",
        "name": "王𬭩",
        "issued_on": DAY,
        "status_index": 123_456,
    }
    return Claims(**(standard | changes))


def signed(payload: bytes, by: Es256Signer | None = None) -> bytes:
    """A code over any payload: what a dishonest signer could make."""
    by = by or signer()
    return assemble(by.key.kid, payload, by.sign(to_be_signed(by.key.kid, payload)))


def code(by: Es256Signer | None = None, **changes: Any) -> bytes:
    return signed(claims(**changes).payload(), by)
