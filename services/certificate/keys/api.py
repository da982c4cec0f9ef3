"""The published keys: all that an offline check needs."""

from fastapi import APIRouter, Response

from certificate.keys import service
from certificate.keys.schemas import KeySetOut
from common.deps import SessionDep, public

router = APIRouter(tags=["keys"])


@router.get("/keys", dependencies=[public()])
async def get_keys(session: SessionDep, response: Response) -> KeySetOut:
    """The JWK set of every signing key, with validity, register and body; old certificates need old keys (Art. 19)."""
    response.headers["Cache-Control"] = "public, max-age=60"
    return KeySetOut(keys=await service.published_keys(session))
