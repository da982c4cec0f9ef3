"""Use cases: secrets and keys of accounts: added, retired, never shown again (Art. 18(3))."""

import secrets
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import Bilingual, Gone, NotFound
from common.events.filing import AccountCredentialChanged
from common.ids import uuid7
from common.unit_of_work import UnitOfWork
from filing.accounts.domain import SECRET_PREFIX, SECRETS_AT_A_TIME, TooManySecrets, secret_digest
from filing.accounts.keys import public_key
from filing.accounts.models import Account, AccountKey, AccountSecret
from filing.accounts.schemas import KeyIn, KeySummary, SecretIn, SecretOut, SecretSummary
from filing.accounts.service import account_in_sight


async def add_secret(
    uow: UnitOfWork, account_id: UUID, body: SecretIn, *, caller: Caller, today: date
) -> SecretOut:
    """A second secret, shown once; the first stays valid until it is retired. Raises NotFound, TooManySecrets."""
    async with uow:
        account = await account_in_sight(uow.session, account_id, caller, with_own=True, lock=True)
        known = await _secrets(uow.session, account)
        valid = [one for one in known if one.expires_on is None or one.expires_on >= today]
        if len(valid) >= SECRETS_AT_A_TIME:
            raise TooManySecrets(
                Bilingual(
                    "账户已有两个有效密钥;请先停用旧密钥。",
                    "The account has two secrets; retire the old one first.",
                )
            )
        secret = SECRET_PREFIX + secrets.token_urlsafe(32)
        row = AccountSecret(
            id=uuid7(),
            account_id=account.id,
            sha256=secret_digest(secret),
            made_at=uow.clock.now(),
            made_by=caller.account_id,
            expires_on=body.expires_on,
        )
        uow.session.add(row)
        _tell(uow, account, "secret", "added", caller)
        answer = SecretOut.model_validate(_told(row) | {"client_secret": None})
        await uow.commit(answer)
    return answer.model_copy(update={"client_secret": secret})


async def retire_secret(
    uow: UnitOfWork, account_id: UUID, secret_id: UUID, *, caller: Caller
) -> SecretSummary:
    """Let a secret be none any more. Raises NotFound."""
    async with uow:
        account = await account_in_sight(uow.session, account_id, caller, with_own=True, lock=True)
        row = await uow.session.get(AccountSecret, secret_id)
        if row is None or row.account_id != account.id:
            raise NotFound.of("secret")
        if row.retired_at is None:
            row.retired_at = uow.clock.now()
            _tell(uow, account, "secret", "retired", caller)
        answer = SecretSummary.model_validate(_told(row))
        await uow.commit(answer)
    return answer


async def ask_for_secret(session: AsyncSession, account_id: UUID, secret_id: UUID, *, caller: Caller) -> None:
    """A secret is not kept, so it is never shown again. Raises NotFound, Gone."""
    account = await account_in_sight(session, account_id, caller, with_own=True)
    row = await session.get(AccountSecret, secret_id)
    if row is None or row.account_id != account.id:
        raise NotFound.of("secret")
    raise Gone(
        Bilingual(
            "密钥只在生成时显示一次,平台不保存原文;遗失时请新增一个并停用旧的。",
            "A secret is shown once, when it is made, and not kept; add another one and retire this.",
        )
    )


async def add_key(uow: UnitOfWork, account_id: UUID, body: KeyIn, *, caller: Caller) -> KeySummary:
    """Register a public key for `private_key_jwt`; the same key again is no second one. Raises NotFound, KeyRefused."""
    jwk = public_key(body.jwk)
    async with uow:
        account = await account_in_sight(uow.session, account_id, caller, with_own=True, lock=True)
        row: dict[str, Any] = {
            "account_id": account.id,
            "kid": jwk["kid"],
            "jwk": jwk,
            "added_at": uow.clock.now(),
            "added_by": caller.account_id,
        }
        await uow.session.execute(
            insert(AccountKey)
            .values(row)
            .on_conflict_do_update(index_elements=["account_id", "kid"], set_={"retired_at": None})
        )
        _tell(uow, account, "key", "added", caller)
        answer = KeySummary(kid=str(jwk["kid"]), added_at=row["added_at"], retired_at=None)
        await uow.commit(answer)
    return answer


async def retire_key(uow: UnitOfWork, account_id: UUID, kid: str, *, caller: Caller) -> KeySummary:
    """Let a key prove nothing any more. Raises NotFound."""
    async with uow:
        account = await account_in_sight(uow.session, account_id, caller, with_own=True, lock=True)
        row = await uow.session.get(AccountKey, (account.id, kid))
        if row is None:
            raise NotFound.of("key")
        if row.retired_at is None:
            row.retired_at = uow.clock.now()
            _tell(uow, account, "key", "retired", caller)
        answer = KeySummary.model_validate(row)
        await uow.commit(answer)
    return answer


async def _secrets(session: AsyncSession, account: Account) -> list[AccountSecret]:
    found = await session.scalars(
        select(AccountSecret).where(
            AccountSecret.account_id == account.id, AccountSecret.retired_at.is_(None)
        )
    )
    return list(found)


def _told(row: AccountSecret) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("id", "made_at", "expires_on", "retired_at")}


def _tell(
    uow: UnitOfWork,
    account: Account,
    credential: Literal["secret", "key"],
    change: Literal["added", "retired"],
    caller: Caller,
) -> None:
    uow.say(
        AccountCredentialChanged(
            account_id=account.id,
            credential=credential,
            change=change,
            changed_at=uow.clock.now(),
            changed_by=caller.account_id,
        )
    )
