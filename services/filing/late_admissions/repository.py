"""Questions about admissions."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from filing.late_admissions.models import AdmittedLate


async def admission_for(
    session: AsyncSession, admission_id: UUID, *, organisation_id: UUID, region: str, starts_on: date
) -> AdmittedLate | None:
    """The admission, where it is for this organisation, county and first day.

    Its row stays locked, so that two plans do not use it up at the same moment.
    """
    found = await session.get(AdmittedLate, admission_id, with_for_update=True)
    if found is None:
        return None
    fits = (found.organisation_id, found.region, found.starts_on) == (organisation_id, region, starts_on)
    return found if fits else None
