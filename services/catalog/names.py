"""PURE: when two names are the same name: width of characters and white space do not tell occupations apart."""

import unicodedata


def stored_name(text: str) -> str:
    """A name as it is kept: compatibility ideographs and combining marks in their one canonical form (NFC)."""
    return unicodedata.normalize("NFC", text)


def name_key(text: str) -> str:
    """What names are compared and searched by: `（粮油）仓储管理员` and `(粮油) 仓储管理员` are one name."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
