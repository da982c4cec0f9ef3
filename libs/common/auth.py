"""Access tokens: ES256 JWTs of RFC 9068, checked offline with the keys that the filing service published.

Nothing is fetched while a request waits: keys and revoked accounts arrive as events, stand in two tables of every
service, and are held in memory. The algorithm comes from the key, never from the token; a header that names anything
but algorithm, type and key is refused; a token has one text form.
"""

import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from sqlalchemy import Text, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from common import strict_json
from common.clock import Clock
from common.db import Shared
from common.events.filing import AccountRevoked, TokenKeyPublished
from common.ids import decode_id
from common.measures import Shut, stored_measures
from common.permissions import scopes_of
from common.regions import covers
from common.unit_of_work import UnitOfWork

ALGORITHM = "ES256"
AUDIENCE = "skills"
LONGEST_TOKEN = 8 * 1024
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # SEC 2, secp256r1
CLOCK_SKEW_SECONDS = (
    30  # for `iat` and `nbf` of an issuer whose clock runs ahead; an expired token is expired
)
LONGEST_LIFE = timedelta(hours=1)
HEARD_SECONDS = 10.0  # longer than a handler's transaction lasts
_HEADER = {"alg", "typ", "kid"}

Reason = Literal["token-missing", "token-invalid", "token-expired"]


class TokenKeyRow(Shared):
    """A public key that access tokens may be signed with."""

    __tablename__ = "token_key"

    kid: Mapped[str] = mapped_column(Text, primary_key=True)
    jwk: Mapped[dict[str, str]] = mapped_column(JSONB)
    not_after: Mapped[datetime | None]


class RevokedAccountRow(Shared):
    """An account whose tokens are refused. `noted_at` is real time: later, its last token has expired anyway."""

    __tablename__ = "revoked_account"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    revoked_at: Mapped[datetime]
    noted_at: Mapped[datetime]


class TokenRefused(Exception):
    """A token that opens nothing; `reason` is the problem's code."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class UnknownKey(TokenRefused):
    """The token names a key that this process does not hold (yet)."""

    def __init__(self) -> None:
        super().__init__("token-invalid")


@dataclass(frozen=True, slots=True)
class Caller:
    """The account behind a request, with what it may do and where."""

    account_id: UUID
    role: str
    scopes: frozenset[str]
    organisation_id: UUID | None = None
    region: str | None = None

    def may(self, scope: str) -> bool:
        return scope in self.scopes

    def sees_region(self, code: str) -> bool:
        """Whether a county, city or province lies in the caller's charge. The authority's is the province."""
        if self.role == "authority" and self.region is None:
            return True
        return self.region is not None and covers(self.region, code)


class TokenChecker:
    """Checks access tokens with what `load()` last gave it."""

    def __init__(self, *, issuer: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._issuer = issuer
        self._clock = clock
        self._keys: dict[str, tuple[ECKey, datetime | None]] = {}
        self._revoked: frozenset[UUID] = frozenset()
        self._shut: Mapping[UUID, tuple[Shut, ...]] = {}
        self._reloaded_at = 0.0
        self._heard_revoked: dict[UUID, float] = {}
        self._heard_shut: dict[UUID, tuple[float, tuple[Shut, ...]]] = {}

    @property
    def known_keys(self) -> int:
        """How many keys a token may be signed with."""
        return len(self._keys)

    def may_reload(self) -> bool:
        """Whether an unknown key is worth a look into the table: at most once a second, whatever strangers send."""
        now = self._clock()
        if now - self._reloaded_at < 1:
            return False
        self._reloaded_at = now
        return True

    def load(
        self,
        keys: Iterable[tuple[str, dict[str, str], datetime | None]],
        revoked: Iterable[UUID],
        shut: Mapping[UUID, tuple[Shut, ...]] | None = None,
    ) -> None:
        """Replace keys (kid, JWK, not after), revoked accounts and organisations that are shut.

        What was heard a moment ago stays: the tables may have been read before its transaction was committed.
        """
        known = self._keys
        self._keys = {
            kid: (known[kid][0] if kid in known else ECKey.import_key(dict(jwk)), not_after)
            for kid, jwk, not_after in keys
        }
        earliest = self._clock() - HEARD_SECONDS
        self._heard_revoked = {one: at for one, at in self._heard_revoked.items() if at > earliest}
        self._heard_shut = {one: heard for one, heard in self._heard_shut.items() if heard[0] > earliest}
        self._revoked = frozenset(revoked).union(self._heard_revoked)
        self._shut = dict(shut or {}) | {one: days for one, (_, days) in self._heard_shut.items()}

    def add(self, kid: str, jwk: dict[str, str], not_after: datetime | None) -> None:
        self._keys = {**self._keys, kid: (ECKey.import_key(dict(jwk)), not_after)}

    def revoke(self, account_id: UUID) -> None:
        """Refuse an account's tokens from now on."""
        self._heard_revoked[account_id] = self._clock()
        self._revoked = self._revoked | {account_id}

    def stand(self, organisation_id: UUID, shut: tuple[Shut, ...]) -> None:
        """Replace the days on which an organisation's accounts are shut."""
        self._heard_shut[organisation_id] = (self._clock(), shut)
        self._shut = {**self._shut, organisation_id: shut}

    def shut_by(self, caller: Caller, day: date) -> Shut | None:
        """The measure by which the caller's organisation writes nothing on this day of the platform."""
        known = self._shut.get(caller.organisation_id, ()) if caller.organisation_id else ()
        return next((measure for measure in known if measure.holds_on(day)), None)

    def check(self, token: str, now: datetime) -> Caller:
        """The caller that a token speaks for, at this real instant. Raises TokenRefused."""
        header, key, not_after = self._key_of(token)
        if header.get("alg") != ALGORITHM or str(header.get("typ")).lower() != "at+jwt":
            raise TokenRefused("token-invalid")
        try:
            signed = jws.deserialize_compact(token, key, algorithms=[ALGORITHM])
        except (JoseError, ValueError) as error:
            raise TokenRefused("token-invalid") from error
        claims = _object(signed.payload)
        self._check_claims(claims, now, not_after)
        caller = _caller(claims)
        if caller.account_id in self._revoked:
            raise TokenRefused("token-invalid")
        return caller

    def _key_of(self, token: str) -> tuple[dict[str, Any], ECKey, datetime | None]:
        segments = token.split(".")
        if len(token) > LONGEST_TOKEN or len(segments) != 3 or not all(map(_is_canonical, segments)):
            raise TokenRefused("token-invalid")
        if not _is_low(segments[2]):  # s and n - s both verify; a token has one signature
            raise TokenRefused("token-invalid")
        header = _object(urlsafe_b64decode(segments[0] + "=" * (-len(segments[0]) % 4)))
        if set(header) != _HEADER:  # `crit`, `jwk`, `jku`, `x5u` and the like open nothing here
            raise TokenRefused("token-invalid")
        kid = header["kid"]
        if not isinstance(kid, str) or kid not in self._keys:
            raise UnknownKey
        return header, *self._keys[kid]

    def _check_claims(self, claims: dict[str, Any], now: datetime, not_after: datetime | None) -> None:
        expires, issued = _instant(claims, "exp"), _instant(claims, "iat")
        begins = _instant(claims, "nbf") if "nbf" in claims else issued
        seconds = now.timestamp()
        latest_start = seconds + CLOCK_SKEW_SECONDS
        if claims.get("iss") != self._issuer or claims.get("aud") != AUDIENCE:
            raise TokenRefused("token-invalid")
        if issued > latest_start or begins > latest_start or expires - issued > LONGEST_LIFE.total_seconds():
            raise TokenRefused("token-invalid")
        if expires <= seconds or (not_after is not None and now > not_after):
            raise TokenRefused("token-expired")


def _is_canonical(segment: str) -> bool:
    """Whether base64url text is the only one for its bytes: no padding, no stray bits, no strange characters."""
    try:
        raw = urlsafe_b64decode(segment.encode("ascii") + b"=" * (-len(segment) % 4))
    except ValueError:
        return False
    return bool(segment) and urlsafe_b64encode(raw).rstrip(b"=") == segment.encode()


def _is_low(segment: str) -> bool:
    """Whether s of an ES256 signature is the smaller of its two forms."""
    raw = urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    return int.from_bytes(raw[32:]) <= P256_ORDER // 2


def with_low_signature(token: str) -> str:
    """The same ES256 token with the smaller of the two signatures that verify, the only one that is taken."""
    signed, _, segment = token.rpartition(".")
    raw = urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    low = min(int.from_bytes(raw[32:]), P256_ORDER - int.from_bytes(raw[32:]))
    signature = urlsafe_b64encode(raw[:32] + low.to_bytes(32)).rstrip(b"=").decode()
    return f"{signed}.{signature}"


def _object(raw: bytes) -> dict[str, Any]:
    try:
        value = strict_json.parse(raw)
    except ValueError as error:
        raise TokenRefused("token-invalid") from error
    if not isinstance(value, dict):
        raise TokenRefused("token-invalid")
    return value


def _instant(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TokenRefused("token-invalid")
    return value


def _caller(claims: dict[str, Any]) -> Caller:
    role, scope, organisation, region = (claims.get(name) for name in ("role", "scope", "org", "region"))
    if not isinstance(role, str) or not isinstance(scope, str) or not isinstance(region, str | None):
        raise TokenRefused("token-invalid")
    try:
        return Caller(
            account_id=decode_id("account", str(claims.get("sub"))),
            role=role,
            scopes=scopes_of(role) & frozenset(scope.split()),
            organisation_id=None if organisation is None else decode_id("organisation", str(organisation)),
            region=region,
        )
    except ValueError as error:
        raise TokenRefused("token-invalid") from error


async def on_token_key_published(uow: UnitOfWork, event: TokenKeyPublished) -> None:
    """Keep a key of the token endpoint. Safe twice."""
    row = {"kid": event.kid, "jwk": event.jwk, "not_after": event.not_after}
    statement = insert(TokenKeyRow).values(row)
    await uow.session.execute(statement.on_conflict_do_update(index_elements=["kid"], set_=row))


async def on_account_revoked(uow: UnitOfWork, event: AccountRevoked) -> None:
    """Refuse an account's tokens from now on. Safe twice."""
    row = {"account_id": event.account_id, "revoked_at": event.revoked_at, "noted_at": Clock.real_now()}
    statement = insert(RevokedAccountRow).values(row)
    await uow.session.execute(statement.on_conflict_do_nothing(index_elements=["account_id"]))


async def reload(checker: TokenChecker, session: AsyncSession, now: datetime) -> None:
    """Give a checker what the tables hold now."""
    keys = await session.execute(select(TokenKeyRow.kid, TokenKeyRow.jwk, TokenKeyRow.not_after))
    revoked = await session.scalars(
        select(RevokedAccountRow.account_id).where(RevokedAccountRow.noted_at > now - 2 * LONGEST_LIFE)
    )
    checker.load(
        [(kid, jwk, not_after) for kid, jwk, not_after in keys.all()],
        revoked.all(),
        await stored_measures(session),
    )
