"""PURE: XLSX files looked at before they are parsed: their zip directory, what it unpacks to, and their cells.

A workbook is a zip of XML: a few kilobytes can claim gigabytes, or a cell in the last corner of a sheet. Everything is
unpacked once, piece by piece, and nothing is believed: declared sizes must be true, no XML may define entities, and
cells are counted where they are.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from common.errors import Bilingual
from common.tabular.faults import LARGEST_CELLS, LARGEST_COLUMNS, LARGEST_FILE, LARGEST_ROWS, refused

LARGEST_ENTRIES = 1_000
LARGEST_UNPACKED = 256 * 1024 * 1024
LARGEST_RATIO = 200
SMALL = 10 * 1024 * 1024  # below it no ratio is looked at
LARGEST_SHEETS = 10
LARGEST_DIRECTORY = 512 * 1024
ROWS_AROUND = 20  # title, headings and notes around the rows of data
_PIECE = 256 * 1024
_NOT_XML = (expat.ExpatError, LookupError, ValueError)  # also an encoding that nobody knows
_END = b"PK\x05\x06"
_TRUE = ("1", "true")
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_KINDS: Final = (
    (b"\xd0\xcf\x11\xe0", Bilingual("旧版 .xls 或加密的工作簿", "an old .xls or a protected workbook")),
    (b"%PDF", Bilingual("PDF 文件", "a PDF")),
    (b"<", Bilingual("网页或 XML 文件", "a web page or XML file")),
    (b"{", Bilingual("JSON 文件", "a JSON file")),
    (b"[", Bilingual("JSON 文件", "a JSON file")),
)


@dataclass(slots=True)
class SheetFacts:
    """What one worksheet holds, counted. `formulas`: row → columns (both from 0)."""

    last_row: int = -1
    last_column: int = -1
    hidden_rows: int = 0
    hidden: list[tuple[int, int]] = field(default_factory=list)  # first and last column, from 1
    formulas: dict[int, set[int]] = field(default_factory=dict)

    @property
    def hidden_columns(self) -> int:
        """Hidden ones among those that hold anything."""
        return sum(max(0, min(last, self.last_column + 1) - first + 1) for first, last in self.hidden)


@dataclass(slots=True)
class PackageFacts:
    """What a workbook holds. `sheets`: name → facts."""

    sheets: Mapping[str, SheetFacts]


def inspect(content: bytes) -> PackageFacts:
    """Look through a workbook. Raises FileRefused."""
    _check_kind(content)
    entries = _entries(content)
    scans: dict[str, _Scan] = {}
    for entry in entries:
        scan = _Scan()
        for piece in _unpacked(content, entry):
            scan.feed(piece)
        scan.end(must_be_xml=entry.filename.lower().endswith((".xml", ".rels")))
        scans[entry.filename] = scan
    return PackageFacts(_by_name(scans))


def _check_kind(content: bytes) -> None:
    if not content:
        raise refused("file-empty")
    if content.startswith(b"PK"):
        return
    start = content[:64].lstrip(b"\xef\xbb\xbf \r\n\t")
    told = next((told for mark, told in _KINDS if start.startswith(mark)), None)
    if told is not None:
        raise refused("file-not-what-it-says", place=told)
    raise refused("file-unreadable")


def _entries(content: bytes) -> list[zipfile.ZipInfo]:
    """The directory, which must be small, true to itself, and without entries that share bytes or names."""
    if len(content) > LARGEST_FILE:
        raise refused("decompression-limit")
    end = content.rfind(_END, max(0, len(content) - 66_000))
    if end < 0 or len(content) < end + 22:
        raise refused("file-unreadable")
    count, size = struct.unpack_from("<HL", content, end + 10)
    if count > LARGEST_ENTRIES or size > LARGEST_DIRECTORY:
        raise refused("decompression-limit")
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError, struct.error):
        raise refused("file-unreadable") from None
    _check_names(entries)
    _check_sizes(entries)
    return [entry for entry in entries if not entry.is_dir()]


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename.lower() for entry in entries]
    if len(set(names)) != len(names) or any(
        name.startswith("/") or "\\" in name or ".." in name.split("/") for name in names
    ):
        raise refused("file-unreadable")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise refused("file-with-macros")
    if sum(name.startswith("xl/worksheets/") and name.endswith(".xml") for name in names) > LARGEST_SHEETS:
        raise refused("decompression-limit")


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > LARGEST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise refused("decompression-limit")
    ends = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < ends:
            raise refused("decompression-limit")
        ends = entry.header_offset + 30 + entry.compress_size
        if entry.file_size > SMALL and entry.file_size > LARGEST_RATIO * max(1, entry.compress_size):
            raise refused("decompression-limit")
        if entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise refused("file-unreadable")


def _unpacked(content: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """An entry's bytes, which must be as many as were declared, with the declared checksum."""
    packed = _packed(content, entry)
    size, checksum = 0, 0
    for piece in _inflated(packed) if entry.compress_type == zipfile.ZIP_DEFLATED else iter([bytes(packed)]):
        size += len(piece)
        if size > entry.file_size:
            raise refused("decompression-limit")
        checksum = zlib.crc32(piece, checksum)
        yield piece
    if size != entry.file_size or checksum != entry.CRC:
        raise refused("file-unreadable")


def _packed(content: bytes, entry: zipfile.ZipInfo) -> memoryview:
    start = entry.header_offset
    if content[start : start + 4] != b"PK\x03\x04" or len(content) < start + 30:
        raise refused("file-unreadable")
    name, extra = struct.unpack_from("<HH", content, start + 26)
    start += 30 + name + extra
    return memoryview(content)[start : start + entry.compress_size]


def _inflated(packed: memoryview) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    at = 0
    try:
        while not unpacker.eof:
            rest = unpacker.unconsumed_tail
            if not rest:
                rest = bytes(packed[at : at + _PIECE])
                at += len(rest)
            piece = unpacker.decompress(rest, _PIECE)
            if not rest and not piece:
                raise refused("file-unreadable")
            yield piece
    except zlib.error:
        raise refused("file-unreadable") from None


class _Scan:
    """Reads one part of a package; stops at whatever a spreadsheet has no use for."""

    def __init__(self) -> None:
        self.root = ""
        self.facts = SheetFacts()
        self.names: list[tuple[str, str]] = []  # sheets of a workbook: name, relationship
        self.targets: dict[str, str] = {}  # relationships: id, target
        self._is_xml = True
        self._row, self._column = -1, -1
        self._letters: dict[str, int] = {}
        self._acts: dict[str, Callable[[dict[str, str]], None]] = {
            "c": self._cell,
            "v": self._filled,
            "is": self._filled,
            "f": self._formula,
            "row": self._row_begins,
            "col": self._columns,
            "sheet": self._sheet,
            "Relationship": self._relationship,
        }
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.StartDoctypeDeclHandler = _no_doctype

    def feed(self, piece: bytes) -> None:
        if self._is_xml:
            try:
                self._parser.Parse(piece, False)  # noqa: FBT003 - expat's signature
            except _NOT_XML:
                self._is_xml = False
                if self.root:
                    raise refused("file-unreadable") from None

    def end(self, *, must_be_xml: bool) -> None:
        if self._is_xml:
            try:
                self._parser.Parse(b"", True)  # noqa: FBT003 - expat's signature
            except _NOT_XML:
                self._is_xml = False
        if must_be_xml and not self._is_xml:
            raise refused("file-unreadable")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if not self.root:
            self.root = name
        if act := self._acts.get(name):
            act(attributes)

    def _row_begins(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        self._row = int(number) - 1 if number.isdecimal() else self._row + 1
        self._column = -1
        self.facts.hidden_rows += attributes.get("hidden") in _TRUE

    def _columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in _TRUE:
            self.facts.hidden.append(_span(attributes))

    def _formula(self, _: object) -> None:
        self.facts.formulas.setdefault(self._row, set()).add(self._column)

    def _sheet(self, attributes: dict[str, str]) -> None:
        relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        self.names.append((attributes.get("name", ""), relation))

    def _relationship(self, attributes: dict[str, str]) -> None:
        self.targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def _cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
            return
        match = _REFERENCE.fullmatch(reference)
        if match is None:
            raise refused("file-unreadable")
        letters, digits = match.groups()
        column = self._letters.get(letters)
        if column is None:
            column = self._letters[letters] = _column_number(letters)
        self._row, self._column = int(digits) - 1, column

    def _filled(self, _: object) -> None:
        facts = self.facts
        if self._row > facts.last_row:
            facts.last_row = self._row
            self._check()
        if self._column > facts.last_column:
            facts.last_column = self._column
            self._check()

    def _check(self) -> None:
        rows, columns = self.facts.last_row + 1, self.facts.last_column + 1
        if rows > LARGEST_ROWS + ROWS_AROUND:
            raise refused("too-many-rows")
        if columns > LARGEST_COLUMNS or rows * columns > LARGEST_CELLS:
            raise refused("too-many-columns")


def _no_doctype(*_: object) -> None:
    raise refused("file-unreadable")


def _span(attributes: dict[str, str]) -> tuple[int, int]:
    """First and last column that a `col` element speaks of."""
    first, last = attributes.get("min", ""), attributes.get("max", "")
    if not (first.isdecimal() and last.isdecimal()):
        raise refused("file-unreadable")
    return int(first), int(last)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _by_name(scans: Mapping[str, _Scan]) -> dict[str, SheetFacts]:
    """Sheet name → what it holds, through the workbook's relationships; only sheets that were counted are named."""
    book = next((name for name, scan in scans.items() if scan.root == "workbook"), None)
    if book is None:
        raise refused("file-unreadable")
    folder, _, file = book.rpartition("/")
    relations = scans.get(f"{folder}/_rels/{file}.rels")
    targets = relations.targets if relations else {}
    found = {}
    for name, relation in scans[book].names:
        target = targets.get(relation, "")
        path = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
        if path in scans and scans[path].root == "worksheet":
            found[name] = scans[path].facts
    return found
