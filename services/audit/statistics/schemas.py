"""HTTP shapes of statistics."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from audit.statistics.dimensions import Dimension, Measure
from common.ids import ExportId
from common.schemas import Input, Line, Output


class RowOut(Output):
    """A line: one value of each dimension asked by. Hidden lines tell no figures: too few people stand behind them."""

    by: dict[Dimension, str]
    values: dict[Measure, int | str | None] = Field(
        description="whole numbers (as text beyond 2^53), quotients as decimal text, null: nothing to divide by"
    )
    hidden: bool = False
    previous: dict[Measure, int | str | None] | None = Field(
        default=None, description="the same a year before; null: no figures of that year"
    )


class MonthOut(Output):
    """How the figures of a month stand."""

    month: str = Field(examples=["2026-03"])
    edition: int | None = Field(description="of its publication; null: not published yet")
    published_at: datetime | None = None
    revised: bool = Field(
        default=False, description="live figures changed since, or it was published more than once"
    )


class NoteOut(Output):
    """What a reader has to know of the figures."""

    code: str
    detail_zh: str
    detail_en: str


class StatisticsOut(Output):
    """Figures (Art. 19), with how they stand: as of when, from which publications, with which notes."""

    measures: tuple[Measure, ...]
    by: tuple[Dimension, ...]
    first_month: str
    last_month: str
    rows: tuple[RowOut, ...]
    total: RowOut
    as_of: datetime | None = Field(description="everything that was received until then is counted")
    complete: bool = Field(
        description="false: more was received, or a service cannot be followed at the moment"
    )
    months: tuple[MonthOut, ...]
    names: dict[Dimension, dict[str, str]] = Field(
        default_factory=dict, description="what the codes are called"
    )
    notes: tuple[NoteOut, ...] = ()


class PublicationIn(Input):
    """A month whose figures are to be published as they are now."""

    month: str = Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2026-03"])
    note: Line | None = Field(default=None, examples=["补录后修订"])


class PublicationOut(Output):
    """A publication; its figures stay as they are."""

    position: int = Field(description="its place among all publications: for whoever follows them")
    month: str
    edition: int
    note: str | None
    published_at: datetime


class ExportOut(Output):
    """A table on its way to a file."""

    id: ExportId
    state: Literal["waiting", "ready"]
    rows: int
    asked_at: datetime
    expires_at: datetime
    file: str | None = Field(description="where the file is, for the same account, until it expires")


def month_text(month: date) -> str:
    return month.isoformat()[:7]
