"""The published keys: all that an offline check needs."""

from fastapi import APIRouter, Response

from certificate.keys import service
from certificate.keys.platform import published_platform_keys
from certificate.keys.schemas import KeySetOut, PlatformKeyOut, PlatformKeySetOut
from common.deps import PlatformDep, SessionDep, public

router = APIRouter(tags=["keys"])


@router.get("/keys", dependencies=[public()], response_model_exclude_none=True)
async def get_keys(session: SessionDep, response: Response) -> KeySetOut:
    """The JWK set of every signing key, with validity, register and body; old certificates need old keys (Art. 19)."""
    response.headers["Cache-Control"] = "public, max-age=60"
    return KeySetOut(keys=await service.published_keys(session))


@router.get("/platform-keys", dependencies=[public()], response_model_exclude_none=True)
async def get_platform_keys(
    session: SessionDep, platform: PlatformDep, response: Response
) -> PlatformKeySetOut:
    """The JWK set of the platform's own keys, each with its purpose: status lists, names, answers, credentials, log."""
    response.headers["Cache-Control"] = "public, max-age=60"
    keys = await published_platform_keys(session, issuer=platform.settings.public_url)
    return PlatformKeySetOut(keys=[PlatformKeyOut.model_validate(key) for key in keys])
