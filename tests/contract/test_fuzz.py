"""Thousands of odd requests to every operation of every service: none may end in a failure of ours.

Schemathesis makes the requests from the published documents, valid and invalid, with a token that may call them.
Whatever comes back must be told in the document. The run is bounded and seeded; deeper: FUZZ_EXAMPLES=500.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from common.ids import uuid7
from common.permissions import ROLES
from local.postgres import Postgres
from tests.support.service import service_process, token, trust_test_key

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "12"))
SERVICES = ("catalog", "filing", "registration", "audit", "certificate")
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]
ORGANISATION, ACCOUNT, REGION = uuid7(), uuid7(), "320000"
OF_ORGANISATIONS = ("organisation_administrator", "plan_filer", "result_recorder")


@dataclass(frozen=True)
class Fuzzed:
    """A running service, addressed directly, and its document."""

    url: str
    document: dict[str, Any]


@pytest.fixture(params=SERVICES)
def fuzzed(
    request: pytest.FixtureRequest,
    postgres: Postgres,
    database: Callable[[], str],
    nats_url: str,
    tmp_path: Path,
) -> Iterator[Fuzzed]:
    """The service as a process of its own, on real servers."""
    name, url = request.param, database()
    variables = {
        "CERTIFICATE_KEYSTORE_DIR": str(tmp_path / "keys"),
        "CERTIFICATE_KEYSTORE_PASSPHRASE": "p" * 16,
    }
    process = service_process(
        name, prefix=name.upper(), database_url=url, nats_url=nats_url, log=tmp_path / "log", **variables
    )
    process.start()
    try:
        process.wait()
        asyncio.run(trust_test_key(url))
        base = f"http://127.0.0.1:{process.port}"
        _await_trust(base, name)
        yield Fuzzed(base, httpx.get(f"{base}/{name}/openapi.json").json())
    finally:
        process.kill()


def _await_trust(base: str, name: str) -> None:
    """Until the service has read the test's key: a token is then more than unknown."""
    path = {"catalog": "editions", "certificate": "certificates"}.get(name, "plans")
    method = "POST" if name == "catalog" else "GET"
    path = "plans/x/supervision" if name == "audit" else "jobs/x" if name == "registration" else path
    while (
        httpx.request(method, f"{base}/{name}/v1/{path}", headers=_headers("plans:read")).status_code == 401
    ):
        pass


def _headers(scope: str | None) -> dict[str, str]:
    if scope is None:
        return {}
    role = next((one for one in OF_ORGANISATIONS if scope in ROLES[one]), None)
    if role is not None:
        return {"Authorization": f"Bearer {token(role, organisation_id=ORGANISATION, account_id=ACCOUNT)}"}
    role = next(one for one in ("authority", "centre_head", "supervisor") if scope in ROLES[one])
    return {"Authorization": f"Bearer {token(role, region=REGION, account_id=ACCOUNT)}"}


def test_nothing_that_is_sent_makes_a_service_fail(fuzzed: Fuzzed) -> None:
    schema = schemathesis.openapi.from_dict(fuzzed.document)
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path.endswith("/progress"):  # a stream that lasts as long as its job
            continue
        _try(operation, fuzzed.url, _headers(_scope(operation)))
        tried += 1
    assert tried >= 5


def _scope(operation: Any) -> str | None:
    declared = operation.definition.raw.get("security") or [{}]
    scopes = next(iter(declared[0].values()), [])
    return scopes[0] if scopes else None


def _try(operation: Any, url: str, headers: dict[str, str]) -> None:
    @seed(20261123)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def attempt(case: Any) -> None:
        response = case.call(base_url=url, headers=headers | dict(case.headers or {}))
        case.validate_response(response, checks=CHECKS)

    attempt()
