"""PURE: unified social credit codes (GB 32100) with the organisation code inside them (GB 11714)."""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
LENGTH = 18
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def is_uscc(text: str) -> bool:
    """Whether an upper-case code has the shape and both check characters right."""
    if len(text) != LENGTH or any(character not in ALPHABET for character in text) or not text[2:8].isdigit():
        return False
    return organisation_check(text[8:16]) == text[16] and check_character(text[:17]) == text[17]


def check_character(first: str) -> str:
    """The 18th character after 17 (weights 3^i mod 31)."""
    total = sum(ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(first))
    return ALPHABET[-total % 31]


def organisation_check(body: str) -> str:
    """The check character of an eight-character organisation code (MOD 11-2 of GB 11714)."""
    total = sum(int(character, 36) * weight for character, weight in zip(body, _INNER_WEIGHTS, strict=True))
    remainder = 11 - total % 11
    return {10: "X", 11: "0"}.get(remainder, str(remainder))
