"""The route of reveals: who a plan's candidates are, in clear."""

from typing import Annotated

from fastapi import APIRouter, Query

from common.deps import CallerDep, PageDep, PlatformDep, UowDep, requires
from common.ids import PlanId
from common.schemas import Listing
from registration.reveals import service
from registration.reveals.domain import Purpose
from registration.reveals.schemas import IdentityOut

router = APIRouter(prefix="/plans/{plan_id}", tags=["rosters"])


@router.get("/identities", dependencies=[requires("identities:reveal")])
async def get_identities(
    plan_id: PlanId,
    uow: UowDep,
    page: PageDep,
    caller: CallerDep,
    platform: PlatformDep,
    purpose: Annotated[
        Purpose | None, Query(description="what the numbers are needed for; kept in the journal")
    ] = None,
) -> Listing[IdentityOut]:
    """Candidates with name and document in clear, for the centre in charge; each page asked for is a journal entry.

    Without a purpose: 403 `purpose-required`.
    """
    return await service.reveal_identities(
        uow, plan_id, page, purpose=purpose, caller=caller, keyring=platform.keyring
    )
