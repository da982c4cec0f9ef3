"""PURE: names of people: Han characters up to the rarest, minority names with ·, Latin names."""

import unicodedata

SHORTEST, LONGEST = 2, 50
DOT = "\u00b7"
_DOTS = str.maketrans(dict.fromkeys("\u30fb\u2022\u2027\uff0e\u2219\u22c5\u0387\uff65", DOT))


def normalise_name(text: str) -> str:
    """A name as it is stored: NFC, the many look-alike dots made one, white space at the ends left out."""
    clean = unicodedata.normalize("NFC", text).strip()
    if any(is_han(character) for character in clean):
        return "".join(clean.split()).translate(_DOTS)
    return " ".join(clean.split())


def is_name(text: str) -> bool:
    """Whether normalised text can be a person's name: letters and Han, single separators between them."""
    if not SHORTEST <= len(text) <= LONGEST:
        return False
    separators = {DOT} if any(map(is_han, text)) else {DOT, " ", "-", "'", "\u2019", ".", ","}
    previous_separates = True
    for character in text:
        separates = character in separators
        if not separates and not (
            is_han(character) or unicodedata.category(character) in {"Lu", "Ll", "Lt", "Lo", "Mn"}
        ):
            return False
        if separates and previous_separates and character != " ":
            return False
        previous_separates = separates
    return not previous_separates or text[-1] == "."


def is_han(character: str) -> bool:
    """Han ideographs of every plane, the iteration mark 々 and 〇."""
    code = ord(character)
    return (
        0x4E00 <= code <= 0x9FFF
        or 0x3400 <= code <= 0x4DBF
        or 0x20000 <= code <= 0x3FFFF
        or 0xF900 <= code <= 0xFAFF
        or character in "〇々"
    )


def mask_name(name: str) -> str:
    """`张*`, `欧**`, `J***`: the first character and one star for each other, at most three."""
    return name[:1] + "*" * min(3, max(1, len(name) - 1))


def name_key(name: str) -> str:
    """What two spellings of one name share: for look-ups, never for display."""
    folded = unicodedata.normalize("NFKC", normalise_name(name)).casefold()
    return "".join(character for character in folded if character.isalnum() or is_han(character))
