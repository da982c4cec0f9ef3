"""Use cases: choose a password, and sign in by it with a one-time code."""

import asyncio
import hashlib
import hmac
import os
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import Violations
from common.events import Sealed
from common.events.filing import AccountCredentialChanged
from common.person_keys import person_key
from common.problems import Problem
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork
from filing.accounts.authentication import holder_of, note_use
from filing.accounts.domain import Holder
from filing.accounts.models import Account
from filing.people.domain import (
    SALT_BYTES,
    digest_of,
    is_password,
    locked_until,
    password_problems,
)
from filing.people.models import AccountHolder
from filing.people.schemas import AuthenticatorOut, EnrolmentIn, SignInIn
from filing.people.totp import SECRET_BYTES, matched_step, provisioning_uri

TOTP: Final = "totp"
_NOBODYS_SALT: Final = bytes(SALT_BYTES)


def refused() -> Problem:
    """One answer to every wrong name, password and code."""
    return Problem("client-authentication-failed")


async def enrol(uow: UnitOfWork, body: EnrolmentIn, *, keyring: Keyring, issuer: str) -> AuthenticatorOut:
    """The holder chooses a password, once, and is told the secret of an authenticator.

    Raises Violations, the problem `client-authentication-failed`.
    """
    problems = password_problems(body.password, body.username)
    if problems:
        raise Violations(problems)
    async with uow:
        account, held = await _held(uow.session, body.username)
        shown = hashlib.sha256(body.enrolment_code.encode()).digest()
        expected = held.enrolment_sha256 if held and held.enrolment_sha256 else bytes(32)
        is_right = hmac.compare_digest(shown, expected)
        if account is None or held is None or not is_right or not _is_open(held, uow.clock.now()):
            raise refused()
        salt = os.urandom(SALT_BYTES)
        digest = await asyncio.to_thread(digest_of, body.password, salt)  # slow: only for who has the code
        secret = os.urandom(SECRET_BYTES)
        key = await person_key(uow.session, keyring, held.person_id)
        held.sealed_totp = key.seal(TOTP, {"secret": secret.hex()}).ciphertext
        held.salt, held.password_digest, held.last_step = salt, digest, None
        held.enrolment_sha256 = held.enrolment_ends = None
        held.failures, held.locked_until = 0, None
        uow.say(
            AccountCredentialChanged(
                account_id=account.id,
                credential="password",
                change="added",
                changed_at=uow.clock.now(),
                changed_by=account.id,
            )
        )
        await uow.commit()
    return AuthenticatorOut(otpauth_uri=provisioning_uri(secret, account=body.username, issuer=issuer))


def _is_open(held: AccountHolder, now: datetime) -> bool:
    return held.enrolment_ends is not None and now < held.enrolment_ends


async def sign_in(
    session: AsyncSession, body: SignInIn, *, keyring: Keyring, now: datetime, day: date
) -> Holder:
    """The account of who shows password and code; what is wrong is not told. `now` is real time.

    Five failures in a row lock the account for a quarter of an hour. Raises the problems
    `client-authentication-failed` and `rate-limited`.
    """
    account, held = await _held(session, body.username)
    if held is not None and held.locked_until is not None and now < held.locked_until:
        wait = max(1, int((held.locked_until - now).total_seconds()))
        raise Problem("rate-limited", headers={"Retry-After": str(wait)})
    salt = held.salt if held and held.salt else _NOBODYS_SALT
    digest = held.password_digest if held and held.password_digest else bytes(32)
    is_right = await asyncio.to_thread(is_password, body.password, salt, digest)
    step = await _step(session, held, body.totp_code, keyring=keyring, now=now)
    if held is None or account is None:
        raise refused()
    found = await holder_of(session, account, day=day) if is_right and step is not None else None
    if found is None:
        is_paid = held.locked_until is not None  # a lock that ran out
        held.failures = 1 if is_paid else held.failures + 1
        held.locked_until = locked_until(held.failures, now)
        await session.commit()
        raise refused()
    held.last_step, held.failures, held.locked_until = step, 0, None
    await note_use(session, account.id, now)
    await session.commit()  # the code is used up before the token is told
    return found


async def _held(session: AsyncSession, username: str) -> tuple[Account | None, AccountHolder | None]:
    """The account of a user name with its holder, locked: two sign-ins by one code come one after the other."""
    account = await session.scalar(select(Account).where(Account.client_id == username))
    if account is None:
        return None, None
    return account, await session.get(AccountHolder, account.id, with_for_update=True)


async def _step(
    session: AsyncSession, held: AccountHolder | None, code: str, *, keyring: Keyring, now: datetime
) -> int | None:
    secret = bytes(SECRET_BYTES)
    if held is not None and held.sealed_totp is not None:
        key = await person_key(session, keyring, held.person_id)
        plain = key.open(TOTP, Sealed(person_id=held.person_id, ciphertext=held.sealed_totp))
        secret = bytes.fromhex(str(plain["secret"]))
    last = held.last_step if held is not None else None
    found = matched_step(secret, code, seconds=now.timestamp(), last_step=last)
    return found if held is not None and held.sealed_totp is not None else None
