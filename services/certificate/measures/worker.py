"""The worker that lets reviews of a listed body's certificates begin and end on the days of its measure."""

import asyncio
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, exists, not_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from certificate.certificates.models import Certificate
from certificate.measures.models import Listing
from certificate.measures.service import in_force
from certificate.status.changes import Decision
from certificate.status.deciding import decide_all
from certificate.status.domain import Act
from certificate.status.models import StatusDecision
from common.clock import SHANGHAI
from common.ids import uuid7
from common.platform import Platform
from common.unit_of_work import UnitOfWork

PAUSE_SECONDS: Final = 1.0
BY_AUDIT: Final = "audit"


async def follow_measures(platform: Platform) -> None:
    """For ever. Several workers may run: a decision is taken in once for its act and case."""
    while True:
        async with UnitOfWork(platform.sessions, platform.clock) as uow:
            if await take_steps(uow):
                await uow.commit()
        await asyncio.sleep(PAUSE_SECONDS)


async def take_steps(uow: UnitOfWork) -> bool:
    """Take in the reviews that begin and those that end today; False when there is nothing to do."""
    today = uow.clock.now().astimezone(SHANGHAI).date()
    beginning, ending = await _beginning(uow.session, today), await _ending(uow.session, today)
    for listing in beginning:
        await _decide(uow, listing, "review")
    for listing in ending:
        await _decide(uow, listing, "end_review")
    return bool(beginning or ending)


async def _beginning(session: AsyncSession, today: date) -> list[Listing]:
    found = await session.scalars(
        select(Listing).where(
            Listing.certificates == "under_review", in_force(today), not_(_is_taken_in("review"))
        )
    )
    return list(found)


async def _ending(session: AsyncSession, today: date) -> list[Listing]:
    """Those whose review was carried out, so that it does not begin behind its end."""
    review = aliased(StatusDecision)
    carried_out = exists().where(
        review.act == "review", review.ground == Listing.case, review.state == "completed"
    )
    found = await session.scalars(
        select(Listing).where(carried_out, not_(in_force(today)), not_(_is_taken_in("end_review")))
    )
    return list(found)


def _is_taken_in(act: Act) -> ColumnElement[bool]:
    decision = aliased(StatusDecision)
    return exists().where(decision.act == act, decision.ground == Listing.case)


async def _decide(uow: UnitOfWork, listing: Listing, act: Act) -> None:
    decision = Decision(
        id=uuid7(),
        act=act,
        ground=listing.case,
        origin="rule",
        reason_code="body_listed" if act == "review" else "listing_ended",
        decision_document=listing.case,
        decided_by=BY_AUDIT,
        decided_at=uow.clock.now(),
    )
    await decide_all(uow.session, decision, Certificate.organisation_id == listing.organisation_id)
