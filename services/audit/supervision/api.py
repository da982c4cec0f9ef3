"""Routes of supervisors, supervision and draws."""

from fastapi import APIRouter
from sqlalchemy import select

from audit.recognition.service import supervision_facts
from audit.supervision import service
from audit.supervision.models import Draw, Supervision, Supervisor
from audit.supervision.repository import after, in_region_of, plan_in_sight
from audit.supervision.schemas import (
    AssignmentIn,
    DrawOut,
    PlanSupervisionOut,
    ReportIn,
    SupervisionOut,
    SupervisorIn,
    SupervisorOut,
)
from common.deps import (
    CalendarDep,
    CallerDep,
    CreatingDep,
    PageDep,
    PlatformDep,
    SessionDep,
    TodayDep,
    public,
    requires,
)
from common.errors import NotFound
from common.ids import DrawId, PlanId, SupervisionId
from common.schemas import Listing

router = APIRouter(tags=["supervision"])
ALGORITHM = (
    "lot(member) = SHA-256(seed bytes ‖ 0x1F ‖ member); spot_check: drawn when lot < rate · 2^256; "
    "supervisor: the member with the lowest lot. pool_sha256 = SHA-256 of the pool as compact JSON; "
    "seed_sha256 = SHA-256 of the seed bytes."
)


@router.post("/supervisors", status_code=201, dependencies=[requires("supervisors:manage")])
async def post_supervisor(
    body: SupervisorIn, uow: CreatingDep, caller: CallerDep, platform: PlatformDep
) -> SupervisorOut:
    """Register a supervisor of one's region with the card (Art. 22)."""
    return await service.register_supervisor(uow, body, caller=caller, keyring=platform.keyring)


@router.get("/supervisors", dependencies=[requires("supervisors:manage")])
async def get_supervisors(session: SessionDep, caller: CallerDep, page: PageDep) -> Listing[SupervisorOut]:
    """The supervisors of the caller's region, by id."""
    query = select(Supervisor).where(in_region_of(caller), *after(Supervisor.id, page))
    rows = (await session.scalars(query.order_by(Supervisor.id).limit(page.fetch))).all()
    items, following = page.cut(rows, lambda row: (row.id,))
    return Listing.of([SupervisorOut.model_validate(row) for row in items], following)


@router.get("/plans/{plan_id}/supervision", dependencies=[requires("supervision:read")])
async def get_supervision(plan_id: PlanId, session: SessionDep, caller: CallerDep) -> PlanSupervisionOut:
    """Whether and by whom the plan's session is supervised, with the draws that decided it."""
    await plan_in_sight(session, plan_id, caller)
    supervision = await session.scalar(select(Supervision).where(Supervision.plan_id == plan_id))
    draws = await session.scalars(
        select(Draw).where(Draw.plan_id == plan_id).order_by(Draw.committed_at, Draw.id)
    )
    facts = await supervision_facts(session, plan_id)
    return PlanSupervisionOut(
        plan_id=plan_id,
        required=facts.required,
        supervision=supervision and SupervisionOut.model_validate(supervision),
        draws=tuple(map(render_draw, draws)),
    )


@router.post("/plans/{plan_id}/supervision", status_code=201, dependencies=[requires("supervision:assign")])
async def post_assignment(
    plan_id: PlanId, body: AssignmentIn, uow: CreatingDep, caller: CallerDep, calendar: CalendarDep
) -> SupervisionOut:
    """Send or replace a supervisor by hand, with a reason."""
    return await service.assign_by_hand(uow, plan_id, body, caller=caller, calendar=calendar)


@router.get("/supervisions", dependencies=[requires("supervision:report")])
async def get_own_supervisions(
    session: SessionDep, caller: CallerDep, page: PageDep
) -> Listing[SupervisionOut]:
    """The supervisions that the calling supervisor was sent to."""
    query = (
        select(Supervision)
        .join(Supervisor, Supervisor.id == Supervision.supervisor_id)
        .where(Supervisor.account_id == caller.account_id, *after(Supervision.id, page))
        .order_by(Supervision.id)
    )
    rows = (await session.scalars(query.limit(page.fetch))).all()
    items, following = page.cut(rows, lambda row: (row.id,))
    return Listing.of([SupervisionOut.model_validate(row) for row in items], following)


@router.post(
    "/supervisions/{supervision_id}/report", status_code=201, dependencies=[requires("supervision:report")]
)
async def post_report(
    supervision_id: SupervisionId,
    body: ReportIn,
    uow: CreatingDep,
    caller: CallerDep,
    today: TodayDep,
    calendar: CalendarDep,
) -> SupervisionOut:
    """File the on-site report (Art. 18(2))."""
    return await service.report_supervision(
        uow, supervision_id, body, caller=caller, today=today, calendar=calendar
    )


@router.get("/draws/{draw_id}", dependencies=[public()])
async def get_draw(draw_id: DrawId, session: SessionDep) -> DrawOut:
    """A draw with everything needed to run it again, once it is revealed."""
    draw = await session.get(Draw, draw_id)
    if draw is None:
        raise NotFound.of("draw")
    return render_draw(draw)


def render_draw(draw: Draw) -> DrawOut:
    """Pool, seed and outcome only after the reveal."""
    revealed = draw.revealed_at is not None
    return DrawOut(
        id=draw.id,
        plan_id=draw.plan_id,
        purpose="spot_check" if draw.purpose == "spot_check" else "supervisor",
        rate=None if draw.rate is None else str(draw.rate.normalize()),
        pool_sha256=draw.pool_sha256,
        seed_sha256=draw.seed_sha256,
        committed_at=draw.committed_at,
        revealed_at=draw.revealed_at,
        pool=tuple(draw.pool) if revealed else None,
        seed=draw.seed if revealed else None,
        drawn=tuple(draw.drawn or ()) if revealed else None,
        algorithm=ALGORITHM,
    )
