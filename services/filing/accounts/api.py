"""Routes of dedicated accounts: granted within one's own charge, changed by whoever holds or grants them."""

from typing import Annotated

from fastapi import APIRouter, Path

from common.deps import CallerDep, CreatingDep, PageDep, SessionDep, TodayDep, created, requires
from common.ids import AccountId, SecretId
from common.schemas import Listing
from filing.accounts import credentials, service
from filing.accounts.schemas import (
    AccountDetail,
    AccountIn,
    AccountOut,
    KeyIn,
    KeySummary,
    RevocationOut,
    SecretIn,
    SecretOut,
    SecretSummary,
)

router = APIRouter(prefix="/accounts", tags=["accounts"])
ACCOUNT = created("/filing/v1/accounts/{account_id}")


@router.post("", status_code=201, dependencies=[requires("accounts:grant"), ACCOUNT])
async def post_account(body: AccountIn, uow: CreatingDep, caller: CallerDep, today: TodayDep) -> AccountOut:
    """Grant a dedicated account (授予的专用账户, Art. 18(3)); its secret is shown in this answer and never again."""
    return await service.grant_account(uow, body, caller=caller, today=today)


@router.get("", dependencies=[requires("accounts:grant")])
async def get_accounts(session: SessionDep, page: PageDep, caller: CallerDep) -> Listing[AccountOut]:
    """Accounts within the caller's charge, newest first, with their last use."""
    return await service.list_accounts(session, page, caller=caller)


@router.get("/{account_id}", dependencies=[requires("accounts:grant")])
async def get_account(account_id: AccountId, session: SessionDep, caller: CallerDep) -> AccountDetail:
    """An account: whose it is, what it may do, when it was last used, whether it has ended."""
    return await service.read_account(session, account_id, caller=caller)


@router.post("/{account_id}/revocation", status_code=201, dependencies=[requires("accounts:grant")])
async def post_revocation(account_id: AccountId, uow: CreatingDep, caller: CallerDep) -> RevocationOut:
    """End an account: its tokens are refused on every service within a second."""
    return await service.revoke_account(uow, account_id, caller=caller)


@router.post("/{account_id}/secrets", status_code=201, dependencies=[requires("accounts:keep"), ACCOUNT])
async def post_secret(
    account_id: AccountId, body: SecretIn, uow: CreatingDep, caller: CallerDep, today: TodayDep
) -> SecretOut:
    """Add a second secret, shown in this answer alone; the first stays valid until it is retired."""
    return await credentials.add_secret(uow, account_id, body, caller=caller, today=today)


@router.get(
    "/{account_id}/secrets/{secret_id}",
    status_code=204,
    dependencies=[requires("accounts:keep")],
    responses={410: {"description": "gone: a secret is shown once"}},
)
async def get_secret(
    account_id: AccountId, secret_id: SecretId, session: SessionDep, caller: CallerDep
) -> None:
    """Always 410: a secret is not kept, so it cannot be shown again."""
    await credentials.ask_for_secret(session, account_id, secret_id, caller=caller)


@router.post(
    "/{account_id}/secrets/{secret_id}/retirement",
    status_code=201,
    dependencies=[requires("accounts:keep"), ACCOUNT],
)
async def post_secret_retirement(
    account_id: AccountId, secret_id: SecretId, uow: CreatingDep, caller: CallerDep
) -> SecretSummary:
    """Let a secret be none any more."""
    return await credentials.retire_secret(uow, account_id, secret_id, caller=caller)


@router.post("/{account_id}/keys", status_code=201, dependencies=[requires("accounts:keep"), ACCOUNT])
async def post_key(account_id: AccountId, body: KeyIn, uow: CreatingDep, caller: CallerDep) -> KeySummary:
    """Register a public key, to sign in by assertions instead of a secret (`private_key_jwt`)."""
    return await credentials.add_key(uow, account_id, body, caller=caller)


@router.post(
    "/{account_id}/keys/{kid}/retirement",
    status_code=201,
    dependencies=[requires("accounts:keep"), ACCOUNT],
)
async def post_key_retirement(
    account_id: AccountId,
    kid: Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{43}$")],
    uow: CreatingDep,
    caller: CallerDep,
) -> KeySummary:
    """Let a key prove nothing any more."""
    return await credentials.retire_key(uow, account_id, kid, caller=caller)
