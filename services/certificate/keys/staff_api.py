"""Routes for the staff who keep the keys: their lives, and what to do when one is compromised (Art. 22)."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query

from certificate.keys import compromise, lives
from certificate.keys.schemas import CompromiseIn, CompromiseOut, EstimateOut, KeyLifeOut
from common.deps import CallerDep, CreatingDep, NowDep, PageDep, SessionDep, created, requires
from common.ids import CompromiseId
from common.schemas import Listing

router = APIRouter(tags=["keys"])
KidPath = Annotated[
    str, Path(pattern=r"^[0-9a-f]{16}$", description="key id as published", examples=["b0715e66934906cc"])
]


@router.get("/signing-keys", dependencies=[requires("keys:read")])
async def get_signing_keys(session: SessionDep, page: PageDep, now: NowDep) -> Listing[KeyLifeOut]:
    """Every key of bodies and of the platform with the days it has left; those that end first come first."""
    return await lives.list_lives(session, page, now=now)


@router.get("/signing-keys/{kid}/estimate", dependencies=[requires("keys:read")])
async def get_estimate(
    kid: KidPath,
    session: SessionDep,
    window_from: Annotated[datetime, Query(description="first instant, with its offset")],
    window_to: Annotated[datetime, Query(description="last instant, with its offset")],
) -> EstimateOut:
    """How many certificates a compromise of this key and window would touch; nothing is decided."""
    return await compromise.estimate(session, kid, window_from, window_to)


@router.post(
    "/signing-keys/{kid}/compromises",
    status_code=201,
    dependencies=[requires("keys:compromise"), created("/certificate/v1/compromises/{id}")],
)
async def post_compromise(
    kid: KidPath, body: CompromiseIn, uow: CreatingDep, caller: CallerDep
) -> CompromiseOut:
    """Decide that a key is compromised: it never signs again, and its certificates are signed again or revoked."""
    return await compromise.declare(uow, kid, body, caller=caller)


@router.get("/compromises/{compromise_id}", dependencies=[requires("keys:read")])
async def get_compromise(compromise_id: CompromiseId, session: SessionDep) -> CompromiseOut:
    """A decision, and how far it is carried out."""
    return await compromise.read_compromise(session, compromise_id)
