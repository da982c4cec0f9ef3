"""PURE: photographs without what they tell of their makers: position, device and comments are cut out, not decoded.

Nothing is ever unpacked here, so a picture that claims to be huge costs nothing; it is refused by what it claims.
JPEG: ITU-T T.81 annex B, EXIF 2.32; PNG: W3C PNG, third edition, chapters 5 and 11.
"""

import struct
import zlib
from collections.abc import Iterator

MOST_PIXELS = 200_000_000  # the largest cameras of telephones

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset(range(0xD0, 0xD8)) | {0x01}
_DATA = _ALONE | {0x00}  # inside scans: a stuffed byte, a restart
_EXIF = b"Exif\0\0"
_ORIENTATION = 0x0112
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"tRNS", b"pHYs"})


class Damaged(ValueError):
    """The picture ends too early or is put together in a way that no program writes."""


class TooManyPixels(ValueError):
    """It says to be larger than any photograph."""


def cleaned_jpeg(content: bytes) -> bytes:
    """The picture with its pixels, colours and orientation, and nothing else. Raises Damaged, TooManyPixels."""
    head, body, frames, orientation = bytearray(b"\xff\xd8"), bytearray(), 0, 1
    for marker, segment in _segments(content):
        payload = segment[4:]
        if marker in _FRAMES:
            frames += 1
            _check_size(*struct.unpack(">HH", payload[1:5])) if len(payload) >= 5 else _damaged()
        if marker == 0xE1 and payload.startswith(_EXIF):
            orientation = _orientation(payload[len(_EXIF) :])
        elif marker == 0xE0:
            head += segment
        elif _is_kept(marker, payload):
            body += segment
    if frames != 1:
        raise Damaged
    if orientation != 1:
        head += _exif_of(orientation)
    return bytes(head + body + b"\xff\xd9")


def _is_kept(marker: int, payload: bytes) -> bool:
    """Everything but application data and comments; of those, colours: an ICC profile, Adobe's transform."""
    if 0xE0 <= marker <= 0xEF:
        return marker == 0xEE or (marker == 0xE2 and payload.startswith(b"ICC_PROFILE\0"))
    return marker != 0xFE


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and bytes of every segment up to the end of the picture; a scan comes with the data that follows it."""
    if content[:2] != b"\xff\xd8":
        raise Damaged
    at = 2
    while True:
        at = _next_marker(content, at)
        marker = content[at + 1]
        if marker == _EOI:
            return
        if len(content) < at + 4 or marker in _ALONE | {_SOI}:
            raise Damaged
        end = at + 2 + int(struct.unpack_from(">H", content, at + 2)[0])
        if end < at + 4 or end > len(content):
            raise Damaged
        if marker == _SOS:
            end = _end_of_scan(content, end)
        yield marker, content[at:end]
        at = end


def _next_marker(content: bytes, at: int) -> int:
    while content[at : at + 2] == b"\xff\xff":  # fill bytes
        at += 1
    if len(content) < at + 2 or content[at] != 0xFF:
        raise Damaged
    return at


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the next marker stands that does not belong to the scan's data."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise Damaged
        if content[at + 1] not in _DATA:
            return at
        at += 2


def _orientation(tiff: bytes) -> int:
    """How the camera was held (1 to 8); 1 where the tag is missing or cannot be read."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 10:
        return 1
    (start,) = struct.unpack_from(f"{order}I", tiff, 4)
    if len(tiff) < start + 2:
        return 1
    (count,) = struct.unpack_from(f"{order}H", tiff, start)
    for number in range(min(count, 200)):
        entry = tiff[start + 2 + 12 * number : start + 14 + 12 * number]
        if len(entry) == 12 and struct.unpack_from(f"{order}H", entry)[0] == _ORIENTATION:
            held = int(struct.unpack_from(f"{order}H", entry, 8)[0])
            return held if 1 <= held <= 8 else 1
    return 1


def _exif_of(orientation: int) -> bytes:
    """An EXIF segment that says how the camera was held, and nothing else."""
    tiff = struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", 2 + len(_EXIF) + len(tiff)) + _EXIF + tiff


def cleaned_png(content: bytes) -> bytes:
    """The picture without texts, times and EXIF. Raises Damaged, TooManyPixels."""
    kept = bytearray(_PNG)
    for number, (kind, data, chunk) in enumerate(_chunks(content)):
        if number == 0:
            if kind != b"IHDR" or len(data) != 13:
                raise Damaged
            _check_size(*struct.unpack_from(">II", data))
        if not kind[0] & 0x20 or kind in _PNG_KEPT:  # critical, or about colours
            kept += chunk
    return bytes(kept)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    at = len(_PNG)
    while True:
        if len(content) < at + 12:
            raise Damaged
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content) or not kind.isalpha():
            raise Damaged
        if struct.unpack_from(">I", content, end - 4)[0] != zlib.crc32(content[at + 4 : end - 4]):
            raise Damaged
        yield kind, content[at + 8 : end - 4], content[at:end]
        if kind == b"IEND":
            return
        at = end


def _check_size(height: int, width: int) -> None:
    if not height or not width:
        raise Damaged
    if height * width > MOST_PIXELS:
        raise TooManyPixels


def _damaged() -> None:
    raise Damaged
