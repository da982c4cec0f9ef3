"""Who signs: an interface that a file key implements here, and a hardware module or another algorithm can."""

from dataclasses import dataclass, field
from typing import Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from common.certificate_code import PublishedKey, canonical_signature

_DETERMINISTIC = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)


class Signer(Protocol):
    """Signs what it is given with one key, as the code wants it: 64 bytes, one possible value for one message."""

    @property
    def key(self) -> PublishedKey: ...

    def sign(self, message: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Es256Signer:
    """ECDSA on P-256 with nonces from the message (RFC 6979): a weak random source cannot give the key away."""

    key: PublishedKey
    private: ec.EllipticCurvePrivateKey = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        return canonical_signature(*decode_dss_signature(self.private.sign(message, _DETERMINISTIC)))
