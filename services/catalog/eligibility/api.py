"""Routes of the eligibility calculator; anyone may ask, and nothing is kept."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from catalog.eligibility import service
from catalog.eligibility.schemas import FindingOut, QuestionIn
from common.deps import SessionDep, public
from common.eligibility import Regulation, national_table
from common.fresh import DAY_SECONDS, stamp

router = APIRouter(prefix="/eligibility", tags=["eligibility"])


@router.post("", dependencies=[public()])
async def post_question(body: QuestionIn, session: SessionDep) -> FindingOut:
    """May I sit for this level? Every condition with met, not met or needs evidence, and the day from which on."""
    return await service.calculate(session, body)


@router.get("/tables/{regulation}", dependencies=[public()])
async def get_table(
    regulation: Annotated[
        Regulation, Path(description="edition of the technical regulation", examples=["2023"])
    ],
    response: Response,
) -> dict[str, Any]:
    """A general eligibility table as data; a standard's own table has the same form."""
    table = national_table(regulation)
    stamp(response, table.model_dump_json().encode(), fresh_seconds=DAY_SECONDS)
    return table.as_data()
