"""Routes of admissions: a named account admits, everybody reads why."""

from fastapi import APIRouter

from common.deps import CallerDep, CreatingDep, PageDep, SessionDep, TodayDep, public, requires
from common.schemas import Listing
from filing.late_admissions import service
from filing.late_admissions.schemas import LateAdmissionIn, LateAdmissionOut

router = APIRouter(prefix="/late-admissions", tags=["late-admissions"])


@router.post("", status_code=201, dependencies=[requires("plans:admit_late")])
async def post_late_admission(
    body: LateAdmissionIn, uow: CreatingDep, caller: CallerDep, today: TodayDep
) -> LateAdmissionOut:
    """Admit one plan though it is filed too late (Art. 18(1)); the plan then names this admission."""
    return await service.admit_late(uow, body, caller=caller, today=today)


@router.get("", dependencies=[public()])
async def get_late_admissions(session: SessionDep, page: PageDep) -> Listing[LateAdmissionOut]:
    """Every admission with its reason, newest first."""
    return await service.list_admissions(session, page)
