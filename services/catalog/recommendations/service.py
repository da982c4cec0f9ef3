"""Use cases: call for representative enterprises, recommend, withdraw, pick."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.recommendations.domain import (
    Duplicate,
    Picked,
    Terms,
    check_pick,
    check_recommendation,
    check_terms,
)
from catalog.recommendations.models import Call, Pick, Recommendation
from catalog.recommendations.schemas import CallIn, CallOut, PickIn, RecommendationIn, RecommendationOut
from common.auth import Caller
from common.errors import Bilingual, NotFound
from common.events.catalog import EnterprisesPicked
from common.ids import uuid7
from common.regions import covers
from common.schemas import Listing
from common.unit_of_work import UnitOfWork


async def open_call(uow: UnitOfWork, body: CallIn, *, today: date, opened_by: UUID) -> CallOut:
    """Call upon the counties. Raises Violations."""
    check_terms(body.terms(), today)
    async with uow:
        call = Call(id=uuid7(), **body.model_dump(), opened_at=uow.clock.now(), opened_by=opened_by)
        uow.session.add(call)
        answer = CallOut.model_validate(call)
        await uow.commit(answer)
    return answer


async def list_calls(session: AsyncSession) -> Listing[CallOut]:
    """Every call, the newest first."""
    rows = await session.scalars(select(Call).order_by(Call.id.desc()))
    return Listing.of([CallOut.model_validate(row) for row in rows], None)


async def recommend(
    uow: UnitOfWork, call_id: UUID, body: RecommendationIn, *, today: date, caller: Caller
) -> RecommendationOut:
    """Recommend an enterprise of the caller's county. Raises NotFound, and what the rules refuse."""
    async with uow:
        call = await _call(uow.session, call_id, lock=True)
        standing = await _standing(uow.session, call.id)
        made = sum(covers(caller.region or "", one.region) for one in standing)
        county = check_recommendation(_terms(call), caller.region, made, today, body.uscc)
        if any(one.uscc == body.uscc for one in standing):
            raise Duplicate(
                Bilingual(
                    "该企业在本次推荐中已被推荐。", "The enterprise is recommended under this call already."
                )
            )
        recommendation = Recommendation(
            id=uuid7(),
            call_id=call.id,
            region=county,
            **body.model_dump(),
            recommended_at=uow.clock.now(),
            recommended_by=caller.account_id,
        )
        uow.session.add(recommendation)
        answer = RecommendationOut.model_validate(recommendation)
        await uow.commit(answer)
    return answer


async def withdraw(
    uow: UnitOfWork, call_id: UUID, recommendation_id: UUID, *, caller: Caller
) -> RecommendationOut:
    """Take a recommendation of the caller's county back, until its city has picked. Raises NotFound, Picked."""
    async with uow:
        call = await _call(uow.session, call_id, lock=True)
        found = await uow.session.get(Recommendation, recommendation_id)
        if found is None or found.call_id != call.id or not caller.sees_region(found.region):
            raise NotFound.of("recommendation")
        if any(covers(pick.city, found.region) for pick in await _picks(uow.session, call.id)):
            raise Picked(Bilingual("所属市已选定,推荐不再撤回。", "The city has picked; it stands."))
        found.withdrawn_at = found.withdrawn_at or uow.clock.now()
        answer = RecommendationOut.model_validate(found)
        await uow.commit(answer)
    return answer


async def pick(
    uow: UnitOfWork, call_id: UUID, body: PickIn, *, today: date, caller: Caller
) -> Listing[RecommendationOut]:
    """Pick enterprises of the caller's city. Raises NotFound, and what the rules refuse."""
    async with uow:
        call = await _call(uow.session, call_id, lock=True)
        here = {
            one.id: one
            for one in await _standing(uow.session, call.id)
            if caller.region is not None and covers(caller.region, one.region)
        }
        picks = await _picks(uow.session, call.id)
        city = check_pick(
            _terms(call),
            caller.region,
            body.recommendation_ids,
            here.keys(),
            today=today,
            has_picked=any(one.city == caller.region for one in picks),
        )
        wanted = list(dict.fromkeys(body.recommendation_ids))
        made = [
            Pick(
                recommendation_id=one,
                call_id=call.id,
                city=city,
                reason=body.reason,
                picked_at=uow.clock.now(),
                picked_by=caller.account_id,
            )
            for one in wanted
        ]
        uow.session.add_all(made)
        uow.say(
            EnterprisesPicked(call_id=call.id, city=city, enterprises=tuple(here[one].uscc for one in wanted))
        )
        by_id = {one.recommendation_id: one for one in made}
        answer = Listing.of([_told(here[one], by_id.get(one)) for one in wanted], None)
        await uow.commit(answer)
    return answer


async def list_recommendations(
    session: AsyncSession, call_id: UUID, *, caller: Caller | None
) -> Listing[RecommendationOut]:
    """Recommendations in the caller's charge; without a caller those that were picked. Raises NotFound."""
    call = await _call(session, call_id)
    picks = {one.recommendation_id: one for one in await _picks(session, call.id)}
    rows = await session.scalars(
        select(Recommendation).where(Recommendation.call_id == call.id).order_by(Recommendation.id)
    )
    shown = [
        row for row in rows if (caller.sees_region(row.region) if caller is not None else row.id in picks)
    ]
    return Listing.of([_told(row, picks.get(row.id)) for row in shown], None)


def _told(row: Recommendation, picked: Pick | None) -> RecommendationOut:
    about = {"picked_for": picked.city, "pick_reason": picked.reason} if picked else {}
    return RecommendationOut.model_validate(row).model_copy(update=about)


def _terms(call: Call) -> Terms:
    return Terms(call.per_county, call.per_city, call.deadline, call.pick_deadline)


async def _call(session: AsyncSession, call_id: UUID, *, lock: bool = False) -> Call:
    found = await session.get(Call, call_id, with_for_update=lock)
    if found is None:
        raise NotFound.of("call")
    return found


async def _standing(session: AsyncSession, call_id: UUID) -> Sequence[Recommendation]:
    rows = await session.scalars(
        select(Recommendation).where(Recommendation.call_id == call_id, Recommendation.withdrawn_at.is_(None))
    )
    return rows.all()


async def _picks(session: AsyncSession, call_id: UUID) -> Sequence[Pick]:
    return (await session.scalars(select(Pick).where(Pick.call_id == call_id))).all()
