"""PURE: the province's statuses in one small file, for phones that are offline; specified in docs/status-lists.md.

A file is a COSE_Sign1 (ES256) whose payload names what it covers and then, status by status, the places that have it:
sorted, as gaps, each gap in Golomb-Rice code. Every place that is not named is valid. A delta has the same form: its
`base` is the serial that it goes on from, and it names all places that changed since, those that are valid again too.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from common import strict_cbor as cbor

FORMAT: Final = 1
CONTENT_TYPE: Final = "application/vnd.skills.status-bundle+cose"
VALID: Final = 0
_ALGORITHM, _CONTENT_TYPE, _KEY_ID, _ES256 = 1, 3, 4, -7
_TAG: Final = b"\xd2"
_SIGNATURE_BYTES: Final = 64
_LARGEST_PARAMETER: Final = 31


class NotABundle(ValueError):
    """The bytes are not a status bundle, or not one that this program knows to read."""


@dataclass(frozen=True, slots=True)
class StatusBundle:
    """What a file says.

    `serial`: it holds every change up to this one; `base`: for a delta, the serial of the bundle that it continues.
    `places`: how many places the lists have, from 0; `statuses`: wire value → sorted places that have it.
    """

    serial: int
    made_at: datetime
    places: int
    statuses: Mapping[int, Sequence[int]] = field(repr=False)
    base: int | None = None

    def status_at(self, place: int) -> int | None:
        """The wire value of a place's status; None: the bundle does not reach so far and says nothing of it."""
        for value, sorted_places in self.statuses.items():
            at = bisect_left(sorted_places, place)
            if at < len(sorted_places) and sorted_places[at] == place:
                return value
        return VALID if 0 <= place < self.places else None

    def continued(self, delta: "StatusBundle") -> "StatusBundle":
        """The bundle with a delta applied. Raises ValueError for a delta of another or an older bundle."""
        if self.base is not None or delta.base is None or not delta.base <= self.serial <= delta.serial:
            raise ValueError("the delta does not continue this bundle")
        now = {place: value for value, places in self.statuses.items() for place in places}
        now.update({place: value for value, places in delta.statuses.items() for place in places})
        return bundle_of(now, serial=delta.serial, made_at=delta.made_at, places=delta.places)


def bundle_of(
    statuses: Mapping[int, int], *, serial: int, made_at: datetime, places: int, base: int | None = None
) -> StatusBundle:
    """A bundle of what each place has (wire values); valid places count only in a delta."""
    found: dict[int, list[int]] = {}
    for place in sorted(statuses):
        value = statuses[place]
        if base is not None or value != VALID:
            found.setdefault(value, []).append(place)
    by_value = {value: tuple(found[value]) for value in sorted(found)}
    return StatusBundle(serial, made_at.replace(microsecond=0), places, by_value, base)


def encode(bundle: StatusBundle) -> bytes:
    """The payload: an array of five in CBOR's one deterministic form (RFC 8949 section 4.2.1)."""
    parts = [
        cbor.array_head(5),
        cbor.integer(FORMAT),
        cbor.array_head(2)
        + cbor.integer(bundle.serial)
        + cbor.integer(-1 if bundle.base is None else bundle.base),
        cbor.integer(int(bundle.made_at.timestamp())),
        cbor.integer(bundle.places),
        cbor.array_head(len(bundle.statuses)),
    ]
    for value, places in sorted(bundle.statuses.items()):
        parameter = _parameter(places, bundle.places)
        parts += [
            cbor.array_head(4),
            cbor.integer(value),
            cbor.integer(len(places)),
            cbor.integer(parameter),
            cbor.byte_string(rice(gaps_of(places), parameter)),
        ]
    return b"".join(parts)


def decode(payload: bytes) -> StatusBundle:
    """The bundle of a payload, whatever bytes it is. Raises NotABundle."""
    try:
        return _read(cbor.Reader(payload))
    except (cbor.NotCanonical, OverflowError, OSError) as error:
        raise NotABundle("not a status bundle") from error


def sealed(bundle: StatusBundle, *, kid: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """The signed file: a tagged COSE_Sign1 (RFC 9052). `sign`: ES256, 64 bytes."""
    payload, protected = encode(bundle), _protected(kid)
    return b"".join(
        (
            _TAG,
            cbor.array_head(4),
            cbor.byte_string(protected),
            cbor.map_head(0),
            cbor.byte_string(payload),
            cbor.byte_string(sign(to_be_signed(protected, payload))),
        )
    )


def opened(file: bytes, *, holds: Callable[[bytes, bytes, bytes], bool]) -> StatusBundle:
    """The bundle of a signed file. `holds`: whether (key id, message, signature) is genuine. Raises NotABundle."""
    try:
        kid, payload, signature = _split(file)
    except cbor.NotCanonical as error:
        raise NotABundle("not a signed status bundle") from error
    if not holds(kid, to_be_signed(_protected(kid), payload), signature):
        raise NotABundle("the signature does not hold")
    return decode(payload)


def to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """The Sig_structure of RFC 9052 section 4.4."""
    return b"".join(
        (
            cbor.array_head(4),
            cbor.text("Signature1"),
            cbor.byte_string(protected),
            cbor.byte_string(b""),
            cbor.byte_string(payload),
        )
    )


def gaps_of(places: Sequence[int]) -> list[int]:
    """How many places lie before the first, and between each and the one before it."""
    return [place - before - 1 for before, place in zip((-1, *places), places, strict=False)]


def rice(gaps: Iterable[int], parameter: int) -> bytes:
    """Golomb-Rice code, most significant bit first: quotient as ones and a zero, remainder in `parameter` bits."""
    if parameter:
        low = (1 << parameter) - 1
        bits = "".join(f"{'1' * (gap >> parameter)}0{gap & low:0{parameter}b}" for gap in gaps)
    else:
        bits = "".join("1" * gap + "0" for gap in gaps)
    padded = bits + "0" * (-len(bits) % 8)
    return int(padded, 2).to_bytes(len(padded) // 8, "big") if padded else b""


def unrice(data: bytes, count: int, parameter: int, limit: int) -> tuple[int, ...]:
    """The places behind the gaps. Raises NotABundle for anything but `count` places below `limit`."""
    bits = f"{int.from_bytes(data, 'big'):0{len(data) * 8}b}" if data else ""
    places, at, place = [], 0, -1
    for _ in range(count):
        zero = bits.find("0", at)
        end = zero + 1 + parameter
        if zero < 0 or end > len(bits):
            raise NotABundle("cut off")
        remainder = int(bits[zero + 1 : end], 2) if parameter else 0
        place += ((zero - at) << parameter | remainder) + 1
        if place >= limit:
            raise NotABundle("a place outside of the lists")
        places.append(place)
        at = end
    if len(bits) - at >= 8 or "1" in bits[at:]:
        raise NotABundle("something follows the last place")
    return tuple(places)


def _parameter(places: Sequence[int], limit: int) -> int:
    """The parameter that takes the fewest bits, near the logarithm of the mean gap."""
    if not places:
        return 0
    gaps = gaps_of(places)
    middle = max(limit // len(places), 1).bit_length() - 1
    tried = range(max(middle - 3, 0), min(middle + 2, _LARGEST_PARAMETER) + 1)
    return min(tried, key=lambda parameter: sum((gap >> parameter) + 1 + parameter for gap in gaps))


def _read(reader: cbor.Reader) -> StatusBundle:
    _expect(reader.array_size() == 5 and reader.integer() == FORMAT, "another format")
    _expect(reader.array_size() == 2, "another structure")
    serial, base = reader.integer(), reader.integer()
    made_at, places = reader.integer(), reader.integer()
    _expect(serial >= 0 and -1 <= base <= serial and places >= 0, "another structure")
    statuses: dict[int, tuple[int, ...]] = {}
    for _ in range(reader.array_size()):
        _expect(reader.array_size() == 4, "another structure")
        value, count, parameter = reader.integer(), reader.integer(), reader.integer()
        data = reader.byte_string()
        _expect(value > max(statuses, default=-1), "statuses out of order")
        _expect(0 <= parameter <= _LARGEST_PARAMETER and 0 < count <= len(data) * 8, "another code")
        statuses[value] = unrice(data, count, parameter, places)
    reader.end()
    moment = datetime.fromtimestamp(made_at, UTC)
    return StatusBundle(serial, moment, places, statuses, None if base < 0 else base)


def _expect(holds: bool, what: str) -> None:
    if not holds:
        raise NotABundle(what)


def _protected(kid: bytes) -> bytes:
    return b"".join(
        (
            cbor.map_head(3),
            cbor.integer(_ALGORITHM) + cbor.integer(_ES256),
            cbor.integer(_CONTENT_TYPE) + cbor.text(CONTENT_TYPE),
            cbor.integer(_KEY_ID) + cbor.byte_string(kid),
        )
    )


def _split(file: bytes) -> tuple[bytes, bytes, bytes]:
    """Key id, payload and signature; the envelope has exactly one form, and so one algorithm."""
    if file[:1] != _TAG:
        raise cbor.NotCanonical("another tag")
    reader = cbor.Reader(file[1:])
    _expect(reader.array_size() == 4, "another envelope")
    protected = reader.byte_string()
    _expect(reader.map_size() == 0, "another envelope")
    payload, signature = reader.byte_string(), reader.byte_string()
    reader.end()
    header = cbor.Reader(protected)
    _expect(header.map_size() == 3, "another header")
    header.expect(_ALGORITHM)
    header.expect(_ES256)
    header.expect(_CONTENT_TYPE)
    _expect(header.text() == CONTENT_TYPE, "another content")
    header.expect(_KEY_ID)
    kid = header.byte_string()
    header.end()
    _expect(len(signature) == _SIGNATURE_BYTES, "another signature")
    return kid, payload, signature
