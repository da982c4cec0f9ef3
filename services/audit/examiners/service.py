"""Use cases: register a card, renew it, withdraw it, and show the register (Art. 22)."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from audit.examiners.domain import check_card, is_near_its_end
from audit.examiners.models import ExaminerCard
from audit.examiners.schemas import CardIn, ExaminerIn, ExaminerOut, RenewalIn, WithdrawalIn
from common.auth import Caller
from common.errors import Bilingual, Forbidden, NotFound, StateConflict, Violations
from common.events.audit import ExaminerRegistered
from common.pagination import Page
from common.schemas import Listing
from common.unit_of_work import UnitOfWork

TOLD = tuple(ExaminerRegistered.model_fields)


class CardKnown(StateConflict):
    """One number, one card."""

    code, article = "duplicate", "22"
    title = Bilingual("证卡已登记", "Card already registered")


async def register_examiner(uow: UnitOfWork, body: ExaminerIn, *, caller: Caller, today: date) -> ExaminerOut:
    """Enter a card into the register. Raises Violations, Forbidden, CardKnown."""
    _check(body, caller)
    async with uow:
        if await _newest(uow.session, body.card_number) is not None:
            raise CardKnown(
                Bilingual(
                    "该证卡号已登记;如有变化请换证登记。",
                    "This card number is registered; renew the card where it changes.",
                )
            )
        return await _record(uow, body.model_dump(mode="json"), version=1, caller=caller, today=today)


async def renew_examiner(
    uow: UnitOfWork, card_number: str, body: RenewalIn, *, caller: Caller, today: date
) -> ExaminerOut:
    """Record a card's next version. Raises Violations, Forbidden, NotFound."""
    _check(body, caller)
    async with uow:
        known = await _own(uow.session, card_number, caller)
        row = body.model_dump(mode="json") | {"card_number": card_number}
        return await _record(uow, row, version=known.version + 1, caller=caller, today=today)


async def withdraw_examiner(
    uow: UnitOfWork, card_number: str, body: WithdrawalIn, *, caller: Caller, today: date
) -> ExaminerOut:
    """Let a card end early; what was examined before stays. Raises Forbidden, NotFound."""
    async with uow:
        known = await _own(uow.session, card_number, caller)
        row = {name: getattr(known, name) for name in (*TOLD, "region")} | body.model_dump()
        return await _record(uow, row, version=known.version + 1, caller=caller, today=today)


async def read_examiner(session: AsyncSession, card_number: str, *, today: date) -> ExaminerOut:
    """A card as it stands now. Raises NotFound."""
    found = await _newest(session, card_number)
    if found is None:
        raise NotFound.of("examiner")
    return _shown(found, today)


async def list_examiners(
    session: AsyncSession, page: Page, *, region: str | None, item_code: str | None, today: date
) -> Listing[ExaminerOut]:
    """Cards as they stand now, by number."""
    newer = aliased(ExaminerCard)
    query = (
        select(ExaminerCard)
        .where(
            ~select(newer.version)
            .where(newer.card_number == ExaminerCard.card_number, newer.version > ExaminerCard.version)
            .exists()
        )
        .order_by(ExaminerCard.card_number)
        .limit(page.fetch)
    )
    if region is not None:
        query = query.where(ExaminerCard.region == region)
    if item_code is not None:
        query = query.where(ExaminerCard.item_codes.contains([item_code]))
    if page.after:
        query = query.where(ExaminerCard.card_number > page.after[0])
    kept, cursor = page.cut((await session.scalars(query)).all(), lambda row: (row.card_number,))
    return Listing.of([_shown(row, today) for row in kept], cursor)


def _check(body: CardIn, caller: Caller) -> None:
    problems = check_card(body.valid_from, body.valid_to, body.employer_uscc, body.trains_for_uscc)
    if problems:
        raise Violations(problems)
    _check_region(body.region, caller)


def _check_region(region: str, caller: Caller) -> None:
    if not caller.sees_region(region):
        raise Forbidden(
            Bilingual("只能登记本辖区的考评员。", "Examiners are registered by the centre of their region.")
        )


async def _newest(session: AsyncSession, card_number: str) -> ExaminerCard | None:
    return await session.scalar(
        select(ExaminerCard)
        .where(ExaminerCard.card_number == card_number)
        .order_by(ExaminerCard.version.desc())
        .limit(1)
        .with_for_update()
    )


async def _own(session: AsyncSession, card_number: str, caller: Caller) -> ExaminerCard:
    found = await _newest(session, card_number)
    if found is None:
        raise NotFound.of("examiner")
    _check_region(found.region, caller)
    return found


async def _record(
    uow: UnitOfWork, row: dict[str, Any], *, version: int, caller: Caller, today: date
) -> ExaminerOut:
    days = ("valid_from", "valid_to", "withdrawn_on")
    dates = {name: date.fromisoformat(row[name]) for name in days if isinstance(row.get(name), str)}
    card = ExaminerCard(
        **(row | dates), version=version, recorded_at=uow.clock.now(), recorded_by=caller.account_id
    )
    uow.session.add(card)
    uow.say(ExaminerRegistered.model_validate({name: getattr(card, name) for name in TOLD}))
    await uow.session.flush()
    answer = _shown(card, today)
    await uow.commit(answer)
    return answer


def _shown(card: ExaminerCard, today: date) -> ExaminerOut:
    shown = ExaminerOut.model_validate(card)
    near = card.withdrawn_on is None and is_near_its_end(card.valid_to, today)
    return shown.model_copy(update={"near_its_end": near})
