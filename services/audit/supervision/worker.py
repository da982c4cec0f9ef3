"""The background of supervision: committed draws are revealed, needed supervisions get their draw."""

import asyncio

from sqlalchemy import exists, select

from audit.recognition.service import lock_plan
from audit.supervision.models import Draw, Supervision
from audit.supervision.service import draw_supervisor, reveal
from common.platform import Platform
from common.unit_of_work import UnitOfWork

PAUSE_SECONDS = 0.2


async def run_draws(platform: Platform) -> None:
    """For ever: whatever waits is done in transactions of its own; two workers at once never do one thing twice."""
    while True:
        if not (await reveal_next(platform) or await draw_next(platform)):
            await asyncio.sleep(PAUSE_SECONDS)


async def reveal_next(platform: Platform) -> bool:
    """Reveal the oldest committed draw; False when there is none."""
    async with UnitOfWork(platform.sessions, platform.clock) as uow:
        draw = await uow.session.scalar(
            select(Draw)
            .where(Draw.revealed_at.is_(None))
            .order_by(Draw.committed_at, Draw.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if draw is None:
            return False
        await reveal(uow, draw, calendar=platform.calendar)
        await uow.commit()
        return True


async def draw_next(platform: Platform) -> bool:
    """Commit a draw for one needed supervision that has eligible supervisors; False when nothing can be done."""
    open_draw = exists().where(
        Draw.plan_id == Supervision.plan_id, Draw.purpose == "supervisor", Draw.revealed_at.is_(None)
    )
    async with UnitOfWork(platform.sessions, platform.clock) as uow:
        waiting = await uow.session.scalars(
            select(Supervision)
            .where(Supervision.state == "needed", ~open_draw)
            .order_by(Supervision.on, Supervision.id)
            .limit(100)
            .with_for_update(skip_locked=True)
        )
        for supervision in waiting.all():
            await lock_plan(uow.session, supervision.plan_id)
            if await draw_supervisor(uow, supervision):
                await uow.commit()
                return True
        return False
