"""PURE: the place of a certificate in the status lists, given at issue by a keyed permutation of a counter.

A counter would tell who was issued next to whom, and a random place would need a look whether it is free. A Feistel
network over the places of a list (2^20: a list of one bit each is 128 KiB) needs no look and tells nobody anything.
"""

import hashlib
import hmac
from typing import Final

LIST_BITS: Final = 20
LIST_PLACES: Final = 1 << LIST_BITS
_HALF_BITS: Final = LIST_BITS // 2
_HALF_MASK: Final = (1 << _HALF_BITS) - 1
_ROUNDS: Final = 8


def status_key(secret: bytes) -> bytes:
    """The permutation's key, for this purpose only. The secret must never change: places would be given twice."""
    return hmac.digest(secret, b"status index", hashlib.sha256)


def status_index(key: bytes, counter: int) -> int:
    """The place of the counter-th certificate (from 0): its list in the upper bits, the place in it in the lower 20."""
    status_list, place = divmod(counter, LIST_PLACES)
    left, right = place >> _HALF_BITS, place & _HALF_MASK
    for turn in range(_ROUNDS):
        left, right = right, left ^ _round(key, status_list, turn, right)
    return status_list << LIST_BITS | left << _HALF_BITS | right


def _round(key: bytes, status_list: int, turn: int, half: int) -> int:
    message = status_list.to_bytes(4, "big") + bytes([turn]) + half.to_bytes(2, "big")
    return int.from_bytes(hmac.digest(key, message, hashlib.sha256)[:2], "big") & _HALF_MASK
