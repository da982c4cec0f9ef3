"""Questions about certificates, with how they stand beside them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from certificate.corrections.standing import StandingCertificate
from certificate.status.models import CertificateStatus
from common.auth import Caller
from common.pagination import Page

Row = tuple[StandingCertificate, CertificateStatus | None]


def visible_to(caller: Caller) -> ColumnElement[bool]:
    """The certificates that an account may see: its organisation's, or those of its region (Art. 18)."""
    if caller.organisation_id is not None:
        return StandingCertificate.organisation_id == caller.organisation_id
    if caller.role == "authority" and caller.region is None:
        return StandingCertificate.number.is_not(None)
    return false() if caller.region is None else in_region(caller.region)


def in_region(
    region: str | None, column: InstrumentedAttribute[str] | ColumnElement[str] = StandingCertificate.region
) -> ColumnElement[bool]:
    """What lies in a division, itself or one of its own; none: the whole province."""
    if region is None:
        return column.is_not(None)
    if region.endswith("00"):
        return column.startswith(region.removesuffix("00").removesuffix("00"))
    return column == region


async def find(session: AsyncSession, number: str, caller: Caller) -> Row | None:
    """A certificate that the caller may see."""
    found = await session.execute(
        _certificates().where(StandingCertificate.number == number, visible_to(caller))
    )
    row = found.first()
    return None if row is None else (row[0], row[1])


async def page_of(
    session: AsyncSession, page: Page, caller: Caller, *, plan_id: UUID | None, batch_id: UUID | None
) -> Sequence[Row]:
    """Certificates that the caller may see, in order of numbers."""
    statement = _certificates().where(visible_to(caller))
    if plan_id is not None:
        statement = statement.where(StandingCertificate.plan_id == plan_id)
    if batch_id is not None:
        statement = statement.where(StandingCertificate.batch_id == batch_id)
    if page.after is not None:
        statement = statement.where(StandingCertificate.number > page.after[0])
    rows = await session.execute(statement.order_by(StandingCertificate.number).limit(page.fetch))
    return [(row[0], row[1]) for row in rows]


def _certificates() -> Select[StandingCertificate, CertificateStatus]:
    return select(StandingCertificate, CertificateStatus).join(
        CertificateStatus, CertificateStatus.number == StandingCertificate.number, isouter=True
    )
