"""PURE: the outline that a new occupation is tried by stands where other plans name a standard (Art. 1)."""

from uuid import UUID


def outline_id(sha256: str) -> UUID:
    """The id of an outline: made of its content (UUID version 8, RFC 9562), so the same outline has the same one."""
    value = int.from_bytes(bytes.fromhex(sha256)[:16])
    value = value & ~(0xF << 76) | 0x8 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)
