"""`skills catalog`: the list of occupations, as it is and as it was."""

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from client import catalog, editions, journey
from client.catalog import Item
from client.commands.frame import OptionalDay, day_of, explained, fail, group
from client.discovery import authority_credentials, platform_url
from client.platform import Platform

app = group("目录清单 · the list of occupations")
Row = dict[str, object]
_CODE = re.compile(r"\d-\d{2}-\d{2}-\d{2}", re.ASCII)
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


class Form(StrEnum):
    """How rows are printed."""

    CSV = "csv"
    JSON = "json"


class Track(StrEnum):
    """Art. 1: what kind of certificate an item leads to."""

    NATIONAL = "national_qualification"
    SKILL_LEVEL = "skill_level"
    SPECIAL = "special_ability"


FormOption = Annotated[Form, typer.Option("--format", help="csv or json")]


@app.command("load")
@explained
def load() -> None:
    """Publish the national lists of 2017 and 2021 (once)."""
    published = journey.load_lists(Platform(platform_url(), authority_credentials()))
    print(f"{len(published)} editions published")


@app.command("list")
@explained
def list_items(as_of: OptionalDay = None, track: Track | None = None, form: FormOption = Form.CSV) -> None:
    """The list as it was, or is, on a day: code, name, track, levels, standard."""
    with Platform(platform_url()) as platform:
        rows: Iterable[Row] = (
            {
                "code": item.code,
                "name": item.name,
                "track": item.track,
                "levels": list(item.levels),
                "standard": item.standard,
            }
            for item in _every_item(platform, day_of(as_of), track)
        )
        _print(("code", "name", "track", "levels", "standard"), rows, form)


def _every_item(platform: Platform, day: date | None, track: Track | None) -> Iterator[Item]:
    cursor = None
    while True:
        page = platform.send(catalog.list_items(as_of=day, track=track, cursor=cursor))
        yield from page.items
        if (cursor := page.next) is None:
            return


@app.command("history")
@explained
def history(
    name: Annotated[str, typer.Argument(metavar="NAME", help="of an item, now or formerly, or its code")],
    form: FormOption = Form.CSV,
) -> None:
    """Everything that an item was, the oldest first, and what it went on as."""
    with Platform(platform_url()) as platform:
        codes = _codes(platform, name)
        if not codes:
            fail("没有这个名称的项目。 No item has or had this name.")
        versions = [
            version for code in codes for version in platform.send(editions.item_versions(code)).items
        ]
    rows: Iterable[Row] = (
        {
            "code": version.code,
            "name": version.name,
            "track": version.track,
            "levels": list(version.levels),
            "valid_from": version.valid_from.isoformat(),
            "valid_to": version.valid_to and version.valid_to.isoformat(),
            "listed": version.is_listed,
            "cause": version.cause,
            "edition": version.edition_id,
        }
        for version in versions
    )
    columns = ("code", "name", "track", "levels", "valid_from", "valid_to", "listed", "cause", "edition")
    _print(columns, rows, form)


def _codes(platform: Platform, name: str) -> list[str]:
    """Of the item with this code, or of those with this name, each followed by what it went on as."""
    if _CODE.fullmatch(name):
        present = platform.send(editions.item_lineage(name))["present"]
        return list(dict.fromkeys([name, *present]))
    found = platform.send(editions.find_items(name)).items
    return list(
        dict.fromkeys(code for item in found for code in (item.code, *(end.code for end in item.present)))
    )


def _print(columns: Sequence[str], rows: Iterable[Row], form: Form) -> None:
    """CSV with a heading, every row as it comes; or one JSON array."""
    if form is Form.JSON:
        print(json.dumps(list(rows), ensure_ascii=False, indent=1))
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[column]) for column in columns])


def _cell(value: object) -> str:
    """Text that no spreadsheet program takes for a formula."""
    if isinstance(value, list):
        return " ".join(map(str, value))
    text = str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
    return f"'{text}" if text.startswith(_DANGEROUS) else text
