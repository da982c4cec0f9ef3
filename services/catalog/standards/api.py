"""Routes of standards; anyone may read them (Art. 20), enterprises apply for norms, the authority does the rest."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from catalog.day import Day
from catalog.items.domain import CODE_PATTERN
from catalog.standards import examining, proposing, service, stepping
from catalog.standards.schemas import (
    ChoiceOut,
    CommitteeIn,
    ContentIn,
    EnterpriseIn,
    NationalIn,
    ProposalIn,
    StandardDetail,
    StandardOut,
    StepIn,
    Uscc,
    VoteIn,
    VoteOut,
)
from common.deps import (
    CallerDep,
    CreatingDep,
    IfMatchDep,
    PageDep,
    SessionDep,
    TodayDep,
    UowDep,
    created,
    public,
    requires,
)
from common.events.catalog import StandardState
from common.fresh import tell
from common.ids import StandardId
from common.preconditions import etag
from common.schemas import Listing

router = APIRouter(prefix="/standards", tags=["standards"])
HERE = "/catalog/v1/standards/{standard_id}"
Code = Annotated[str, Query(pattern=CODE_PATTERN, examples=["6-18-02-04"])]
Level = Annotated[int, Query(ge=1, le=5, examples=[3])]


@router.get("", dependencies=[public()])
async def get_standards(
    response: Response,
    session: SessionDep,
    page: PageDep,
    today: TodayDep,
    item_code: Code | None = None,
    level: Level | None = None,
    as_of: Annotated[Day | None, Query(description="in force on this day; today when left out")] = None,
    state: Annotated[
        StandardState | None, Query(description="in this state now, whatever the day; drafts, too")
    ] = None,
) -> Listing[StandardOut]:
    """Standards that plans may name on a day. One of a cancelled qualification stays usable (Art. 4)."""
    day = as_of if state is not None else as_of or today
    listing = await service.list_standards(
        session, page, day=day, state=state, item_code=item_code, level=level
    )
    return tell(response, listing)


@router.get(
    "/choice",
    responses={404: {"description": "the item does not stand on the list that day"}},
    dependencies=[public()],
)
async def get_choice(
    response: Response,
    session: SessionDep,
    today: TodayDep,
    item_code: Code,
    level: Level,
    on: Annotated[Day | None, Query(description="day of the evaluation; today when left out")] = None,
    enterprise: Annotated[Uscc | None, Query(description="unified social credit code")] = None,
) -> ChoiceOut:
    """The standard that an evaluation goes by when several are in force, all of them, the rule and the reasons."""
    choice = await service.choose_standard(
        session, item_code=item_code, level=level, day=on or today, enterprise=enterprise
    )
    return tell(response, choice)


@router.post(
    "", status_code=201, dependencies=[requires("standards:propose"), created("/catalog/v1/standards/{id}")]
)
async def post_standard(
    body: ProposalIn, uow: CreatingDep, caller: CallerDep, today: TodayDep
) -> StandardOut:
    """Apply for an enterprise norm (Art. 6), or add a provincial standard to a year's published plan (Art. 5)."""
    return await proposing.propose_standard(uow, body, caller=caller, today=today)


@router.post(
    "/national",
    status_code=201,
    dependencies=[requires("catalog:draft"), created("/catalog/v1/standards/{id}")],
)
async def post_national(
    body: NationalIn, uow: CreatingDep, caller: CallerDep, today: TodayDep
) -> StandardOut:
    """Record a national standard that the State issued; the item's present one ends the day before it begins."""
    return await proposing.record_national(uow, body, recorded_by=caller.account_id, today=today)


@router.get("/{standard_id}", dependencies=[public()])
async def get_standard(standard_id: StandardId, response: Response, session: SessionDep) -> StandardDetail:
    """A standard: its item, levels, the parts of an evaluation under it, and its life step by step."""
    found = await service.read_standard(session, standard_id)
    response.headers["ETag"] = etag(found.version)
    response.headers["Cache-Control"] = "public, no-cache"
    return found


@router.put("/{standard_id}", dependencies=[requires("standards:propose")])
async def put_standard(
    standard_id: StandardId,
    body: ContentIn,
    response: Response,
    held: IfMatchDep,
    uow: UowDep,
    caller: CallerDep,
    today: TodayDep,
) -> StandardDetail:
    """Change what a draft prescribes, until it goes under review."""
    found = await proposing.edit_draft(uow, standard_id, body, caller=caller, held=held, today=today)
    response.headers["ETag"] = etag(found.version)
    return found


@router.post(
    "/{standard_id}/steps", status_code=201, dependencies=[requires("standards:propose"), created(HERE)]
)
async def post_step(
    standard_id: StandardId, body: StepIn, uow: CreatingDep, caller: CallerDep, today: TodayDep
) -> StandardDetail:
    """Take the next step: drafting, under review, approved, filed, in force; or withdraw it (Art. 5, 6)."""
    return await stepping.take_step(uow, standard_id, body, caller=caller, today=today)


@router.put("/{standard_id}/committee", dependencies=[requires("standards:propose")])
async def put_committee(
    standard_id: StandardId,
    body: CommitteeIn,
    response: Response,
    held: IfMatchDep,
    uow: UowDep,
    caller: CallerDep,
) -> StandardDetail:
    """Say who examines the draft: of the province's expert committee, or those whom an enterprise forms a norm's of."""
    found = await examining.appoint_committee(uow, standard_id, body, caller=caller, held=held)
    response.headers["ETag"] = etag(found.version)
    return found


@router.post("/{standard_id}/votes", status_code=201, dependencies=[requires("catalog:draft"), created(HERE)])
async def post_vote(
    standard_id: StandardId, body: VoteIn, uow: CreatingDep, caller: CallerDep
) -> StandardDetail:
    """Record a member's vote, or the ground on which a conflict of interest excludes the member."""
    return await examining.record_vote(uow, standard_id, body, recorded_by=caller.account_id)


@router.get("/{standard_id}/votes", dependencies=[requires("catalog:draft")])
async def get_votes(standard_id: StandardId, session: SessionDep) -> Listing[VoteOut]:
    """Every vote and every exclusion with its ground, of all rounds."""
    return await service.list_votes(session, standard_id)


@router.post(
    "/{standard_id}/enterprises",
    status_code=201,
    responses={200: {"model": StandardOut, "description": "it was let in before"}},
    dependencies=[requires("catalog:draft"), created(HERE)],
)
async def post_enterprise(
    standard_id: StandardId, body: EnterpriseIn, response: Response, uow: CreatingDep
) -> StandardOut:
    """Let an enterprise of the class that a norm names evaluate by it (Art. 6)."""
    answer, is_new = await stepping.admit_enterprise(uow, standard_id, body.enterprise)
    if not is_new:
        response.status_code = 200
    return answer
