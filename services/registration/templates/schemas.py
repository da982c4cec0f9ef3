"""HTTP shapes of templates."""

from collections.abc import Sequence
from typing import Self

from pydantic import Field

from common.schemas import Output
from common.tabular.columns import Column
from common.tabular.faults import LARGEST_FILE, LARGEST_ROWS
from common.tabular.reading import MEDIA_TYPES
from registration.templates.forms import FormColumn, FormId, Kind, why_dropped


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


class FormColumnOut(Output):
    """A column of a form in use: taken as a field of ours, or dropped for a reason."""

    heading: str
    taken_as: str | None = Field(examples=["id_number"])
    reason_zh: str | None = Field(description="why it is dropped, where it is")
    reason_en: str | None

    @classmethod
    def of(cls, column: FormColumn, ours: Sequence[Column], kind: Kind) -> Self:
        if column.field in {one.field for one in ours}:
            return cls(heading=column.heading, taken_as=column.field, reason_zh=None, reason_en=None)
        reason = why_dropped(kind)(column.heading)
        return cls(heading=column.heading, taken_as=None, reason_zh=reason.zh, reason_en=reason.en)


class FormOut(Output):
    """A form of today's bodies; its sheets are uploaded as they are, as a `kind`."""

    id: FormId
    kind: Kind
    name_zh: str
    name_en: str
    columns: list[FormColumnOut]
