"""Routes of the public journal (Art. 21, 22)."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from audit.journal import service
from audit.journal.schemas import EntryOut, HeadOut
from common.deps import OptionalCallerDep, SessionDep
from common.permissions import public

router = APIRouter(prefix="/journal", tags=["journal"])
Source = Literal["catalog", "filing", "registration", "audit", "certificate"]


@router.get("", dependencies=[public()])
async def get_journal(
    session: SessionDep,
    caller: OptionalCallerDep,
    source: Annotated[Source, Query(description="the publishing service")],
    after: Annotated[int, Query(ge=0, le=2**62, description="position of the last entry seen")] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> tuple[EntryOut, ...]:
    """Every event of a service in order; contents only for those who may read them."""
    with_data = caller is not None and caller.may("journal:read")
    return await service.read(session, source=source, after=after, limit=limit, with_data=with_data)


@router.get("/heads", dependencies=[public()])
async def get_heads(session: SessionDep) -> tuple[HeadOut, ...]:
    """How far each service's journal has been received, with the chain value there."""
    return await service.heads(session)
