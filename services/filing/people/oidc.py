"""People who sign in at an issuer of their own (OpenID Connect): its ID token is checked here, once, with its keys."""

import time
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from common import strict_json
from filing.accounts.authentication import holder_of, note_use
from filing.accounts.domain import Holder
from filing.accounts.models import Account
from filing.people.models import OidcIdentity
from filing.settings import OidcIssuer

KEYS_KEPT_SECONDS: Final = 600
FETCHED_AT_MOST_EVERY: Final = 30.0
TIMEOUT_SECONDS: Final = 3.0
LARGEST_KEY_SET: Final = 64 * 1024
CLOCK_SKEW_SECONDS: Final = 30
OLDEST_SECONDS: Final = 600  # an ID token is of the sign-in that has just been; an older one was lying about
ALGORITHMS: Final = ("RS256", "PS256", "ES256")


@dataclass
class KeySets:
    """Key sets of the trusted issuers, fetched when they are needed and kept for ten minutes."""

    _known: dict[str, tuple[float, KeySet]] = field(default_factory=dict)
    _asked: dict[str, float] = field(default_factory=dict)

    async def of(self, trusted: OidcIssuer, *, anew: bool = False) -> KeySet | None:
        """The issuer's keys; none when it does not answer. `anew`: a key that is not known was named."""
        now = time.monotonic()
        fetched_at, keys = self._known.get(trusted.issuer, (0.0, None))
        if keys is not None and not anew and now - fetched_at < KEYS_KEPT_SECONDS:
            return keys
        if now - self._asked.get(trusted.issuer, -FETCHED_AT_MOST_EVERY) < FETCHED_AT_MOST_EVERY:
            return keys
        self._asked[trusted.issuer] = now
        fetched = await _fetch(trusted.jwks_uri)
        if fetched is None:
            return keys
        self._known[trusted.issuer] = (now, fetched)
        return fetched


async def _fetch(url: str) -> KeySet | None:
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=False) as client:
            answer = await client.get(url)
        if answer.status_code != 200 or len(answer.content) > LARGEST_KEY_SET:
            return None
        return KeySet.import_key_set(answer.json())
    except (httpx.HTTPError, JoseError, ValueError, KeyError, TypeError):
        return None


async def sign_in_by_token(
    session: AsyncSession,
    id_token: str,
    *,
    issuers: Mapping[str, OidcIssuer],
    keys: KeySets,
    now: datetime,
    day: date,
) -> Holder | None:
    """The account bound to whom an ID token speaks of; none for whatever does not hold. `now` is real time."""
    claims = await _checked(id_token, issuers=issuers, keys=keys, now=now)
    if claims is None:
        return None
    bound = await session.scalar(
        select(Account)
        .join(OidcIdentity, OidcIdentity.account_id == Account.id)
        .where(OidcIdentity.issuer == claims["iss"], OidcIdentity.subject == claims["sub"])
    )
    found = await holder_of(session, bound, day=day) if bound is not None else None
    if found is not None:
        await note_use(session, found.account_id, now)
        await session.commit()
    return found


async def _checked(
    id_token: str, *, issuers: Mapping[str, OidcIssuer], keys: KeySets, now: datetime
) -> dict[str, Any] | None:
    trusted = issuers.get(_named_issuer(id_token))
    if trusted is None:
        return None
    for anew in (False, True):
        known = await keys.of(trusted, anew=anew)
        if known is None:
            return None
        try:
            token = jwt.decode(id_token, known, algorithms=list(ALGORITHMS))
        except (JoseError, ValueError, KeyError, TypeError):
            continue  # perhaps by a key that the issuer has made since
        return token.claims if _holds(token.claims, trusted, now) else None
    return None


def _named_issuer(id_token: str) -> str:
    """Which issuer a token that is not checked yet names; its keys then decide whether it is so."""
    try:
        segment = id_token.split(".")[1]
        claims = strict_json.parse(urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
        return str(claims["iss"])
    except (ValueError, IndexError, KeyError, TypeError):
        return ""


def _holds(claims: Mapping[str, Any], trusted: OidcIssuer, now: datetime) -> bool:
    """For us, by this issuer, and valid now (OpenID Connect Core 3.1.3.7)."""
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    is_ours = trusted.client_id in audiences and (
        len(audiences) == 1 or claims.get("azp") == trusted.client_id
    )
    expires, issued = claims.get("exp"), claims.get("iat")
    if not isinstance(expires, int | float) or not isinstance(issued, int | float):
        return False
    seconds = now.timestamp()
    return (
        is_ours
        and claims.get("iss") == trusted.issuer
        and isinstance(claims.get("sub"), str)
        and seconds < expires
        and seconds - OLDEST_SECONDS <= issued <= seconds + CLOCK_SKEW_SECONDS
    )
