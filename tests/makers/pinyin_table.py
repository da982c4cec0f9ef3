"""Makes services/catalog/data/pinyin.txt: which characters are read as which syllable, tones left out.

    python -m pip install pypinyin==0.55.0 && python tests/makers/pinyin_table.py > services/catalog/data/pinyin.txt

Characters are those of GB 2312 and of every name in the catalog's data, with
their common reading and those that they have in these names (调 in 调酒师 and in 调度员).
"""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from pypinyin import Style, lazy_pinyin, pinyin

DATA = Path(__file__).parents[2] / "services" / "catalog" / "data"


def names() -> Iterator[str]:
    for file, column in (("occupations_2022.csv", "name"), ("former_names.csv", "name")):
        with (DATA / file).open(encoding="utf-8") as lines:
            yield from (row[column] for row in csv.DictReader(lines))
    for file in ("national_list_2017.json", "national_list_2021.json"):
        for item in json.loads((DATA / file).read_text(encoding="utf-8"))["items"]:
            yield item["name"]
            yield from (entry["name"] for entry in item["entries"])


def common() -> Iterator[str]:
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                yield bytes((row, cell)).decode("gb2312")
            except UnicodeDecodeError:
                continue


def main() -> None:
    readings: dict[str, set[str]] = {}
    for character in common():
        (found,) = pinyin(character, style=Style.NORMAL)
        readings.setdefault(character, set()).add(found[0])
    for name in names():
        for character, syllable in zip(name, lazy_pinyin(name, errors=list), strict=True):
            if syllable != character:
                readings.setdefault(character, set()).add(syllable)
    table: dict[str, list[str]] = {}
    for character, syllables in readings.items():
        for syllable in syllables:
            table.setdefault(syllable.replace("ü", "v"), []).append(character)
    for syllable in sorted(table):
        sys.stdout.write(f"{syllable} {''.join(sorted(table[syllable]))}\n")


main()
