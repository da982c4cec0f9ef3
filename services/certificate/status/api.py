"""Routes of decisions about certificates: one, many, their history, and appeals (Art. 17, 22)."""

from typing import Annotated, Any, cast

from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from certificate.certificates.schemas import NumberPath
from certificate.settings import CertificateSettings
from certificate.status import appeals, deciding
from certificate.status.schemas import (
    AppealDecisionIn,
    AppealIn,
    AppealOut,
    DecidedNumberOut,
    DecisionOut,
    StatusChangeOut,
    StatusDecisionIn,
    StatusDecisionsIn,
)
from common.deps import (
    CalendarDep,
    CallerDep,
    CreatingDep,
    PageDep,
    PlatformDep,
    SessionDep,
    created,
    requires,
    upload,
)
from common.described import problem
from common.ids import AppealId, DecisionId
from common.requests import parse_json
from common.schemas import Listing

MEBIBYTE = 1024 * 1024
_LIST_LIMIT = 4 * MEBIBYTE  # 100,000 numbers
router = APIRouter(tags=["status"])


@router.post(
    "/certificates/{number}/status-decisions",
    status_code=201,
    responses=problem(409, "state-conflict"),
    dependencies=[requires("certificates:revoke"), created("/certificate/v1/status-decisions/{id}")],
)
async def post_status_decision(
    number: NumberPath, body: StatusDecisionIn, uow: CreatingDep, caller: CallerDep
) -> DecisionOut:
    """Suspend a certificate, put it under review, or end either; visible to every check within a second."""
    return await deciding.decide_about_one(uow, number, body, caller=caller)


@router.post(
    "/status-decisions",
    status_code=202,
    dependencies=[
        requires("certificates:revoke"),
        upload("application/json", limit=_LIST_LIMIT),
        created("/certificate/v1/status-decisions/{id}"),
    ],
)
async def post_status_decisions(request: Request, uow: CreatingDep, caller: CallerDep) -> DecisionOut:
    """Decide about up to 100,000 certificates at once: `act`, `reason_code`, `decision_document`, and `numbers` or
    `batch_id`. Carried out within a minute; ask for the decision to see how far it is.
    """
    return await deciding.decide_many(uow, _read(await request.body()), caller=caller)


@router.get("/status-decisions/{decision_id}", dependencies=[requires("certificates:revoke")])
async def get_status_decision(decision_id: DecisionId, session: SessionDep, caller: CallerDep) -> DecisionOut:
    """A decision of the caller's charge, and how far it was carried out."""
    return DecisionOut.model_validate(await deciding.read_decision(session, decision_id, caller))


@router.get("/status-decisions/{decision_id}/numbers", dependencies=[requires("certificates:revoke")])
async def get_decided_numbers(
    decision_id: DecisionId,
    session: SessionDep,
    page: PageDep,
    caller: CallerDep,
    refused: Annotated[bool, Query(description="only those that it could not be applied to")] = False,
) -> Listing[DecidedNumberOut]:
    """The certificates that a decision names, in its order, with what became of each."""
    await deciding.read_decision(session, decision_id, caller)
    found = await deciding.numbers_of(session, decision_id, page, refused_only=refused)
    kept, cursor = page.cut(found, lambda row: (row.position,))
    return Listing[DecidedNumberOut].of([DecidedNumberOut.model_validate(row) for row in kept], cursor)


@router.get("/certificates/{number}/status-changes", dependencies=[requires("certificates:read")])
async def get_status_changes(
    number: NumberPath, session: SessionDep, caller: CallerDep
) -> Listing[StatusChangeOut]:
    """Every change of a certificate's status, oldest first: what was decided stays, also what was annulled."""
    rows = await deciding.history(session, number, caller)
    return Listing[StatusChangeOut].of([StatusChangeOut.model_validate(row) for row in rows], None)


@router.post(
    "/certificates/{number}/appeals",
    status_code=201,
    responses=problem(409, "state-conflict"),
    dependencies=[
        requires("certificates:appeal"),
        created("/certificate/v1/certificates/{number}/appeals"),
    ],
)
async def post_appeal(
    number: NumberPath,
    body: AppealIn,
    uow: CreatingDep,
    caller: CallerDep,
    platform: PlatformDep,
    calendar: CalendarDep,
) -> AppealOut:
    """Appeal against a revocation for the holder, within some working days, by the body or the authority in charge."""
    return await appeals.appeal(
        uow,
        number,
        body,
        caller=caller,
        calendar=calendar,
        workdays=cast(CertificateSettings, platform.settings).appeal_workdays,
    )


@router.get("/certificates/{number}/appeals", dependencies=[requires("certificates:read")])
async def get_appeals(number: NumberPath, session: SessionDep, caller: CallerDep) -> Listing[AppealOut]:
    """Appeals about a certificate, and how they were decided."""
    rows = await appeals.appeals_of(session, number, caller)
    return Listing[AppealOut].of([AppealOut.model_validate(row) for row in rows], None)


@router.post(
    "/appeals/{appeal_id}/decision",
    status_code=201,
    responses=problem(409, "state-conflict"),
    dependencies=[
        requires("certificates:decide_appeal"),
        created("/certificate/v1/certificates/{number}/appeals"),
    ],
)
async def post_appeal_decision(
    appeal_id: AppealId, body: AppealDecisionIn, uow: CreatingDep, caller: CallerDep
) -> AppealOut:
    """Uphold or dismiss an appeal, by another person than who revoked; upheld, the certificate stands as before."""
    return await appeals.decide_appeal(uow, appeal_id, body, caller=caller)


def _read(body: bytes) -> StatusDecisionsIn:
    """The body, larger than the frame reads by itself, judged as it judges others."""
    try:
        return StatusDecisionsIn.model_validate(parse_json(body))
    except ValidationError as error:
        raise RequestValidationError([_in_body(one) for one in error.errors()]) from None


def _in_body(error: Any) -> dict[str, Any]:
    return {**error, "loc": ("body", *error["loc"])}
