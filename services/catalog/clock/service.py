"""Use case: move the platform's clock, in a sandbox."""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from sqlalchemy import func, select

from catalog.base import Turn, take_turn
from catalog.clock.domain import Move, moved_offset
from catalog.clock.models import ClockMove
from common.clock import SHANGHAI, Clock, on_clock_moved
from common.clock_route import ClockOut
from common.errors import Bilingual, Forbidden
from common.events.catalog import ClockMoved
from common.unit_of_work import UnitOfWork


class NotASandbox(Forbidden):
    """Platform time is real time everywhere but in a sandbox."""

    code: ClassVar[str] = "not-a-sandbox"
    title: ClassVar[Bilingual] = Bilingual("非沙箱环境", "Not a sandbox")


async def move_clock(uow: UnitOfWork, move: Move, *, clock: Clock, moved_by: UUID) -> ClockOut:
    """Move this service's clock and tell the others. Raises NotASandbox, ClockOnlyForward, Violations."""
    if not clock.movable:
        raise NotASandbox(
            Bilingual(
                "仅沙箱环境可以移动平台时钟;请在沙箱环境中使用。",
                "Only a sandbox lets its clock be moved; use one.",
            )
        )
    async with uow:
        await take_turn(uow.session, Turn.MOVE_CLOCK)
        stands_at = await uow.session.scalar(select(func.max(ClockMove.offset_seconds))) or 0
        real_now = clock.real_now()
        offset = moved_offset(move, offset_seconds=stands_at, real_now=real_now)
        moved = ClockMoved(offset_seconds=offset)
        uow.session.add(ClockMove(offset_seconds=offset, moved_at=real_now, moved_by=moved_by))
        await on_clock_moved(uow, moved)
        uow.say(moved)
        now = real_now + timedelta(seconds=offset)
        answer = ClockOut(now=now, today=now.astimezone(SHANGHAI).date(), offset_seconds=offset, sandbox=True)
        await uow.commit(answer)
    clock.set_offset(offset)
    return answer
