"""Organisations whose accounts write nothing while a measure stands (Art. 22), as filing tells of them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Text, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Shared
from common.events.filing import OrganisationStandingChanged
from common.unit_of_work import UnitOfWork


class ShutOrganisationRow(Shared):
    """Days on which an organisation's accounts write nothing: `since` through `until` (None: until told otherwise)."""

    __tablename__ = "shut_organisation"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    since: Mapped[date] = mapped_column(primary_key=True)
    until: Mapped[date | None]
    case: Mapped[str | None] = mapped_column(Text)


@dataclass(frozen=True, slots=True)
class Shut:
    """A measure that shuts an organisation's accounts."""

    since: date
    until: date | None
    case: str | None

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


async def on_standing_changed(uow: UnitOfWork, event: OrganisationStandingChanged) -> tuple[Shut, ...]:
    """Let an event replace all that was known from its first day on; the organisation's days after it. Safe twice."""
    organisation_id = event.organisation_id
    if event.since is None:
        return await _of(uow.session, organisation_id)
    row, own = ShutOrganisationRow, ShutOrganisationRow.organisation_id == organisation_id
    await uow.session.execute(delete(row).where(own, row.since >= event.since))
    await uow.session.execute(
        update(row)
        .where(own, or_(row.until.is_(None), row.until >= event.since))
        .values(until=event.since - timedelta(days=1))
    )
    if not event.may_sign_in:
        made = row(organisation_id=organisation_id, since=event.since, until=event.until, case=event.case)
        uow.session.add(made)
        await uow.session.flush()
    return await _of(uow.session, organisation_id)


async def _of(session: AsyncSession, organisation_id: UUID) -> tuple[Shut, ...]:
    own = select(ShutOrganisationRow).where(ShutOrganisationRow.organisation_id == organisation_id)
    return tuple(Shut(row.since, row.until, row.case) for row in await session.scalars(own))


async def stored_measures(session: AsyncSession) -> dict[UUID, tuple[Shut, ...]]:
    """Every organisation that was ever shut, with the days."""
    found: dict[UUID, list[Shut]] = defaultdict(list)
    for row in await session.scalars(select(ShutOrganisationRow)):
        found[row.organisation_id].append(Shut(row.since, row.until, row.case))
    return {organisation: tuple(days) for organisation, days in found.items()}
