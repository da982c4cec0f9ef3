"""Questions about entrustments."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import NotFound
from common.permissions import ORGANISATION_ROLES
from filing.entrustments.domain import Entrusted, Entrustment
from filing.entrustments.models import EntrustmentAct, EntrustmentTerms
from filing.organisations.models import Organisation
from filing.territory import in_charge


async def entrustment(session: AsyncSession, entrustment_id: UUID) -> Entrustment | None:
    """An entrustment as rules look at it, by its id."""
    found = await _entrustments(session, EntrustmentTerms.id == entrustment_id)
    return found[0] if found else None


async def entrustments_between(
    session: AsyncSession, *, employer_id: UUID, agency_id: UUID
) -> tuple[Entrustment, ...]:
    """Whatever these two ever agreed or proposed, oldest first."""
    where = (EntrustmentTerms.employer_id == employer_id) & (EntrustmentTerms.agency_id == agency_id)
    return await _entrustments(session, where)


async def _entrustments(session: AsyncSession, where: ColumnElement[bool]) -> tuple[Entrustment, ...]:
    terms = (await session.scalars(select(EntrustmentTerms).where(where).order_by(EntrustmentTerms.id))).all()
    acts = await acts_of(session, [one.id for one in terms])
    return tuple(_entrustment(one, acts[one.id]) for one in terms)


def _entrustment(terms: EntrustmentTerms, acts: Sequence[EntrustmentAct]) -> Entrustment:
    return Entrustment(
        id=terms.id,
        employer_id=terms.employer_id,
        agency_id=terms.agency_id,
        parts=tuple(
            Entrusted(frozenset(part["item_codes"]), frozenset(part["levels"])) for part in terms.scope
        ),
        valid_from=terms.valid_from,
        valid_to=terms.valid_to,
        confirmed_on=next((act.acted_on for act in acts if act.act == "confirmed"), None),
        last_day=next((act.last_day for act in acts if act.act == "ended"), None),
        purpose=terms.purpose,
        cohort_year=terms.cohort_year,
    )


async def acts_of(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, list[EntrustmentAct]]:
    """What was done with each of these, in its order."""
    rows = await session.scalars(
        select(EntrustmentAct)
        .where(EntrustmentAct.entrustment_id.in_(ids))
        .order_by(EntrustmentAct.entrustment_id, EntrustmentAct.number)
    )
    found: dict[UUID, list[EntrustmentAct]] = defaultdict(list)
    for row in rows:
        found[row.entrustment_id].append(row)
    return found


def _visible_to(caller: Caller) -> ColumnElement[bool]:
    """Both sides see it; a centre sees those of a side that has its seat in the centre's region."""
    if caller.role in ORGANISATION_ROLES:
        return or_(
            EntrustmentTerms.employer_id == caller.organisation_id,
            EntrustmentTerms.agency_id == caller.organisation_id,
        )
    here = select(Organisation.id).where(in_charge(Organisation.region, caller))
    return or_(EntrustmentTerms.employer_id.in_(here), EntrustmentTerms.agency_id.in_(here))


async def in_sight(
    session: AsyncSession, entrustment_id: UUID, caller: Caller, *, lock: bool = False
) -> EntrustmentTerms:
    """An entrustment that the caller may see. Raises NotFound, for a foreign one as for one that is not there."""
    query = select(EntrustmentTerms).where(EntrustmentTerms.id == entrustment_id, _visible_to(caller))
    found: EntrustmentTerms | None = await session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound.of("entrustment")
    return found


async def page_of(
    session: AsyncSession, caller: Caller, *, before: UUID | None, limit: int
) -> Sequence[EntrustmentTerms]:
    """Entrustments that the caller may see, newest first."""
    query = select(EntrustmentTerms).where(_visible_to(caller))
    if before is not None:
        query = query.where(EntrustmentTerms.id < before)
    return (await session.scalars(query.order_by(EntrustmentTerms.id.desc()).limit(limit))).all()
