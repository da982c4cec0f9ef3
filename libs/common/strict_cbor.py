"""PURE: the little CBOR (RFC 8949) that a certificate's code needs, in its one deterministic form (section 4.2.1).

The reader refuses everything but shortest heads and definite lengths, and never allocates more than what is there:
equal meaning is equal bytes, and hostile lengths cost nothing.
"""

UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP = range(6)
_WIDTHS = {24: 1, 25: 2, 26: 4, 27: 8}
_INLINE = 24


class NotCanonical(ValueError):
    """Not the deterministic CBOR that was expected here."""


def head(major: int, value: int) -> bytes:
    """The shortest head of a data item."""
    if value < _INLINE:
        return bytes([major << 5 | value])
    for marker, width in _WIDTHS.items():
        if value < 1 << 8 * width:
            return bytes([major << 5 | marker]) + value.to_bytes(width, "big")
    raise ValueError("more than 64 bits")


def integer(value: int) -> bytes:
    return head(UNSIGNED, value) if value >= 0 else head(NEGATIVE, -1 - value)


def byte_string(value: bytes) -> bytes:
    return head(BYTES, len(value)) + value


def text(value: str) -> bytes:
    encoded = value.encode()
    return head(TEXT, len(encoded)) + encoded


def array_head(items: int) -> bytes:
    """The head of an array; its items follow."""
    return head(ARRAY, items)


def map_head(entries: int) -> bytes:
    """The head of a map; its keys follow in the order of their bytes, each with its value."""
    return head(MAP, entries)


class Reader:
    """Reads the data items of a known structure one after the other. Every method raises NotCanonical."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def integer(self) -> int:
        major, value = self._head()
        if major not in (UNSIGNED, NEGATIVE):
            raise NotCanonical("not an integer")
        return value if major == UNSIGNED else -1 - value

    def unsigned(self, largest: int) -> int:
        value = self.integer()
        if not 0 <= value <= largest:
            raise NotCanonical("out of range")
        return value

    def text(self) -> str:
        major, length = self._head()
        if major != TEXT:
            raise NotCanonical("not a text")
        try:
            return self._take(length).decode()
        except UnicodeDecodeError as error:
            raise NotCanonical("not UTF-8") from error

    def byte_string(self) -> bytes:
        major, length = self._head()
        if major != BYTES:
            raise NotCanonical("not a byte string")
        return self._take(length)

    def array_size(self) -> int:
        major, size = self._head()
        if major != ARRAY:
            raise NotCanonical("not an array")
        return size

    def map_size(self) -> int:
        major, size = self._head()
        if major != MAP:
            raise NotCanonical("not a map")
        return size

    def expect(self, label: int) -> None:
        """The next key of a map, which has to be this one."""
        if self.integer() != label:
            raise NotCanonical("another label")

    def end(self) -> None:
        if self._at != len(self._data):
            raise NotCanonical("something follows")

    def _head(self) -> tuple[int, int]:
        (initial,) = self._take(1)
        major, low = initial >> 5, initial & 0x1F
        if low < _INLINE:
            return major, low
        if low not in _WIDTHS:
            raise NotCanonical("indefinite or reserved length")
        value = int.from_bytes(self._take(_WIDTHS[low]), "big")
        if head(major, value)[0] != initial:
            raise NotCanonical("not the shortest form")
        return major, value

    def _take(self, count: int) -> bytes:
        taken = self._data[self._at : self._at + count]
        if len(taken) != count:
            raise NotCanonical("cut off")
        self._at += count
        return taken
