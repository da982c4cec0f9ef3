"""Small files of every kind, made for one test."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from common.tabular.columns import Column
from common.tabular.faults import FileRefused

COLUMNS = (
    Column("name", ("姓名", "考生姓名"), required=True),
    Column("id_number", ("证件号码", "身份证号"), required=True, exact=True),
    Column("theory", ("理论成绩",)),
    Column("remark", ("备注",)),
)
HEADINGS = ("姓名", "证件号码", "理论成绩", "备注")


def xlsx(*rows: Sequence[Any], sheets: Mapping[str, Sequence[Sequence[Any]]] | None = None) -> bytes:
    """A workbook; a text that begins with = becomes a formula with the cached value "cached"."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, content in (sheets or {"Sheet1": rows}).items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(content):
                for column, cell in enumerate(row):
                    match cell:
                        case None:
                            pass
                        case datetime() | date():
                            sheet.write_datetime(number, column, cell, day)
                        case str() if cell.startswith("="):
                            sheet.write_formula(number, column, cell, value="cached")
                        case str():
                            sheet.write_string(number, column, cell)
                        case _:
                            sheet.write(number, column, cell)
    return buffer.getvalue()


def repacked(
    content: bytes, changes: Mapping[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A workbook with some of its parts replaced or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", compression) as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name, old.read(name)))
        for name in changes.keys() - set(old.namelist()):
            new.writestr(name, changes[name])
    return buffer.getvalue()


def part(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return book.read(name)


def with_declared_size(content: bytes, name: str, size: int) -> bytes:
    """A workbook whose directory says that a part unpacks to this many bytes."""
    changed = bytearray(content)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        header = book.getinfo(name).header_offset
    at = content.find(name.encode(), content.rfind(b"PK\x05\x06") and content.find(b"PK\x01\x02"))
    struct.pack_into("<L", changed, at - 46 + 24, size)
    struct.pack_into("<L", changed, header + 22, size)
    return bytes(changed)


def codes(refusal: FileRefused) -> list[str]:
    return [error.code for error in refusal.errors]
