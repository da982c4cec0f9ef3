"""HTTP shape of a move of the clock; the answer is `common.clock_route.ClockOut`."""

from datetime import datetime

from pydantic import Field

from catalog.clock.domain import Move
from common.schemas import Input, Int


class MoveIn(Input):
    """By days, or to an instant: one of the two."""

    advance_days: Int | None = Field(default=None, ge=1, le=3_660, examples=[21])
    to: datetime | None = Field(default=None, description="an instant, instead of days")

    def move(self) -> Move:
        return Move(advance_days=self.advance_days, to=self.to)
