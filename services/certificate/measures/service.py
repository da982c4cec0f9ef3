"""What a measure against a body means for certificates; audit tells of measures, each by its case (Art. 22)."""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.roles import ExpressionElementRole

from certificate.measures.models import Listing


def in_force(day: date) -> ColumnElement[bool]:
    """The measures that count on a day."""
    return (
        (Listing.valid_from <= day)
        & or_(Listing.valid_to.is_(None), Listing.valid_to >= day)
        & or_(Listing.cleared_on.is_(None), Listing.cleared_on > day)
    )


def holds(
    organisation_id: InstrumentedAttribute[UUID] | ExpressionElementRole[UUID], day: date
) -> ColumnElement[bool]:
    """Whether what a body has in flight stands still on a day: a measure in force says that its plans freeze."""
    return exists().where(
        Listing.organisation_id == organisation_id, Listing.plans == "freeze", in_force(day)
    )


async def is_held(session: AsyncSession, organisation_id: UUID, day: date) -> bool:
    """Whether nothing is issued for a body on a day."""
    found = select(Listing.case).where(
        Listing.organisation_id == organisation_id, Listing.plans == "freeze", in_force(day)
    )
    return await session.scalar(found.limit(1)) is not None
