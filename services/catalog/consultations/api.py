"""Routes of consultations: opened and answered by the authority, open to everybody."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from catalog.consultations import service
from catalog.consultations.page import HEADERS, as_csv, as_html
from catalog.consultations.schemas import (
    AnsweredOut,
    AnswersIn,
    ConsultationIn,
    ConsultationOut,
    ExtensionIn,
    OpinionIn,
    OpinionLine,
    OpinionOut,
    ReceiptOut,
    SummaryOut,
)
from common.deps import (
    CallerDep,
    CreatingDep,
    NowDep,
    PageDep,
    PlatformDep,
    SessionDep,
    created,
    produces,
    public,
    requires,
)
from common.fresh import tell
from common.ids import ConsultationId
from common.problems import Problem
from common.ratelimit import RateLimit, client_key
from common.schemas import Listing

CSV, HTML = "text/csv", "text/html"
Receipt = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{32}$", description="given with the opinion")]
# Nobody has thirty opinions at once; a machine that has is slowed down, per account or address and process.
OPINIONS = RateLimit(per_second=0.5, burst=30)

router = APIRouter(prefix="/consultations", tags=["consultations"])


def slow_down(key: str) -> None:
    verdict = OPINIONS.take(f"opinions {key}")
    if verdict is not None and not verdict.allowed:
        raise Problem("rate-limited", headers=OPINIONS.headers(verdict))


@router.post(
    "",
    status_code=201,
    dependencies=[requires("consultations:answer"), created("/catalog/v1/consultations/{id}")],
)
async def post_consultation(body: ConsultationIn, uow: CreatingDep, caller: CallerDep) -> ConsultationOut:
    """Put a draft before the public until a day."""
    return await service.open_consultation(uow, body, opened_by=caller.account_id)


@router.get("", dependencies=[public()])
async def get_consultations(
    response: Response, session: SessionDep, page: PageDep, now: NowDep
) -> Listing[ConsultationOut]:
    """Consultations, the newest first."""
    return tell(response, await service.list_consultations(session, page, now=now))


@router.get("/opinions/{receipt}", dependencies=[public()])
async def get_opinion(receipt: Receipt, session: SessionDep) -> OpinionOut:
    """Your opinion and its answer."""
    return await service.read_opinion(session, receipt)


@router.post(
    "/opinions/{receipt}/withdrawal",
    status_code=201,
    dependencies=[public(), created("/catalog/v1/consultations")],
)
async def post_withdrawal(receipt: Receipt, uow: CreatingDep) -> OpinionOut:
    """Take your opinion back, until the last day is over; give another one to replace it."""
    return await service.withdraw(uow, receipt)


@router.get("/{consultation_id}", dependencies=[public()])
async def get_consultation(
    consultation_id: ConsultationId, response: Response, session: SessionDep, now: NowDep
) -> ConsultationOut:
    """A draft with its clauses, and until when opinions are taken."""
    return tell(response, await service.read_consultation(session, consultation_id, now=now))


@router.post(
    "/{consultation_id}/extensions",
    status_code=201,
    dependencies=[requires("consultations:answer"), created("/catalog/v1/consultations/{id}")],
)
async def post_extension(
    consultation_id: ConsultationId, body: ExtensionIn, uow: CreatingDep, caller: CallerDep
) -> ConsultationOut:
    """Move the last day to a later one."""
    return await service.extend(uow, consultation_id, body, extended_by=caller.account_id)


@router.post(
    "/{consultation_id}/opinions",
    status_code=201,
    dependencies=[public(), created("/catalog/v1/consultations")],
)
async def post_opinion(
    consultation_id: ConsultationId,
    body: OpinionIn,
    request: Request,
    uow: CreatingDep,
    platform: PlatformDep,
) -> ReceiptOut:
    """Say what you think of a clause or of the whole; a name and an address may be left out."""
    slow_down(client_key(request.client.host if request.client else None))
    return await service.give_opinion(uow, consultation_id, body, keyring=platform.keyring, caller=None)


@router.post(
    "/{consultation_id}/organisation-opinions",
    status_code=201,
    dependencies=[requires("opinions:give"), created("/catalog/v1/consultations")],
)
async def post_organisation_opinion(
    consultation_id: ConsultationId,
    body: OpinionIn,
    uow: CreatingDep,
    caller: CallerDep,
    platform: PlatformDep,
) -> ReceiptOut:
    """Say what your organisation or centre thinks of a clause or of the whole."""
    slow_down(str(caller.account_id))
    return await service.give_opinion(uow, consultation_id, body, keyring=platform.keyring, caller=caller)


@router.get("/{consultation_id}/opinions", dependencies=[requires("consultations:answer")])
async def get_opinions(
    consultation_id: ConsultationId, session: SessionDep, page: PageDep, platform: PlatformDep
) -> Listing[OpinionLine]:
    """Opinions in order of arrival, with their answers."""
    return await service.list_opinions(session, consultation_id, page, keyring=platform.keyring)


@router.post(
    "/{consultation_id}/answers",
    status_code=201,
    dependencies=[requires("consultations:answer"), created("/catalog/v1/consultations")],
)
async def post_answers(
    consultation_id: ConsultationId, body: AnswersIn, uow: CreatingDep, caller: CallerDep
) -> AnsweredOut:
    """Answer opinions, one answer for all that say the same."""
    return await service.answer_opinions(uow, consultation_id, body, answered_by=caller.account_id)


@router.post(
    "/{consultation_id}/closure",
    status_code=201,
    dependencies=[requires("consultations:answer"), created("/catalog/v1/consultations/{id}/summary")],
)
async def post_closure(consultation_id: ConsultationId, uow: CreatingDep, caller: CallerDep) -> SummaryOut:
    """Close it and publish what came of it, once every opinion has its answer."""
    return await service.close(uow, consultation_id, closed_by=caller.account_id)


@router.get(
    "/{consultation_id}/summary",
    dependencies=[public(), produces("application/json", CSV, HTML)],
    response_model=SummaryOut,
)
async def get_summary(
    consultation_id: ConsultationId,
    response: Response,
    session: SessionDep,
    form: Annotated[Literal["json", "csv", "html"], Query(alias="format")] = "json",
) -> SummaryOut | Response:
    """What came of it: counts, and every opinion with its answer, without those who gave them."""
    summary = await service.read_summary(session, consultation_id)
    if form == "json":
        return tell(response, summary)
    if form == "html":
        return Response(as_html(summary), media_type=HTML, headers=HEADERS)
    headers = {"Content-Disposition": 'attachment; filename="opinions.csv"'}
    return Response(as_csv(summary), media_type=CSV, headers=headers)
