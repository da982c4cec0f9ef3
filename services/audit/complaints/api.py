"""Routes of complaints: anybody complains, with or without a name; the centre of the place looks into it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response

from audit.complaints import service
from audit.complaints.schemas import (
    AcknowledgementIn,
    AnswerIn,
    ComplaintDetail,
    ComplaintIn,
    ComplaintOut,
    PhotoOut,
    ReceiptOut,
)
from common.deps import (
    CalendarDep,
    CallerDep,
    CreatingDep,
    PageDep,
    PlatformDep,
    SessionDep,
    TodayDep,
    created,
    produces,
    public,
    requires,
    upload,
)
from common.described import problem
from common.errors import Bilingual
from common.ids import ComplaintId, EvidenceId
from common.jobs.routes import media_type_of
from common.problems import Problem
from common.ratelimit import RateLimit, client_key
from common.schemas import Listing

LARGEST_COMPLAINT = 64 * 1024
LARGEST_PHOTO = 10 * 1024 * 1024
PHOTOS = ("image/jpeg", "image/png")
ONE = "/audit/v1/complaints/{id}"
_NEEDS_TOKEN = Bilingual(
    "须带 Complaint-Token 首部，其值为提交时所得的 token。",
    "Send the header Complaint-Token, with the token that the receipt gave.",
)
router = APIRouter(prefix="/complaints", tags=["complaints"])
# Ten at once from one address, then one a minute: whoever floods the centre keeps nobody else from it.
rate = RateLimit(per_second=1 / 60, burst=10)


def given_token(
    token: Annotated[
        str | None, Header(alias="Complaint-Token", max_length=100, description="as the receipt gave it")
    ] = None,
) -> str:
    """What proves that somebody made the complaint. Raises the problem `token-missing`."""
    if token is None:
        raise Problem("token-missing", _NEEDS_TOKEN, headers={"WWW-Authenticate": "Complaint-Token"})
    return token


Token = Annotated[str, Depends(given_token)]


async def small(request: Request) -> None:
    """A complaint is a page or two, so what is longer ends before it is read. Raises `payload-too-large`."""
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > LARGEST_COMPLAINT:
        raise Problem("payload-too-large")


@router.post("", status_code=201, dependencies=[public(), created(ONE), Depends(small)])
async def post_complaint(
    body: ComplaintIn,
    request: Request,
    uow: CreatingDep,
    platform: PlatformDep,
    today: TodayDep,
    calendar: CalendarDep,
) -> ReceiptOut:
    """Complain of a body, a plan, a certificate or a person, with or without a contact."""
    verdict = rate.take(client_key(request.client.host if request.client else None))
    if verdict is not None and not verdict.allowed:
        raise Problem("rate-limited", headers=rate.headers(verdict))
    return await service.complain(uow, body, keyring=platform.keyring, today=today, calendar=calendar)


@router.get("/{complaint_id}/state", responses=problem(401, "token-missing"), dependencies=[public()])
async def get_state(
    complaint_id: ComplaintId, session: SessionDep, today: TodayDep, token: Token
) -> ComplaintOut:
    """How a complaint stands, for whoever has its token."""
    return await service.read_own(session, complaint_id, token=token, today=today)


@router.post(
    "/{complaint_id}/photos",
    status_code=201,
    responses=problem(401, "token-missing"),
    dependencies=[public(), upload(*PHOTOS, limit=LARGEST_PHOTO), created("/audit/v1/complaints")],
)
async def post_photo(
    complaint_id: ComplaintId, request: Request, uow: CreatingDep, platform: PlatformDep, token: Token
) -> PhotoOut:
    """Add a photograph (JPEG, PNG); position, device and comments in it are not kept."""
    content = b"".join([part async for part in request.stream()])
    return await service.keep_photo(
        uow,
        complaint_id,
        content,
        token=token,
        media_type=media_type_of(request),
        keyring=platform.keyring,
    )


@router.get("", dependencies=[requires("complaints:handle")])
async def get_complaints(
    session: SessionDep, page: PageDep, caller: CallerDep, platform: PlatformDep, today: TodayDep
) -> Listing[ComplaintDetail]:
    """Complaints of the caller's region, oldest first; overdue ones say so."""
    return await service.list_complaints(session, page, caller=caller, keyring=platform.keyring, today=today)


@router.get("/{complaint_id}", dependencies=[requires("complaints:handle")])
async def get_complaint(
    complaint_id: ComplaintId,
    session: SessionDep,
    caller: CallerDep,
    platform: PlatformDep,
    today: TodayDep,
) -> ComplaintDetail:
    """A complaint with what it says."""
    return await service.read_complaint(
        session, complaint_id, caller=caller, keyring=platform.keyring, today=today
    )


@router.get(
    "/{complaint_id}/photos/{photo_id}",
    dependencies=[requires("complaints:handle"), produces(*PHOTOS)],
    response_class=Response,
)
async def get_photo(
    complaint_id: ComplaintId,
    photo_id: EvidenceId,
    session: SessionDep,
    caller: CallerDep,
    platform: PlatformDep,
) -> Response:
    """A photograph."""
    content, media_type = await service.read_photo(
        session, complaint_id, photo_id, caller=caller, keyring=platform.keyring
    )
    headers = {"Content-Disposition": "attachment", "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)


@router.post(
    "/{complaint_id}/acknowledgement",
    status_code=201,
    dependencies=[requires("complaints:handle"), created(ONE)],
)
async def post_acknowledgement(
    complaint_id: ComplaintId, body: AcknowledgementIn, uow: CreatingDep, caller: CallerDep, today: TodayDep
) -> ComplaintOut:
    """Take a complaint up within five working days, or decline it with a reason."""
    return await service.acknowledge(uow, complaint_id, body, caller=caller, today=today)


@router.post(
    "/{complaint_id}/answer", status_code=201, dependencies=[requires("complaints:handle"), created(ONE)]
)
async def post_answer(
    complaint_id: ComplaintId, body: AnswerIn, uow: CreatingDep, caller: CallerDep, today: TodayDep
) -> ComplaintOut:
    """Answer a complaint within sixty days."""
    return await service.answer_complaint(uow, complaint_id, body, caller=caller, today=today)
