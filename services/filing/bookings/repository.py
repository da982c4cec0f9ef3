"""Questions about bookings, and keeping them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from filing.bookings.domain import Booking
from filing.bookings.models import PlanBooking


async def taken(session: AsyncSession, wanted: Sequence[Booking], *, plan_id: UUID | None) -> tuple[str, ...]:
    """Pointers of what another plan has at that time, each once, in their order."""
    if not wanted:
        return ()
    rows = (
        await session.execute(
            select(PlanBooking.resource, PlanBooking.during).where(
                PlanBooking.resource.in_({one.resource for one in wanted}),
                or_(*(PlanBooking.during.overlaps(_span(one)) for one in _outlines(wanted))),
                *(() if plan_id is None else (PlanBooking.plan_id != plan_id,)),
            )
        )
    ).all()
    pointers = [
        one.pointer
        for one in wanted
        if any(row.resource == one.resource and row.during.overlaps(_span(one)) for row in rows)
    ]
    return tuple(dict.fromkeys(pointers))


async def book(session: AsyncSession, plan_id: UUID, wanted: Sequence[Booking]) -> bool:
    """Keep a plan's bookings in place of those that it had; false when another plan was quicker."""
    try:
        async with session.begin_nested():
            await release(session, plan_id)
            if wanted:
                rows = [
                    {"plan_id": plan_id, "number": number, "resource": one.resource, "during": _span(one)}
                    for number, one in enumerate(wanted)
                ]
                await session.execute(insert(PlanBooking), rows)
    except IntegrityError:
        return False
    return True


async def release(session: AsyncSession, plan_id: UUID) -> None:
    """A plan has nothing any more."""
    await session.execute(delete(PlanBooking).where(PlanBooking.plan_id == plan_id))


def _span(one: Booking) -> "Range[object]":
    return Range(one.starts_at, one.ends_at, bounds="[)")


def _outlines(wanted: Sequence[Booking]) -> Sequence[Booking]:
    """One span around everything wanted: the query is cut down by it, what overlaps exactly is found here."""
    first = min(wanted, key=lambda one: one.starts_at)
    last = max(wanted, key=lambda one: one.ends_at)
    return [Booking(first.pointer, first.resource, first.starts_at, last.ends_at)]
