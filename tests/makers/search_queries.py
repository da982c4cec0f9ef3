"""Makes tests/data/search_queries.csv: what people type, and the occupation that they mean.

    python -m pip install pypinyin==0.55.0 && python tests/makers/search_queries.py > tests/data/search_queries.csv

The rule, fixed before any query was tried, applied with a seed to occupations of the classification drawn at random:
a part of a name (three fifths of its characters in a row, two at least), every former name, full pinyin (names of at
most six characters), initials (four to eight), one character replaced by another that sounds alike, one left out, two
neighbours exchanged, and the code in three ways of writing it.
"""

import csv
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from pypinyin import lazy_pinyin

DATA = Path(__file__).parents[2] / "services" / "catalog" / "data"
Row = tuple[str, str]  # code, name


def read(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def alike() -> dict[str, str]:
    """Character → those that share a syllable with it."""
    table: dict[str, str] = {}
    for line in (DATA / "pinyin.txt").read_text(encoding="utf-8").splitlines():
        _, characters = line.split(" ")
        for character in characters:
            table[character] = table.get(character, "") + characters.replace(character, "")
    return table


def part(name: str, rng: random.Random) -> str:
    length = max(2, round(len(name) * 0.6))
    start = rng.randrange(len(name) - length + 1)
    return name[start : start + length]


def misspelt(name: str, rng: random.Random) -> str:
    others = alike()
    at = rng.choice([place for place, character in enumerate(name) if others.get(character)])
    return name[:at] + rng.choice(others[name[at]]) + name[at + 1 :]


def shortened(name: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(name) - 1)
    return name[:at] + name[at + 1 :]


def exchanged(name: str, rng: random.Random) -> str:
    at = rng.randrange(len(name) - 1)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def queries() -> Iterator[tuple[str, str, str, str]]:
    rng = random.Random(2022)
    everything = [(row["code"], row["name"]) for row in read("occupations_2022.csv")]

    def drawn(count: int, least: int = 2, most: int = 30) -> list[Row]:
        return rng.sample([row for row in everything if least <= len(row[1]) <= most], count)

    def made(kind: str, rows: list[Row], change: Callable[[str], str]) -> Iterator[tuple[str, str, str, str]]:
        for code, name in rows:
            yield kind, change(name), code, name

    yield from made("part", drawn(20, 4), lambda name: part(name, rng))
    for row in read("former_names.csv"):
        yield "former", row["name"], row["code"], row["name_2022"]
    yield from made("pinyin", drawn(15, 2, 6), lambda name: "".join(lazy_pinyin(name)))
    yield from made("initials", drawn(15, 4, 8), lambda name: "".join(s[0] for s in lazy_pinyin(name)))
    yield from made("misspelt", drawn(20, 3, 12), lambda name: misspelt(name, rng))
    yield from made("left out", drawn(10, 4, 12), lambda name: shortened(name, rng))
    yield from made("exchanged", drawn(6, 4, 12), lambda name: exchanged(name, rng))
    for write in (str, lambda code: code.replace("-", ""), lambda code: code.replace("-", "\uff0d")):
        for code, name in drawn(2):
            yield "code", write(code), code, name


def main() -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("kind", "query", "code", "name"))
    writer.writerows(queries())


main()
