"""HTTP shapes of transition windows."""

from datetime import date, datetime
from typing import Self

from pydantic import Field

from catalog.editions.schemas import PolicyDay
from catalog.transitions.domain import Statement
from common.events.catalog import Track
from common.ids import EditionId, TransitionId
from common.schemas import Input, Line, Output


class TransitionIn(Input):
    """A cohort on a double certificate course: enrolled before the list was published that dropped the item."""

    edition_id: EditionId = Field(description="the national edition that dropped the item")
    cohort: Line = Field(description="stated again, it replaces what was stated", examples=["2019级双证班"])
    enrolled_from: PolicyDay | None = Field(default=None, description="none: however early")
    enrolled_before: PolicyDay | None = Field(default=None, description="none: the day of publication")
    ends_on: PolicyDay = Field(description="day on which the last of them graduates", examples=["2022-07-31"])
    basis: Line = Field(description="the notice that this goes by", examples=["苏人社函〔2020〕1号"])


class TransitionOut(Output):
    """A window as it counts."""

    id: TransitionId
    item_code: str
    edition_id: EditionId
    cohort: str
    enrolled_from: date | None
    enrolled_before: date
    opens_on: date = Field(description="first day on which the item is off the national list")
    ends_on: date
    basis: str
    is_open: bool = Field(description="on the day asked for")
    recorded_at: datetime

    @classmethod
    def of(cls, statement: Statement, *, day: date) -> Self:
        window = statement.window
        return cls(
            id=statement.id,
            item_code=window.item_code,
            edition_id=statement.edition_id,
            cohort=window.cohort,
            enrolled_from=window.enrolled_from,
            enrolled_before=window.enrolled_before,
            opens_on=window.opens_on,
            ends_on=window.ends_on,
            basis=statement.basis,
            is_open=window.is_open(day),
            recorded_at=statement.recorded_at,
        )


class HeldOut(Output):
    """The track that decides a person's certificate, and the cohort by which it does."""

    item_code: str
    track: Track | None = Field(description="none: the item is off the list and no window takes the person")
    by_cohort: str | None = Field(description="none: it is the list's own track on the day of graduation")
