"""Routes of the public journal (Art. 21, 22)."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from audit.journal import service
from audit.journal.schemas import EntryOut, HeadOut
from common.deps import SessionDep, public, requires

router = APIRouter(prefix="/journal", tags=["journal"])
Source = Literal["catalog", "filing", "registration", "audit", "certificate"]
SourceQuery = Annotated[Source, Query(description="the publishing service")]
AfterQuery = Annotated[int, Query(ge=0, le=2**53 - 1, description="position of the last entry seen")]
LimitQuery = Annotated[int, Query(ge=1, le=200)]


@router.get("", dependencies=[public()])
async def get_journal(
    session: SessionDep, source: SourceQuery, after: AfterQuery = 0, limit: LimitQuery = 50
) -> tuple[EntryOut, ...]:
    """Every event of a service in order: what kind, of what, when, its hash and its place in the chain."""
    return await service.read(session, source=source, after=after, limit=limit, with_data=False)


@router.get("/contents", dependencies=[requires("journal:read")])
async def get_contents(
    session: SessionDep, source: SourceQuery, after: AfterQuery = 0, limit: LimitQuery = 50
) -> tuple[EntryOut, ...]:
    """The same with the events' contents (personal data stays sealed)."""
    return await service.read(session, source=source, after=after, limit=limit, with_data=True)


@router.get("/heads", dependencies=[public()])
async def get_heads(session: SessionDep) -> tuple[HeadOut, ...]:
    """How far each service's journal has been received, with the chain value there."""
    return await service.heads(session)
