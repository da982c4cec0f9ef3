"""XLSX workbooks: the one sheet that has our headings, its rows as the user sees them."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from common.errors import Bilingual
from common.tabular.columns import Cells, Column, Layout, find_headings, heads
from common.tabular.faults import HEADING_ROWS, LARGEST_ROWS, refused
from common.tabular.package import PackageFacts, SheetFacts, inspect
from common.tabular.rows import RawRow, Sheet, row_of, spoil


@dataclass(frozen=True, slots=True)
class Table:
    """The sheet with the data. `rows`: every row from the first on, cells from column `first_column` on."""

    name: str
    sheet: CalamineSheet
    facts: SheetFacts
    first_column: int
    first_rows: tuple[Cells, ...]

    def rows(self) -> Iterator[Cells]:
        return self.sheet.iter_rows()

    def merged(self) -> dict[int, set[int]]:
        """Row → columns of cells that are merged into another (both from 0, columns as in `rows`)."""
        covered: dict[int, set[int]] = {}
        for (top, left), (bottom, right) in self.sheet.merged_cell_ranges or ():
            for row in range(top, min(bottom, self.facts.last_row) + 1):
                for column in range(left, min(right, self.facts.last_column) + 1):
                    if (row, column) != (top, left):
                        covered.setdefault(row, set()).add(column - self.first_column)
        return covered

    def formulas(self) -> dict[int, set[int]]:
        """Row → columns of cells that hold a formula."""
        return {
            row: {column - self.first_column for column in columns}
            for row, columns in self.facts.formulas.items()
        }


def read_xlsx(content: bytes, columns: Sequence[Column]) -> Sheet:
    """Open a workbook. Raises FileRefused."""
    table = find_table(content, columns)
    merged = table.merged()
    layout = find_headings(
        table.first_rows,
        columns,
        has_merged_headings=any(row in merged for row in range(len(table.first_rows))),
    )
    return Sheet(
        _rows(table, layout, merged),
        layout.labels,
        layout.dropped,
        hidden_rows=table.facts.hidden_rows,
        hidden_columns=table.facts.hidden_columns,
    )


def _rows(table: Table, layout: Layout, merged: dict[int, set[int]]) -> Iterator[RawRow]:
    formulas = table.formulas()
    found = 0
    for index, cells in islice(enumerate(table.rows()), layout.heading_row, None):
        row = row_of(index + 1, cells, layout)
        if row is None and index not in formulas:
            continue
        row = row or RawRow(index + 1, {column.field: None for column in layout.positions.values()})
        found += 1
        if found > LARGEST_ROWS:
            raise refused("too-many-rows")
        for code, where in (("formula", formulas.get(index)), ("missing", merged.get(index))):
            for position in sorted(where or ()):
                if column := layout.positions.get(position):
                    row = spoil(row, code, column)
        yield row


def find_table(content: bytes, columns: Sequence[Column]) -> Table:
    """The sheet that has our headings; when none has, the first, so that its missing columns can be named."""
    facts = inspect(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        tables = list(_tables(book, facts))
    except (CalamineError, OSError, ValueError):
        raise refused("file-unreadable") from None
    except BaseException as error:
        if (
            type(error).__name__ != "PanicException"
        ):  # what the parser throws where it gave up, no Exception at all
            raise
        raise refused("file-unreadable") from None
    if not tables:
        raise refused("file-empty")
    headed = [table for table in tables if heads(table.first_rows, columns)]
    if len(headed) > 1:
        raise refused("sheet-ambiguous", place=Bilingual("", ""))
    return headed[0] if headed else tables[0]


def _tables(book: CalamineWorkbook, facts: PackageFacts) -> Iterator[Table]:
    for index, about in enumerate(book.sheets_metadata):
        if about.typ is not SheetTypeEnum.WorkSheet or about.name not in facts.sheets:
            continue
        sheet = book.get_sheet_by_index(index)
        if sheet.start is not None:
            first = tuple(islice(sheet.iter_rows(), HEADING_ROWS))
            yield Table(about.name, sheet, facts.sheets[about.name], sheet.start[1], first)
