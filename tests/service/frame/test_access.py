"""Deny by default; tokens checked offline."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import APIRouter
from joserfc.jwk import ECKey
from sqlalchemy import MetaData, text

from common.deps import public, requires
from common.ids import encode_id, uuid7
from common.routing import UndeclaredPermission
from common.web import Service, create_service
from tests.support.demo.main import DemoSettings
from tests.support.service import RunningService, owner_connection, settings_for, token

THINGS = "/demo/v1/things"


def service_of(router: APIRouter) -> Service:
    settings = settings_for(DemoSettings, database_url="postgresql+asyncpg://none", nats_url="nats://none")
    return Service(name="demo", settings=settings, routers=[router], metadata=MetaData(), migrations="none")


def test_routes_that_declare_no_permission_stop_the_start_and_are_named() -> None:
    router = APIRouter(prefix="/plans")

    @router.get("")
    @router.post("/{plan_id}/decision")
    async def forgotten() -> None: ...

    with pytest.raises(UndeclaredPermission) as refused:
        create_service(service_of(router))
    assert "GET /demo/v1/plans" in str(refused.value)
    assert "POST /demo/v1/plans/{plan_id}/decision" in str(refused.value)


def test_a_route_that_declares_two_permissions_stops_the_start() -> None:
    router = APIRouter(prefix="/plans")

    @router.get("", dependencies=[public(), requires("plans:read")])
    async def unsure() -> None: ...

    with pytest.raises(UndeclaredPermission):
        create_service(service_of(router))


def test_a_scope_that_nobody_has_is_refused_when_written() -> None:
    with pytest.raises(ValueError, match="no such scope"):
        requires("plans:raed")


async def test_a_stranger_is_told_to_bring_a_token(demo: RunningService) -> None:
    answer = await demo.client.get(THINGS)
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/token-missing")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_an_account_without_the_scope_is_refused(demo: RunningService) -> None:
    answer = await demo.client.get(THINGS, headers=demo.as_("supervisor"))
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/permission-denied")
    assert answer.json()["scope"] == "plans:read"
    assert "insufficient_scope" in answer.headers["www-authenticate"]


async def test_an_account_with_the_scope_comes_in(demo: RunningService) -> None:
    assert (await demo.client.get(THINGS, headers=demo.as_("organisation_reader"))).status_code == 200


async def test_the_token_is_asked_for_before_the_body_is_read(demo: RunningService) -> None:
    answer = await demo.client.post(THINGS, content=b"{" * 10)
    assert answer.status_code == 401


async def test_a_token_in_the_query_string_is_not_read(demo: RunningService) -> None:
    answer = await demo.client.get(THINGS, params={"access_token": demo.token("plan_filer")})
    assert answer.json()["type"] == "/problems/token-missing"


async def test_the_scheme_may_be_written_in_lower_case(demo: RunningService) -> None:
    headers = {"Authorization": f"bearer {demo.token('plan_filer')}"}
    assert (await demo.client.get(THINGS, headers=headers)).status_code == 200


def now() -> int:
    """Asked when a token is made: a long run may reach this module minutes after it was read."""
    return int(datetime.now(UTC).timestamp())


def part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def spliced(**parts: Any) -> str:
    head, body, signature = token("plan_filer").split(".")
    return ".".join(
        parts.get(name, own) for name, own in (("head", head), ("body", body), ("sig", signature))
    )


BAD_TOKENS: dict[str, Callable[[], str]] = {
    "empty": lambda: "",
    "no token at all": lambda: "abc",
    "algorithm none": lambda: spliced(head=part({"alg": "none", "typ": "at+jwt", "kid": "test"}), sig=""),
    "algorithm of a shared secret": lambda: spliced(
        head=part({"alg": "HS256", "typ": "at+jwt", "kid": "test"})
    ),
    "zero signature": lambda: spliced(sig=part(bytes(64))),
    "signature cut short": lambda: token("plan_filer")[:-8],
    "second text form of the signature": lambda: token("plan_filer") + "=",
    "another token's claims": lambda: spliced(body=token("authority").split(".")[1]),
    "five segments": lambda: token("plan_filer") + ".a.b",
    "not an access token": lambda: token("plan_filer", header={"typ": "JWT"}),
    "key embedded": lambda: token("plan_filer", header={"jwk": {"kty": "EC"}}),
    "key set elsewhere": lambda: token("plan_filer", header={"jku": "http://127.0.0.1:9/jwks.json"}),
    "unknown key": lambda: token("plan_filer", kid="unknown"),
    "signed by a stranger": lambda: token("plan_filer", key=ECKey.generate_key("P-256")),
    "another issuer": lambda: token("plan_filer", iss="https://evil.example/filing"),
    "another audience": lambda: token("plan_filer", aud="certificate"),
    "many audiences": lambda: token("plan_filer", aud=["skills", "other"]),
    "issued in an hour": lambda: token("plan_filer", iat=now() + 3600, exp=now() + 7000),
    "not before five minutes from now": lambda: token("plan_filer", nbf=now() + 300),
    "lives for a week": lambda: token("plan_filer", exp=now() + 604_800),
    "never expires": lambda: token("plan_filer", exp=None),
    "expiry as text": lambda: token("plan_filer", exp=str(now() + 300)),
    "scope as a list": lambda: token("plan_filer", scope=["plans:read"]),
    "no account": lambda: token("plan_filer", sub="root"),
    "an organisation of the wrong kind": lambda: token("plan_filer", org=encode_id("plan", uuid7())),
    "longer than 8 KiB": lambda: token("plan_filer", padding="x" * 8_192),
    "claims that are a list": lambda: spliced(body=part([])),
    "a claim twice": lambda: spliced(body=part(b'{"sub":"a","sub":"b"}')),
    "claims without end": lambda: spliced(body=part(b"[" * 5_000)),
}


@pytest.mark.parametrize("case", BAD_TOKENS)
async def test_a_token_that_proves_nothing_opens_nothing(demo: RunningService, case: str) -> None:
    answer = await demo.client.get(THINGS, headers={"Authorization": f"Bearer {BAD_TOKENS[case]()}"})
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/token-invalid")


async def test_a_token_is_expired_a_second_after_its_end(demo: RunningService) -> None:
    late = demo.token("plan_filer", iat=now() - 900, exp=now() - 1)
    answer = await demo.client.get(THINGS, headers={"Authorization": f"Bearer {late}"})
    assert answer.json()["type"] == "/problems/token-expired"


async def test_an_issuer_whose_clock_runs_half_a_minute_ahead_is_believed(demo: RunningService) -> None:
    ahead = demo.token("plan_filer", iat=int(datetime.now(UTC).timestamp()) + 29)
    assert (await demo.client.get(THINGS, headers={"Authorization": f"Bearer {ahead}"})).status_code == 200


async def test_a_scope_beyond_the_role_or_made_up_gives_nothing(demo: RunningService) -> None:
    for scopes in (frozenset({"*"}), frozenset({"certificates:revoke"}), frozenset()):
        headers = demo.as_("supervisor", scopes=scopes | {"plans:read"})
        assert (await demo.client.get(THINGS, headers=headers)).status_code == 403


async def test_a_moved_platform_clock_does_not_expire_tokens(demo: RunningService) -> None:
    demo.platform.clock.set_offset(int(timedelta(days=40).total_seconds()))
    assert (await demo.client.get(THINGS, headers=demo.as_("plan_filer"))).status_code == 200


async def test_a_key_stored_a_moment_ago_is_found_when_a_token_names_it(demo: RunningService) -> None:
    key = ECKey.generate_key("P-256")
    async with owner_connection(demo.database_url) as connection:
        await connection.execute(
            text("INSERT INTO token_key (kid, jwk) VALUES ('next', CAST(:jwk AS jsonb))"),
            {"jwk": json.dumps(key.as_dict(private=False))},
        )
    headers = {"Authorization": f"Bearer {demo.token('plan_filer', key=key, kid='next')}"}
    assert (await demo.client.get(THINGS, headers=headers)).status_code == 200


async def test_a_revoked_account_is_refused_at_once(demo: RunningService) -> None:
    account = uuid7()
    headers = demo.as_("plan_filer", account_id=account)
    assert (await demo.client.get(THINGS, headers=headers)).status_code == 200
    demo.platform.tokens.revoke(account)
    answer = await demo.client.get(THINGS, headers=headers)
    assert answer.json()["type"] == "/problems/token-invalid"
