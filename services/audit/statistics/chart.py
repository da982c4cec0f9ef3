"""PURE: answers as pictures in SVG, bars and a map of tiles; readable without colours, every text escaped."""

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import Final

TILE: Final = 110
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


def city_map(title: str, figures: Mapping[str, float | None], names: Mapping[str, str]) -> bytes:
    """The province's cities as tiles where they lie to one another; the darker, the more. No figure: none published."""
    places = _places()
    width = TILE * (1 + max(column for column, _ in places.values()))
    height = 40 + TILE * (1 + max(row for _, row in places.values()))
    most = max((value for value in figures.values() if value), default=0) or 1
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"',
        f' aria-label="{escape(title, quote=True)}" font-family="sans-serif" font-size="16">',
        f"<title>{escape(title)}</title>",
    ]
    for code, (column, row) in places.items():
        value = figures.get(code)
        shade = round(0.08 + 0.72 * (value or 0) / most, 2)
        left, top = column * TILE, 30 + row * TILE
        told = "–" if code not in figures else "*" if value is None else f"{value:g}"
        lines += [
            f'<rect x="{left + 2}" y="{top + 2}" width="{TILE - 4}" height="{TILE - 4}" rx="8" fill="#2563eb"',
            f' fill-opacity="{shade}" stroke="#1e3a8a"/>',
            f'<text x="{left + TILE / 2}" y="{top + 50}" text-anchor="middle">{escape(names.get(code, code))}</text>',
            f'<text x="{left + TILE / 2}" y="{top + 78}" text-anchor="middle" font-weight="bold">{told}</text>',
        ]
    return "".join([*lines, "</svg>"]).encode()


@cache
def _places() -> dict[str, tuple[int, int]]:
    """Column and row of each city: roughly north up, every city as large as every other."""
    text = files("audit.statistics").joinpath("city_tiles.csv").read_text(encoding="utf-8")
    return {row["code"]: (int(row["column"]), int(row["row"])) for row in csv.DictReader(text.splitlines())}
