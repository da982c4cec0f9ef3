"""Route of the trail."""

from fastapi import APIRouter

from certificate.certificates.schemas import NumberPath
from certificate.trail import service
from certificate.trail.schemas import TrailOut
from common.deps import CallerDep, SessionDep, requires

router = APIRouter(tags=["trail"])


@router.get("/certificates/{number}/trail", dependencies=[requires("certificates:read")])
async def get_trail(number: NumberPath, session: SessionDep, caller: CallerDep) -> TrailOut:
    """Every gate, person in office, plan, supervision, standard and edition that a certificate rests on."""
    return await service.read_trail(session, number, caller)
