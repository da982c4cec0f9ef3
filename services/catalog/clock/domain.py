"""PURE: how a sandbox's clock moves: forward only, and never past what calendars reach."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from common.errors import Bilingual, FieldError, StateConflict, Violations

LAST_INSTANT = datetime(2099, 12, 31, tzinfo=UTC)


class ClockOnlyForward(StateConflict):
    """What was decided was decided then: platform time never goes back."""

    code: ClassVar[str] = "clock-only-forward"
    title: ClassVar[Bilingual] = Bilingual("时钟只能前移", "The clock only moves forward")


@dataclass(frozen=True, slots=True)
class Move:
    """By a number of days, or to an instant: one of the two."""

    advance_days: int | None = None
    to: datetime | None = None


def moved_offset(move: Move, *, offset_seconds: int, real_now: datetime) -> int:
    """Seconds that platform time stands ahead of real time after the move. Raises Violations, ClockOnlyForward."""
    target = _target(move, real_now + timedelta(seconds=offset_seconds))
    if target > LAST_INSTANT:
        raise Violations([_too_far(move)])
    moved = math.ceil((target - real_now).total_seconds())
    if moved <= offset_seconds:
        raise ClockOnlyForward(
            Bilingual(
                "该时间不在平台当前时间之后。", "The instant is not later than the platform's present time."
            )
        )
    return moved


def _target(move: Move, now: datetime) -> datetime:
    if move.advance_days is not None and move.to is None:
        return now + timedelta(days=move.advance_days)
    if move.to is not None and move.advance_days is None:
        return move.to
    raise Violations(
        [
            FieldError(
                code="one-of-two",
                detail=Bilingual("须且只能填写一项。", "Exactly one of the two belongs here."),
                remedy=Bilingual("填写 advance_days 或 to。", "Give advance_days or to."),
                pointer=pointer,
            )
            for pointer in ("/advance_days", "/to")
        ]
    )


def _too_far(move: Move) -> FieldError:
    return FieldError(
        code="too-far",
        detail=Bilingual("超出可移动的范围。", "That is further than the clock can be moved."),
        remedy=Bilingual(f"不得晚于 {LAST_INSTANT:%Y-%m-%d}。", f"Stay before {LAST_INSTANT:%Y-%m-%d}."),
        pointer="/to" if move.to is not None else "/advance_days",
    )
