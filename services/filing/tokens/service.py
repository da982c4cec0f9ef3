"""Use cases: make the next signing key in time, issue access tokens. They go by real time, never by the sandbox's."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import ALGORITHM, with_low_signature
from common.events import Sealed
from common.events.filing import TokenKeyPublished
from common.ids import uuid7
from common.permissions import SCOPES, scopes_of
from common.person_keys import person_key
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork
from filing.accounts.authentication import by_assertion, by_secret, note_use
from filing.accounts.domain import Holder
from filing.tokens.domain import (
    KEY_LEAD,
    TOKEN_SECONDS,
    OAuthError,
    TokenRequest,
    claims_of,
    granted_scopes,
    is_due,
    is_published,
    last_use,
    signing_key,
)
from filing.tokens.models import SigningKey
from filing.tokens.repository import life_of, signing_keys
from filing.tokens.schemas import KeySetOut, MetadataOut, PublicKeyOut, TokenOut

_SEALED_FOR = "token-signing-key"
_ROTATION_LOCK = 0x746F6B656E  # "token": one replica at a time makes a key


async def ensure_signing_key(
    uow: UnitOfWork, *, keyring: Keyring, now: datetime, lifetime: timedelta
) -> None:
    """Make a signing key if there is none, or if the newest has signed for its lifetime. May be called at any time.

    A new key is told to the other services a minute before it signs; the one before it stays published until the
    last token that it signed has expired, so two keys stand side by side during a rotation.
    """
    async with uow:
        await uow.session.execute(select(func.pg_advisory_xact_lock(_ROTATION_LOCK)))
        keys = await signing_keys(uow.session)
        if not is_due([life_of(key) for key in keys], now=now, lifetime=lifetime):
            return
        signs_from = now + KEY_LEAD if keys else now
        for key in keys:
            if key.not_after is None:
                key.not_after = last_use(signs_from)
                _publish(uow, key)
        _publish(uow, await _make_key(uow.session, keyring, signs_from))
        await uow.commit()


async def _make_key(session: AsyncSession, keyring: Keyring, signs_from: datetime) -> SigningKey:
    pair = ECKey.generate_key("P-256", private=True)
    public = {name: str(value) for name, value in pair.as_dict(private=False).items()}
    kid = pair.thumbprint()
    made = SigningKey(
        id=uuid7(),
        kid=kid,
        jwk={name: public[name] for name in ("kty", "crv", "x", "y")}
        | {"kid": kid, "use": "sig", "alg": ALGORITHM},
        signs_from=signs_from,
        not_after=None,
    )
    data_key = await person_key(session, keyring, made.id, create=True)
    secret = str(pair.as_dict(private=True)["d"])
    made.sealed_private = data_key.seal(_SEALED_FOR, {"d": secret}).ciphertext
    session.add(made)
    return made


def _publish(uow: UnitOfWork, key: SigningKey) -> None:
    uow.say(TokenKeyPublished(kid=key.kid, jwk=key.jwk, not_after=key.not_after))


async def issue_token(
    session: AsyncSession,
    request: TokenRequest,
    *,
    keyring: Keyring,
    issuer: str,
    now: datetime,
    today: date,
) -> TokenOut:
    """An access token for whoever shows a valid secret or assertion; `now` is real, `today` the platform's.

    Raises OAuthError.
    """
    if request.assertion is not None:
        holder = await by_assertion(
            session, request.assertion, client_id=request.client_id, issuer=issuer, now=now, day=today
        )
    else:
        client_id, secret = request.client_id or "", request.client_secret or ""
        holder = await by_secret(session, client_id, secret, day=today)
    if holder is None:
        raise OAuthError("invalid_client")
    scopes = granted_scopes(request.scopes, scopes_of(holder.role))
    await note_use(session, holder.account_id, now)
    await session.commit()  # an assertion is used up, and the account was used, before the token is told
    return await token_for(session, holder, scopes, keyring=keyring, issuer=issuer, now=now)


async def token_for(
    session: AsyncSession,
    holder: Holder,
    scopes: frozenset[str],
    *,
    keyring: Keyring,
    issuer: str,
    now: datetime,
) -> TokenOut:
    """The access token of an account that has shown itself."""
    claims = claims_of(holder, issuer=issuer, scopes=scopes, issued_at=now, token_id=uuid7())
    pair = await _open_key(session, await signing_keys(session), keyring=keyring, now=now)
    header = {"typ": "at+jwt", "alg": ALGORITHM, "kid": pair.kid}
    return TokenOut(
        access_token=with_low_signature(jwt.encode(header, claims, pair, algorithms=[ALGORITHM])),
        expires_in=TOKEN_SECONDS,
        scope=claims["scope"],
    )


async def _open_key(
    session: AsyncSession, keys: Sequence[SigningKey], *, keyring: Keyring, now: datetime
) -> ECKey:
    current = signing_key([life_of(key) for key in keys], now=now)
    if current is None:
        raise LookupError("the service makes its first signing key before it takes requests")
    key = next(key for key in keys if key.kid == current.kid)
    data_key = await person_key(session, keyring, key.id)
    opened = data_key.open(_SEALED_FOR, Sealed(person_id=key.id, ciphertext=key.sealed_private))
    pair: dict[str, Any] = key.jwk | opened
    return ECKey.import_key(pair)


async def published_keys(session: AsyncSession, *, now: datetime) -> KeySetOut:
    """The JWK set: every key that a valid token may be signed with, now or in a minute."""
    keys = await signing_keys(session)
    return KeySetOut(
        keys=[PublicKeyOut.model_validate(key.jwk) for key in keys if is_published(life_of(key), now=now)]
    )


def metadata(issuer: str, *, public_url: str) -> MetadataOut:
    """What RFC 8414 asks a server to tell."""
    base = f"{public_url}/filing/v1/oauth"
    return MetadataOut(
        issuer=issuer,
        token_endpoint=f"{base}/token",
        jwks_uri=f"{base}/jwks.json",
        grant_types_supported=["client_credentials"],
        response_types_supported=[],
        token_endpoint_auth_methods_supported=[
            "client_secret_basic",
            "client_secret_post",
            "private_key_jwt",
        ],
        token_endpoint_auth_signing_alg_values_supported=["ES256", "PS256", "RS256"],
        scopes_supported=sorted(SCOPES),
        service_documentation=f"{public_url}/filing/docs",
    )
