"""PURE: base58btc with its multibase mark, as Multikey and Data Integrity proofs write bytes."""

from typing import Final

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519: Final = bytes.fromhex("ed01")  # multicodec: an Ed25519 public key follows


def base58btc(content: bytes) -> str:
    """`z` and the bytes in base 58; each leading zero byte is a `1`."""
    number, digits = int.from_bytes(content, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _ALPHABET[digit] + digits
    zeros = len(content) - len(content.lstrip(b"\0"))
    return "z" + "1" * zeros + digits


def multikey(public: bytes) -> str:
    """An Ed25519 public key (32 bytes) as `publicKeyMultibase`."""
    return base58btc(_ED25519 + public)
