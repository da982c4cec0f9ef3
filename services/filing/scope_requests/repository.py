"""Questions about requests."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, exists, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from filing.organisations.models import Organisation, OrganisationDecision, ScopeRequest

_DECIDED = exists().where(
    OrganisationDecision.organisation_id == ScopeRequest.organisation_id,
    OrganisationDecision.request_number == ScopeRequest.number,
)


async def requests_of(
    session: AsyncSession, organisation_id: UUID
) -> Sequence[Row[ScopeRequest, OrganisationDecision]]:
    """Every request of an organisation with the decision on it, newest first."""
    decided = and_(
        OrganisationDecision.organisation_id == ScopeRequest.organisation_id,
        OrganisationDecision.request_number == ScopeRequest.number,
    )
    query = (
        select(ScopeRequest, OrganisationDecision)
        .outerjoin(OrganisationDecision, decided)
        .where(ScopeRequest.organisation_id == organisation_id)
        .order_by(ScopeRequest.number.desc())
    )
    return (await session.execute(query)).all()


async def waiting(
    session: AsyncSession,
    where: ColumnElement[bool],
    *,
    after: tuple[datetime, UUID, int] | None,
    limit: int,
) -> Sequence[Row[ScopeRequest, Organisation]]:
    """Changes and renewals that wait for a decision, the longest first."""
    order: tuple[Any, ...] = (
        ScopeRequest.requested_at,
        ScopeRequest.organisation_id,
        ScopeRequest.number,
    )
    query = (
        select(ScopeRequest, Organisation)
        .join(Organisation, Organisation.id == ScopeRequest.organisation_id)
        .where(ScopeRequest.kind != "application", ~_DECIDED, where)
        .order_by(*order)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(*order) > after)
    return (await session.execute(query)).all()
