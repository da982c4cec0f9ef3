"""Route of the import of older certificates."""

from fastapi import APIRouter

from certificate.legacy import service
from certificate.legacy.schemas import LegacyImportOut, LegacyIn
from common.deps import CallerDep, CreatingDep, PlatformDep, TodayDep, created, requires

router = APIRouter(prefix="/legacy-certificates", tags=["legacy"])


@router.post(
    "",
    status_code=201,
    dependencies=[requires("certificates:import"), created("/certificate/v1/verify")],
)
async def post_legacy(
    body: LegacyIn, uow: CreatingDep, caller: CallerDep, platform: PlatformDep, today: TodayDep
) -> LegacyImportOut:
    """Take in up to 500 certificates of one source; they are found by number and name like the others."""
    return await service.import_legacy(
        uow,
        body,
        caller=caller,
        keyring=platform.keyring,
        index_key=platform.settings.index_key(),
        today=today,
    )
