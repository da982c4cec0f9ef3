"""HTTP shapes of templates."""

from typing import Self

from common.schemas import Output
from common.tabular.columns import Column
from common.tabular.faults import LARGEST_FILE, LARGEST_ROWS
from common.tabular.reading import MEDIA_TYPES


class TemplateColumn(Output):
    """A column: the headings it is found by, and what may stand in it."""

    field: str
    headings: list[str]
    required: bool
    is_text: bool
    options: list[str]
    note_zh: str
    note_en: str

    @classmethod
    def of(cls, column: Column) -> Self:
        return cls(
            field=column.field,
            headings=list(column.headings),
            required=column.required,
            is_text=column.exact,
            options=list(column.options),
            note_zh=column.note.zh,
            note_en=column.note.en,
        )


class Template(Output):
    """What a sheet of this kind may hold. Columns may come in any order; unknown ones are dropped and told."""

    kind: str
    columns: list[TemplateColumn]
    media_types: tuple[str, ...] = MEDIA_TYPES
    largest_rows: int = LARGEST_ROWS
    largest_bytes: int = LARGEST_FILE
