"""Routes of examiners' cards: the register is public (Art. 20), centres keep it (Art. 22)."""

from typing import Annotated

from fastapi import APIRouter, Query

from audit.examiners import service
from audit.examiners.schemas import (
    CardNumber,
    ExaminerIn,
    ExaminerOut,
    ItemCode,
    RenewalIn,
    WithdrawalIn,
)
from common.deps import CallerDep, CreatingDep, PageDep, SessionDep, TodayDep, created, public, requires
from common.schemas import Listing, RegionCode

router = APIRouter(prefix="/examiners", tags=["examiners"])
CARD = created("/audit/v1/examiners/{card_number}")


@router.post("", status_code=201, dependencies=[requires("supervisors:manage"), CARD])
async def post_examiner(
    body: ExaminerIn, uow: CreatingDep, caller: CallerDep, today: TodayDep
) -> ExaminerOut:
    """Register an examiner's card: whose, for which occupations, until when (Art. 22)."""
    return await service.register_examiner(uow, body, caller=caller, today=today)


@router.post("/{card_number}/renewal", status_code=201, dependencies=[requires("supervisors:manage"), CARD])
async def post_renewal(
    card_number: CardNumber, body: RenewalIn, uow: CreatingDep, caller: CallerDep, today: TodayDep
) -> ExaminerOut:
    """Record what a card says from now on: another term, other occupations, another employer."""
    return await service.renew_examiner(uow, card_number, body, caller=caller, today=today)


@router.post(
    "/{card_number}/withdrawal", status_code=201, dependencies=[requires("supervisors:manage"), CARD]
)
async def post_withdrawal(
    card_number: CardNumber, body: WithdrawalIn, uow: CreatingDep, caller: CallerDep, today: TodayDep
) -> ExaminerOut:
    """Let a card end early; what its holder examined before stays."""
    return await service.withdraw_examiner(uow, card_number, body, caller=caller, today=today)


@router.get("", dependencies=[public()])
async def get_examiners(
    session: SessionDep,
    page: PageDep,
    today: TodayDep,
    region: Annotated[
        RegionCode | None, Query(description="only cards that this region's centre keeps")
    ] = None,
    item_code: Annotated[ItemCode | None, Query(description="only examiners of this occupation")] = None,
) -> Listing[ExaminerOut]:
    """The register of examiners, by card number."""
    return await service.list_examiners(session, page, region=region, item_code=item_code, today=today)


@router.get("/{card_number}", dependencies=[public()])
async def get_examiner(card_number: CardNumber, session: SessionDep, today: TodayDep) -> ExaminerOut:
    """A card as it stands now."""
    return await service.read_examiner(session, card_number, today=today)
