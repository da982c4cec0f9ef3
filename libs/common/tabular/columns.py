"""PURE: columns found by their headings, in Chinese or English, in any order."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from common.errors import Bilingual, FieldError
from common.tabular.faults import HEADING_ROWS, fault, refusal

Cells = Sequence[object]
NO_NOTE = Bilingual("", "")
# Traditional forms of the characters that headings are made of; never applied to what stands below them.
_SIMPLIFIED = str.maketrans(
    "姓證號碼認級職業論績價評別類備註違紀際歷學歲單點編錄專經驗電話區籤繳項屬檔體優總綜審議實應試種",
    "姓证号码认级职业论绩价评别类备注违纪际历学岁单点编录专经验电话区签缴项属档体优总综审议实应试种",
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a kind of sheet may have. `headings`: the first is ours, the others are met in practice.

    `exact`: the cell is a number by name only (an ID number); stored as a quantity it has lost digits.
    `options` become a list to choose from in the template; `note` explains the column there.
    """

    field: str
    headings: tuple[str, ...]
    required: bool = False
    exact: bool = False
    options: tuple[str, ...] = ()
    note: Bilingual = NO_NOTE
    width: int = 14

    @property
    def label(self) -> str:
        return self.headings[0]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a file keeps which field. `positions`: index in a row → column; `dropped`: headings that nobody knows."""

    heading_row: int
    positions: Mapping[int, Column]
    width: int
    dropped: tuple[str, ...] = ()

    @property
    def labels(self) -> dict[str, str]:
        """Field → what its column is called in answers."""
        return {column.field: column.label for column in self.positions.values()}


def normal(heading: object) -> str:
    """A heading as it is compared: no white space, stars, or remark in brackets; simplified, narrow, lower case."""
    text = unicodedata.normalize("NFKC", str(heading)).casefold().translate(_SIMPLIFIED)
    text = "".join(text.split()).strip("*:_")
    return text.split("(")[0] or text


def known_headings(columns: Sequence[Column]) -> dict[str, Column]:
    """Normalised heading → column; a column's field name is a heading of it, too."""
    return {normal(heading): column for column in columns for heading in (column.field, *column.headings)}


def find_headings(
    rows: Sequence[Cells], columns: Sequence[Column], *, has_merged_headings: bool = False
) -> Layout:
    """The layout of a sheet whose first rows these are. Raises FileRefused naming all missing and doubled columns.

    The heading row is the one, of the first ten, that holds most headings; a title may stand above it.
    """
    known = known_headings(columns)
    best, hits = 0, 0
    for number, cells in enumerate(rows[:HEADING_ROWS]):
        found = sum(normal(cell) in known for cell in cells if cell not in (None, ""))
        if found > hits:
            best, hits = number, found
    if not hits:
        # Of a sheet that requires no column in particular, all are told: it has none of them.
        raise refusal(_missing(_required(columns) or columns, merged=has_merged_headings))
    return layout_of(rows[best], columns, heading_row=best + 1, has_merged_headings=has_merged_headings)


def heads(rows: Sequence[Cells], columns: Sequence[Column]) -> bool:
    """Whether a sheet that begins so holds our headings: at least two, or all there are."""
    known = known_headings(columns)
    return any(
        len({known[name].field for cell in cells if (name := normal(cell)) in known}) >= min(2, len(columns))
        for cells in rows[:HEADING_ROWS]
    )


def layout_of(
    cells: Cells, columns: Sequence[Column], *, heading_row: int, has_merged_headings: bool = False
) -> Layout:
    """The layout that one row of headings makes. Raises FileRefused."""
    known = known_headings(columns)
    positions: dict[int, Column] = {}
    dropped: list[str] = []
    doubled: dict[str, Column] = {}
    for index, cell in enumerate(cells):
        name = "" if cell is None else normal(cell)
        column = known.get(name)
        if column is None:
            if name:
                dropped.append(name[:40])
        elif column in positions.values():
            doubled[column.field] = column
        else:
            positions[index] = column
    absent = [column for column in columns if column.required and column not in positions.values()]
    errors = [fault("column-duplicate", column=one.label, place=one.label) for one in doubled.values()]
    errors += _missing(_required(absent), merged=has_merged_headings)
    if errors:
        raise refusal(errors)
    return Layout(heading_row, positions, len(cells), tuple(dropped))


def _required(columns: Sequence[Column]) -> list[Column]:
    return [column for column in columns if column.required]


def _missing(columns: Sequence[Column], *, merged: bool) -> list[FieldError]:
    reason = (
        Bilingual("(表头中有合并的单元格)", " (there are merged cells among the headings)") if merged else ""
    )
    return [
        fault("column-missing", column=column.label, place=column.label, merged=reason) for column in columns
    ]
