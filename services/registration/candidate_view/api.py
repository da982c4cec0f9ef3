"""Routes of the candidate's own view, and of what candidates ask for: parse, authorise, call one use case, answer."""

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Query, Request

from common.deps import (
    CallerDep,
    CreatingDep,
    PageDep,
    PlatformDep,
    SessionDep,
    UowDep,
    created,
    public,
    requires,
)
from common.ids import CandidateSessionId, CorrectionRequestId, PlanId
from common.notices.post import Post
from common.platform import Platform
from common.ratelimit import client_key
from common.schemas import Listing
from registration.candidate_view import record, requests, service
from registration.candidate_view.models import RequestState
from registration.candidate_view.schemas import (
    AnswerIn,
    AskedOut,
    CandidateSessionIn,
    CandidateSessionOut,
    CodeIn,
    CorrectionRequestIn,
    MeOut,
    RequestKept,
    TokenOut,
)
from registration.candidate_view.service import Desk

Token = Annotated[
    str | None,
    Header(alias="Candidate-Token", max_length=100, description="given for the code", examples=["q7Xn…"]),
]

State = Annotated[RequestState, Query(description="only requests in this state")]
_OWN: Final[dict[int | str, dict[str, Any]]] = {
    401: {"description": "token-missing, token-invalid, token-expired: of the header Candidate-Token"},
    404: {"description": "not-found: the person was forgotten"},
}


def routers_of(desk: Callable[[Platform], Desk]) -> list[APIRouter]:
    """The routes of candidates and of those who answer them."""
    return [_candidates(desk), _office(desk)]


def desk_of(post: Post) -> Callable[[Platform], Desk]:
    """What sessions need, sending by this post."""

    def desk(platform: Platform) -> Desk:
        return Desk(platform.keyring, platform.settings.index_key(), post, platform.settings.sandbox)

    return desk


def _candidates(desk: Callable[[Platform], Desk]) -> APIRouter:
    router = APIRouter(tags=["candidates"])

    @router.post("/candidate-sessions", status_code=202, dependencies=[public()])
    async def post_candidate_session(
        body: CandidateSessionIn, request: Request, uow: UowDep, platform: PlatformDep
    ) -> CandidateSessionOut:
        """Ask for a one-time code, sent to the number on record. The answer does not tell whether there is one."""
        return await service.ask_for_code(uow, body, client=_client(request), desk=desk(platform))

    @router.post(
        "/candidate-sessions/{session_id}/code",
        responses={401: {"description": "client-authentication-failed: the code of somebody else"}},
        dependencies=[public()],
    )
    async def post_code(
        session_id: CandidateSessionId, body: CodeIn, request: Request, uow: UowDep, platform: PlatformDep
    ) -> TokenOut:
        """Exchange the code for a token of thirty minutes; once, and within ten minutes."""
        return await service.open_with_code(
            uow, session_id, body.code, client=_client(request), desk=desk(platform)
        )

    @router.get(
        "/me",
        responses=_OWN,
        dependencies=[public()],
    )
    async def get_me(uow: UowDep, platform: PlatformDep, candidate_token: Token = None) -> MeOut:
        """Everything recorded about the person who opened the session (PIPL Art. 45); each look is journalled."""
        return await record.show_record(uow, candidate_token, keyring=platform.keyring)

    @router.post(
        "/me/corrections",
        status_code=201,
        responses=_OWN,
        dependencies=[public(), created("/registration/v1/me")],
    )
    async def post_correction(
        body: CorrectionRequestIn, uow: CreatingDep, platform: PlatformDep, candidate_token: Token = None
    ) -> RequestKept:
        """Ask for the correction of one entry (PIPL Art. 46); the plan's organisation and centre see it."""
        return await requests.ask_for_correction(uow, candidate_token, body, keyring=platform.keyring)

    return router


def _office(desk: Callable[[Platform], Desk]) -> APIRouter:
    router = APIRouter(tags=["candidates"])

    @router.get("/plans/{plan_id}/correction-requests", dependencies=[requires("rosters:read")])
    async def get_correction_requests(
        plan_id: PlanId,
        session: SessionDep,
        page: PageDep,
        caller: CallerDep,
        platform: PlatformDep,
        state: State | None = None,
    ) -> Listing[AskedOut]:
        """What people of a plan ask to have corrected; for its organisation and the centre in charge."""
        return await requests.list_requests(
            session, plan_id, page, caller=caller, keyring=platform.keyring, state=state
        )

    @router.get("/correction-requests", dependencies=[requires("rosters:review")])
    async def get_queue(
        session: SessionDep, page: PageDep, caller: CallerDep, platform: PlatformDep, state: State = "open"
    ) -> Listing[AskedOut]:
        """The centre's queue: what people of all plans in its region ask to have corrected."""
        return await requests.list_requests(
            session, None, page, caller=caller, keyring=platform.keyring, state=state
        )

    @router.post(
        "/correction-requests/{request_id}/answer",
        status_code=201,
        dependencies=[
            requires("rosters:review"),
            created("/registration/v1/plans/{plan_id}/correction-requests"),
        ],
    )
    async def post_answer(
        request_id: CorrectionRequestId,
        body: AnswerIn,
        uow: CreatingDep,
        caller: CallerDep,
        platform: PlatformDep,
    ) -> RequestKept:
        """Accept or decline a request, with reasons, as the centre in charge (PIPL Art. 50)."""
        return await requests.answer_request(uow, request_id, body, caller=caller, desk=desk(platform))

    return router


def _client(request: Request) -> str:
    return client_key(request.client.host if request.client else None)
