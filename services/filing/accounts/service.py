"""Use cases: grant, revoke and authenticate dedicated accounts."""

import secrets
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import NotFound, Violations
from common.events.filing import AccountRevoked
from common.ids import encode_id, uuid7
from common.unit_of_work import UnitOfWork
from filing.accounts.domain import SECRET_PREFIX, Holder, bond_problems, is_secret, secret_digest
from filing.accounts.models import Account
from filing.accounts.schemas import AccountIn, AccountOut, RevocationOut
from filing.organisations.models import Organisation
from filing.standings.repository import standings_on


async def grant_account(uow: UnitOfWork, body: AccountIn, *, caller: Caller) -> AccountOut:
    """Grant an account and tell its secret, once: a repetition of the request is answered without it.

    Raises Violations when the role does not go with what the account is bound to.
    """
    async with uow:
        state = await _organisation_state(uow.session, body.organisation_id)
        problems = bond_problems(
            body.role, organisation_id=body.organisation_id, organisation_state=state, region=body.region
        )
        if problems:
            raise Violations(problems)
        secret = SECRET_PREFIX + secrets.token_urlsafe(32)
        account = _new_account(uow, body, secret=secret, granted_by=caller.account_id)
        uow.session.add(account)
        answer = _shown(account)
        await uow.commit(answer)
    return answer.model_copy(update={"client_secret": secret})


def _new_account(uow: UnitOfWork, body: AccountIn, *, secret: str, granted_by: UUID) -> Account:
    account_id = uuid7()
    return Account(
        id=account_id,
        client_id=encode_id("client", account_id),
        secret_sha256=secret_digest(secret),
        role=body.role,
        organisation_id=body.organisation_id,
        region=body.region,
        label=body.label,
        granted_at=uow.clock.now(),
        granted_by=granted_by,
        revoked_at=None,
        revoked_by=None,
    )


def _shown(account: Account) -> AccountOut:
    return AccountOut.model_validate(
        {
            "account_id": account.id,
            "client_id": account.client_id,
            "client_secret": None,
            "role": account.role,
            "organisation_id": account.organisation_id,
            "region": account.region,
            "label": account.label,
            "granted_at": account.granted_at,
            "revoked_at": account.revoked_at,
        }
    )


async def read_account(session: AsyncSession, account_id: UUID) -> AccountOut:
    """An account, without its secret. Raises NotFound."""
    account = await session.get(Account, account_id)
    if account is None:
        raise NotFound.of("account")
    return _shown(account)


async def _organisation_state(session: AsyncSession, organisation_id: UUID | None) -> str | None:
    if organisation_id is None:
        return None
    return await session.scalar(select(Organisation.state).where(Organisation.id == organisation_id))


async def revoke_account(uow: UnitOfWork, account_id: UUID, *, caller: Caller) -> RevocationOut:
    """End an account and tell every service at once. An account that has ended already stays as it is.

    Raises NotFound.
    """
    async with uow:
        account = await uow.session.get(Account, account_id, with_for_update=True)
        if account is None:
            raise NotFound.of("account")
        if account.revoked_at is None:
            account.revoked_at, account.revoked_by = uow.clock.now(), caller.account_id
            uow.say(AccountRevoked(account_id=account.id, revoked_at=account.revoked_at))
        answer = RevocationOut(account_id=account.id, revoked_at=account.revoked_at)
        await uow.commit(answer)
    return answer


async def ensure_bootstrap_account(uow: UnitOfWork, *, client_id: str, secret: str) -> None:
    """The authority's first account, as the settings name it; a new secret in the settings replaces the old one."""
    row = {
        "id": uuid7(),
        "client_id": client_id,
        "secret_sha256": secret_digest(secret),
        "role": "authority",
        "label": "bootstrap",
        "granted_at": uow.clock.now(),
    }
    async with uow:
        statement = insert(Account).values(row)
        await uow.session.execute(
            statement.on_conflict_do_update(
                index_elements=["client_id"], set_={"secret_sha256": row["secret_sha256"]}
            )
        )
        await uow.commit()


async def authenticate(session: AsyncSession, client_id: str, secret: str, *, day: date) -> Holder | None:
    """The account behind a client id and its secret; none for a wrong, unknown or revoked one, all alike.

    Accounts of a body that is suspended, blacklisted or gone get no token meanwhile (Art. 22).
    """
    account = await session.scalar(select(Account).where(Account.client_id == client_id))
    usable = account is not None and account.revoked_at is None
    if not is_secret(secret, account.secret_sha256 if account else None) or account is None or not usable:
        return None
    if not await _may_sign_in(session, account, day):
        return None
    return Holder(
        account_id=account.id,
        client_id=account.client_id,
        role=account.role,
        organisation_id=account.organisation_id,
        region=account.region,
    )


async def _may_sign_in(session: AsyncSession, account: Account, day: date) -> bool:
    """Whether no measure has shut the account's organisation on that day."""
    if account.organisation_id is None:
        return True
    standings = await standings_on(session, [account.organisation_id], day)
    return standings[account.organisation_id].may_sign_in
