"""PURE: what people's typing may vary in an identifier without changing it: full-width characters, spaces, case."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def narrow(text: str) -> str:
    """Full-width ASCII made narrow, as Chinese input methods type it: `３Ａ（` becomes `3A(`."""
    return text.translate(_FULL_WIDTH)


def compact(text: str) -> str:
    """Narrow, upper case, without any white space: how numbers and codes are stored and looked up."""
    return "".join(narrow(text).split()).upper()
