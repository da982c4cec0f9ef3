"""Windows by item."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from common.transitions import Window
from registration.transitions.models import TransitionWindow


async def windows_of(session: AsyncSession, items: Collection[str]) -> Mapping[str, list[Window]]:
    """Item code → its windows."""
    found: dict[str, list[Window]] = {}
    if items:
        query = select(TransitionWindow).where(TransitionWindow.item_code.in_(items))
        for row in await session.scalars(query.order_by(TransitionWindow.cohort)):
            window = Window(
                row.item_code, row.cohort, row.enrolled_before, row.opens_on, row.ends_on, row.enrolled_from
            )
            found.setdefault(row.item_code, []).append(window)
    return found
