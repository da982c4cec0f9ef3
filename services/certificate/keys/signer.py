"""Who signs certificates: a published key and the hand that holds its private half; and how a code is made with it."""

from dataclasses import dataclass, replace
from typing import Protocol

from certificate.keys.vault import Hand
from common.certificate_code import PublishedKey, assemble, read_payload, to_be_signed


class Signer(Protocol):
    """Signs what it is given with one key, as the code wants it: 64 bytes with the smaller s."""

    @property
    def key(self) -> PublishedKey: ...

    @property
    def second(self) -> Hand | None:
        """Who signs with SM2 as well, where the operator has it so."""

    def sign(self, message: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Es256Signer:
    """ECDSA on P-256."""

    key: PublishedKey
    hand: Hand
    second: Hand | None = None

    def sign(self, message: bytes) -> bytes:
        return self.hand.sign(message)


def code_of(payload: bytes, signer: Signer) -> bytes:
    """The code of a payload: signed as it is, or first with SM2 and then, with that signature in it, as a whole."""
    kid = signer.key.kid
    if signer.second is not None:
        second = signer.second.sign(to_be_signed(kid, payload))
        payload = replace(read_payload(payload), second=second).payload()
    return assemble(kid, payload, signer.sign(to_be_signed(kid, payload)))
