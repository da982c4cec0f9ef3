"""Routes of series, for the staff who keep registers."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from certificate.numbers import accounts
from certificate.numbers.schemas import SeriesOut, UnusedNumberOut
from common.certificate_code import Kind
from common.deps import PageDep, SessionDep, requires
from common.schemas import Listing

router = APIRouter(prefix="/series", tags=["numbers"])
REGISTER = r"^[A-Z0-9]{4,13}$"


@router.get("", dependencies=[requires("keys:read")])
async def get_series(
    session: SessionDep,
    page: PageDep,
    register: Annotated[
        str | None,
        Query(pattern=REGISTER, description="only those of this register", examples=["Y000032000017"]),
    ] = None,
) -> Listing[SeriesOut]:
    """Every series of numbers: given, used, to be signed, unused with a reason, left (Art. 1)."""
    return await accounts.list_series(session, page, register=register)


@router.get("/{kind}/{register}/{year}/{level}/unused", dependencies=[requires("keys:read")])
async def get_unused_numbers(
    kind: Kind,
    register: Annotated[str, Path(pattern=REGISTER, examples=["Y000032000017"])],
    year: Annotated[int, Path(ge=2000, le=2099)],
    level: Annotated[int, Path(ge=0, le=5)],
    session: SessionDep,
    page: PageDep,
) -> Listing[UnusedNumberOut]:
    """The gaps of a series, each with its reason."""
    return await accounts.list_unused(session, page, kind, register, year, level)
