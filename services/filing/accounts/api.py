"""Routes of dedicated accounts; only the authority grants and revokes them."""

from fastapi import APIRouter

from common.deps import CallerDep, CreatingDep, SessionDep, created, requires
from common.ids import AccountId
from filing.accounts import service
from filing.accounts.schemas import AccountIn, AccountOut, RevocationOut

router = APIRouter(prefix="/accounts", tags=["accounts"])


@router.post(
    "",
    status_code=201,
    dependencies=[requires("accounts:grant"), created("/filing/v1/accounts/{account_id}")],
)
async def post_account(body: AccountIn, uow: CreatingDep, caller: CallerDep) -> AccountOut:
    """Grant a dedicated account (授予的专用账户, Art. 18(3)); its secret is shown in this answer and never again."""
    return await service.grant_account(uow, body, caller=caller)


@router.get("/{account_id}", dependencies=[requires("accounts:grant")])
async def get_account(account_id: AccountId, session: SessionDep) -> AccountOut:
    """An account: whose it is, what it may do, whether it has ended."""
    return await service.read_account(session, account_id)


@router.post("/{account_id}/revocation", status_code=201, dependencies=[requires("accounts:grant")])
async def post_revocation(account_id: AccountId, uow: CreatingDep, caller: CallerDep) -> RevocationOut:
    """End an account: its tokens are refused on every service within a second."""
    return await service.revoke_account(uow, account_id, caller=caller)
