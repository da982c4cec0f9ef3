"""PURE: answers as rows of a sheet: a column for each dimension and its name, one for each measure."""

from collections.abc import Iterator, Mapping

from audit.statistics.dimensions import DIMENSION_NAMES, Dimension, Measure
from audit.statistics.schemas import RowOut, StatisticsOut

HIDDEN = "*"  # too few people
MOST_XLSX_ROWS = 100_000  # a workbook is made in memory


def headings(by: tuple[Dimension, ...], measures: tuple[Measure, ...]) -> list[str]:
    return [*(f"{DIMENSION_NAMES[name].zh} {name}" for name in by), *measures]


def rows(found: StatisticsOut) -> Iterator[list[str]]:
    for row in found.rows:
        yield line(row, found.names)


def line(row: RowOut, names: Mapping[Dimension, Mapping[str, str]]) -> list[str]:
    keys = [" ".join(filter(None, (code, names.get(name, {}).get(code)))) for name, code in row.by.items()]
    return [
        *keys,
        *(HIDDEN if row.hidden else "" if value is None else str(value) for value in row.values.values()),
    ]
