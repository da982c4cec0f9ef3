"""Certificates by person and by number."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from registration.claims.deciding import Held
from registration.corrections.models import ResultVersion
from registration.holdings.models import Holding
from registration.results.models import Result

_Query = Select[Holding, UUID]
_CORRECTED = (
    select(ResultVersion.person_id)
    .where(ResultVersion.result_id == Holding.result_id)
    .order_by(ResultVersion.version.desc())
    .limit(1)
    .scalar_subquery()
)
"""Whom the newest correction of a result names (Art. 10); none: it was never corrected."""


def _query() -> _Query:
    holder = func.coalesce(_CORRECTED, Result.person_id)
    return select(Holding, holder).join(Result, Result.id == Holding.result_id)


async def held_by(session: AsyncSession, persons: Collection[UUID]) -> Mapping[UUID, list[Held]]:
    """Person → certificates, the revoked ones among them."""
    found: dict[UUID, list[Held]] = {person_id: [] for person_id in persons}
    if not persons:
        return found
    results = union_all(
        select(Result.id).where(Result.person_id.in_(persons)),
        select(ResultVersion.result_id).where(ResultVersion.person_id.in_(persons)),
    )
    for one in await _found(session, _query().where(Holding.result_id.in_(results))):
        if one.person_id in found:  # a correction may have given it to somebody else
            found[one.person_id].append(one)
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
            is_level=row.kind != "special_ability",
        )
        for row, person_id in rows
    ]
