"""Tokens that open nothing any more, on all five services: expired, foreign, forged, revoked, of a shut organisation.

How long a revocation takes to reach each service is told with the test (`-rA`, and in the JUnit report); the promise
is a second.
"""

import asyncio
import random
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from joserfc.jwk import ECKey
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from client import filing, journey, sample
from client.journey import SERVICES, Body
from common.clock import Clock
from common.db import session_factory
from common.events import Event
from common.events.audit import OrganisationListed
from common.events.filing import TokenKeyPublished
from common.ids import decode_id
from common.unit_of_work import UnitOfWork
from local.private import read_json
from tests.support.evaluations import ended_evaluation
from tests.support.service import token
from tests.support.stack import Stack

PATIENCE_SECONDS = 30.0
WRITING = {  # a protected route of each service; what is sent to it is of no use to any of them
    "catalog": "/catalog/v1/standards",
    "filing": "/filing/v1/plans",
    "registration": "/registration/v1/plans/plan_00000000000000000000000001/roster",
    "certificate": "/certificate/v1/certificates/Y000032000001001000000/revocation",
    "audit": "/audit/v1/supervisors",
}
Record = Callable[[str, object], None]


@pytest.fixture(scope="module")
def http(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.gateway_url, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def body(stack: Stack) -> Body:
    """An employer with its accounts."""
    return an_employer(stack, seed=9101)


@pytest.fixture(scope="module")
def key(stack: Stack, http: httpx.Client) -> ECKey:
    """A key that filing published and every service trusts by now."""
    pair = ECKey.generate_key("P-256")
    jwk = {name: str(value) for name, value in pair.as_dict(private=False).items()}
    say(stack, "filing", TokenKeyPublished(kid="journey", jwk=jwk))
    genuine = token("plan_filer", key=pair, kid="journey", iss=f"{stack.gateway_url}/filing")
    until_all(http, genuine, lambda told: told != (401, "token-invalid"))
    return pair


def an_employer(stack: Stack, *, seed: int) -> Body:
    rng = random.Random(seed)
    return journey.register_body(
        stack.authority, sample.employer(rng), mode="enterprise", levels=(5, 4), rng=rng
    )


def say(stack: Stack, service: str, event: Event) -> None:
    """Let a service tell an event, as its own use cases do: in its outbox, from where its relay takes it."""
    password = read_json(stack.data / "secrets.json")["password:postgres"]
    port = stack.part("postgres")["port"]

    async def tell() -> None:
        engine = create_async_engine(
            f"postgresql+asyncpg://postgres:{password}@127.0.0.1:{port}/{service}", poolclass=NullPool
        )
        async with UnitOfWork(session_factory(engine), Clock()) as uow:
            uow.say(event)
            await uow.commit()
        await engine.dispose()

    asyncio.run(tell())


def bearer(http: httpx.Client, account: filing.Account) -> str:
    answer = http.post(
        "/filing/v1/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(account.client_id, str(account.client_secret)),
    )
    return str(answer.raise_for_status().json()["access_token"])


def told(http: httpx.Client, service: str, access_token: str) -> tuple[int, str]:
    """Status and problem that a service answers to a writing request."""
    answer = http.post(
        WRITING[service], json={}, headers={"Authorization": f"Bearer {access_token}", "Idempotency-Key": "x"}
    )
    return answer.status_code, str(answer.json()["type"]).rpartition("/")[2]


def until_all(
    http: httpx.Client, access_token: str, wanted: Callable[[tuple[int, str]], bool]
) -> dict[str, float]:
    """Ask every service until it answers as wanted; the seconds that each took."""
    begun, waiting, took = time.monotonic(), list(SERVICES), dict[str, float]()
    while waiting:
        for service in tuple(waiting):
            answer = told(http, service, access_token)
            if wanted(answer):
                took[service] = round(time.monotonic() - begun, 3)
                waiting.remove(service)
            elif time.monotonic() - begun > PATIENCE_SECONDS:
                raise AssertionError(f"{service} still answers {answer}")
    return took


def answers(http: httpx.Client, access_token: str) -> set[tuple[int, str]]:
    return {told(http, service, access_token) for service in SERVICES}


def test_a_revoked_account_is_refused_on_all_five_services(
    stack: Stack, http: httpx.Client, body: Body, record_property: Record
) -> None:
    account = journey.grant(
        stack.authority, "plan_filer", label="将停用", organisation_id=body.organisation.id
    )
    opened = bearer(http, account)
    until_all(http, opened, lambda found: found[0] != 401)
    stack.authority.send(filing.revoke_account(account.account_id))
    took = until_all(http, opened, lambda found: found == (401, "token-invalid"))
    _record(record_property, "revocation", took)
    with pytest.raises(httpx.HTTPStatusError, match="401"):
        bearer(http, account)


def test_a_shut_organisation_writes_nothing_on_any_service_and_reads_on(
    stack: Stack, http: httpx.Client, record_property: Record
) -> None:
    shut = an_employer(stack, seed=9102)
    opened = bearer(
        http,
        journey.grant(stack.authority, "plan_filer", label="将停用", organisation_id=shut.organisation.id),
    )
    until_all(http, opened, lambda found: found[0] != 401)
    measure = OrganisationListed(
        organisation_id=_organisation(shut),
        case="苏人社黑〔2046〕7号",
        measure="blacklisted",
        valid_from=date(2020, 1, 1),
    )
    say(stack, "audit", measure)
    took = until_all(http, opened, lambda found: found == (403, "organisation-suspended"))
    _record(record_property, "suspension", took)
    for path in ("/filing/v1/plans", "/certificate/v1/certificates"):
        assert http.get(path, headers={"Authorization": f"Bearer {opened}"}).status_code == 200


def test_a_token_of_one_organisation_finds_nothing_of_another(
    stack: Stack, http: httpx.Client, body: Body
) -> None:
    """What the role matrix says of every route, once on the platform as a whole."""
    ended = ended_evaluation(stack, headcount=30, seed=9103)
    foreign = body.filer.credentials
    assert foreign is not None
    opened = {"Authorization": f"Bearer {body.filer.send(foreign.request()).access_token}"}
    for path in (
        f"/filing/v1/plans/{ended.plan.id}",
        f"/registration/v1/plans/{ended.plan.id}/candidates",
        f"/registration/v1/plans/{ended.plan.id}/batches",
        f"/audit/v1/plans/{ended.plan.id}/recognition",
    ):
        assert http.get(path, headers=opened).status_code == 404, path


def test_expired_foreign_and_forged_tokens_are_refused_everywhere(
    stack: Stack, http: httpx.Client, key: ECKey
) -> None:
    now = int(datetime.now(UTC).timestamp())
    ours: dict[str, Any] = {"key": key, "kid": "journey", "iss": f"{stack.gateway_url}/filing"}
    genuine = token("plan_filer", **ours)
    expired = token("plan_filer", **ours, iat=now - 900, exp=now - 1)
    assert answers(http, expired) == {(401, "token-expired")}
    stranger = ECKey.generate_key("P-256")
    forged = [
        token("plan_filer", **ours | {"key": stranger}),
        token("plan_filer", **ours | {"key": stranger, "kid": "unknown"}),
        token("plan_filer", **ours | {"iss": "https://other.example"}),
        token("plan_filer", **ours, aud="certificate"),
        _with_header(genuine, '{"alg":"none","typ":"at+jwt","kid":"journey"}', signature=""),
        _with_header(genuine, '{"alg":"nOnE","typ":"at+jwt","kid":"journey"}'),
        _with_header(genuine, '{"alg":"HS256","typ":"at+jwt","kid":"journey"}'),
        _with_header(genuine, '{"alg":"RS256","typ":"at+jwt","kid":"journey"}'),
    ]
    for made in forged:
        assert answers(http, made) == {(401, "token-invalid")}


def _with_header(genuine: str, header: str, *, signature: str | None = None) -> str:
    _, payload, signed = genuine.split(".")
    encoded = urlsafe_b64encode(header.encode()).rstrip(b"=").decode()
    return f"{encoded}.{payload}.{signed if signature is None else signature}"


def _organisation(body: Body) -> UUID:
    return decode_id("organisation", body.organisation.id)


def _record(record: Record, what: str, took: dict[str, float]) -> None:
    record(f"{what}_seconds", took)
    sys.stdout.write(f"{what}: refused after at most {max(took.values())} s {took}\n")
