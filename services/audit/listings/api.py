"""Routes of measures against bodies: the lists are public, cases are for the staff in charge and the body itself."""

from typing import Annotated

from fastapi import APIRouter, Query

from audit.examiners.schemas import CreditCode
from audit.listings import service
from audit.listings.schemas import (
    AppealDecisionIn,
    AppealIn,
    CaseDecisionIn,
    CaseIn,
    CaseNumber,
    CaseOut,
    CreditOut,
    ListedOut,
    RemovalIn,
    StatementIn,
)
from common.deps import (
    CalendarDep,
    CallerDep,
    CreatingDep,
    PageDep,
    SessionDep,
    TodayDep,
    created,
    public,
    requires,
)
from common.described import problem
from common.ids import OrganisationId
from common.schemas import Listing

router = APIRouter(tags=["listings"])
CASE = created("/audit/v1/listing-cases/{number}")


@router.get("/listings", dependencies=[public()])
async def get_listings(
    session: SessionDep,
    page: PageDep,
    today: TodayDep,
    uscc: Annotated[CreditCode | None, Query(description="only of this body")] = None,
) -> Listing[ListedOut]:
    """Abnormal list, blacklist and other measures in force today (Art. 22)."""
    return await service.public_lists(session, page, today=today, uscc=uscc)


@router.get("/organisations/{organisation_id}/credit", dependencies=[public()])
async def get_credit(organisation_id: OrganisationId, session: SessionDep, today: TodayDep) -> CreditOut:
    """A body's credit; each point that it lacks names the case that explains it."""
    return await service.credit_of(session, organisation_id, today=today)


@router.post(
    "/listing-cases",
    status_code=201,
    responses=problem(404, "not-found"),
    dependencies=[requires("listings:propose"), CASE],
)
async def post_case(
    body: CaseIn, uow: CreatingDep, caller: CallerDep, today: TodayDep, calendar: CalendarDep
) -> CaseOut:
    """Propose a measure; the body is told and heard before it is decided."""
    return await service.propose(uow, body, caller=caller, today=today, calendar=calendar)


@router.get("/listing-cases", dependencies=[requires("listings:read")])
async def get_cases(session: SessionDep, page: PageDep, caller: CallerDep) -> Listing[CaseOut]:
    """Cases in the caller's sight, newest first."""
    return await service.list_cases(session, page, caller=caller)


@router.get("/listing-cases/{number}", dependencies=[requires("listings:read")])
async def get_case(number: CaseNumber, session: SessionDep, caller: CallerDep) -> CaseOut:
    """A case with every act in it."""
    return await service.read_case(session, number, caller=caller)


@router.post(
    "/listing-cases/{number}/statement", status_code=201, dependencies=[requires("listings:answer"), CASE]
)
async def post_statement(
    number: CaseNumber, body: StatementIn, uow: CreatingDep, caller: CallerDep
) -> CaseOut:
    """What the body says; staff enter what came on paper, for the accounts of a suspended body are shut."""
    return await service.hear(uow, number, body, caller=caller)


@router.post(
    "/listing-cases/{number}/decision", status_code=201, dependencies=[requires("listings:decide"), CASE]
)
async def post_decision(
    number: CaseNumber,
    body: CaseDecisionIn,
    uow: CreatingDep,
    caller: CallerDep,
    today: TodayDep,
    calendar: CalendarDep,
) -> CaseOut:
    """List the body or drop the case, by another person than who proposed it; all services know within a second."""
    return await service.decide(uow, number, body, caller=caller, today=today, calendar=calendar)


@router.post(
    "/listing-cases/{number}/appeal", status_code=201, dependencies=[requires("listings:answer"), CASE]
)
async def post_appeal(
    number: CaseNumber, body: AppealIn, uow: CreatingDep, caller: CallerDep, today: TodayDep
) -> CaseOut:
    """Appeal within sixty days; the measure stands until the appeal is decided."""
    return await service.appeal(uow, number, body, caller=caller, today=today)


@router.post(
    "/listing-cases/{number}/appeal/decision",
    status_code=201,
    dependencies=[requires("listings:decide"), CASE],
)
async def post_appeal_decision(
    number: CaseNumber, body: AppealDecisionIn, uow: CreatingDep, caller: CallerDep, today: TodayDep
) -> CaseOut:
    """Annul the measure or let it stand, by a third person."""
    return await service.decide_appeal(uow, number, body, caller=caller, today=today)


@router.post(
    "/listing-cases/{number}/removal", status_code=201, dependencies=[requires("listings:decide"), CASE]
)
async def post_removal(
    number: CaseNumber, body: RemovalIn, uow: CreatingDep, caller: CallerDep, today: TodayDep
) -> CaseOut:
    """End a measure before its last day, for its cause was put right."""
    return await service.remove(uow, number, body, caller=caller, today=today)
