"""Use case: follow what is published."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from audit.statistics.models import Publication
from audit.statistics.schemas import PublicationOut
from audit.statistics.service import published_out
from common.errors import Bilingual, FieldError, Violations
from common.schemas import Listing

PAGE = 200


async def publications_after(session: AsyncSession, after: int) -> Listing[PublicationOut]:
    """Publications in order. Raises Violations for a position that none has yet."""
    last = await session.scalar(select(func.max(Publication.position))) or 0
    if after > last:
        raise Violations(
            [
                FieldError(
                    pointer="/after",
                    code="position-in-the-future",
                    detail=Bilingual("该位置尚不存在。", "There is no such position yet."),
                    remedy=Bilingual(f"目前最后位置为 {last}。", f"The last position is {last} now."),
                    article="19",
                )
            ]
        )
    rows = await session.scalars(
        select(Publication).where(Publication.position > after).order_by(Publication.position).limit(PAGE)
    )
    return Listing.of([published_out(row) for row in rows], None)
