"""Use case: what a key signed in a window proves nothing any more (Art. 22).

The decision keeps the key from signing at once and publishes the window with it, so that whoever checks offline refuses
codes of the window; `resigning` then signs the certificates again with the key that takes over, or revokes them.
Certificates of other keys are not touched: that is what one key for each body and period is for.
"""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Date, Select, cast, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.certificates.models import Certificate
from certificate.corrections.models import Reissue
from certificate.keys.compromised import hold_keys_alone, windows
from certificate.keys.domain import WindowTooNarrow, WindowUnfit, day_of
from certificate.keys.models import CompromisedCertificate, KeyCompromise, PlatformKey, SigningKey
from certificate.keys.schemas import CompromiseIn, CompromiseOut, EstimateOut
from common.auth import Caller
from common.errors import NotFound
from common.events.certificate import KeyCompromised
from common.ids import uuid7
from common.unit_of_work import UnitOfWork


async def estimate(session: AsyncSession, kid: str, first: datetime, last: datetime) -> EstimateOut:
    """How many certificates a compromise of this key and window would touch. Raises NotFound, WindowUnfit."""
    await _check_window(session, kid, first, last)
    touched = await session.scalar(select(func.count()).select_from(_touched(kid, first, last).subquery()))
    return EstimateOut(kid=kid, window_from=first, window_to=last, certificates=touched or 0)


async def declare(uow: UnitOfWork, kid: str, body: CompromiseIn, *, caller: Caller) -> CompromiseOut:
    """Decide it. Raises NotFound, WindowUnfit, WindowTooNarrow."""
    async with uow:
        session = uow.session
        await hold_keys_alone(session, kid)
        first, last = body.window_from.astimezone(UTC), body.window_to.astimezone(UTC)
        await _check_window(session, kid, first, last)
        before = (await windows(session)).get(kid)
        if before is not None and not (first <= before[0] and before[1] <= last):
            raise WindowTooNarrow
        numbers = (await session.scalars(_touched(kid, first, last))).all()
        row = KeyCompromise(
            id=uuid7(),
            kid=kid,
            window_from=first,
            window_to=last,
            measure=body.measure,
            decision_document=body.decision_document,
            decided_at=uow.clock.now(),
            decided_by=caller.account_id,
            total=len(numbers),
        )
        session.add(row)
        await session.flush()
        if numbers:
            await session.execute(
                insert(CompromisedCertificate),
                [{"compromise_id": row.id, "number": number} for number in numbers],
            )
        uow.say(
            KeyCompromised(
                compromise_id=row.id,
                kid=kid,
                window_from=first,
                window_to=last,
                measure=row.measure,
                certificates=row.total,
                decision_document=row.decision_document,
                decided_at=row.decided_at,
                decided_by=row.decided_by,
            )
        )
        answer = await _answer(session, row)
        await uow.commit(answer)
        return answer


async def read_compromise(session: AsyncSession, compromise_id: UUID) -> CompromiseOut:
    """A decision and how far it is carried out. Raises NotFound."""
    row = await session.get(KeyCompromise, compromise_id)
    if row is None:
        raise NotFound.of("compromise")
    return await _answer(session, row)


async def _answer(session: AsyncSession, row: KeyCompromise) -> CompromiseOut:
    counted = await session.execute(
        select(CompromisedCertificate.outcome, func.count())
        .where(CompromisedCertificate.compromise_id == row.id)
        .group_by(CompromisedCertificate.outcome)
    )
    outcomes = {outcome or "waiting": count for outcome, count in counted}
    return CompromiseOut(
        id=row.id,
        kid=row.kid,
        window_from=row.window_from,
        window_to=row.window_to,
        measure=row.measure,
        decision_document=row.decision_document,
        decided_at=row.decided_at,
        certificates=row.total,
        outcomes=outcomes,
        state="running" if "waiting" in outcomes else "completed",
    )


async def _check_window(session: AsyncSession, kid: str, first: datetime, last: datetime) -> None:
    """Within the life of a published key, where the window means something. Raises NotFound, WindowUnfit."""
    known = select(SigningKey.valid_from, SigningKey.valid_to).where(SigningKey.kid == kid)
    platform = select(PlatformKey.valid_from, PlatformKey.valid_to).where(PlatformKey.kid == kid)
    life = (await session.execute(known.union_all(platform))).first()
    if life is None:
        raise NotFound.of("key")
    if not (first < last and first < life.valid_to and last > life.valid_from):
        raise WindowUnfit


def _touched(kid: str, first: datetime, last: datetime) -> Select[str]:
    """Certificates whose newest code the key made in the window: by the day on it, or by when it was signed.

    The day is all that a check without a network sees; the instant finds what was signed in the window for days before.
    """
    newest = (
        select(Reissue.kid, Reissue.reissued_at)
        .where(Reissue.number == Certificate.number)
        .order_by(Reissue.version.desc())
        .limit(1)
        .lateral("newest")
    )
    signed_at = func.coalesce(newest.c.reissued_at, Certificate.issued_at)
    return (
        select(Certificate.number)
        .join(newest, onclause=Certificate.number.is_not(None), isouter=True)
        .where(
            func.coalesce(newest.c.kid, Certificate.kid) == kid,
            or_(
                signed_at.between(first, last),
                Certificate.issued_on.between(cast(day_of(first), Date), cast(day_of(last), Date)),
            ),
        )
        .order_by(Certificate.issued_on, Certificate.number)
    )
