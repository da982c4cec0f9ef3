"""Use cases: appeal against a revocation, and decide on the appeal (Art. 22; decision record 51)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.certificates import repository
from certificate.certificates.domain import number_to_find
from certificate.status.changes import change
from certificate.status.deciding import by_hand, charge_of, keep_decision
from certificate.status.domain import StatusConflict
from certificate.status.models import CertificateStatus, StatusAppeal, StatusChange
from certificate.status.schemas import AppealDecisionIn, AppealIn, AppealOut
from common.auth import Caller
from common.clock import SHANGHAI
from common.errors import Bilingual, Forbidden, NotFound, RuleViolation, StateConflict
from common.ids import uuid7
from common.unit_of_work import UnitOfWork
from common.workdays import WorkCalendar


class RevocationAppealTooLate(RuleViolation):
    """A revocation is appealed within some working days (the province's to set)."""

    code = "revocation-appeal-too-late"
    title = Bilingual("申诉期已过", "Too late to appeal")
    article = "22"


class RevocationAppealed(StateConflict):
    """A revocation is appealed once, and an appeal is decided once."""

    article = "22"


async def appeal(
    uow: UnitOfWork, number: str, body: AppealIn, *, caller: Caller, calendar: WorkCalendar, workdays: int
) -> AppealOut:
    """Appeal against the revocation of a certificate, for its holder. Raises NotFound, StatusConflict, too late."""
    async with uow:
        certificate, status = await _visible(uow.session, number, caller)
        if status is None or status.status != "revoked":
            raise StatusConflict("valid" if status is None else status.status)
        revoked = await _revocation_of(uow.session, certificate)
        day = revoked.changed_at.astimezone(SHANGHAI).date()
        last = calendar.workdays_ahead(day, workdays).day
        if uow.clock.now().astimezone(SHANGHAI).date() > last:
            raise RevocationAppealTooLate(
                Bilingual(
                    f"申诉须在撤销之日起 {workdays} 个工作日内提出。",
                    f"An appeal comes within {workdays} working days of the revocation.",
                ),
                last_day=last,
            )
        if await uow.session.scalar(select(StatusAppeal.id).where(StatusAppeal.serial == revoked.serial)):
            raise RevocationAppealed(
                Bilingual("对该撤销已提出过申诉。", "This revocation was appealed against already.")
            )
        row = StatusAppeal(
            id=uuid7(),
            number=certificate,
            serial=revoked.serial,
            statement=body.statement,
            raised_at=uow.clock.now(),
            raised_by=caller.account_id,
        )
        uow.session.add(row)
        answer = AppealOut.model_validate(row)
        await uow.commit(answer)
        return answer


async def decide_appeal(
    uow: UnitOfWork, appeal_id: UUID, body: AppealDecisionIn, *, caller: Caller
) -> AppealOut:
    """Uphold or dismiss, by another person than who revoked and who appealed.

    Upheld, the revocation is annulled by a new decision; it stays on record. Raises NotFound, Forbidden, conflicts.
    """
    async with uow:
        row = await uow.session.get(StatusAppeal, appeal_id, with_for_update=True)
        if row is None or await repository.find(uow.session, row.number, caller) is None:
            raise NotFound.of("appeal")
        if row.outcome is not None:
            raise RevocationAppealed(
                Bilingual("该申诉已经作出决定。", "This appeal was decided already."), state=row.outcome
            )
        revoked = await uow.session.get_one(StatusChange, row.serial)
        if str(caller.account_id) in (revoked.decided_by, str(row.raised_by)):
            raise Forbidden(
                Bilingual(
                    "申诉由作出撤销决定和提出申诉以外的人员决定。",
                    "An appeal is decided by another person than who revoked and who appealed.",
                )
            )
        row.outcome, row.reasons, row.decision_document = body.outcome, body.reasons, body.decision_document
        row.decided_at, row.decided_by = uow.clock.now(), caller.account_id
        if body.outcome == "upheld":
            await _annul(uow, row.number, body, caller)
        answer = AppealOut.model_validate(row)
        await uow.commit(answer)
        return answer


async def appeals_of(session: AsyncSession, number: str, caller: Caller) -> Sequence[StatusAppeal]:
    """Appeals about a certificate that the caller may see, oldest first. Raises NotFound."""
    certificate, _ = await _visible(session, number, caller)
    rows = await session.scalars(
        select(StatusAppeal).where(StatusAppeal.number == certificate).order_by(StatusAppeal.serial)
    )
    return rows.all()


async def _annul(uow: UnitOfWork, number: str, body: AppealDecisionIn, caller: Caller) -> None:
    decision = by_hand(
        uow, caller, "annul", reason_code="appeal_upheld", decision_document=body.decision_document
    )
    outcome = await change(uow, decision, [number])
    for conflict in outcome.refused.values():
        raise conflict
    await keep_decision(uow.session, decision, [number], region=charge_of(caller), is_done=True)


async def _revocation_of(session: AsyncSession, number: str) -> StatusChange:
    """The newest revocation of a certificate that is revoked."""
    newest = (
        select(func.max(StatusChange.serial))
        .where(StatusChange.number == number, StatusChange.act == "revoke")
        .scalar_subquery()
    )
    found = await session.scalars(select(StatusChange).where(StatusChange.serial == newest))
    return found.one()


async def _visible(
    session: AsyncSession, number: str, caller: Caller
) -> tuple[str, CertificateStatus | None]:
    row = await repository.find(session, number_to_find(number), caller)
    if row is None:
        raise NotFound.of("certificate")
    certificate, status = row
    return certificate.number, status
