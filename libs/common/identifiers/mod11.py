"""PURE: ISO 7064 MOD 11-2, the check character of resident ID numbers (GB 11643) and of the 2023 foreigners' cards."""

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHARACTERS = "10X98765432"


def check_character(digits: str) -> str:
    """The 18th character after 17 digits."""
    return CHARACTERS[sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 11]
