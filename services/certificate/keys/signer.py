"""Who signs certificates: a published key and the hand that holds its private half."""

from dataclasses import dataclass
from typing import Protocol

from certificate.keys.vault import Hand
from common.certificate_code import PublishedKey


class Signer(Protocol):
    """Signs what it is given with one key, as the code wants it: 64 bytes with the smaller s."""

    @property
    def key(self) -> PublishedKey: ...

    def sign(self, message: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Es256Signer:
    """ECDSA on P-256."""

    key: PublishedKey
    hand: Hand

    def sign(self, message: bytes) -> bytes:
        return self.hand.sign(message)
