"""Where private keys are kept: sealed in the keystore's files, or in a token that never gives them away (`token`)."""

from dataclasses import dataclass, field
from typing import Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from certificate.keys.domain import thumbprint
from certificate.keys.keystore import Keystore, Private
from certificate.keys.models import Algorithm
from common import sm2
from common.certificate_code import canonical_signature

_DETERMINISTIC = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
Public = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey


class Hand(Protocol):
    """A private key that signs, wherever it lies: 64 bytes, of ECDSA r ‖ s with the smaller s."""

    def sign(self, message: bytes) -> bytes: ...


class Vault(Protocol):
    """Keys under their key ids. Blocking: call it in a thread. Raises KeystoreUnusable."""

    def make(self, algorithm: Algorithm) -> Public:
        """A new key, kept under the key id that follows from its public half."""

    def hand(self, kid: str) -> Hand:
        """The key of this id."""

    def make_second(self, kid: str) -> bytes:
        """A companion for SM2, kept beside this key; its public half, x ‖ y."""

    def second_hand(self, kid: str) -> Hand:
        """The companion of this key."""


@dataclass(frozen=True, slots=True)
class FileHand:
    """A key in memory. Nonces come from the message (RFC 6979): a weak random source cannot give the key away."""

    private: Private = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        if isinstance(self.private, ed25519.Ed25519PrivateKey):
            return self.private.sign(message)
        return canonical_signature(*decode_dss_signature(self.private.sign(message, _DETERMINISTIC)))


@dataclass(frozen=True, slots=True)
class FileVault:
    """Keys in the keystore's files."""

    keystore: Keystore

    def make(self, algorithm: Algorithm) -> Public:
        private: Private = (
            ed25519.Ed25519PrivateKey.generate()
            if algorithm == "EdDSA"
            else ec.generate_private_key(ec.SECP256R1())
        )
        public = private.public_key()
        self.keystore.put(thumbprint(public)[0], private)
        return public

    def hand(self, kid: str) -> Hand:
        return FileHand(self.keystore.get(kid))

    def make_second(self, kid: str) -> bytes:
        private = sm2.PrivateKey.generate()
        self.keystore.put_bytes(_second(kid), private.der)
        return private.public

    def second_hand(self, kid: str) -> Hand:
        return sm2.PrivateKey.read(self.keystore.get_bytes(_second(kid)))


def _second(kid: str) -> str:
    return f"{kid}.sm2"
