"""Use cases: grant, show and revoke dedicated accounts (Art. 18(3))."""

import secrets
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import Bilingual, Forbidden, NotFound, StateConflict, Violations
from common.events.filing import AccountGranted, AccountRevoked
from common.ids import encode_id, uuid7
from common.pagination import Page
from common.schemas import Listing
from common.unit_of_work import UnitOfWork
from filing.accounts.domain import (
    GRANTED_BY_CENTRES,
    GRANTED_BY_ORGANISATIONS,
    SECRET_PREFIX,
    Granter,
    bond_problems,
    secret_digest,
)
from filing.accounts.models import Account, AccountKey, AccountSecret
from filing.accounts.schemas import (
    AccountDetail,
    AccountIn,
    AccountOut,
    KeySummary,
    RevocationOut,
    SecretSummary,
)
from filing.organisations.models import Organisation
from filing.standings.repository import standing_on
from filing.territory import in_charge

CLOSED = frozenset({"blacklisted", "exited"})


class OrganisationClosed(StateConflict):
    """A body that exited, or is on the blacklist, gets no accounts (Art. 22)."""

    article = "22"
    title = Bilingual("机构已退出或列入黑名单", "The organisation is gone or blacklisted")


async def grant_account(uow: UnitOfWork, body: AccountIn, *, caller: Caller, today: date) -> AccountOut:
    """Grant an account and tell its secret, once: a repetition of the request is answered without it.

    Raises Forbidden beyond the caller's charge, OrganisationClosed, and Violations when the role does not go with what
    the account is bound to.
    """
    granter = Granter(caller.role, caller.organisation_id, caller.region)
    if not granter.may_grant(body.role, organisation_id=body.organisation_id, region=body.region):
        raise Forbidden(
            Bilingual(
                "只能为本机构或本辖区授予下级角色的账户。",
                "Accounts are granted within one's own organisation or region, for roles below one's own.",
            )
        )
    async with uow:
        organisation = (
            await uow.session.get(Organisation, body.organisation_id) if body.organisation_id else None
        )
        problems = bond_problems(
            body.role,
            organisation_id=body.organisation_id,
            organisation_state=organisation.state if organisation else None,
            region=body.region,
        )
        if problems:
            raise Violations(problems)
        if organisation is not None:
            await _check_open(uow.session, organisation, today)
        secret = SECRET_PREFIX + secrets.token_urlsafe(32)
        account = _new_account(uow, body, granted_by=caller.account_id)
        uow.session.add(account)
        await uow.session.flush()
        uow.session.add(
            AccountSecret(
                id=uuid7(),
                account_id=account.id,
                sha256=secret_digest(secret),
                made_at=account.granted_at,
                made_by=caller.account_id,
            )
        )
        uow.say(
            AccountGranted(
                account_id=account.id,
                role=account.role,
                organisation_id=account.organisation_id,
                region=account.region,
                granted_at=account.granted_at,
                granted_by=caller.account_id,
                expires_on=account.expires_on,
            )
        )
        answer = AccountOut.model_validate(_members(account))
        await uow.commit(answer)
    return answer.model_copy(update={"client_secret": secret})


async def _check_open(session: AsyncSession, organisation: Organisation, today: date) -> None:
    standing = await standing_on(session, organisation, today)
    if standing.state in CLOSED:
        raise OrganisationClosed(
            Bilingual(
                "机构已退出或列入黑名单,不能授予账户。", "No accounts for a body that is gone or blacklisted."
            ),
            case=standing.case,
        )


def _new_account(uow: UnitOfWork, body: AccountIn, *, granted_by: UUID) -> Account:
    account_id = uuid7()
    return Account(
        id=account_id,
        client_id=encode_id("client", account_id),
        role=body.role,
        organisation_id=body.organisation_id,
        region=body.region,
        label=body.label,
        granted_at=uow.clock.now(),
        granted_by=granted_by,
        expires_on=body.expires_on,
        last_used_at=None,
        revoked_at=None,
        revoked_by=None,
    )


def _members(account: Account) -> dict[str, object]:
    own = {
        name: getattr(account, name)
        for name in AccountOut.model_fields
        if name not in ("account_id", "client_secret")
    }
    return own | {"account_id": account.id, "client_secret": None}


def granted_within(caller: Caller) -> ColumnElement[bool]:
    """Accounts that the caller may grant, and so see and end: the SQL twin of `Granter.may_grant`."""
    match caller.role:
        case "authority":
            return true()
        case "organisation_administrator" if caller.organisation_id is not None:
            return Account.organisation_id.is_not_distinct_from(caller.organisation_id) & Account.role.in_(
                GRANTED_BY_ORGANISATIONS
            )
        case "centre_head" if caller.region is not None:
            own = select(Account.id).where(Account.region.is_not(None), in_charge(Account.region, caller))
            return Account.id.in_(own) & Account.role.in_(GRANTED_BY_CENTRES)
        case _:
            return false()


async def account_in_sight(
    session: AsyncSession, account_id: UUID, caller: Caller, *, with_own: bool = False, lock: bool = False
) -> Account:
    """An account within the caller's charge; `with_own`: or the caller's own. Raises NotFound."""
    where = granted_within(caller)
    if with_own:
        where = or_(where, Account.id == caller.account_id)
    query = select(Account).where(Account.id == account_id, where)
    found: Account | None = await session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound.of("account")
    return found


async def read_account(session: AsyncSession, account_id: UUID, *, caller: Caller) -> AccountDetail:
    """An account with its secrets and keys, never what they are. Raises NotFound."""
    account = await account_in_sight(session, account_id, caller)
    made = await session.scalars(
        select(AccountSecret).where(AccountSecret.account_id == account.id).order_by(AccountSecret.made_at)
    )
    keys = await session.scalars(
        select(AccountKey).where(AccountKey.account_id == account.id).order_by(AccountKey.added_at)
    )
    return AccountDetail.model_validate(
        _members(account)
        | {
            "secrets": [SecretSummary.model_validate(one) for one in made],
            "keys": [KeySummary.model_validate(one) for one in keys],
        }
    )


async def list_accounts(session: AsyncSession, page: Page, *, caller: Caller) -> Listing[AccountOut]:
    """Accounts within the caller's charge, newest first, with their last use."""
    query = select(Account).where(granted_within(caller)).order_by(Account.id.desc()).limit(page.fetch)
    if page.after:
        query = query.where(Account.id < page.after[0])
    kept, cursor = page.cut((await session.scalars(query)).all(), lambda row: (row.id,))
    return Listing.of([AccountOut.model_validate(_members(row)) for row in kept], cursor)


async def revoke_account(uow: UnitOfWork, account_id: UUID, *, caller: Caller) -> RevocationOut:
    """End an account and tell every service at once. An account that has ended already stays as it is.

    Raises NotFound.
    """
    async with uow:
        account = await account_in_sight(uow.session, account_id, caller, lock=True)
        if account.revoked_at is None:
            account.revoked_at, account.revoked_by = uow.clock.now(), caller.account_id
            uow.say(AccountRevoked(account_id=account.id, revoked_at=account.revoked_at))
        answer = RevocationOut(account_id=account.id, revoked_at=account.revoked_at)
        await uow.commit(answer)
    return answer


async def ensure_bootstrap_account(uow: UnitOfWork, *, client_id: str, secret: str) -> None:
    """The authority's first account, as the settings name it; a new secret in the settings replaces the old one."""
    now, digest = uow.clock.now(), secret_digest(secret)
    async with uow:
        row = {"id": uuid7(), "client_id": client_id, "role": "authority", "label": "bootstrap"}
        await uow.session.execute(
            insert(Account)
            .values(row | {"granted_at": now})
            .on_conflict_do_nothing(index_elements=["client_id"])
        )
        account = await uow.session.scalar(
            select(Account).where(Account.client_id == client_id).with_for_update()
        )
        if account is None:
            raise LookupError("the account was just made")
        known = (
            await uow.session.scalars(
                select(AccountSecret).where(
                    AccountSecret.account_id == account.id, AccountSecret.retired_at.is_(None)
                )
            )
        ).all()
        if digest not in {one.sha256 for one in known}:
            uow.session.add(AccountSecret(id=uuid7(), account_id=account.id, sha256=digest, made_at=now))
        for one in known:
            if one.sha256 != digest:
                one.retired_at = now
        await uow.commit()
