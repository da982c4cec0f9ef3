"""Editions as sheets (CSV, XLSX, JSON or NDJSON rows): eight columns, and a row for each occupation or item."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from pydantic import ValidationError

from catalog.editions.rows import RowIn
from catalog.editions.schemas import AdjustmentIn, EditionIn
from common.errors import Bilingual, FieldError, Violations
from common.mistakes import describe
from common.tabular.columns import Column
from common.tabular.reading import read
from common.tabular.rows import RawRow

COLUMNS: Final = (
    Column("code", ("职业编码", "编码"), required=True, exact=True),
    Column("name", ("名称", "职业名称"), required=True),
    Column("track", ("类别",), required=True),
    Column("levels", ("等级",), required=True),
    Column("category", ("性质",), required=True),
    Column("national_item", ("所属项目",), required=True),
    Column("successor", ("承接项目",), required=True),
    Column("reason", ("说明",), required=True),
)
TRACKS: Final = {
    "国家职业资格": "national_qualification",
    "技能等级": "skill_level",
    "专项职业能力": "special_ability",
    "退出": "withdrawn",
}
MOST_TOLD = 200  # mistakes of one file that an answer lists
_SEPARATORS = re.compile(r"[、\uff0c,\uff1b;\s]+")


@dataclass(frozen=True, slots=True)
class Heading:
    """What a sheet does not say of its edition."""

    name: str
    kind: Literal["national", "provincial"]
    published_on: date
    effective_on: date


def edition_of(content: bytes, media_type: str, heading: Heading) -> EditionIn | AdjustmentIn:
    """The edition that a file holds. Raises FileRefused, Violations with row and column of every mistake."""
    rows, errors = [], list[FieldError]()
    for raw in read(content, media_type, COLUMNS).rows:
        errors += raw.mistakes
        try:
            rows.append((raw, RowIn.model_validate(_members(raw))))
        except ValidationError as refusal:
            errors += _told(raw.number, refusal)
    if heading.kind == "national":
        errors += [error for raw, _ in rows for error in _unfit(raw)]
    if errors:
        raise Violations(errors[:MOST_TOLD])
    told = {"name": heading.name, "published_on": heading.published_on, "effective_on": heading.effective_on}
    if heading.kind == "provincial":
        return AdjustmentIn.model_validate(told | {"rows": [row for _, row in rows]})
    return EditionIn.model_validate(told | {"kind": "national"} | _national(rows))


def _members(raw: RawRow) -> dict[str, Any]:
    """A row's cells as the members of RowIn; an empty cell is left out."""
    cells = {name: text for name, text in raw.values.items() if text}
    members: dict[str, Any] = {name: cells[name] for name in ("name", "code", "reason") if name in cells}
    track = cells.get("track")
    if track is not None:
        members["track"] = TRACKS.get(track, track)
    if levels := cells.get("levels"):
        members["levels"] = [_number(text) for text in _SEPARATORS.split(levels) if text]
    if successors := cells.get("successor"):
        members["successors"] = [text for text in _SEPARATORS.split(successors) if text]
    return members


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else text


def _told(row: int, refusal: ValidationError) -> Iterator[FieldError]:
    found = [dict(error, loc=("body", *error["loc"])) for error in refusal.errors(include_url=False)]
    for mistake in describe(found):
        column = (mistake.pointer or "").split("/")[1] if mistake.pointer else None
        yield FieldError(
            code=mistake.code,
            detail=mistake.detail,
            remedy=mistake.remedy,
            row=row,
            column=column,
            article="3",
        )


def _unfit(raw: RawRow) -> Iterator[FieldError]:
    """A national sheet says of each occupation its item and whether that is tied to admission."""
    for column, options in (("category", ("准入类", "水平评价类")), ("national_item", ())):
        value = raw.values.get(column)
        if raw.values.get("successor") or (value and (not options or value in options)):
            continue
        yield FieldError(
            code="not-one-of" if value else "missing",
            detail=Bilingual(
                "国家目录的每个职业须填所属项目和性质。", "A national list says item and category."
            ),
            remedy=Bilingual("性质填 准入类 或 水平评价类。", "The category is 准入类 or 水平评价类."),
            row=raw.number,
            column=column,
            article="3",
        )


def _national(rows: Iterable[tuple[RawRow, RowIn]]) -> dict[str, Any]:
    """Items with their occupations in the order of the sheet; a row with a successor is one of lineage."""
    items: dict[tuple[str, str], list[dict[str, Any]]] = {}
    lineage = []
    for raw, row in rows:
        if row.successors:
            lineage += [
                {"from_name": row.name, "to_name": name, "reason": row.reason or "更名"}
                for name in row.successors
            ]
            continue
        key = (raw.values.get("national_item") or "", raw.values.get("category") or "")
        items.setdefault(key, []).append({"name": row.name, "code": row.code})
    return {
        "items": [
            {"name": name, "category": category, "entries": entries}
            for (name, category), entries in items.items()
        ],
        "lineage": lineage,
    }
