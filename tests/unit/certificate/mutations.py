"""Codes that are not genuine, made from one that is: what a forger without the key may try, and some with it."""

import random
from collections.abc import Callable, Iterator

import cbor2

from common.certificate_code import assemble, code_url, encode_text, split
from tests.unit.certificate.codes import NUMBER, claims, code, signed, signer

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
GENUINE = code()
OTHER_BODY = signer(secret=2222, register="Y000032000018")
STRANGER = signer(secret=99)
KID, PAYLOAD, SIGNATURE = split(GENUINE)
INNER = {1: 1, 2: "6-31-01-03", 3: "王𬭩", 4: 123_456}
OUTER = {2: NUMBER, 6: 1795363200, -65537: INNER}
Dice = random.Random
Mutation = Callable[[Dice], str]


def _bits(dice: Dice) -> str:
    changed = bytearray(GENUINE)
    for at in dice.sample(range(len(GENUINE) * 8), dice.randint(1, 3)):
        changed[at // 8] ^= 1 << at % 8
    return encode_text(bytes(changed))


def _characters(dice: Dice) -> str:
    text = encode_text(GENUINE)
    at = dice.randrange(len(text))
    other = dice.choice([one for one in ALPHABET + "0189=+/?%ſ·" if one != text[at]])
    return dice.choice(
        [
            text[:at] + other + text[at + 1 :],
            text[:at] + dice.choice(ALPHABET) + text[at:],
            text[:at] + text[at + 1 :],
            text[at:] + "A" + text[:at],
            text[: at + 1] * 2,
            code_url("https://skills.example.org", GENUINE) + dice.choice(["?", "/", "#A", ".", "A", "AA"]),
        ]
    )


def _splice(dice: Dice) -> str:
    at, gone = dice.randrange(len(GENUINE)), dice.randint(0, 4)
    put = dice.randbytes(dice.randint(1, 4))
    changed = GENUINE[:at] + put + GENUINE[at + gone :]
    return encode_text(changed if changed != GENUINE else GENUINE + b"\0")


def _other_claims(dice: Dice) -> str:
    """Other claims under the old signature, or under a key that may not sign them."""
    change = dice.choice(
        [
            {"number": f"{NUMBER[:-6]}{dice.randint(43, 999_999):06d}"},
            {"number": f"{NUMBER[:15]}{dice.choice('1245')}{NUMBER[16:]}"},
            {"name": f"王{chr(dice.randint(0x4E00, 0x9FA5))}{dice.choice('一二三')}"},
            {"item_code": f"6-31-01-{dice.randint(4, 99):02d}"},
            {"status_index": dice.randint(123_457, 2**53 - 1)},
            {"second": dice.randbytes(64)},
        ]
    )
    payload = claims(**change).payload()
    thief = dice.choice([STRANGER, OTHER_BODY])
    return encode_text(dice.choice([assemble(KID, payload, SIGNATURE), signed(payload, thief)]))


def _envelope(dice: Dice) -> str:
    protected = dice.choice([{1: -7}, {4: KID}, {1: -7, 4: KID, 3: 0}, {1: -35, 4: KID}, {1: 5, 4: KID}])
    unprotected = dice.choice([{}, {4: KID}, {1: -7, 4: KID}])
    parts = [cbor2.dumps(protected), unprotected, PAYLOAD, SIGNATURE]
    return encode_text(
        dice.choice(
            [
                cbor2.dumps(cbor2.CBORTag(18, parts)),
                cbor2.dumps(cbor2.CBORTag(dice.choice([16, 17, 61, 97, 98]), parts)),
                cbor2.dumps(parts),
                cbor2.dumps(cbor2.CBORTag(18, [GENUINE[3:16], {}, PAYLOAD, SIGNATURE, dice.randbytes(2)])),
                b"\xd8\x12" + GENUINE[1:],
                b"\xd8\x3d" + GENUINE,
                GENUINE[:-66] + b"\x59\x00\x40" + SIGNATURE,
                GENUINE + dice.randbytes(dice.randint(1, 5)),
                GENUINE[: dice.randrange(len(GENUINE))],
                GENUINE[:8] + dice.choice([OTHER_BODY, STRANGER]).key.kid + GENUINE[16:],
            ]
        )
    )


def _signature(dice: Dice) -> str:
    r, s = int.from_bytes(SIGNATURE[:32], "big"), int.from_bytes(SIGNATURE[32:], "big")
    edge = dice.choice([0, 1, ORDER - 1, ORDER, 2**256 - 1, dice.randrange(ORDER)])
    pairs = [(r, ORDER - s), (edge, s), (r, edge), (s, r), (edge, edge), ((r + ORDER) % 2**256, s)]
    pair = dice.choice([pair for pair in pairs if pair != (r, s)])
    return encode_text(GENUINE[:-64] + b"".join(one.to_bytes(32, "big") for one in pair))


def _dishonest_signer(dice: Dice) -> str:
    """Signed with the very key, but not as claims are written: long heads, other orders, more or fewer entries."""
    length = dice.choice([b"\x78\x16", b"\x79\x00\x16", b"\x7a\x00\x00\x00\x16"])
    payload = dice.choice(
        [
            PAYLOAD.replace(b"\x02\x76", b"\x02" + length, 1),
            PAYLOAD.replace(b"\x06\x1a", b"\x06\x1b" + bytes(4), 1),
            PAYLOAD.replace(b"\xa3\x02", dice.choice([b"\xbf\x02", b"\xb8\x03\x02", b"\xa4\x02"]), 1),
            PAYLOAD + dice.randbytes(dice.randint(1, 3)),
            PAYLOAD[: -dice.randint(1, 12)],
            PAYLOAD.replace("王".encode(), dice.choice([b"\xc0\x80\x80", b"\xed\xa0\x80", b"\xff\xfe\xfd"])),
            cbor2.dumps(OUTER | {-65537: INNER | {1: dice.randint(2, 2**40)}}),
            cbor2.dumps(OUTER | {-65537: INNER | {4: dice.choice([-1, 2**53, 2**64 - 1, "7"])}}),
            cbor2.dumps(OUTER | {-65537: INNER | {5: dice.choice([b"short", bytes(65), "text" * 16])}}),
            cbor2.dumps(OUTER | {-65537: dict(reversed(INNER.items()))}),
            cbor2.dumps(OUTER | {6: dice.choice([-28800, 1795363201, 253402272000, 2**60, 1.5])}),
            cbor2.dumps(OUTER | {dice.choice([1, 3, 4, 5, 7, -1]): dice.randbytes(3)}),
            cbor2.dumps(
                OUTER | {2: dice.choice(["Y000032000017266000042", NUMBER.lower(), NUMBER + "0", "1" * 12])}
            ),
            cbor2.dumps(OUTER | {6: dice.choice([1793375999 - 86399, 1825171200])}),
        ]
    )
    return encode_text(signed(payload[:255]))


MUTATIONS: tuple[Mutation, ...] = (
    _bits,
    _characters,
    _splice,
    _other_claims,
    _envelope,
    _signature,
    _dishonest_signer,
)


def mutated(count: int, seed: int = 2026) -> Iterator[str]:
    """As many as asked for, of every sort alike, always the same ones."""
    dice = random.Random(seed)
    for at in range(count):
        yield MUTATIONS[at % len(MUTATIONS)](dice)
