"""PURE: names of people: Han characters up to the rarest, minority names with ·, Latin names.

What nobody can see in a name (controls, marks of direction, zero-width characters, variation selectors) is refused,
never taken off: two names that look alike must not differ, and a hidden mark may be the sign of a damaged file.
"""

import re
import unicodedata

from common.identifiers.text import narrow

SHORTEST, LONGEST = 2, 50
DOT = "\u00b7"
_DOTS = str.maketrans(dict.fromkeys("\u30fb\u2022\u2027\uff0e\u2219\u22c5\u0387\uff65", DOT))
_SPACES = re.compile(r"[ \u00a0\u2000-\u200a\u202f\u205f\u3000]+")
# Ideographs of every plane with the compatibility ones, 々 and 〇.
_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fffd\U00030000-\U0003fffd"
# Latin letters without the click letters, which look like | and !; accents that have no letter of their own follow.
_LATIN = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u01bf\u01c4-\u024f\u1e00-\u1eff"
_ACCENTS = "[\u0300-\u034e\u0350-\u036f]{0,2}"
_IS_HAN = re.compile(f"[{_HAN}]")
_HAN_PART = f"(?:[{_HAN}]|[{_LATIN}]{_ACCENTS})+"
_LATIN_PART = f"(?:[{_LATIN}]{_ACCENTS})+"
_HAN_NAME = re.compile(f"{_HAN_PART}(?:{DOT}{_HAN_PART})*")
_LATIN_NAME = re.compile(rf"{_LATIN_PART}(?:(?:[{DOT}'\u2019-]|[.,]? |[.,]){_LATIN_PART})*\.?")


def normalise_name(text: str) -> str:
    """A name as it is stored: NFC, look-alike dots made one, letters narrow; spaces inside a Han name left out."""
    clean = _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip(" \t\r\n")
    if _IS_HAN.search(clean):
        return narrow(clean.replace(" ", "").translate(_DOTS))
    return narrow(clean).translate(_DOTS)


def is_name(text: str) -> bool:
    """Whether normalised text can be a person's name: Han and letters, single separators between them."""
    form = _HAN_NAME if _IS_HAN.search(text) else _LATIN_NAME
    return SHORTEST <= len(text) <= LONGEST and form.fullmatch(text) is not None


def is_han(character: str) -> bool:
    """Han ideographs of every plane, the iteration mark 々 and 〇."""
    return _IS_HAN.fullmatch(character) is not None


def mask_name(name: str) -> str:
    """`张*`, `欧**`, `J***`: the first character and one star for each other, at most three."""
    return name[:1] + "*" * min(3, max(1, len(name) - 1))


def name_key(name: str) -> str:
    """What two spellings of one name share: for look-ups, never for display."""
    folded = unicodedata.normalize("NFKC", normalise_name(name)).casefold()
    return "".join(character for character in folded if character.isalnum() or is_han(character))
