"""Certificates by person and by number."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from registration.claims.deciding import Held
from registration.holdings.models import Holding
from registration.results.models import Result

_Query = Select[Holding, UUID]


def _query() -> _Query:
    return select(Holding, Result.person_id).join(Result, Result.id == Holding.result_id)


async def held_by(session: AsyncSession, persons: Collection[UUID]) -> Mapping[UUID, list[Held]]:
    """Person → certificates, the revoked ones among them."""
    found: dict[UUID, list[Held]] = {}
    if persons:
        for one in await _found(session, _query().where(Result.person_id.in_(persons))):
            found.setdefault(one.person_id, []).append(one)
    return found


async def named(session: AsyncSession, numbers: Collection[str]) -> Mapping[str, Held]:
    """Number → the certificate, for those that this platform issued."""
    if not numbers:
        return {}
    return {one.number: one for one in await _found(session, _query().where(Holding.number.in_(numbers)))}


async def _found(session: AsyncSession, query: _Query) -> list[Held]:
    rows = await session.execute(query.order_by(Holding.number))
    return [
        Held(
            number=row.number,
            person_id=person_id,
            item_code=row.item_code,
            level=row.level,
            issued_on=row.issued_on,
            is_revoked=row.revoked_at is not None,
        )
        for row, person_id in rows
    ]
