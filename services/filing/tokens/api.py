"""Routes of the token endpoint. Errors have the form of RFC 6749, as every OAuth library expects, in two languages."""

from typing import Final

from fastapi import APIRouter, Request, Response

from common.deps import PlatformDep, SessionDep, public
from common.errors import Bilingual
from common.platform import Platform
from common.problems import Problem, language_of
from common.ratelimit import client_key
from filing.tokens import service
from filing.tokens.domain import ASSERTION_TYPE, FORM, OAuthCode, OAuthError, read_token_request
from filing.tokens.schemas import KeySetOut, MetadataOut, OAuthErrorOut, TokenOut

router = APIRouter(prefix="/oauth", tags=["tokens"])

# wrong secrets: twenty at once, then one in five seconds
_NO_STORE: Final = {"Cache-Control": "no-store"}  # RFC 6749 section 5.1
_TEXTS: Final[dict[OAuthCode, Bilingual]] = {
    "invalid_request": Bilingual(
        "请求不完整或有重复:须为表单,含 grant_type 和一种客户端凭证。",
        "Incomplete or repeated parameters: send a form with grant_type and credentials in one way only.",
    ),
    "invalid_client": Bilingual(
        "客户端编号或密钥不正确,或账户已停用。",
        "The client id or the secret is wrong, or the account was revoked.",
    ),
    "unauthorized_client": Bilingual(
        "该账户不能使用此授权方式。", "The account may not use this grant type."
    ),
    "unsupported_grant_type": Bilingual(
        "只支持 client_credentials。", "Only client_credentials is supported."
    ),
    "invalid_scope": Bilingual(
        "所请求的权限超出账户所有,或格式错误。", "The scope is malformed or more than the account has."
    ),
}
_FORM_SCHEMA: Final = {
    "type": "object",
    "required": ["grant_type"],
    "properties": {
        "grant_type": {"type": "string", "enum": ["client_credentials"]},
        "client_id": {"type": "string"},
        "client_secret": {"type": "string", "format": "password"},
        "client_assertion_type": {"type": "string", "enum": [ASSERTION_TYPE]},
        "client_assertion": {
            "type": "string",
            "description": "a JWT signed with a registered key (RFC 7523)",
        },
        "scope": {"type": "string", "description": "scopes by space; left out: all of the account"},
    },
    "example": {"grant_type": "client_credentials", "client_id": "client_…", "client_secret": "skills_…"},
}


@router.post(
    "/token",
    response_model=TokenOut,
    dependencies=[public()],
    responses={
        429: {"description": "rate-limited: too many wrong secrets for this client from this address"},
        400: {"model": OAuthErrorOut, "description": "refused (RFC 6749 section 5.2)"},
        401: {"model": OAuthErrorOut, "description": "invalid_client"},
        408: {"description": "request-timeout"},
        413: {"description": "payload-too-large"},
    },
    openapi_extra={"requestBody": {"required": True, "content": {FORM: {"schema": _FORM_SCHEMA}}}},
)
async def post_token(
    request: Request, response: Response, session: SessionDep, platform: PlatformDep
) -> TokenOut | Response:
    """An access token for 15 minutes, for a secret (Basic header or body) or an assertion (`private_key_jwt`)."""
    bucket: str | None = None
    try:
        asked = read_token_request(
            content_type=request.headers.get("content-type"),
            authorization=request.headers.get("authorization"),
            body=await request.body(),
        )
        bucket = f"{client_key(request.client.host if request.client else None)} {asked.client_id}"
        _check_failures(bucket, platform)
        token = await service.issue_token(
            session,
            asked,
            keyring=platform.keyring,
            issuer=platform.settings.issuer,
            now=platform.clock.real_now(),
            today=platform.clock.today(),
        )
    except OAuthError as error:
        if error.code == "invalid_client" and bucket is not None:
            platform.failed_sign_ins.take(bucket)
        return _refusal(error, request)
    response.headers.update(_NO_STORE)
    return token


def _check_failures(bucket: str, platform: Platform) -> None:
    """Whoever has shown too many wrong secrets of one client waits; others do not. Raises `rate-limited`."""
    verdict = platform.failed_sign_ins.peek(bucket)
    if verdict is not None and not verdict.allowed:
        raise Problem("rate-limited", headers=platform.failed_sign_ins.headers(verdict))


def _refusal(error: OAuthError, request: Request) -> Response:
    text = _TEXTS[error.code]
    status = 401 if error.code == "invalid_client" else 400
    told = OAuthErrorOut(
        error=error.code,
        error_description=text.en,
        type=f"/problems/{error.code}",
        title=error.code.replace("_", " "),
        status=status,
        detail=getattr(text, language_of(request.headers.get("accept-language"))),
    )
    headers = _NO_STORE | ({"WWW-Authenticate": 'Basic realm="skills"'} if status == 401 else {})
    return Response(told.model_dump_json(), status, headers, "application/json")


@router.get("/jwks.json", dependencies=[public()])
async def get_keys(response: Response, session: SessionDep, platform: PlatformDep) -> KeySetOut:
    """The public keys of access tokens (RFC 7517)."""
    response.headers["Cache-Control"] = "public, max-age=30"  # less than a new key is known before it signs
    return await service.published_keys(session, now=platform.clock.real_now())


@router.get("/metadata", dependencies=[public()])
async def get_metadata(platform: PlatformDep) -> MetadataOut:
    """What an OAuth client has to know of this server (RFC 8414)."""
    return service.metadata(platform.settings.issuer, public_url=platform.settings.public_url)
