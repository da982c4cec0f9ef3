"""Questions about organisations, their approvals and registers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from filing.organisations.domain import Scope, ScopePart
from filing.organisations.models import (
    CertificateRegister,
    Organisation,
    OrganisationDecision,
    ScopeRequest,
)


async def approvals(session: AsyncSession, organisation_id: UUID) -> tuple[Scope, ...]:
    """Every approval of an organisation, oldest first."""
    rows = await session.scalars(
        select(OrganisationDecision)
        .where(OrganisationDecision.organisation_id == organisation_id, OrganisationDecision.approved)
        .order_by(OrganisationDecision.number)
    )
    return tuple(_scope(row) for row in rows)


def _scope(row: OrganisationDecision) -> Scope:
    return Scope(
        number=row.number,
        parts=parts_of(row.scope),
        valid_from=cast(date, row.valid_from),  # a constraint of the table: an approval has both days
        valid_to=cast(date, row.valid_to),
    )


def parts_of(entries: Iterable[Mapping[str, Any]]) -> tuple[ScopePart, ...]:
    """A scope as rules look at it, from how it is stored and sent."""
    return tuple(
        ScopePart(
            item_codes=frozenset(entry["item_codes"]),
            levels=frozenset(entry["levels"]),
            regions=frozenset(entry["regions"]),
            modes=frozenset(entry["modes"]),
        )
        for entry in entries
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


async def last_request(session: AsyncSession, organisation_id: UUID) -> ScopeRequest | None:
    """What the organisation asked for last; the caller holds the organisation's row where it goes on from there."""
    query = select(ScopeRequest).where(ScopeRequest.organisation_id == organisation_id)
    found: ScopeRequest | None = await session.scalar(query.order_by(ScopeRequest.number.desc()).limit(1))
    return found


async def decision_on(session: AsyncSession, request: ScopeRequest) -> OrganisationDecision | None:
    """The decision on a request; none: it waits."""
    found: OrganisationDecision | None = await session.scalar(
        select(OrganisationDecision).where(
            OrganisationDecision.organisation_id == request.organisation_id,
            OrganisationDecision.request_number == request.number,
        )
    )
    return found


async def applications(
    session: AsyncSession, where: ColumnElement[bool], *, after: UUID | None, limit: int
) -> Sequence[Organisation]:
    """Organisations whose application waits, in the order in which they first applied."""
    query = select(Organisation).where(Organisation.state == "applied", where)
    if after is not None:
        query = query.where(Organisation.id > after)
    return (await session.scalars(query.order_by(Organisation.id).limit(limit))).all()
