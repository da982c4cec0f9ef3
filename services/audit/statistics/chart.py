"""PURE: an answer as bars in SVG, readable without colours, every text escaped."""

from collections.abc import Sequence
from html import escape
from typing import Final

WIDTH: Final = 720
_LABEL, _BAR, _GAP = 220, 22, 8


def bar_chart(title: str, bars: Sequence[tuple[str, float | None]]) -> bytes:
    """Bars from the left, a label before and a figure behind each; `None`: too few people, or nothing to divide by."""
    height = 48 + len(bars) * (_BAR + _GAP)
    longest = max((value for _, value in bars if value), default=0) or 1
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"',
        f' aria-label="{escape(title, quote=True)}" font-family="sans-serif" font-size="14">',
        f"<title>{escape(title)}</title>",
        f'<text x="0" y="20" font-size="18" font-weight="bold">{escape(title)}</text>',
    ]
    for number, (label, value) in enumerate(bars):
        top = 40 + number * (_BAR + _GAP)
        width = round((WIDTH - _LABEL - 90) * (value or 0) / longest, 1)
        lines += [
            f'<text x="{_LABEL - 8}" y="{top + 16}" text-anchor="end">{escape(label)}</text>',
            f'<rect x="{_LABEL}" y="{top}" width="{width}" height="{_BAR}" fill="#2563eb"/>',
            f'<text x="{_LABEL + width + 6}" y="{top + 16}">{"*" if value is None else f"{value:g}"}</text>',
        ]
    return "".join([*lines, "</svg>"]).encode()
