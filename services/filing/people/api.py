"""Routes of people: whose an account is, and how that person signs in."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response

from common.deps import CallerDep, CreatingDep, PlatformDep, SessionDep, UowDep, created, public, requires
from common.ids import AccountId
from common.permissions import scopes_of
from common.platform import Platform
from common.problems import Problem
from common.ratelimit import client_key
from filing.people import holding, signing_in
from filing.people.holding import Vault
from filing.people.oidc import KeySets, sign_in_by_token
from filing.people.schemas import (
    AuthenticatorOut,
    EnrolmentIn,
    EnrolmentOut,
    HolderIn,
    OidcIdentityIn,
    OidcIdentityOut,
    OidcSignInIn,
    SignInIn,
)
from filing.settings import FilingSettings, OidcIssuer
from filing.tokens.schemas import TokenOut
from filing.tokens.service import token_for

router = APIRouter(tags=["people"])
ACCOUNT = created("/filing/v1/accounts/{account_id}")
REFUSED: Final[dict[int | str, dict[str, Any]]] = {
    401: {"description": "client-authentication-failed: whatever is wrong, it is told as that"}
}


@router.post(
    "/accounts/{account_id}/holder", status_code=201, dependencies=[requires("accounts:grant"), ACCOUNT]
)
async def post_holder(
    account_id: AccountId, body: HolderIn, uow: CreatingDep, caller: CallerDep, platform: PlatformDep
) -> EnrolmentOut:
    """Say whose an account is; the code in the answer, shown once, lets that person choose a password (anew)."""
    vault = Vault(platform.keyring, platform.settings.index_key())
    return await holding.bind_holder(uow, account_id, body, caller=caller, vault=vault)


@router.post(
    "/accounts/{account_id}/oidc-identities",
    status_code=201,
    dependencies=[requires("accounts:grant"), ACCOUNT],
)
async def post_identity(
    account_id: AccountId, body: OidcIdentityIn, uow: CreatingDep, caller: CallerDep
) -> OidcIdentityOut:
    """Let the account's holder sign in through an issuer that the operator trusts (OpenID Connect)."""
    return await holding.bind_identity(uow, account_id, body, caller=caller)


@router.post("/sign-ins/enrolment", dependencies=[public()], responses=REFUSED)
async def post_enrolment(body: EnrolmentIn, uow: UowDep, platform: PlatformDep) -> AuthenticatorOut:
    """Choose a password by the code that was handed over; the answer is for an authenticator app, once."""
    return await signing_in.enrol(uow, body, keyring=platform.keyring, issuer=platform.settings.issuer)


@router.post("/sign-ins", dependencies=[public()], responses=REFUSED)
async def post_sign_in(
    body: SignInIn, request: Request, response: Response, session: SessionDep, platform: PlatformDep
) -> TokenOut:
    """Sign in by password and one-time code (RFC 6238); the answer is the account's access token."""
    bucket = f"{client_key(request.client.host if request.client else None)} person {body.username}"
    verdict = platform.failed_sign_ins.peek(bucket)
    if verdict is not None and not verdict.allowed:
        raise Problem("rate-limited", headers=platform.failed_sign_ins.headers(verdict))
    try:
        holder = await signing_in.sign_in(
            session,
            body,
            keyring=platform.keyring,
            now=platform.clock.real_now(),
            day=platform.clock.today(),
        )
    except Problem:
        platform.failed_sign_ins.take(bucket)
        raise
    response.headers["Cache-Control"] = "no-store"
    return await token_for(
        session,
        holder,
        scopes_of(holder.role),
        keyring=platform.keyring,
        issuer=platform.settings.issuer,
        now=platform.clock.real_now(),
    )


@router.post("/sign-ins/oidc", dependencies=[public()], responses=REFUSED)
async def post_oidc_sign_in(
    body: OidcSignInIn, request: Request, response: Response, session: SessionDep, platform: PlatformDep
) -> TokenOut:
    """Sign in by the ID token of an issuer that the operator trusts; the answer is the account's access token."""
    holder = await sign_in_by_token(
        session,
        body.id_token,
        issuers=_issuers(platform),
        keys=_keys(request),
        now=platform.clock.real_now(),
        day=platform.clock.today(),
    )
    if holder is None:
        raise signing_in.refused()
    response.headers["Cache-Control"] = "no-store"
    return await token_for(
        session,
        holder,
        scopes_of(holder.role),
        keyring=platform.keyring,
        issuer=platform.settings.issuer,
        now=platform.clock.real_now(),
    )


def _issuers(platform: Platform) -> dict[str, OidcIssuer]:
    settings = platform.settings
    trusted = settings.oidc_issuers if isinstance(settings, FilingSettings) else ()
    return {one.issuer: one for one in trusted}


def _keys(request: Request) -> KeySets:
    """The key sets that this process has fetched."""
    if not hasattr(request.app.state, "oidc_keys"):
        request.app.state.oidc_keys = KeySets()
    found: KeySets = request.app.state.oidc_keys
    return found
