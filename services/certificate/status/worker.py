"""The worker that carries out decisions about many certificates, a chunk in a transaction, resumed wherever killed."""

import asyncio
from typing import Final

from sqlalchemy import Integer, Text, any_, cast, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from certificate.certificates.models import Certificate
from certificate.certificates.repository import in_region
from certificate.status.changes import CHUNK, Decision, Outcome, change
from certificate.status.deciding import CHANGED, UNCHANGED
from certificate.status.models import DecidedNumber, StatusDecision
from common.platform import Platform
from common.unit_of_work import UnitOfWork

PAUSE_SECONDS: Final = 0.1
NOT_FOUND: Final = "not-found"


async def carry_out_decisions(platform: Platform) -> None:
    """For ever. Several workers may run: each takes a decision that no other holds."""
    while True:
        if not await carry_on(UnitOfWork(platform.sessions, platform.clock)):
            await asyncio.sleep(PAUSE_SECONDS)


async def carry_on(uow: UnitOfWork) -> bool:
    """Carry out the next chunk of the decision that came first; False when none waits."""
    async with uow:
        row = await uow.session.scalar(
            select(StatusDecision)
            .where(StatusDecision.state == "running")
            .order_by(StatusDecision.decided_at, StatusDecision.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return False
        await _next_chunk(uow, row)
        await uow.commit()
        return True


async def _next_chunk(uow: UnitOfWork, row: StatusDecision) -> None:
    found = await uow.session.execute(
        select(DecidedNumber.position, DecidedNumber.number)
        .where(DecidedNumber.decision_id == row.id, DecidedNumber.position > row.done)
        .order_by(DecidedNumber.position)
        .limit(CHUNK)
    )
    chunk = {number: position for position, number in found}
    visible = await uow.session.scalars(
        select(Certificate.number).where(
            Certificate.number == any_(cast(list(chunk), ARRAY(Text))),
            in_region(row.region, Certificate.region),
        )
    )
    numbers = frozenset(visible)
    outcome = await change(uow, _decision(row), sorted(numbers))
    outcomes = {number: _told(number, numbers, outcome) for number in chunk}
    told = func.unnest(
        cast(list(chunk.values()), ARRAY(Integer)), cast([outcomes[number] for number in chunk], ARRAY(Text))
    ).table_valued("position", "outcome", name="told")
    told = told.render_derived(name="told")
    await uow.session.execute(
        update(DecidedNumber)
        .where(DecidedNumber.decision_id == row.id, DecidedNumber.position == told.c.position)
        .values(outcome=told.c.outcome)
        .execution_options(synchronize_session=False)
    )
    row.done += len(chunk)
    row.refused += sum(told not in (CHANGED, UNCHANGED) for told in outcomes.values())
    if row.done >= row.total:
        row.state, row.ended_at = "completed", uow.clock.now()


def _told(number: str, visible: frozenset[str], outcome: Outcome) -> str:
    if number in outcome.changed:
        return CHANGED
    if number in outcome.refused:
        return outcome.refused[number].code
    return UNCHANGED if number in visible else NOT_FOUND


def _decision(row: StatusDecision) -> Decision:
    return Decision(
        id=row.id,
        act=row.act,
        ground=row.ground,
        origin=row.origin,
        reason_code=row.reason_code,
        decision_document=row.decision_document,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )
