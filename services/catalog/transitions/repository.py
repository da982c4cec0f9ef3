"""Questions about transition windows."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.transitions.domain import Statement
from catalog.transitions.models import TransitionWindow
from common.transitions import Window


async def statements(session: AsyncSession, item_code: str) -> list[Statement]:
    """Everything ever stated of an item."""
    rows = await session.scalars(select(TransitionWindow).where(TransitionWindow.item_code == item_code))
    return [
        Statement(
            id=row.id,
            edition_id=row.edition_id,
            window=Window(
                item_code=row.item_code,
                cohort=row.cohort,
                enrolled_from=row.enrolled_from,
                enrolled_before=row.enrolled_before,
                opens_on=row.opens_on,
                ends_on=row.ends_on,
            ),
            basis=row.basis,
            recorded_at=row.recorded_at,
        )
        for row in rows
    ]
