"""Who shows himself: by a secret, or by an assertion signed with a registered key (RFC 6749 2.3.1, RFC 7523)."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from filing.accounts.domain import Holder, Secret, is_secret
from filing.accounts.keys import AssertionRefused, check_assertion, subject_of
from filing.accounts.models import Account, AccountKey, AccountSecret, UsedAssertion
from filing.standings.repository import standings_on

USE_NOTED_EVERY: Final = timedelta(minutes=1)


async def by_secret(session: AsyncSession, client_id: str, secret: str, *, day: date) -> Holder | None:
    """The account behind a client id and one of its secrets; none for a wrong, unknown or ended one, all alike."""
    account = await session.scalar(select(Account).where(Account.client_id == client_id))
    known = await _secrets(session, account.id) if account else ()
    right = is_secret(secret, [one.digest for one in known if one.counts_on(day)])
    if not right or account is None:
        return None
    return await holder_of(session, account, day=day)


async def by_assertion(
    session: AsyncSession, assertion: str, *, client_id: str | None, issuer: str, now: datetime, day: date
) -> Holder | None:
    """The account that signed an assertion with a key of its own; an assertion is taken once. None otherwise."""
    try:
        subject, kid = subject_of(assertion)
        account = await session.scalar(select(Account).where(Account.client_id == subject))
        if account is None or client_id not in (None, subject):
            return None
        for key in await _keys(session, account.id, kid):
            try:
                checked = check_assertion(assertion, key.jwk, client_id=subject, issuer=issuer, now=now)
            except AssertionRefused:
                continue
            if not await _is_first_use(session, account.id, checked.jti, checked.expires_at, now):
                return None
            return await holder_of(session, account, day=day)
    except AssertionRefused:
        return None
    return None


async def holder_of(session: AsyncSession, account: Account, *, day: date) -> Holder | None:
    """What tokens of an account say; none for one that was revoked, has expired, or whose body is shut (Art. 22)."""
    if account.revoked_at is not None or (account.expires_on is not None and day > account.expires_on):
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


async def note_use(session: AsyncSession, account_id: UUID, now: datetime) -> None:
    """Keep when an account last got a token, at most once a minute."""
    await session.execute(
        update(Account)
        .where(
            Account.id == account_id,
            Account.last_used_at.is_(None) | (Account.last_used_at < now - USE_NOTED_EVERY),
        )
        .values(last_used_at=now)
    )


async def _secrets(session: AsyncSession, account_id: UUID) -> Sequence[Secret]:
    rows = await session.scalars(
        select(AccountSecret)
        .where(AccountSecret.account_id == account_id, AccountSecret.retired_at.is_(None))
        .order_by(AccountSecret.made_at.desc())
    )
    return [Secret(row.sha256, row.expires_on, row.retired_at is not None) for row in rows]


async def _keys(session: AsyncSession, account_id: UUID, kid: str | None) -> Sequence[AccountKey]:
    query = select(AccountKey).where(AccountKey.account_id == account_id, AccountKey.retired_at.is_(None))
    if kid is not None:
        query = query.where(AccountKey.kid == kid)
    return (await session.scalars(query)).all()


async def _is_first_use(
    session: AsyncSession, account_id: UUID, jti: str, expires_at: datetime, now: datetime
) -> bool:
    """Remember an assertion until it has expired, for every replica and through restarts."""
    await session.execute(delete(UsedAssertion).where(UsedAssertion.expires_at < now))
    kept = await session.execute(
        insert(UsedAssertion)
        .values(
            account_id=account_id, jti_sha256=hashlib.sha256(jti.encode()).digest(), expires_at=expires_at
        )
        .on_conflict_do_nothing()
        .returning(UsedAssertion.account_id)
    )
    return kept.first() is not None


async def _may_sign_in(session: AsyncSession, account: Account, day: date) -> bool:
    """Whether no measure has shut the account's organisation on that day."""
    if account.organisation_id is None:
        return True
    standings = await standings_on(session, [account.organisation_id], day)
    return standings[account.organisation_id].may_sign_in
