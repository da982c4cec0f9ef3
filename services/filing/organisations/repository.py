"""Questions about organisations, their approvals and registers."""

from collections.abc import Sequence
from datetime import date
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from filing.organisations.domain import Scope, ScopePart
from filing.organisations.models import CertificateRegister, Organisation, OrganisationDecision


async def approvals(session: AsyncSession, organisation_id: UUID) -> tuple[Scope, ...]:
    """Every approval of an organisation, oldest first."""
    rows = await session.scalars(
        select(OrganisationDecision)
        .where(OrganisationDecision.organisation_id == organisation_id, OrganisationDecision.approved)
        .order_by(OrganisationDecision.number)
    )
    return tuple(_scope(row) for row in rows)


def _scope(row: OrganisationDecision) -> Scope:
    parts = tuple(
        ScopePart(
            item_codes=frozenset(entry["item_codes"]),
            levels=frozenset(entry["levels"]),
            regions=frozenset(entry["regions"]),
            modes=frozenset(entry["modes"]),
        )
        for entry in row.scope
    )
    return Scope(
        number=row.number,
        parts=parts,
        valid_from=cast(date, row.valid_from),  # a constraint of the table: an approval has both days
        valid_to=cast(date, row.valid_to),
    )


async def decisions(session: AsyncSession, organisation_id: UUID) -> Sequence[OrganisationDecision]:
    """Every decision on an organisation, newest first."""
    rows = await session.scalars(
        select(OrganisationDecision)
        .where(OrganisationDecision.organisation_id == organisation_id)
        .order_by(OrganisationDecision.number.desc())
    )
    return rows.all()


async def registers(session: AsyncSession, organisation_id: UUID) -> Sequence[CertificateRegister]:
    """The organisation's certificate registers, newest first."""
    rows = await session.scalars(
        select(CertificateRegister)
        .where(CertificateRegister.organisation_id == organisation_id)
        .order_by(CertificateRegister.number.desc())
    )
    return rows.all()


async def next_decision(session: AsyncSession, organisation_id: UUID) -> int:
    """The number of the next decision; the caller holds the organisation's row."""
    last = await session.scalar(
        select(func.max(OrganisationDecision.number)).where(
            OrganisationDecision.organisation_id == organisation_id
        )
    )
    return (last or 0) + 1


async def listed(
    session: AsyncSession, where: ColumnElement[bool], *, after: UUID | None, limit: int
) -> Sequence[Organisation]:
    """Organisations of this condition, in the order in which they first applied."""
    query = select(Organisation).where(where).order_by(Organisation.id).limit(limit)
    if after is not None:
        query = query.where(Organisation.id > after)
    return (await session.scalars(query)).all()
